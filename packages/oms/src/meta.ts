import type { CallOptions, Core } from "@sci/http-core";
import type { Descriptions } from "./descriptions.ts";
import { identityOf, type QueryInput } from "./listing.ts";

/** What the service tells of one attribute. */
export interface MetaField {
  readonly name: string;
  /** The service's own word: LONG, INTEGER, DOUBLE, STRING, DATE, BOOLEAN, LIST, … */
  readonly type?: string;
  readonly units?: string;
  readonly description?: string;
  /** Whether it can stand in a filter, where the service tells. */
  readonly searchable?: boolean;
  readonly sortable?: boolean;
}

/** The service's own list of a resource's attributes. */
export interface ResourceMeta {
  readonly resource: string;
  readonly fields: readonly MetaField[];
}

export interface MetaApi {
  /** Attributes of a resource as the service lists them: names, types, units. @throws NOT_FOUND for an unknown resource */
  meta(resource: string, options?: CallOptions): Promise<ResourceMeta>;
  /** Names of all resources. */
  endpoints(options?: CallOptions): Promise<readonly string[]>;
  /** Version of the service, in its own shape. */
  version(options?: CallOptions): Promise<unknown>;
}

/** What the service tells of its resources, kept; how it is asked and read is loaded when that is needed. */
export class Catalogue implements MetaApi {
  readonly #core: Core;
  #descriptions: Promise<Descriptions> | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  async #load(): Promise<Descriptions> {
    const { Descriptions } = await import("./descriptions.ts");
    return new Descriptions(this.#core);
  }

  get #asked(): Promise<Descriptions> {
    return (this.#descriptions ??= this.#load());
  }

  async meta(resource: string, options?: CallOptions): Promise<ResourceMeta> {
    return (await this.#asked).meta(resource, options);
  }

  async endpoints(options?: CallOptions): Promise<readonly string[]> {
    return (await this.#asked).endpoints(options);
  }

  async version(options?: CallOptions): Promise<unknown> {
    return (await this.#asked).version(options);
  }

  /**
   * A query whose names and values are right.
   * @throws INVALID_ARGUMENT for a name that is neither known here nor listed by the service, naming the nearest; for a value of another type
   */
  async settle(input: QueryInput, signal: AbortSignal | undefined): Promise<QueryInput> {
    const own = identityOf(input);
    const { fields, sort, conditions } = input;
    // What asks for one run or one fill needs no list of names.
    const plain =
      [...fields, ...sort].every((name) => own.includes(name)) &&
      conditions.every(({ name, value }) => own.includes(name) && typeof value === "number");
    return plain ? input : (await this.#asked).settle(input, signal);
  }
}
