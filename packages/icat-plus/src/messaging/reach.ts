import { describeCause, isSciError, SciError } from "@sci/http-core";
import type { Broker } from "./broker.ts";
import { isRefusal, openConnection, type Connection, type ConnectionListener, type ConnectionSettings } from "./connection.ts";
import type { MessagingEvent } from "./types.ts";

export interface ReachOptions {
  /** In the order in which they are tried. */
  readonly brokers: readonly Broker[];
  readonly settings: ConnectionSettings;
  readonly signal: AbortSignal;
  readonly listener: ConnectionListener;
  /** Rounds over the whole list; Infinity while messages wait that were promised to go out. */
  readonly rounds: () => number;
  readonly onEvent: (event: MessagingEvent) => void;
  /** After a round in which no broker took the connection. */
  readonly onRound: () => void;
}

const BASE_DELAY = 250;
const MAX_DELAY = 15_000;

/**
 * A connection to the first broker of the list that takes it; the list is tried as a whole, round after round.
 * @throws UNAVAILABLE naming each broker with its reason; NOT_AUTHENTICATED, TLS, INSECURE where that is what stands in the way
 */
export async function reach(options: ReachOptions): Promise<Connection> {
  const { brokers, signal } = options;
  for (let round = 1; ; round++) {
    const reasons: SciError[] = [];
    for (const broker of brokers) {
      try {
        return await openConnection(broker, options.settings, signal, options.listener);
      } catch (cause) {
        if (signal.aborted) throw signal.reason as Error;
        const error = isSciError<string>(cause) ? cause : wrapped(broker, cause);
        options.onEvent({ type: "unreachable", broker: broker.name, reason: error.message });
        reasons.push(error);
      }
    }
    // Waiting does not mend a wrong password or a missing certificate.
    const refused = reasons.find(isRefusal);
    if (refused !== undefined) throw refused;
    if (round >= options.rounds()) throw unavailable(brokers, reasons, round);
    options.onRound();
    await pause(round, signal);
  }
}

function unavailable(brokers: readonly Broker[], reasons: readonly SciError[], rounds: number): SciError {
  const list = reasons.map(({ message }) => message.replace(/\.$/, "")).join("; ");
  const times = rounds === 1 ? "" : ` (${rounds} rounds)`;
  const code = reasons.every((one) => isSciError(one, "TLS")) ? "TLS" : "UNAVAILABLE";
  return new SciError(code, `No message broker could be reached${times}: ${list}.`, {
    service: "STOMP",
    cause: reasons[0],
    details: { brokers: brokers.map(({ name }) => name) },
  });
}

function wrapped(broker: Broker, cause: unknown): SciError {
  return new SciError("NETWORK", `${broker.name}: ${describeCause(cause) ?? "unknown reason"}`, { service: "STOMP", cause });
}

/** The pause after a number of rounds without success: longer each time, and not in step with other clients. */
export function pause(round: number, signal: AbortSignal): Promise<void> {
  const milliseconds = Math.min(MAX_DELAY, BASE_DELAY * 2 ** (round - 1)) * (0.75 + Math.random() / 2);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
