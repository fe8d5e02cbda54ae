import { bufferReply, type Reply } from "../../http/message.ts";
import type { AnyTable, Column } from "../table.ts";
import type { Query } from "./parse.ts";
import type { Selection } from "./select.ts";
import { Sink } from "./sink.ts";

export const mediaType = "application/vnd.api+json; charset=utf-8";

/** Columns side by side whose values follow from the same; one alone where a value follows from the row. */
interface Part {
  readonly follows: ((row: unknown) => unknown) | undefined;
  readonly columns: (readonly [start: string, column: Column<unknown>])[];
  /** What the text was made for last, and the text. */
  key: unknown;
  text: Buffer | undefined;
}

function partsOf(table: AnyTable, names: readonly string[]): Part[] {
  const parts: Part[] = [];
  names.forEach((name, index) => {
    const column = table.columns[name] as Column<unknown>;
    const entry = [`${index === 0 ? "" : ","}${JSON.stringify(name)}:`, column] as const;
    const open = parts[parts.length - 1];
    if (open !== undefined && open.follows === column.follows) open.columns.push(entry);
    else parts.push({ follows: column.follows, columns: [entry], key: undefined, text: undefined });
  });
  return parts;
}

function text(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value === null || value === undefined) return "null";
  return JSON.stringify(value);
}

/** The units of a row, as `meta.row` tells them. */
function unitsOf(table: AnyTable, names: readonly string[], row: unknown): string {
  const units = names.flatMap((name) => {
    const column = table.columns[name] as Column<unknown>;
    const found = column.rowUnits?.(row) ?? column.units;
    return found === undefined ? [] : [`${JSON.stringify(name)}:{"units":${JSON.stringify(found)}}`];
  });
  return units.join(",");
}

/** Writes rows as JSON:API; texts that many rows share are made once. */
export function rowWriter(
  table: AnyTable,
  query: Pick<Query, "fields" | "include" | "grouping">,
  base: string,
): (position: number, sink: Sink) => void {
  const rows = table.rows(query.grouping);
  const names = query.fields ?? Object.keys(table.columns);
  const parts = partsOf(table, names);
  const bare = query.include.has("data_only");
  const presentation = query.include.has("presentation_timestamp");
  const nested = Object.keys(table.nested ?? {});
  const write = (row: unknown, { columns }: Part): string => {
    let written = "";
    for (const [start, column] of columns) {
      const value = column.get(row);
      const shown = presentation && column.type === "DATE" && typeof value === "string" ? value.replace("T", " ").replace("Z", "") : value;
      written += start + text(shown);
    }
    return written;
  };
  let unitsKey: unknown;
  let units: Buffer | undefined;
  return (position, sink) => {
    const row: unknown = rows.at(position);
    const id = rows.id(row);
    let open = `{"id":${JSON.stringify(id)},"type":"${table.name}","attributes":{`;
    for (const part of parts) {
      if (part.follows === undefined) {
        open += write(row, part);
        continue;
      }
      const key = part.follows(row);
      if (part.text === undefined || part.key !== key) {
        part.key = key;
        part.text = Buffer.from(write(row, part));
      }
      sink.text(open);
      sink.copy(part.text);
      open = "";
    }
    if (bare) return sink.text(`${open}}}`);
    const key = table.unitsFollow === undefined ? row : table.unitsFollow(row);
    if (units === undefined || key !== unitsKey) {
      unitsKey = key;
      units = Buffer.from(`,"meta":{"row":{${unitsOf(table, names, row)}}}}`);
    }
    const self = `${base}/${table.name}/${encodeURIComponent(id)}`;
    const related = nested.map((name) => `"${name}":{"links":{"related":"${self}/${name}"}}`);
    const relationships = related.length === 0 ? "" : `,"relationships":{${related.join(",")}}`;
    sink.text(`${open}},"links":{"self":"${self}"}${relationships}`);
    sink.copy(units);
  };
}

/** The way to another page of the same query. */
function linkTo(url: URL, offset: number, limit: number): string {
  const target = new URL(url);
  target.searchParams.set("page[offset]", String(offset));
  target.searchParams.set("page[limit]", String(limit));
  return target.href;
}

/** One page of a listing. */
export function pageReply(table: AnyTable, query: Query, selection: Selection, url: URL, base: string): Reply {
  const { offset, limit } = query;
  const { total } = selection;
  const write = rowWriter(table, query, base);
  const sink = new Sink();
  sink.text('{"data":[');
  const end = Math.min(total, offset + limit);
  for (let index = offset; index < end; index++) {
    if (index > offset) sink.text(",");
    write(selection.position(index), sink);
  }
  const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
  const links = {
    self: url.href,
    first: linkTo(url, 0, limit),
    last: linkTo(url, last, limit),
    prev: offset > 0 ? linkTo(url, Math.max(0, offset - limit), limit) : null,
    next: offset + limit < total ? linkTo(url, offset + limit, limit) : null,
  };
  sink.text(`],"links":${JSON.stringify(links)},"meta":{"totalResourceCount":${total}}}`);
  return bufferReply(200, mediaType, sink.done());
}
