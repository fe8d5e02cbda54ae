import type { Router } from "../../http/router.ts";
import { ok } from "../answers.ts";
import type { Context, Route } from "../context.ts";
import { compareText, likePattern, SqlError } from "../query/sql.ts";
import { pageWindow } from "../query/paging.ts";
import { datasetComponents } from "../world/components.ts";
import { rangesOf, filledPieces } from "../segments.ts";
import type { ListedEntry } from "../query/listing.ts";
import type { Store } from "../store.ts";

/** Columns of the tracker workspace had other names then. */
const oldNames: Readonly<Record<string, string>> = { "tracker-pixel": "tracker-pix", "l1t-l1t": "l1t-l1t" };
/** In the global workspace columns stood without the workspace. */
const globalNames: Readonly<Record<string, string>> = {
  "tracker-pixel": "pix",
  "tracker-strip": "strip",
  "tracker-track": "track",
  "ecal-es": "es",
  "l1t-l1tcalo": "l1tcalo",
  "l1t-l1tmu": "l1tmu",
  "dc-lowlumi": "lowLumi",
};

type Row = Record<string, unknown>;

function columnName(component: string, workspace: string): string | undefined {
  const [owner, column] = component.split("-") as [string, string];
  if (workspace === "global") return globalNames[component] ?? (owner === column ? owner : undefined);
  return owner === workspace ? (oldNames[component] ?? component) : undefined;
}

/** The worst of the statuses that a component had, for the one value that a dataset showed then. */
function overall(summary: Row): string {
  for (const status of ["BAD", "STANDBY", "EXCLUDED", "NOTSET", "GOOD"]) if (Number(summary[status] ?? 0) > 0) return status;
  return "EMPTY";
}

function oldRow(store: Store, { run, name }: ListedEntry, workspace: string): Row {
  const dataset = name as string;
  const rr = store.rrAttributes(run) ?? {};
  const row = store.dataset(run, dataset);
  const [event] = store.datasetEvents(run, dataset);
  const when = event?.at.createdAt ?? "";
  const history = { by: event?.at.by ?? "", when };
  const result: Row = { id: `${run}-${dataset}`, run_number: run, name: dataset, workspace, class: { value: rr["class"], ...history } };
  const states = row?.dataset_attributes ?? {};
  result["state"] = { value: states[`${workspace}_state`] ?? null, ...history };
  for (const [attribute, value] of Object.entries(states)) result[attribute] = { value, ...history };
  for (const [component, summary] of Object.entries(store.tripletSummary(run, dataset))) {
    const column = columnName(component, workspace);
    if (column === undefined) continue;
    const { comments, causes } = summary as { comments: string[]; causes: string[] };
    result[column] = {
      status: { value: overall(summary as Row), ...history },
      comment: { value: comments[0] ?? "", ...history },
      cause: { value: causes[0] ?? "", ...history },
    };
  }
  const ranges = rangesOf(filledPieces(store.segments(run, dataset, "rr")));
  result["lumisections"] = ranges.map((range) => {
    const statuses = Object.values(range).map((value) => (value as { status?: string } | number as { status?: string }).status);
    return { from: range.start, to: range.end, status: statuses.includes("BAD") ? "BAD" : "GOOD" };
  });
  result["history"] = [];
  return { ...result, createdAt: when, updatedAt: when };
}

function valueAt(row: Row, name: string): unknown {
  const steps = name.split(".");
  let value: unknown = row;
  for (const step of steps) value = typeof value === "object" && value !== null ? (value as Row)[step] : undefined;
  if (typeof value === "object" && value !== null && "value" in value) value = (value as Row)["value"];
  return value;
}

function known(row: Row, name: string, workspace: string): boolean {
  // A dataset of a run that is not significant has no columns of its own.
  if (datasetComponents.some((component) => columnName(component, workspace) === name.split(".")[0])) return true;
  return (name.split(".")[0] as string) in row || name.startsWith("stop_reason") || name.startsWith("significant");
}

function single(value: unknown, operator: string, wanted: string): boolean {
  if (operator !== "=" && operator !== "<>" && (value === null || value === undefined)) return false;
  const text = String(value ?? "");
  const sign = typeof value === "number" ? value - Number(wanted) : compareText(text, wanted);
  switch (operator) {
    case "=":
      return sign === 0;
    case "<>":
      return sign !== 0;
    case ">":
      return sign > 0;
    case "<":
      return sign < 0;
    case ">=":
      return sign >= 0;
    case "<=":
      return sign <= 0;
    case "like":
      return likePattern(wanted, true).test(text);
    case "notlike":
      return !likePattern(wanted, true).test(text);
    default:
      throw new SqlError("Invalid value");
  }
}

function fits(value: unknown, condition: unknown): boolean {
  if (typeof condition !== "object" || condition === null) return single(value, "=", String(condition));
  return Object.entries(condition).every(([operator, operand]: [string, unknown]) => {
    if (operator === "and" && Array.isArray(operand)) return operand.every((part) => fits(value, part));
    if (operator === "or" && Array.isArray(operand)) return operand.some((part) => fits(value, part));
    return single(value, operator, String(operand));
  });
}

interface Found {
  readonly revision: number;
  readonly rows: readonly (Row | ListedEntry)[];
}
const answered = new WeakMap<Store, Map<string, Found>>();
const kept = 16;

/** What fits a filter. Kept until data change, so that the pages of one listing are looked for once. */
function search({ store, datasets }: Context, filter: Row, workspace: string): readonly (Row | ListedEntry)[] {
  const cache = answered.get(store) ?? new Map<string, Found>();
  answered.set(store, cache);
  const key = JSON.stringify([workspace, filter]);
  const known = cache.get(key);
  if (known?.revision === store.revision) return known.rows;
  const narrow = filter["run_number"] === undefined ? {} : { run_number: filter["run_number"] };
  const rest = Object.entries(filter).filter(([name]) => name !== "run_number");
  const rows: (Row | ListedEntry)[] = [];
  for (const entry of datasets.all(narrow)) {
    if (entry.name === "online") continue;
    if (rest.length === 0) rows.push(entry);
    else {
      const row = oldRow(store, entry, workspace);
      checkNames(row, rest, workspace);
      const values = { ...store.rrAttributes(entry.run), ...row };
      if (rest.every(([name, condition]) => fits(valueAt(values, name), condition))) rows.push(row);
    }
  }
  cache.delete(key);
  cache.set(key, { revision: store.revision, rows });
  for (const old of cache.keys()) if (cache.size > kept) cache.delete(old);
  return rows;
}

function checkNames(row: Row, conditions: readonly [string, unknown][], workspace: string): void {
  const unknown = conditions.find(([name]) => !known(row, name, workspace));
  if (unknown !== undefined) throw new SqlError(`column Dataset.${unknown[0]} does not exist`);
}

/** The listing of the fourth version, per workspace, with values as `{ value, by, when }`. Gone from today's service. */
const editable: Route = (_request, { workspace, page }, context) => {
  const { store, body } = context;
  const own = String(workspace);
  const found = search(context, (body["filter"] ?? {}) as Row, own);
  const window = pageWindow(page, body["page_size"] ?? 25, found.length);
  const rows = found
    .slice(window.offset, window.offset + window.limit)
    .map((row) => ("workspace" in row ? row : oldRow(store, row as ListedEntry, own)));
  return ok({ datasets: rows, pages: window.pages, count: found.length });
};

export function addV4(router: Router<Context>): void {
  router.on("POST", "/datasets/:workspace/editable/:page", editable);
}
