import {
  type Answer,
  operation,
  type Operation,
  type PagedOperation,
  type PagePosition,
  type Query,
  type Schema,
  SciError,
} from "@sci/http-core";
import { decodeRecord, type Kinds, listSchema, recordSchema } from "./kinds.ts";

/** One way to search a collection: the names of the query, all of which are due. */
export interface SearchBy {
  readonly by: readonly string[];
  /** Whether the endpoint takes a page. @default true */
  readonly paged?: false;
}

/** What a resource is on the wire. An endpoint that every collection may have is one entry in `routes` or `searches`. */
export interface Definition<Row> {
  /** As in `mdc.dataGroups`. */
  readonly name: string;
  /** The collection below the address of the API: "data_groups". */
  readonly collection: string;
  /** The key around the fields that are sent; also the word for one record in messages. */
  readonly wrapper: string;
  readonly kinds: Kinds<Row>;
  /** Fields that only the server sets. */
  readonly server: readonly (keyof Row & string)[];
  /** Which of create, read one, update and delete there are. */
  readonly routes: "CRUD" | "R" | "U" | "";
  readonly searches: readonly SearchBy[];
  /** Endpoints of its own. */
  readonly operations?: Readonly<Record<string, AnyOperation>>;
}

/** Enough of an operation to tell which endpoint it is. */
export type AnyOperation = Pick<Operation, "name" | "method" | "path">;

/** Fields that hold train ids: exact also where they are beyond 2^53. */
export const trainFields = ["first_train", "last_train"] as const;

/** Keeps the types of a definition. `id` is the server's in every resource. */
export function define<Row extends { readonly id: number }>(definition: Definition<Row>): Definition<Row> {
  return definition;
}

export interface RecordInput {
  readonly id: number | string;
}
export interface FieldsInput {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Without the wrapper key, as the original sends it in some places; the server takes both. */
  readonly bare?: boolean;
}

const bigints = trainFields;

/** An operation that gives one record. */
export function recordOperation<Input, Row>(
  kinds: Kinds<Row>,
  rest: Pick<Operation<Input>, "name" | "method" | "path" | "params" | "query" | "body" | "repeatable"> & {
    readonly created?: boolean;
    /** What is known of the record where it was done and none is sent back (204). */
    readonly without?: (input: Input) => Readonly<Record<string, unknown>>;
  },
): Operation<Input, Row> {
  const { created = false, without, ...plain } = rest;
  return operation<Input, Row>({
    ...plain,
    bigints,
    response: recordSchema(kinds, without !== undefined),
    read(answer, input) {
      if (created) checkCreated(answer, plain.name);
      const record = answer.status === 204 && without !== undefined ? without(input) : checkRecord(answer, plain.name);
      return decodeRecord(record, kinds);
    },
  });
}

/** An operation that gives a list of records in one answer. */
export function listOperation<Input, Row>(
  kinds: Kinds<Row>,
  rest: Pick<Operation<Input>, "name" | "method" | "path" | "params" | "query" | "body" | "repeatable"> & {
    readonly created?: boolean;
    /** How many records are due in the answer. @default any number */
    readonly count?: (input: Input) => number;
  },
): Operation<Input, readonly Row[]> {
  const { created = false, count, ...plain } = rest;
  return operation<Input, readonly Row[]>({
    ...plain,
    bigints,
    response: listSchema(kinds),
    read(answer, input) {
      if (created) checkCreated(answer, plain.name);
      const found = checkList(answer, plain.name);
      const due = count?.(input) ?? found.length;
      if (found.length !== due) throw unexpected(`mymdc ${plain.name} sent ${due} records and was told of ${found.length}`, answer);
      return found.map((one) => decodeRecord(one, kinds));
    },
  });
}

/** The deletion of something, with nothing to give. */
export function emptyOperation<Input>(
  rest: Pick<Operation<Input>, "name" | "method" | "path" | "params" | "body" | "repeatable">,
): Operation<Input, void> {
  return operation<Input, void>({
    ...rest,
    read(answer) {
      if (answer.status !== 204)
        throw unexpected(
          `mymdc ${rest.name} answered ${answer.status} where 204 No Content is due, so that nothing may have been deleted`,
          answer,
        );
    },
  });
}

/** One page of a search as it is read. */
export interface PageBody<Row> {
  readonly rows: readonly Row[];
  readonly total: number | undefined;
}

/** What a search is asked with: its values, and the page it begins at. */
export interface SearchInput {
  readonly query: Query;
  readonly params?: Readonly<Record<string, string | number>>;
  /** From 1, as the service counts. */
  readonly firstPage: number;
}

type Paging = { readonly input: SearchInput; readonly position: PagePosition };

/** A search over pages. Totals are told by headers; without them the walk goes page by page, to the first that is not full. */
export function pagedSearch<Row>(
  rest: Pick<Operation<Paging>, "name" | "path"> & {
    readonly paged: boolean;
    readonly kinds: Kinds<Row>;
    readonly response: Schema<unknown>;
    readonly rowsOf: (data: unknown) => unknown;
    readonly key?: (row: Row) => string | number;
  },
): PagedOperation<SearchInput, PageBody<Row>, Row> {
  const { paged, kinds, response, rowsOf, key, ...plain } = rest;
  return {
    operation: operation<Paging, PageBody<Row>>({
      ...plain,
      method: "GET",
      bigints,
      params: ({ input }) => input.params ?? {},
      query: ({ input, position }) => [
        ...input.query,
        ...(paged
          ? ([
              ["page", position.page + input.firstPage],
              ["page_size", position.pageSize],
            ] as const)
          : []),
      ],
      // What arrives is checked; what is read of it is made below.
      response: response as Schema<PageBody<Row>>,
      read(answer, { input, position }) {
        const found = checkList({ ...answer, data: rowsOf(answer.data) }, plain.name);
        const total = totalOf(answer);
        const before = (input.firstPage - 1) * position.pageSize;
        const isLast = before + position.page * position.pageSize + found.length === total;
        if (paged && !isLast) checkPageSize(answer, found.length, position.pageSize, plain.name);
        return {
          rows: found.map((one) => decodeRecord(one, kinds)),
          // Behind the end it is below 0; the listing adds what was passed over again.
          total: total === undefined ? undefined : total - before,
        };
      },
    }),
    items: ({ rows }) => rows,
    total: ({ total }) => total,
    ...(paged ? {} : { next: () => undefined }),
    ...(key === undefined ? {} : { key }),
    defaultPageSize: 100,
    maxPageSize: 500,
  };
}

/** The number of records over all pages: only told together with the number of pages. */
export function totalOf({ headers }: Pick<Answer, "headers">): number | undefined {
  const [pages, count] = [headers["x-total-pages"], headers["x-total-count"]];
  return pages !== undefined && count !== undefined && /^\d+$/.test(count) ? Number(count) : undefined;
}

/** A page that is full at fewer records than were asked for would look like the last one. */
function checkPageSize({ headers, status }: Answer, rows: number, asked: number, name: string): void {
  const given = Number(headers["x-count-per-page"]);
  if (!(given > 0 && given < asked && rows >= given)) return;
  throw new SciError(
    "INVALID_RESPONSE",
    `mymdc ${name}: ${asked} records per page were asked for, and the service gives ${given}. Pass pageSize: ${given}.`,
    {
      status,
      details: { pageSize: asked, given },
    },
  );
}

function checkRecord(answer: Answer, name: string): Record<string, unknown> {
  const { data, status } = answer;
  if (typeof data === "object" && data !== null && !Array.isArray(data) && Object.keys(data).length > 0)
    return data as Record<string, unknown>;
  throw unexpected(`mymdc ${name} answered ${status} without a record`, answer);
}

export function checkList(answer: Answer, name: string): readonly unknown[] {
  if (Array.isArray(answer.data)) return answer.data as unknown[];
  throw unexpected(`mymdc ${name} answered ${answer.status} without a list`, answer);
}

/** A POST that was redirected arrives as a GET, whose 200 would look like success. */
function checkCreated(answer: Answer, name: string): void {
  if (answer.status === 201) return;
  throw unexpected(`mymdc ${name} answered ${answer.status} where 201 Created is due, so that nothing may have been created`, answer);
}

function unexpected(message: string, { status, data }: Answer): SciError<"INVALID_RESPONSE"> {
  const body =
    data === undefined ? "" : JSON.stringify(data, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  return new SciError("INVALID_RESPONSE", `${message}.`, { status, ...(body === "" ? {} : { body: body.slice(0, 2048) }) });
}
