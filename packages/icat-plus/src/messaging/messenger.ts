import { randomUUID } from "node:crypto";
import { checkInteger, checkNames, SciError, shown, withMore, type Logger } from "@sci/http-core";
import { loadTls } from "@sci/http-core/node";
import { parseBrokers } from "./broker.ts";
import type { ConnectionSettings } from "./connection.ts";
import { Drain } from "./outbox/drain.ts";
import { OutboxFolder } from "./outbox/folder.ts";
import { frameOf, type Prepared } from "./parcel.ts";
import { Sender } from "./sender.ts";
import { whenAborted } from "./signals.ts";
import type { Delivery, Message, Messenger, MessengerOptions, MessengerTimeouts, OutboxOptions, SendOptions } from "./types.ts";

const optionNames = [
  "urls",
  "logIn",
  "tls",
  "virtualHost",
  "allowInsecureLogIn",
  "timeout",
  "attempts",
  "heartBeat",
  "inFlight",
  "outbox",
  "logger",
  "onEvent",
] as const satisfies readonly (keyof MessengerOptions)[];

const timeouts = { connect: 10_000, logIn: 10_000, idle: 60_000, total: 300_000 } satisfies MessengerTimeouts;

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Milliseconds: timers of the system end at once when more is asked for. */
const MAX_TIMER = 2 ** 31 - 1;

/** Milliseconds that `disconnect` waits for confirmations. */
const FAREWELL = 10_000;

/**
 * A connection to message brokers (STOMP 1.1 over TCP or TLS): opened when the first message is sent, held while it lives, and found
 * anew on any broker of the list after a cut. With an outbox, what an earlier process left there is sent at once.
 * @throws INVALID_ARGUMENT for options that cannot be used
 */
export function createMessenger(options: MessengerOptions): Messenger {
  checkNames(options, optionNames, "option of createMessenger()");
  const { logger = silent, inFlight = 512, attempts = 4, heartBeat = 10_000 } = options;
  const limits = { ...timeouts, ...checkTimeouts(options.timeout) };
  checkInteger(inFlight, "inFlight", { min: 1, max: 100_000 });
  checkInteger(attempts, "attempts", { min: 1 });
  checkInteger(heartBeat, "heartBeat", { min: 0, max: MAX_TIMER });
  const outbox = checkOutbox(options.outbox);
  const folder = outbox === undefined ? undefined : new OutboxFolder(outbox.dir, outbox.maxBytes, outbox.maxMessageBytes);

  let settings: Promise<ConnectionSettings> | undefined;
  const sender = new Sender({
    brokers: shuffled(parseBrokers(options.urls)),
    settings: () =>
      (settings ??= loadSettings(options, limits, heartBeat, logger).catch((error: unknown) => {
        // A file that is missing now may be there for the next attempt.
        settings = undefined;
        throw error;
      })),
    attempts,
    isPatient: folder !== undefined,
    inFlight,
    idle: limits.idle,
    onEvent: (event) => {
      if (event.type === "unreachable") logger.info(`Broker ${event.broker} cannot be reached: ${event.reason}`, { broker: event.broker });
      options.onEvent?.(event);
    },
  });
  const drain = folder === undefined ? undefined : new Drain(folder, sender, inFlight, logger);
  // Not in the call itself: an error must not end a constructor, and a caller may want to stop it first.
  let isNew = true;
  if (drain !== undefined) setImmediate(() => void resume(folder as OutboxFolder, drain, logger, () => isNew));
  let disconnecting: Promise<void> | undefined;
  /** Times that the connection was ended: what was being stored then must not open it again. */
  let farewells = 0;

  const messenger: Messenger = {
    async send(message, sendOptions = {}) {
      const prepared = prepare(message, sendOptions, limits.total);
      if (sendOptions.dryRun === true) return { id: prepared.id, confirmed: false, attempts: 0, message };
      if (disconnecting !== undefined) await disconnecting;
      if (folder === undefined || drain === undefined) {
        if (sendOptions.wait === "stored") {
          throw new SciError("INVALID_ARGUMENT", 'wait: "stored" needs an outbox; give its folder as the option outbox.');
        }
        return await sender.send(prepared);
      }
      const { id, destination, contentType, body } = prepared;
      const era = farewells;
      const name = await folder.add({ id, destination, contentType, body, subject: message.subject, createdAt: new Date().toISOString() });
      if (sendOptions.wait === "stored") {
        if (era === farewells) drain.start();
        return { id, confirmed: false, attempts: 0 };
      }
      if (era !== farewells) throw withMore(goneError(), kept(folder, name, id), { id, outbox: folder.path(name) });
      return await confirmed(drain, folder, name, prepared);
    },

    async flush({ signal, timeout = limits.total } = {}) {
      const work = drain === undefined ? sender.settled() : drain.empty().then(() => sender.settled());
      await bounded(work, timeout, signal, () => `${messenger.pending} messages are not confirmed after ${timeout} ms.`);
    },

    async disconnect({ timeout = FAREWELL } = {}) {
      isNew = false;
      disconnecting ??= farewell(timeout).finally(() => {
        disconnecting = undefined;
      });
      await disconnecting;
    },

    connect: async ({ signal } = {}) => {
      if (disconnecting !== undefined) await disconnecting;
      const late = (): string => `No message broker could be reached within ${limits.total} ms.`;
      return await bounded(sender.connect(signal), limits.total, signal, late, "UNAVAILABLE");
    },
    get pending() {
      return sender.pending;
    },
  };

  async function farewell(timeout: number): Promise<void> {
    farewells++;
    // Without a broker nothing gets confirmed; what is in an outbox is safe there.
    const work = sender.settled({ orStuck: folder !== undefined });
    await bounded(work, timeout, undefined, () => "").catch(() => undefined);
    const reason = goneError();
    drain?.stop();
    await sender.close(reason, true);
    await drain?.stopped(reason);
  }

  return messenger;
}

const goneError = (): SciError =>
  new SciError("UNCONFIRMED", "The client was disconnected before the broker confirmed the message.", { service: "STOMP" });

const kept = (folder: OutboxFolder, name: string, id: string): string =>
  `The message ${id} stays in the outbox (${folder.path(name)}) and is sent later.`;

async function resume(folder: OutboxFolder, drain: Drain, logger: Logger, isWanted: () => boolean): Promise<void> {
  if (!isWanted()) return;
  try {
    if ((await folder.names()).length > 0 && isWanted()) drain.start();
  } catch (error) {
    logger.error(`The outbox ${folder.dir} cannot be read: ${(error as Error).message}`, {});
  }
}

async function confirmed(drain: Drain, folder: OutboxFolder, name: string, prepared: Prepared): Promise<Delivery> {
  const { limit, signal, id } = prepared;
  try {
    const delivery = await bounded(drain.confirmation(name), limit, signal, () => `It was not confirmed within ${limit} ms.`);
    return { ...delivery, id };
  } catch (error) {
    drain.forget(name);
    throw (error as SciError).details?.["outbox"] === undefined
      ? withMore(error, kept(folder, name, id), { id, outbox: folder.path(name) })
      : error;
  }
}

/** @throws UNCONFIRMED after the limit, ABORTED */
function bounded<T>(
  work: Promise<T>,
  limit: number,
  signal: AbortSignal | undefined,
  text: () => string,
  code = "UNCONFIRMED",
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = Number.isFinite(limit)
      ? setTimeout(() => {
          finish();
          reject(new SciError(code, text(), { service: "STOMP" }));
        }, limit)
      : undefined;
    const onAbort = (): void => {
      finish();
      reject(new SciError("ABORTED", "The wait was given up by its caller.", { service: "STOMP", cause: signal?.reason }));
    };
    const unhear = whenAborted(signal, onAbort);
    const finish = (): void => {
      clearTimeout(timer);
      unhear();
    };
    work.then(
      (value) => {
        finish();
        resolve(value);
      },
      (error: unknown) => {
        finish();
        reject(error as Error);
      },
    );
    if (signal?.aborted === true) onAbort();
  });
}

/** @throws INVALID_ARGUMENT before anything is stored or sent */
function prepare(message: Message, options: SendOptions, total: number): Prepared {
  checkNames(message, ["queue", "body", "contentType", "id", "subject"], "field of a message");
  checkNames(options, ["signal", "timeout", "wait", "dryRun"], "option of send()");
  const { queue, body, contentType, id = randomUUID() } = message;
  if (typeof queue !== "string" || !/^\/?[^\s/:\\]+(?:\/[^\s:\\]+)*$/.test(queue)) {
    throw new SciError("INVALID_ARGUMENT", `${shown(queue)} is no name of a queue, such as icatIngest.`);
  }
  if (typeof body !== "string") throw new SciError("INVALID_ARGUMENT", "The body of a message must be text.");
  if (options.wait !== undefined && !["confirmed", "stored"].includes(options.wait)) {
    throw new SciError("INVALID_ARGUMENT", `wait must be "confirmed" or "stored", not ${shown(options.wait)}.`);
  }
  const limit = options.timeout ?? total;
  checkLimit(limit, "timeout");
  const prepared: Prepared = {
    id,
    destination: queue.startsWith("/") ? queue : `/queue/${queue}`,
    body,
    contentType,
    signal: options.signal,
    limit,
  };
  frameOf({ ...prepared, body: body.includes("\0") ? body : "" }, "r0");
  return prepared;
}

async function loadSettings(
  options: MessengerOptions,
  limits: Required<MessengerTimeouts>,
  heartBeat: number,
  logger: Logger,
): Promise<ConnectionSettings> {
  const { tls, logIn, virtualHost = "", allowInsecureLogIn = false } = options;
  const warn = (message: string): void => {
    logger.warn(message, {});
  };
  if (tls?.rejectUnauthorized === false)
    warn("TLS certificates of the message brokers are not checked: anybody on the way can read and change messages.");
  return {
    tls: tls === undefined ? undefined : await loadTls(tls, warn),
    logIn,
    virtualHost,
    allowInsecureLogIn,
    heartBeat,
    connectLimit: limits.connect,
    logInLimit: limits.logIn,
  };
}

function checkTimeouts(timeout: MessengerTimeouts = {}): MessengerTimeouts {
  checkNames(timeout, ["connect", "logIn", "idle", "total"], "time limit");
  for (const [name, value] of Object.entries(timeout) as [string, number | undefined][]) {
    if (value !== undefined) checkLimit(value, `timeout.${name}`, name === "total");
  }
  return Object.fromEntries(Object.entries(timeout).filter(([, value]) => value !== undefined));
}

/** Only the limit of a whole call may be given up: without the others a mute broker would never be left. */
function checkLimit(value: number, name: string, mayBeNone = true): void {
  if (value !== Infinity || !mayBeNone) checkInteger(value, name, { min: 1, max: MAX_TIMER });
}

function checkOutbox(outbox: string | OutboxOptions | undefined): OutboxOptions | undefined {
  if (outbox === undefined) return undefined;
  const given = typeof outbox === "string" ? { dir: outbox } : outbox;
  checkNames(given, ["dir", "maxBytes", "maxMessageBytes"], "option of the outbox");
  if (typeof given.dir !== "string" || given.dir === "") throw new SciError("INVALID_ARGUMENT", "outbox needs the path of a folder.");
  if (given.maxBytes !== undefined) checkInteger(given.maxBytes, "outbox.maxBytes", { min: 1 });
  if (given.maxMessageBytes !== undefined) checkInteger(given.maxMessageBytes, "outbox.maxMessageBytes", { min: 1 });
  return given;
}

/** Clients spread over the brokers. */
function shuffled<T>(list: readonly T[]): readonly T[] {
  return list
    .map((one) => ({ one, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
