import type { Answer, Operation, PagedOperation, PagePosition, Query } from "@sci/http-core";
import type { InSession } from "./session.ts";
import type { CatalogueRow } from "./types.ts";

/** One page, with what ICAT+ tells about the whole in each of its rows. */
export interface RowPage {
  readonly rows: readonly CatalogueRow[];
  /** Rows behind `skip`, over all pages; undefined where the service does not say. */
  readonly total: number | undefined;
}

export interface RowList<Input> {
  readonly name: string;
  readonly path: string;
  readonly query: (input: Input) => Query;
  /** Rows to leave out at the start. */
  readonly skip?: (input: Input) => number | undefined;
  /** Name of the field in which a row stands: `{ Datafile: { … } }`. */
  readonly wrapper?: string;
  readonly headers?: (input: InSession<Input>) => Readonly<Record<string, string>>;
}

/** ICAT+ names no page size of its own; a row of a dataset is some 5 kB. */
const PAGE_SIZE = 100;

/** A list that ICAT+ gives in parts (`limit` and `skip`). */
export function rowList<Input>(list: RowList<Input>): PagedOperation<Input, RowPage, CatalogueRow> {
  const { name, path, wrapper } = list;
  const skipOf = (input: Input): number => list.skip?.(input) ?? 0;
  const operation: Operation<InSession<{ readonly input: Input; readonly position: PagePosition }>, RowPage> = {
    name,
    method: "GET",
    path,
    secretParams: ["sessionId"],
    params: ({ input, sessionId }) => ({ ...(input as Readonly<Record<string, string>>), sessionId }),
    query: ({ input, position: { page, pageSize } }) => {
      const skip = skipOf(input) + page * pageSize;
      return [...list.query(input), ["limit", pageSize], ["skip", skip === 0 ? undefined : skip]];
    },
    ...(list.headers === undefined ? {} : { headers: ({ input, sessionId }) => list.headers?.({ ...input, sessionId }) ?? {} }),
    read: ({ data }: Answer, { input, position }) => pageOf(data, skipOf(input), position, wrapper),
  };
  return {
    // The session comes in with the call.
    operation: operation as Operation<{ readonly input: Input; readonly position: PagePosition }, RowPage>,
    items: ({ rows }) => rows,
    total: ({ total }) => total,
    defaultPageSize: PAGE_SIZE,
  };
}

function pageOf(data: unknown, skip: number, { page: number, pageSize }: PagePosition, wrapper: string | undefined): RowPage {
  const all = rowsOf(data);
  const page = (all[0]?.["meta"] as { page?: { total?: unknown } } | undefined)?.page;
  // More rows than were asked for: the service does not page, and would give the same ones again and again.
  const whole = all.length > pageSize ? number * pageSize + all.length : undefined;
  const total = whole ?? (typeof page?.total === "number" ? Math.max(0, page.total - skip) : undefined);
  return { rows: wrapper === undefined ? all : unwrapped(all, wrapper), total: all.length === 0 && number === 0 ? (total ?? 0) : total };
}

/** Rows of an answer; an empty or missing one has none. */
export function rowsOf(data: unknown): readonly CatalogueRow[] {
  return Array.isArray(data) ? (data as readonly CatalogueRow[]) : [];
}

/** The rows inside their wrappers; empty wrappers hold none. */
export function unwrapped(rows: readonly CatalogueRow[], wrapper: string): readonly CatalogueRow[] {
  return rows.map((row) => row[wrapper]).filter((row): row is CatalogueRow => typeof row === "object" && row !== null);
}
