import { SciError, isSciError, type ErrorContext } from "@sci/http-core";

/** What became of one item of a write of many. */
export type Outcome<Item, Value> = Done<Item, Value> | NotDone<Item>;

export interface Done<Item, Value> {
  readonly item: Item;
  readonly ok: true;
  /** What the service answered. */
  readonly value: Value;
}

export interface NotDone<Item> {
  readonly item: Item;
  readonly ok: false;
  /**
   * Whether it was sent. False: nothing happened, `error` is what stopped the others. True with a code like NETWORK or TIMEOUT: the
   * service may have done it all the same; look before sending it again.
   */
  readonly attempted: boolean;
  readonly error: Error;
}

/** Outcomes in the order of the items; `succeeded` and `failed` are the same outcomes, sorted out. */
export interface Batch<Item, Value> {
  readonly outcomes: readonly Outcome<Item, Value>[];
  readonly succeeded: readonly Done<Item, Value>[];
  readonly failed: readonly NotDone<Item>[];
}

export interface BatchSettings<Item> {
  /** For messages: "online.move". */
  readonly name: string;
  readonly label: (item: Item) => string;
  readonly concurrency: number;
  readonly stopOnError: boolean;
  readonly throwOnFailure: boolean;
}

/** After one of these the other items would end the same way. */
const hopeless = new Set<string>([
  "NOT_AUTHENTICATED",
  "MISSING_CREDENTIALS",
  "FORBIDDEN",
  "TLS",
  "CERTIFICATE",
  "INSECURE",
  "REDIRECT",
  "ABORTED",
]);

/**
 * Sends items one by one or a few at a time, and keeps what became of each. The first goes alone: what is wrong with the log-in or the
 * rights shows before more is under way.
 * @throws PARTIAL when some were done and some were not, the code of the first failure when none was, unless `throwOnFailure` is false;
 * {@link outcomesOf} gives the outcomes either way
 */
export async function runBatch<Item, Value>(
  items: readonly Item[],
  send: (index: number) => Promise<Value>,
  settings: BatchSettings<Item>,
): Promise<Batch<Item, Value>> {
  const outcomes: Outcome<Item, Value>[] = [];
  let stopped: Error | undefined;
  let next = 0;

  const one = async (): Promise<void> => {
    const index = next++;
    const item = items[index] as Item;
    try {
      outcomes[index] = { item, ok: true, value: await send(index) };
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      outcomes[index] = { item, ok: false, attempted: wasSent(error), error };
      if (settings.stopOnError || (isSciError<string>(error) && hopeless.has(error.code))) stopped ??= error;
    }
  };
  const worker = async (): Promise<void> => {
    while (next < items.length && stopped === undefined) await one();
  };

  if (items.length > 0) await one();
  await Promise.all(Array.from({ length: settings.concurrency }, worker));
  if (stopped !== undefined)
    for (; next < items.length; next++) outcomes[next] = { item: items[next] as Item, ok: false, attempted: false, error: stopped };

  const batch: Batch<Item, Value> = {
    outcomes,
    succeeded: outcomes.filter((outcome) => outcome.ok),
    failed: outcomes.filter((outcome) => !outcome.ok),
  };
  if (settings.throwOnFailure && batch.failed.length > 0) throw partialError(batch, settings);
  return batch;
}

const key = Symbol.for("@sci/runregistry/batch");

/**
 * The outcomes that an error of a write of many carries (PARTIAL, or the code of the first failure when nothing was done).
 * @example
 * catch (error) { for (const { item, error: why } of outcomesOf(error)?.failed ?? []) console.error(item, why.message); }
 */
export function outcomesOf<Item = unknown, Value = unknown>(error: unknown): Batch<Item, Value> | undefined {
  return typeof error === "object" && error !== null
    ? ((error as Record<symbol, unknown>)[key] as Batch<Item, Value> | undefined)
    : undefined;
}

function partialError<Item, Value>(batch: Batch<Item, Value>, { name, label }: BatchSettings<Item>): SciError {
  const { outcomes, succeeded, failed } = batch;
  const tried = failed.filter(({ attempted }) => attempted);
  const first = (tried[0] ?? failed[0]) as NotDone<Item>;
  const untried = failed.length - tried.length;
  const listed = tried.slice(0, 5).map(({ item, error }) => `${label(item)}: ${error.message}`);
  const message = [
    `${name}: ${succeeded.length} of ${outcomes.length} done, ${tried.length} failed${untried === 0 ? "" : `, ${untried} not sent`}.`,
    ...(listed.length === 0 ? [first.error.message] : listed),
    ...(tried.length > listed.length ? [`(and ${tried.length - listed.length} more)`] : []),
  ].join(" ");
  const known = isSciError<string>(first.error) ? first.error : undefined;
  const code = succeeded.length > 0 ? "PARTIAL" : (known?.code ?? "SERVICE_ERROR");
  const context: ErrorContext = {
    ...(known?.service === undefined ? {} : { service: known.service }),
    ...(known?.operation === undefined ? {} : { operation: known.operation }),
    ...(known?.status === undefined ? {} : { status: known.status }),
    details: {
      done: succeeded.map(({ item }) => label(item)),
      failed: tried.map(({ item }) => label(item)),
      notSent: failed.filter(({ attempted }) => !attempted).map(({ item }) => label(item)),
    },
  };
  const error = new SciError(code, message, { ...context, cause: first.error });
  // Not enumerable: the answers may be large, and logs walk enumerable fields.
  return Object.defineProperty(error, key, { value: batch });
}

/** False for what the core refused before anything left this machine. */
function wasSent(error: Error): boolean {
  if (!isSciError<string>(error)) return true;
  if (error.details?.["sent"] === false) return false;
  return !["INVALID_ARGUMENT", "MISSING_CREDENTIALS", "INSECURE", "CERTIFICATE"].includes(error.code);
}
