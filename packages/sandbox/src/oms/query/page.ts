import { bufferReply, type Reply } from "../../http/message.ts";
import type { AnyTable, Column } from "../table.ts";
import type { Query } from "./parse.ts";
import type { Selection } from "./select.ts";

export const mediaType = "application/vnd.api+json; charset=utf-8";

interface Writer {
  readonly start: string;
  readonly column: Column<unknown>;
  /** The part of `meta.row` where it is the same in every row. */
  readonly units: string | undefined;
  readonly name: string;
}

function writers(table: AnyTable, fields: readonly string[] | undefined): Writer[] {
  const names = fields ?? Object.keys(table.columns);
  return names.map((name, index) => {
    const column = table.columns[name] as Column<unknown>;
    const units =
      column.units === undefined || column.rowUnits !== undefined
        ? undefined
        : `${JSON.stringify(name)}:{"units":${JSON.stringify(column.units)}}`;
    return { start: `${index === 0 ? "" : ","}${JSON.stringify(name)}:`, column, units, name };
  });
}

function text(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value === null || value === undefined) return "null";
  return JSON.stringify(value);
}

/** Writes rows as JSON:API; the texts that all rows share are made once. */
export function rowWriter(
  table: AnyTable,
  query: Pick<Query, "fields" | "include" | "grouping">,
  base: string,
): (position: number) => string {
  const rows = table.rows(query.grouping);
  const columns = writers(table, query.fields);
  const bare = query.include.has("data_only");
  const presentation = query.include.has("presentation_timestamp");
  return (position) => {
    const row = rows.at(position);
    const id = rows.id(row);
    let attributes = "";
    let units = "";
    for (const { start, column, units: fixed, name } of columns) {
      let value = column.get(row);
      if (presentation && column.type === "DATE" && typeof value === "string") value = value.replace("T", " ").replace("Z", "");
      attributes += start + text(value);
      if (bare) continue;
      const own = column.rowUnits?.(row);
      const part = own === undefined ? fixed : `${JSON.stringify(name)}:{"units":${JSON.stringify(own)}}`;
      if (part !== undefined) units += (units === "" ? "" : ",") + part;
    }
    const start = `{"id":${JSON.stringify(id)},"type":"${table.name}","attributes":{${attributes}}`;
    if (bare) return `${start}}`;
    const self = `${base}/${table.name}/${encodeURIComponent(id)}`;
    const related = Object.keys(table.nested ?? {}).map((name) => `"${name}":{"links":{"related":"${self}/${name}"}}`);
    const relationships = related.length === 0 ? "" : `,"relationships":{${related.join(",")}}`;
    return `${start},"links":{"self":"${self}"}${relationships},"meta":{"row":{${units}}}}`;
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
  const parts: string[] = [];
  const end = Math.min(total, offset + limit);
  for (let index = offset; index < end; index++) parts.push(write(selection.position(index)));
  const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
  const links = {
    self: url.href,
    first: linkTo(url, 0, limit),
    last: linkTo(url, last, limit),
    prev: offset > 0 ? linkTo(url, Math.max(0, offset - limit), limit) : null,
    next: offset + limit < total ? linkTo(url, offset + limit, limit) : null,
  };
  const body = `{"data":[${parts.join(",")}],"links":${JSON.stringify(links)},"meta":{"totalResourceCount":${total}}}`;
  return bufferReply(200, mediaType, Buffer.from(body));
}
