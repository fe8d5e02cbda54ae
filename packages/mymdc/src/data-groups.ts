import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Id, Kind, Writable } from "./kinds.ts";
import { type Gets, getsApi, type Searches, searchesApi, type Writes, writesApi } from "./resource.ts";

/** A set of data of one or several runs: raw, processed, … */
export interface DataGroup {
  readonly id: number;
  /** At most 60 characters; cannot be changed. */
  readonly name: string;
  /** "en" */
  readonly language: string | null;
  /** Made by the server: `xfel.mdc.dg.<id>`. */
  readonly doi: string | null;
  /** Cannot be changed. */
  readonly data_group_type_id: number;
  readonly experiment_id: number | null;
  /** Who made it. */
  readonly user_id: number | null;
  /** At least 2 characters; cannot be changed. */
  readonly prefix_path: string;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  /** Whether files are being written. */
  readonly flg_writing: boolean;
  readonly flg_public: boolean;
  readonly format: string | null;
  readonly data_passport: string | null;
  readonly removed_at: string | null;
  readonly description: string | null;
}

/** What can be written to a data group. */
export type DataGroupFields = Writable<DataGroup, "id"> & {
  /** The runs that it belongs to. */
  readonly runs_data_groups_attributes?: readonly { readonly run_id: Id }[] | null;
};

/** What data groups can be searched by. */
export type DataGroupSearch = { readonly name: string } | { readonly experiment_id: number | string };

/** Calls on data groups. */
export interface DataGroupsApi extends Gets<DataGroup>, Searches<DataGroup, DataGroupSearch>, Writes<DataGroup, DataGroupFields> {}

/** What is sent besides the fields of the record. */
export const dataGroupLinks: Readonly<Record<string, Kind>> = { runs_data_groups_attributes: "any" };

export const dataGroup = define<DataGroup>({
  name: "dataGroups",
  collection: "data_groups",
  wrapper: "data_group",
  kinds: {
    id: "id",
    name: "text",
    language: "text",
    doi: "text",
    data_group_type_id: "id",
    experiment_id: "id",
    user_id: "id",
    prefix_path: "text",
    flg_available: "flag",
    flg_writing: "flag",
    flg_public: "flag",
    format: "text",
    data_passport: "text",
    removed_at: "time",
    description: "text",
  },
  server: [],
  routes: "CRUD",
  searches: [{ by: ["name"] }, { by: ["experiment_id"] }],
});

export function dataGroupsApi(core: Core): DataGroupsApi {
  return { ...getsApi(core, dataGroup), ...searchesApi(core, dataGroup), ...writesApi(core, dataGroup, dataGroupLinks) };
}
