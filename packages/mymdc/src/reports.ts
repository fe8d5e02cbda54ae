import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, searchesApi, type ListsAll, type Writes, writesApi } from "./resource.ts";

/** A report of a calibration. */
export interface Report {
  readonly id: number;
  /** At most 128 characters, no spaces, ends in `.pdf`. */
  readonly name: string;
  readonly cal_report_path: string;
  readonly cal_report_at: string;
  readonly run_id: number;
  readonly description: string | null;
}

/** What can be written to a report. */
export type ReportFields = Writable<Report, "id">;

/** What reports can be searched by. */
export type ReportSearch = { readonly run_id: number | string };

/** Calls on reports. */
export interface ReportsApi extends Gets<Report>, ListsAll<Report, ReportSearch>, Writes<Report, ReportFields> {}

export const report = define<Report>({
  name: "reports",
  collection: "reports",
  wrapper: "report",
  kinds: {
    id: "id",
    name: "text",
    cal_report_path: "text",
    cal_report_at: "time",
    run_id: "id",
    description: "text",
  },
  server: [],
  routes: "CRUD",
  searches: [{ by: [] }, { by: ["run_id"] }],
});

export function reportsApi(core: Core): ReportsApi {
  return { ...getsApi(core, report), ...searchesApi(core, report), ...writesApi(core, report) };
}
