import {
  type CallOptions,
  callOptionNames,
  checkNames,
  type Core,
  type Operation,
  type RequestDescription,
  SciError,
  shown,
} from "@sci/http-core";

/** Options of a call that writes. */
export interface WriteOptions extends CallOptions {
  /** Checks the input, reads what has to be read, and gives the requests that would write, without sending them. @default false */
  readonly dryRun?: boolean;
  /** Sends fields that are not known here, unchecked. @default false */
  readonly unchecked?: boolean;
}

/** What a write would send, in order. Ids that are not known before stand as `<id of …>`. */
export interface DryRun {
  readonly dryRun: true;
  readonly requests: readonly RequestDescription[];
}

type Dry = { readonly dryRun: true };
type Real = { readonly dryRun?: false };

/** A call that writes; with `dryRun` it gives what it would send. */
export interface Write<Arguments extends readonly unknown[], Value> {
  (...args: [...arguments: Arguments, options: WriteOptions & Dry]): Promise<DryRun>;
  (...args: [...arguments: Arguments, options?: WriteOptions & Real]): Promise<Value>;
  (...args: [...arguments: Arguments, options?: WriteOptions]): Promise<Value | DryRun>;
}

/** A write whose last argument are fields: with `unchecked` also such that are not known here. */
export interface WriteFields<Arguments extends readonly unknown[], Fields, Value> extends Write<
  [...arguments: Arguments, fields: Fields],
  Value
> {
  (...args: [...arguments: Arguments, fields: Unchecked, options: WriteOptions & Dry & { readonly unchecked: true }]): Promise<DryRun>;
  (...args: [...arguments: Arguments, fields: Unchecked, options: WriteOptions & Real & { readonly unchecked: true }]): Promise<Value>;
}

type Unchecked = Readonly<Record<string, unknown>>;

const writeOptionNames = [...callOptionNames, "dryRun", "unchecked"];

/** Sends the requests of one call that writes, or notes them for a dry run. */
export class Writer {
  readonly unchecked: boolean;
  readonly #core: Core;
  readonly #callOptions: CallOptions;
  readonly #noted: RequestDescription[] | undefined;

  /** @throws INVALID_ARGUMENT for an unknown option */
  constructor(core: Core, name: string, options: WriteOptions) {
    checkNames(options, writeOptionNames, `option of ${name}()`);
    const { dryRun = false, unchecked = false, ...callOptions } = options;
    for (const [option, value] of Object.entries({ dryRun, unchecked })) {
      if (typeof value !== "boolean")
        throw new SciError("INVALID_ARGUMENT", `${option} of ${name}() must be true or false, not ${shown(value)}.`);
    }
    this.#core = core;
    this.#callOptions = callOptions;
    this.#noted = dryRun ? [] : undefined;
    this.unchecked = unchecked;
  }

  get options(): CallOptions {
    return this.#callOptions;
  }

  /** Reads, also in a dry run. */
  read<Input, Output>(operation: Operation<Input, Output>, input: Input): Promise<Output> {
    return this.#core.request(operation, input, this.#callOptions);
  }

  /** Writes; a dry run goes on with `instead`. */
  async write<Input, Output>(operation: Operation<Input, Output>, input: Input, instead: NoInfer<Output>): Promise<Output> {
    if (this.#noted === undefined) return this.#core.request(operation, input, this.#callOptions);
    this.#noted.push(this.#core.describe(operation, input));
    return instead;
  }

  /** Takes back what was written, also when the call was cancelled meanwhile. */
  undo<Input, Output>(operation: Operation<Input, Output>, input: Input): Promise<Output> {
    const { signal: _ended, ...options } = this.#callOptions;
    return this.#core.request(operation, input, options);
  }

  /** What the call gives: its value, or what it would have sent. */
  result<Value>(value: Value): Value | DryRun {
    return this.#noted === undefined ? value : { dryRun: true, requests: this.#noted };
  }
}

/** Makes a call that writes out of what it does; `arity` is the number of arguments before the options. */
export function createWrite<Arguments extends readonly unknown[], Value>(
  core: Core,
  name: string,
  arity: Arguments["length"],
  act: (writer: Writer, ...args: Arguments) => Promise<Value>,
): Write<Arguments, Value> {
  const write = async (...given: unknown[]): Promise<Value | DryRun> => {
    if (given.length > arity + 1) throw new SciError("INVALID_ARGUMENT", `${name}() takes ${arity} arguments and the options.`);
    const writer = new Writer(core, name, (given[arity] ?? {}) as WriteOptions);
    return writer.result(await act(writer, ...(given.slice(0, arity) as unknown as Arguments)));
  };
  return write as Write<Arguments, Value>;
}
