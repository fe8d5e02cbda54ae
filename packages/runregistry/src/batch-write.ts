import { callOptionNames, checkInteger, checkNames, SciError, shown } from "@sci/http-core";
import type { CallOptions, Core, Operation, RequestDescription } from "@sci/http-core";
import { runBatch, type Batch } from "./batch.ts";

/** Options of a write of one item. */
export interface WriteOptions extends CallOptions {
  /** Checks the input and gives what would be sent (method, URL, body), without credentials; sends nothing. @default false */
  readonly dryRun?: boolean;
}

/** Options of a write of many items. */
export interface BatchOptions extends WriteOptions {
  /** Items under way at a time, at most 16; 1 keeps their order. The first always goes alone. @default 4; edits of lumisections go one by one */
  readonly concurrency?: number;
  /** Ends at the first failure; the rest is not sent. @default false; a refused log-in or missing rights always end it */
  readonly stopOnError?: boolean;
  /** Throws when not everything was done; false gives the outcomes instead, which must then be looked at. @default true */
  readonly throwOnFailure?: boolean;
}

type Dry = { readonly dryRun: true };
type Real = { readonly dryRun?: false };

/**
 * A write. With one item it gives the service's answer or throws the item's error. With a list it gives the outcome of each item
 * and throws where not all were done (PARTIAL; `outcomesOf(error)` has the outcomes). All items are checked before any is sent; an empty
 * list sends nothing. A write that may have reached the service is not repeated by itself.
 */
export interface Write<Item, Arguments extends readonly unknown[], Value> {
  (item: Item, ...rest: [...arguments: Arguments, options: WriteOptions & Dry]): Promise<RequestDescription>;
  (items: readonly Item[], ...rest: [...arguments: Arguments, options: BatchOptions & Dry]): Promise<RequestDescription[]>;
  (item: Item, ...rest: [...arguments: Arguments, options?: WriteOptions & Real]): Promise<Value>;
  (items: readonly Item[], ...rest: [...arguments: Arguments, options?: BatchOptions & Real]): Promise<Batch<Item, Value>>;
  (item: Item, ...rest: [...arguments: Arguments, options?: WriteOptions]): Promise<Value | RequestDescription>;
  (items: readonly Item[], ...rest: [...arguments: Arguments, options?: BatchOptions]): Promise<Batch<Item, Value> | RequestDescription[]>;
}

export interface WriteDefinition<Item, Arguments extends readonly unknown[], Input, Value> {
  /** As the user calls it: "online.move". */
  readonly name: string;
  readonly operation: Operation<Input, Value>;
  /** Number of arguments between the items and the options. */
  readonly arity: Arguments["length"];
  /** The checked input. @throws INVALID_ARGUMENT */
  readonly prepare: (item: Item, ...args: Arguments) => Input;
  /** The item in messages, unique to it. */
  readonly label: (item: Item) => string;
  /** One after the other, and repeats allowed: later ones win. */
  readonly ordered?: boolean;
}

const writeOptionNames = [...callOptionNames, "dryRun"];
const batchOptionNames = [...writeOptionNames, "concurrency", "stopOnError", "throwOnFailure"];

export function createWrite<Item, Arguments extends readonly unknown[], Input, Value>(
  core: Core,
  definition: WriteDefinition<Item, Arguments, Input, Value>,
): Write<Item, Arguments, Value> {
  const { name, operation, arity, prepare, label, ordered = false } = definition;

  async function write(given: Item | readonly Item[], ...rest: unknown[]): Promise<unknown> {
    const many = Array.isArray(given);
    const items = (many ? given : [given]) as readonly Item[];
    const options = (rest[arity] ?? {}) as BatchOptions;
    if (typeof options !== "object" || rest.length > arity + 1)
      throw new SciError("INVALID_ARGUMENT", `${name}() takes ${arity + 2} arguments at most, the last an object of options.`);
    const names = many ? (ordered ? batchOptionNames.filter((one) => one !== "concurrency") : batchOptionNames) : writeOptionNames;
    checkNames(options, names, `option of ${name}()`);
    const { dryRun, concurrency = ordered ? 1 : 4, stopOnError, throwOnFailure, ...callOptions } = options;
    for (const [option, value] of Object.entries({ dryRun, stopOnError, throwOnFailure })) {
      if (value !== undefined && typeof value !== "boolean")
        throw new SciError("INVALID_ARGUMENT", `${name}(): ${option} must be true or false, not ${shown(value)}.`);
    }
    checkInteger(concurrency, `concurrency of ${name}()`, { min: 1, max: 16 });
    const inputs = items.map((item) => prepare(item, ...(rest.slice(0, arity) as unknown as Arguments)));
    if (!ordered) refuseRepeats(items.map(label), name);

    if (dryRun === true) {
      const planned = inputs.map((input) => core.describe(operation, input));
      return many ? planned : planned[0];
    }
    const send = (index: number): Promise<Value> => core.request(operation, inputs[index] as Input, callOptions);
    if (!many) return send(0);
    return runBatch(items, send, { name, label, concurrency, stopOnError: stopOnError ?? false, throwOnFailure: throwOnFailure ?? true });
  }
  return write as Write<Item, Arguments, Value>;
}

function refuseRepeats(labels: readonly string[], name: string): void {
  const seen = new Set<string>();
  for (const label of labels) {
    if (seen.has(label)) throw new SciError("INVALID_ARGUMENT", `${name}(): ${label} is listed twice.`);
    seen.add(label);
  }
}
