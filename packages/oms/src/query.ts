import { checkNames, type Core, type Listing, listOptionNames, type ListOptions, SciError, shown, unknownName } from "@sci/http-core";
import type { AttributeName, ResourceOf, ResourcePath, Row } from "./attributes.ts";
import { condition, type Operand, type Operator } from "./conditions.ts";
import { listRows, pagedQuery, type QueryInput, queryOf } from "./listing.ts";
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
   * @throws INVALID_ARGUMENT for an operator OMS does not have (there is no OR, no list, no NOT LIKE) and for a value of the wrong type
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
  /** The address of the first page. Nothing is sent. */
  url(): string;
}

interface State {
  readonly input: QueryInput;
  readonly options: ListOptions;
  readonly unchecked: boolean;
  readonly shape: Shape;
}

/** What makes rows unique, behind the names they are sorted by: without it, pages of equal values repeat and lose rows. */
const identities: Readonly<Record<string, readonly string[]>> = {
  runs: ["run_number"],
  fills: ["fill_number"],
  lumisections: ["run_number", "lumisection_number"],
};

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
    this.#listing();
  }

  get #resource(): string {
    return this.#state.input.path.at(-1) ?? "";
  }

  #with(input: Partial<QueryInput>, more: Partial<State> = {}): AnyQuery {
    const state = { ...this.#state, ...more, input: { ...this.#state.input, ...input } };
    return new Builder(this.#core, this.#catalogue, state) as unknown as AnyQuery;
  }

  fields(...names: string[]): AnyQuery {
    if (names.length === 0) throw new SciError("INVALID_ARGUMENT", "fields() needs at least one name; leave it out for all attributes.");
    return this.#with({ fields: [...new Set(names.map((name) => checkName(name, "fields()")))] });
  }

  where(name: string, ...rest: readonly unknown[]): AnyQuery {
    if (rest.length === 0 || rest.length > 2)
      throw new SciError("INVALID_ARGUMENT", `where(${shown(name)}, …) needs an operator and a value, or a value alone.`);
    const [operator, value] = rest.length === 1 ? ["EQ", rest[0]] : rest;
    return this.#with({ conditions: [...this.#state.input.conditions, condition(this.#resource, name, operator, value)] });
  }

  sort(...names: string[]): AnyQuery {
    const sort = [...this.#state.input.sort];
    for (const name of names) {
      const plain = checkName(name, "sort()").replace(/^-/, "");
      checkName(plain, "sort()");
      const before = sort.find((one) => one.replace(/^-/, "") === plain);
      if (before !== undefined && before !== name) throw new SciError("INVALID_ARGUMENT", `sort() names ${plain} twice, up and down.`);
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
    if (/^page(\[|$)/.test(name))
      throw new SciError("INVALID_ARGUMENT", `custom() does not take ${name}: pages are asked for by pageSize and limit.`);
    if (!["string", "number", "boolean"].includes(typeof value))
      throw new SciError("INVALID_ARGUMENT", `custom(${shown(name)}, …) needs a text, a number, true or false, not ${shown(value)}.`);
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

  url(): string {
    const { input, options } = this.#sorted();
    const paged = pagedQuery(input);
    const pageSize = options.pageSize ?? Math.max(1, Math.min(paged.defaultPageSize, options.limit ?? paged.defaultPageSize));
    return this.#core.describe(
      { ...paged.operation, query: () => queryOf(input, { page: 0, pageSize }) },
      { input, position: { page: 0, pageSize } },
    ).url;
  }

  #sorted(): State {
    const { sort } = this.#state.input;
    if (sort.length === 0) return this.#state;
    const named = sort.map((name) => name.replace(/^-/, ""));
    const missing = (identities[this.#resource] ?? []).filter((name) => !named.includes(name));
    // Rows of one run, or of one fill, do not need it again.
    const fixed = this.#state.input.conditions.filter(({ operator }) => operator === "EQ").map(({ name }) => name);
    return { ...this.#state, input: { ...this.#state.input, sort: [...sort, ...missing.filter((name) => !fixed.includes(name))] } };
  }

  #listing(more: ListOptions = {}): Listing<unknown> {
    const { input, options, shape } = this.#sorted();
    return listRows(this.#core, input, { ...options, ...more }, () => this.#check(), shaper(shape));
  }

  async #check(): Promise<void> {
    const { input, options, unchecked } = this.#state;
    if (unchecked) return;
    const names = [...input.fields, ...input.conditions.map(({ name }) => name), ...input.sort.map((name) => name.replace(/^-/, ""))];
    await this.#catalogue.check(this.#resource, names, options.signal);
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

function checkName(name: unknown, what: string): string {
  if (typeof name !== "string" || name === "" || name === "-")
    throw new SciError("INVALID_ARGUMENT", `${what} takes names, not ${shown(name)}.`);
  if (name.includes(",")) throw new SciError("INVALID_ARGUMENT", `${what} takes one name each: ${shown(name)} holds a comma.`);
  return name;
}

function groupPairs(grouping: Grouping): (readonly [string, string])[] {
  checkNames(grouping, ["granularity", "size"], "option of group()");
  const { granularity, size } = grouping;
  if (granularity === undefined && size === undefined) throw new SciError("INVALID_ARGUMENT", "group() needs granularity or size.");
  if (granularity !== undefined && granularity !== "run" && granularity !== "lumisection")
    throw new SciError("INVALID_ARGUMENT", `group(): granularity must be "run" or "lumisection", not ${shown(granularity)}.`);
  if (size !== undefined && !(Number.isSafeInteger(size) && size > 0))
    throw new SciError("INVALID_ARGUMENT", `group(): size must be a whole number of lumisections from 1, not ${shown(size)}.`);
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
    throw new SciError("INVALID_ARGUMENT", `A resource is a name such as "runs", or "runs/327564/lumisections", not ${shown(path)}.`);
  }
  if (parts.length % 2 === 0) {
    throw new SciError(
      "INVALID_ARGUMENT",
      `${shown(path)} is one row: a query asks for a list such as "runs/327564/lumisections"; get() fetches anything.`,
    );
  }
  return parts;
}

export type QueryCall = <Path extends ResourcePath | (string & {})>(resource: Path, options?: QueryOptions) => Query<ResourceOf<Path>>;

/** Makes queries of a client. */
export function queryCall(core: Core, catalogue: Catalogue): QueryCall {
  return ((resource: string, given: QueryOptions = {}) => {
    const path = pathParts(resource);
    checkNames(given, [...listOptionNames, "unchecked"], `option of query("${resource}")`);
    const { unchecked = false, ...options } = given;
    if (typeof unchecked !== "boolean")
      throw new SciError("INVALID_ARGUMENT", `query(): unchecked must be true or false, not ${shown(unchecked)}.`);
    const input: QueryInput = { path, fields: [], conditions: [], sort: [], include: [], extra: [] };
    return new Builder(core, catalogue, { input, options, unchecked, shape: "plain" });
  }) as unknown as QueryCall;
}
