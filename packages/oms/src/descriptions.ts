import { type CallOptions, type Core, isSciError, nearest, operation, type Operation, SciError, withMore } from "@sci/http-core";
import { knownNames, resourceNames } from "./attributes.ts";
import type { QueryInput } from "./listing.ts";
import { typedCondition } from "./typed-conditions.ts";
import type { MetaField, ResourceMeta } from "./meta.ts";

function fieldOf(name: string, told: unknown): MetaField {
  if (typeof told !== "object" || told === null) return { name, ...(typeof told === "string" && told !== "" ? { description: told } : {}) };
  const { type, units, description, searchable, sortable } = told as Readonly<Record<string, unknown>>;
  return {
    name,
    ...(typeof type === "string" ? { type } : {}),
    ...(typeof units === "string" ? { units } : {}),
    ...(typeof description === "string" && description !== "" ? { description } : {}),
    ...(typeof searchable === "boolean" ? { searchable } : {}),
    ...(typeof sortable === "boolean" ? { sortable } : {}),
  };
}

const metaOperation = operation<{ readonly resource: string }, ResourceMeta>({
  name: "meta",
  method: "GET",
  path: "/{resource}/meta",
  read: ({ data }, { resource }) => {
    const fields: unknown = (data as { meta?: { fields?: unknown } } | undefined)?.meta?.fields;
    if (typeof fields !== "object" || fields === null || Array.isArray(fields))
      throw new SciError("INVALID_RESPONSE", `OMS's description of ${resource} holds no fields ("meta.fields").`);
    return { resource, fields: Object.entries(fields).map(([name, told]) => fieldOf(name, told)) };
  },
});

const endpointsOperation = operation<object, readonly string[]>({
  name: "endpoints",
  method: "GET",
  path: "/version/endpoints",
  read: ({ data }) => {
    const rows: unknown = (data as { data?: unknown } | undefined)?.data;
    if (!Array.isArray(rows)) throw new SciError("INVALID_RESPONSE", `OMS's list of resources holds no rows ("data").`);
    return rows.map((row: { id?: unknown }) => row.id).filter((id) => typeof id === "string");
  },
});

const versionOperation: Operation<object, unknown> = { name: "version", method: "GET", path: "/version" };

/** Asks for descriptions, keeps them, and checks names and values against them. Loaded when that is due. */
export class Descriptions {
  readonly #core: Core;
  readonly #known = new Map<string, ResourceMeta>();
  readonly #pending = new Map<string, Promise<ResourceMeta>>();

  constructor(core: Core) {
    this.#core = core;
  }

  async meta(resource: string, options: CallOptions = {}): Promise<ResourceMeta> {
    try {
      const meta = await this.#core.request(metaOperation, { resource }, options);
      this.#known.set(resource, meta);
      return meta;
    } catch (error) {
      throw isSciError(error, "NOT_FOUND") ? withNearestResource(error, resource) : error;
    }
  }

  endpoints(options: CallOptions = {}): Promise<readonly string[]> {
    return this.#core.request(endpointsOperation, {}, options);
  }

  version(options: CallOptions = {}): Promise<unknown> {
    return this.#core.request(versionOperation, {}, options);
  }

  /** As {@link Catalogue.settle}. */
  async settle(input: QueryInput, signal: AbortSignal | undefined): Promise<QueryInput> {
    const resource = input.path.at(-1) ?? "";
    const conditions = input.conditions.map((one) => typedCondition(resource, one));
    const names = [...input.fields, ...conditions.map(({ name }) => name), ...input.sort.map((name) => name.replace(/^-/, ""))];
    const here = knownNames(resource);
    const doubtful = names.filter((name) => !here.includes(name));
    if (doubtful.length > 0) await this.#check(resource, doubtful, here, signal);
    return { ...input, conditions };
  }

  /** @throws INVALID_ARGUMENT for a name that the service does not list; what asking it ended in, where the list cannot be had */
  async #check(resource: string, doubtful: readonly string[], here: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    let meta: ResourceMeta;
    try {
      meta = await untilAborted(this.#shared(resource), signal);
    } catch (error) {
      throw withMore(
        error,
        `(Asked for the attributes of ${resource}, since "${doubtful[0]}" is not known here; unchecked: true leaves that out.)`,
      );
    }
    const listed = meta.fields.map((field) => field.name);
    for (const name of doubtful) if (!listed.includes(name)) throw unknownAttribute(name, resource, [...new Set([...here, ...listed])]);
  }

  /** One request for all that wait, not tied to any one of them. Failures are not kept. */
  #shared(resource: string): Promise<ResourceMeta> {
    const known = this.#known.get(resource);
    if (known !== undefined) return Promise.resolve(known);
    let pending = this.#pending.get(resource);
    if (pending === undefined) {
      pending = this.meta(resource).finally(() => this.#pending.delete(resource));
      this.#pending.set(resource, pending);
    }
    return pending;
  }
}

function unknownAttribute(name: string, resource: string, known: readonly string[]): SciError {
  const near = nearest(name, known);
  const help = near === undefined ? ` oms.meta("${resource}") lists them.` : ` Did you mean "${near}"?`;
  return new SciError("INVALID_ARGUMENT", `${resource} have no attribute "${name}".${help}`, {
    service: "oms",
    details: { name, ...(near === undefined ? {} : { nearest: near }) },
  });
}

/** A resource that does not exist, with the one that was meant. */
export function withNearestResource(error: unknown, resource: string): unknown {
  if (resourceNames.includes(resource as (typeof resourceNames)[number])) return error;
  const near = nearest(resource, resourceNames);
  return withMore(
    error,
    near === undefined ? `There may be no resource "${resource}"; oms.endpoints() lists them.` : `Did you mean "${near}"?`,
  );
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(new SciError("ABORTED", "The call was aborted.", { service: "oms", cause: signal.reason }));
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  // The one that loses the race has nobody to tell.
  work.catch(() => undefined);
  aborted.catch(() => undefined);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}
