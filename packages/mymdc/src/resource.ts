import {
  type CallOptions,
  callOptionNames,
  checkNames,
  type Core,
  isSciError,
  type Listing,
  type Operation,
  type PagedOperation,
  type Query,
  SciError,
  shown,
} from "@sci/http-core";
import {
  type Definition,
  emptyOperation,
  type FieldsInput,
  pagedSearch,
  type PageBody,
  type RecordInput,
  recordOperation,
  type SearchInput,
} from "./definition.ts";
import { listing, type SearchOptions } from "./listing.ts";
import { checkFields, checkNumber, checkValue, type Id, isRecord, type Kind, listSchema, type WriteRules } from "./kinds.ts";
import { createWrite, type Write, type WriteFields } from "./writes.ts";

export type { SearchOptions } from "./listing.ts";

/** A search without values: everything. */
export type All = Readonly<Record<never, never>>;

/** Reads one record. */
export interface Gets<Row> {
  /** @throws NOT_FOUND, INVALID_ARGUMENT */
  get(id: Id, options?: CallOptions): Promise<Row>;
}

/** Searches a collection by one of the combinations that the service knows. */
export interface Searches<Row, Where> {
  /** Nothing found is an empty list. @throws INVALID_ARGUMENT for a combination the service does not know, or a value of null */
  list(where: Where, options?: SearchOptions): Listing<Row>;
  /** The one record found. @throws NOT_FOUND for none, AMBIGUOUS for several */
  find(where: Where, options?: CallOptions): Promise<Row>;
}

/** The same for a collection that can also be listed as a whole. */
export interface ListsAll<Row, Where> extends Searches<Row, Where> {
  list(where?: Where | All, options?: SearchOptions): Listing<Row>;
}

/** Changes records. A creation is never sent twice unasked. */
export interface Writes<Row, Fields> {
  /** @throws VALIDATION with the fields and the service's reasons, INVALID_ARGUMENT for a misspelt field */
  create: WriteFields<[], Fields, Row>;
  /** Changes only the fields that are given. @throws VALIDATION, NOT_FOUND, INVALID_ARGUMENT */
  update: WriteFields<[id: Id], Fields, Row>;
  /** @throws NOT_FOUND, VALIDATION where other records depend on it */
  delete: Write<[id: Id], void>;
}

/** The operations every collection may have. */
export interface Operations<Row> {
  readonly create: Operation<FieldsInput, Row>;
  readonly get: Operation<RecordInput, Row>;
  readonly update: Operation<RecordInput & FieldsInput, Row>;
  readonly delete: Operation<RecordInput, void>;
}

export function operationsOf<Row>({ name, collection, wrapper, kinds }: Definition<Row>): Operations<Row> {
  const member = `/${collection}/{id}`;
  const body = ({ fields, bare = false }: FieldsInput) => ({ json: bare ? fields : { [wrapper]: fields } });
  return {
    // A second one would be a second record.
    create: recordOperation<FieldsInput, Row>(kinds, {
      name: `${name}.create`,
      method: "POST",
      path: `/${collection}/`,
      body,
      repeatable: false,
      created: true,
    }),
    get: recordOperation<RecordInput, Row>(kinds, { name: `${name}.get`, method: "GET", path: member }),
    update: recordOperation<RecordInput & FieldsInput, Row>(kinds, {
      name: `${name}.update`,
      method: "PUT",
      path: member,
      params: ({ id }) => ({ id }),
      body,
      without: ({ id, fields }) => ({ ...fields, id }),
    }),
    delete: emptyOperation<RecordInput>({ name: `${name}.delete`, method: "DELETE", path: member }),
  };
}

export function searchOf<Row>(definition: Definition<Row>, paged: boolean): PagedOperation<SearchInput, PageBody<Row>, Row> {
  const { name, collection, kinds } = definition;
  return pagedSearch<Row>({
    name: `${name}.list`,
    path: `/${collection}/`,
    paged,
    kinds,
    response: listSchema(kinds),
    rowsOf: (data) => data,
    key: (row) => (row as { readonly id: number }).id,
  });
}

/** The rules for what is written to a resource. */
export function rulesOf<Row>({ kinds, server }: Definition<Row>, further: Readonly<Record<string, Kind>> = {}): WriteRules {
  return { kinds: kinds as Readonly<Record<string, Kind>>, server: ["id", ...server], further };
}

/** @throws INVALID_ARGUMENT for an unknown option */
export function callOptions(options: CallOptions | undefined, name: string): CallOptions {
  checkNames(options, callOptionNames, `option of ${name}()`);
  return options ?? {};
}

export function getsApi<Row>(core: Core, definition: Definition<Row>): Gets<Row> {
  const { get } = operationsOf(definition);
  return {
    async get(id, options) {
      return core.request(
        get,
        { id: checkNumber(id, `The id in ${definition.name}.get()`) },
        callOptions(options, `${definition.name}.get`),
      );
    },
  };
}

export function searchesApi<Row, Where>(core: Core, definition: Definition<Row>): ListsAll<Row, Where> {
  const { name, wrapper } = definition;
  const list = (where: unknown, options: SearchOptions = {}, of = `${name}.list`): Listing<Row> => {
    const { query, paged } = queryOf(definition, where, of);
    return listing(core, searchOf(definition, paged), { query }, options, of, paged);
  };
  return {
    list: (where: unknown = {}, options) => list(where, options),
    async find(where: unknown, options) {
      const of = `${name}.find`;
      const { items, total = items.length } = await list(where, callOptions(options, of), of);
      const what = `${wrapper.replaceAll("_", " ")} with ${shown(where)}`;
      if (items.length > 1 || total > 1)
        throw new SciError(
          "AMBIGUOUS",
          `There are ${Math.max(items.length, total)} records: ${what}. List them, and take the one that is meant by its id.`,
          {
            service: "mymdc",
            operation: of,
            details: { total: Math.max(items.length, total), ids: items.map((one) => (one as { readonly id?: unknown }).id) },
          },
        );
      if (items[0] === undefined)
        throw new SciError("NOT_FOUND", `There is no ${what}.`, {
          service: "mymdc",
          operation: of,
          details: { where: { ...(where as object) } },
        });
      return items[0];
    },
  };
}

export function writesApi<Row, Fields>(
  core: Core,
  definition: Definition<Row>,
  further: Readonly<Record<string, Kind>> = {},
): Writes<Row, Fields> {
  const { name } = definition;
  const operations = operationsOf(definition);
  const rules = rulesOf(definition, further);
  const fieldsOf = (given: unknown, of: string, unchecked: boolean): Record<string, unknown> => {
    const fields = checkFields(given, rules, `${of}()`, unchecked);
    if (Object.keys(fields).length === 0) throw new SciError("INVALID_ARGUMENT", `${of}() was given no fields.`);
    return fields;
  };
  const idOf = (id: unknown, of: string): number | string => checkNumber(id, `The id in ${of}()`);
  const placeholder = (id: unknown): Row => ({ id }) as Row;
  return {
    create: createWrite<[Fields], Row>(core, `${name}.create`, 1, (writer, given) =>
      writer.write(operations.create, { fields: fieldsOf(given, `${name}.create`, writer.unchecked) }, placeholder(undefined)),
    ) as Writes<Row, Fields>["create"],
    update: createWrite<[Id, Fields], Row>(core, `${name}.update`, 2, (writer, id, given) =>
      writer.write(
        operations.update,
        { id: idOf(id, `${name}.update`), fields: fieldsOf(given, `${name}.update`, writer.unchecked) },
        placeholder(id),
      ),
    ) as Writes<Row, Fields>["update"],
    delete: createWrite<[Id], void>(core, `${name}.delete`, 1, async (writer, id) => {
      try {
        await writer.write(operations.delete, { id: idOf(id, `${name}.delete`) }, undefined);
      } catch (error) {
        // Sent again after an answer was lost, it finds the record gone: the first one was done.
        const isDone = isSciError(error, "NOT_FOUND") && error.attempts?.slice(0, -1).some(({ status }) => status === undefined);
        if (isDone !== true) throw error;
      }
    }),
  };
}

/** The query of a search. @throws INVALID_ARGUMENT for a combination that the service does not know, and for a value that is missing */
function queryOf<Row>(
  { searches, kinds }: Definition<Row>,
  where: unknown,
  of: string,
): { readonly query: Query; readonly paged: boolean } {
  const known = searches.map(({ by }) => (by.length === 0 ? "{}" : `{ ${by.join(", ")} }`)).join(", ");
  if (!isRecord(where)) throw new SciError("INVALID_ARGUMENT", `${of}() searches by one of ${known}, not ${shown(where)}.`);
  checkNames(where, [...new Set(searches.flatMap(({ by }) => by))], `name to search by in ${of}()`);
  const names = Object.keys(where).filter((name) => where[name] !== undefined);
  const search = searches.find(({ by }) => by.length === names.length && by.every((name) => names.includes(name)));
  if (search === undefined) throw new SciError("INVALID_ARGUMENT", `${of}() searches by one of ${known}, not by { ${names.join(", ")} }.`);
  const query = search.by.map((name) => {
    const value = where[name];
    // Left out by null, a condition would be gone and everything be listed.
    if (value === null || value === "" || typeof value === "object")
      throw new SciError("INVALID_ARGUMENT", `${name} in ${of}() must have a value, not ${shown(value)}.`);
    checkValue(value, (kinds as Readonly<Record<string, Kind>>)[name] ?? "text", `${name} in ${of}()`);
    return [name, value as string | number] as const;
  });
  return { query, paged: search.paged ?? true };
}
