import { checkNames, type Core, type Listing, listOptionNames, type ListOptions, SciError, shown, unknownName } from "@sci/http-core";
import type { AttributeName, ResourceOf, ResourcePath, Row } from "./attributes.ts";
import { condition, type Operand, type Operator } from "./conditions.ts";
import { identityOf, listRows, pagedQuery, type QueryInput } from "./listing.ts";
import type { Catalogue } from "./meta.ts";
import { type Projected, type RowShape, type Shape, type Shaped, shaper } from "./rows.ts";

const includes = ["meta", "presentation_timestamp", "data_only"] as const;

/** What `include` asks for: units and times as people write them, or the bare rows. */
export type Include = (typeof includes)[number];

/** How rates and lumisections are put together. */
export interface Grouping {
  /** Of rates and dead times. */
  readonly granularity?: "run" | "lumisection";
  /** Number of lumisections in one row. */
  readonly size?: number;
}

export interface QueryOptions extends ListOptions, Pick<RowShape, "unchecked"> {}

type Known<Resource extends string> = AttributeName<Resource>;
/** A name that is not known here; for one that is, the form with its own type of values holds. */
type Other<Resource extends string, Name extends string> = Name extends Known<Resource> ? never : Name;
type Sortable<Resource extends string> = Known<Resource> | `-${Known<Resource>}` | (string & {});

/**
 * A question to one resource: each call gives a new one and leaves this as it is. It is a list: awaited (one page), iterated (all
 * rows, pages fetched ahead), walked by `.pages()` or collected. Names that are not known here are checked against the service's own
 * list before the first page.
 */
export interface Query<Resource extends string = string, Attributes = Row<Resource>, Chosen extends Shape = "plain"> extends Listing<
  Shaped<Attributes, Chosen>
> {
  /** Only these attributes, in place of those asked for before. */
  fields<Names extends Known<Resource> | (string & {})>(...names: Names[]): Query<Resource, Projected<Resource, Names>, Chosen>;
  /**
   * Only rows that fit; several conditions are joined by AND. Without operator it is EQ.
   * @throws INVALID_ARGUMENT for an operator OMS does not have (there is no OR, no list, no NOT LIKE); when it is asked, for a value of
   * the wrong type
   */
  where<Name extends Known<Resource>>(name: Name, operator: Operator, value: Operand<Resource, Name>): Query<Resource, Attributes, Chosen>;
  where(name: Known<Resource>, operator: "LIKE" | "CT" | "like" | "ct", value: string | number): Query<Resource, Attributes, Chosen>;
  where<Name extends Known<Resource>>(name: Name, value: Operand<Resource, Name>): Query<Resource, Attributes, Chosen>;
  where<Name extends string>(name: Other<Resource, Name>, operator: Operator, value: Operand): Query<Resource, Attributes, Chosen>;
  where<Name extends string>(name: Other<Resource, Name>, value: Operand): Query<Resource, Attributes, Chosen>;
  /** By these names in this order of weight, `-` in front for descending. A later call goes behind. */
  sort(...names: Sortable<Resource>[]): Query<Resource, Attributes, Chosen>;
  include(...parts: Include[]): Query<Resource, Attributes, Chosen>;
  group(grouping: Grouping): Query<Resource, Attributes, Chosen>;
  /** A parameter of the service that has no word here. Its value is encoded. */
  custom(name: string, value: string | number | boolean): Query<Resource, Attributes, Chosen>;
  /** Rows whose values come with their units. */
  withUnits(): Query<Resource, Attributes, "units">;
  /** Rows as the service sends them: `id`, `type`, `attributes`, `links`, `relationships`, `meta`. */
  raw(): Query<Resource, Attributes, "raw">;
  /** Number of rows, without fetching them. */
  count(): Promise<number>;
  /** The address of the first page, which is not asked for. */
  url(): Promise<string>;
}

interface State {
  readonly input: QueryInput;
  readonly options: ListOptions;
  readonly unchecked: boolean;
  readonly shape: Shape;
  /** Pages of whole lumisections under way, unless the call says so. */
  readonly whole: number;
}

type AnyQuery = Query<string, Row, Shape>;

class Builder implements Listing<unknown> {
  readonly #core: Core;
  readonly #catalogue: Catalogue;
  readonly #state: State;

  constructor(core: Core, catalogue: Catalogue, state: State) {
    this.#core = core;
    this.#catalogue = catalogue;
    this.#state = state;
    // Options that cannot be used are told where they were written.
    core.list(pagedQuery(state.input), state.input, state.options);
  }

  #with(input: Partial<QueryInput>, more: Partial<State> = {}): AnyQuery {
    const state = { ...this.#state, ...more, input: { ...this.#state.input, ...input } };
    return new Builder(this.#core, this.#catalogue, state) as unknown as AnyQuery;
  }

  fields(...names: string[]): AnyQuery {
    if (names.length === 0) throw refused("fields() needs at least one name; leave it out for all attributes.");
    return this.#with({ fields: [...new Set(names.map((name) => checkName(name, "fields()")))] });
  }

  where(name: string, ...rest: readonly unknown[]): AnyQuery {
    if (rest.length === 0 || rest.length > 2) throw refused(`where(${shown(name)}, …) needs an operator and a value, or a value alone.`);
    const [operator, value] = rest.length === 1 ? ["EQ", rest[0]] : rest;
    return this.#with({ conditions: [...this.#state.input.conditions, condition(name, operator, value)] });
  }

  sort(...names: string[]): AnyQuery {
    const sort = [...this.#state.input.sort];
    for (const name of names) {
      const plain = checkName(name, "sort()").replace(/^-/, "");
      checkName(plain, "sort()");
      const before = sort.find((one) => one.replace(/^-/, "") === plain);
      if (before !== undefined && before !== name) throw refused(`sort() names ${plain} twice, up and down.`);
      if (before === undefined) sort.push(name);
    }
    return this.#with({ sort });
  }

  include(...parts: string[]): AnyQuery {
    for (const part of parts) if (!includes.includes(part as Include)) throw unknownName(String(part), includes, "include");
    return this.#with({ include: [...new Set([...this.#state.input.include, ...parts])] });
  }

  group(grouping: Grouping): AnyQuery {
    return this.#with({ extra: [...this.#state.input.extra, ...groupPairs(grouping)] });
  }

  custom(name: string, value: unknown): AnyQuery {
    checkName(name, "custom()");
    if (/^page(\[|$)/.test(name)) throw refused(`custom() does not take ${name}: pages are asked for by pageSize and limit.`);
    if (!["string", "number", "boolean"].includes(typeof value))
      throw refused(`custom(${shown(name)}, …) needs a text, a number, true or false, not ${shown(value)}.`);
    return this.#with({ extra: [...this.#state.input.extra, [name, String(value)]] });
  }

  withUnits(): AnyQuery {
    return this.#with({}, { shape: "units" });
  }

  raw(): AnyQuery {
    return this.#with({}, { shape: "raw" });
  }

  async count(): Promise<number> {
    const { total, items } = await this.#listing({ pageSize: 1 });
    // A service that tells no total leaves counting to us.
    if (total !== undefined) return total;
    let count = 0;
    if (items.length > 0) for await (const page of this.pages()) count += page.items.length;
    return count;
  }

  async url(): Promise<string> {
    const input = await this.#settle();
    const { options } = this.#state;
    const { operation, defaultPageSize: usual } = pagedQuery(input);
    const pageSize = options.pageSize ?? Math.max(1, Math.min(usual, options.limit ?? usual));
    return this.#core.describe(operation, { input, position: { page: 0, pageSize } }).url;
  }

  /** The order ended in what makes rows unique, names and values checked. */
  async #settle(): Promise<QueryInput> {
    const { input, unchecked, options } = this.#state;
    const { sort, conditions } = input;
    // Rows of one run, or of one fill, do not need it again.
    const named = [
      ...sort.map((name) => name.replace(/^-/, "")),
      ...conditions.filter(({ operator }) => operator === "EQ").map(({ name }) => name),
    ];
    const missing = sort.length === 0 ? [] : identityOf(input).filter((name) => !named.includes(name));
    const ordered = { ...input, sort: [...sort, ...missing] };
    return unchecked ? ordered : this.#catalogue.settle(ordered, options.signal);
  }

  #listing(more: ListOptions = {}): Listing<unknown> {
    const { input, options, shape, whole } = this.#state;
    // Whole lumisections keep the processor busy with four pages under way: more would only wait in memory.
    const few = input.fields.length === 0 && input.path.at(-1) === "lumisections" ? { concurrency: whole } : {};
    return listRows(this.#core, () => this.#settle(), { ...few, ...options, ...more }, shaper(shape));
  }

  pages() {
    return this.#listing().pages();
  }

  [Symbol.asyncIterator]() {
    return this.#listing()[Symbol.asyncIterator]();
  }

  collect(options: { readonly limit: number }) {
    return this.#listing().collect(options);
  }

  // A query is awaited as its first page.
  then: Listing<unknown>["then"] = (fulfilled, rejected) => this.#listing().then(fulfilled, rejected);
}

/** Wrong use of a query, told where it is written. */
function refused(message: string): SciError {
  return new SciError("INVALID_ARGUMENT", message);
}

function checkName(name: unknown, what: string): string {
  if (typeof name !== "string" || name === "" || name === "-") throw refused(`${what} takes names, not ${shown(name)}.`);
  if (name.includes(",")) throw refused(`${what} takes one name each: ${shown(name)} holds a comma.`);
  return name;
}

function groupPairs(grouping: Grouping): (readonly [string, string])[] {
  checkNames(grouping, ["granularity", "size"], "option of group()");
  const { granularity, size } = grouping;
  if (granularity === undefined && size === undefined) throw refused("group() needs granularity or size.");
  if (granularity !== undefined && granularity !== "run" && granularity !== "lumisection")
    throw refused(`group(): granularity must be "run" or "lumisection", not ${shown(granularity)}.`);
  if (size !== undefined && !(Number.isSafeInteger(size) && size > 0))
    throw refused(`group(): size must be a whole number of lumisections from 1, not ${shown(size)}.`);
  return [
    ...(granularity === undefined ? [] : [["group[granularity]", granularity] as const]),
    ...(size === undefined ? [] : [["group[size]", String(size)] as const]),
  ];
}

/** `runs`, `runs/327564/lumisections`: parts of a path, each to be encoded by itself. */
export function pathParts(path: unknown): string[] {
  const parts =
    typeof path === "string" ? path.split("/").filter((part, index, all) => part !== "" || (index > 0 && index < all.length - 1)) : [];
  if (parts.length === 0 || parts.some((part) => part === "" || part === "." || part === "..")) {
    throw refused(`A resource is a name such as "runs", or "runs/327564/lumisections", not ${shown(path)}.`);
  }
  if (parts.length % 2 === 0) {
    throw refused(`${shown(path)} is one row: a query asks for a list such as "runs/327564/lumisections"; get() fetches anything.`);
  }
  return parts;
}

export type QueryCall = <Path extends ResourcePath | (string & {})>(resource: Path, options?: QueryOptions) => Query<ResourceOf<Path>>;

/** Makes queries of a client; `concurrency` is what its user wants. */
export function queryCall(core: Core, catalogue: Catalogue, concurrency = 4): QueryCall {
  return ((resource: string, given: QueryOptions = {}) => {
    const path = pathParts(resource);
    checkNames(given, [...listOptionNames, "unchecked"], `option of query("${resource}")`);
    const { unchecked = false, ...options } = given;
    if (typeof unchecked !== "boolean") throw refused(`query(): unchecked must be true or false, not ${shown(unchecked)}.`);
    const input: QueryInput = { path, fields: [], conditions: [], sort: [], include: [], extra: [] };
    return new Builder(core, catalogue, { input, options, unchecked, shape: "plain", whole: concurrency });
  }) as unknown as QueryCall;
}
