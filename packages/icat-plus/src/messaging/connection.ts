import type { Socket } from "node:net";
import { isSciError, redactText, SciError } from "@sci/http-core";
import type { TlsMaterial } from "@sci/http-core/node";
import { isLocalBroker, type Broker } from "./broker.ts";
import { encodeFrame, FrameReader, type Frame } from "./frame.ts";
import { heartBeats, type HeartBeats } from "./heart-beat.ts";
import { connectFault, openSocket } from "./socket.ts";

export interface ConnectionSettings {
  readonly tls: TlsMaterial | undefined;
  readonly logIn: { readonly user: string; readonly password: string | (() => string | Promise<string>) } | undefined;
  readonly virtualHost: string;
  readonly allowInsecureLogIn: boolean;
  readonly heartBeat: number;
  readonly connectLimit: number;
  readonly logInLimit: number;
}

export interface ConnectionListener {
  onReceipts(ids: readonly string[]): void;
  /** An ERROR frame; the broker closes the connection behind it. */
  onError(frame: Frame): void;
  /** Once, whoever ended it. */
  onClose(reason: SciError, connection: Connection): void;
  onDrain(): void;
}

const BYE = "bye";
/** Milliseconds. */
const BYE_LIMIT = 2000;

/** A connection on which the log-in succeeded. */
export class Connection {
  readonly broker: Broker;
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  #listener: ConnectionListener | undefined;
  #beats: HeartBeats | undefined;
  #closed: SciError | undefined;
  #corked = false;
  #heard = Number.NEGATIVE_INFINITY;
  #onBye: (() => void) | undefined;

  constructor(broker: Broker, socket: Socket, reader: FrameReader) {
    this.broker = broker;
    this.#socket = socket;
    this.#reader = reader;
  }

  /** Whether a frame or a heart-beat came within so many milliseconds. */
  hasHeard(milliseconds: number): boolean {
    return performance.now() - this.#heard < milliseconds;
  }

  /** From here on frames are heard. */
  attach(listener: ConnectionListener, agreed: string | undefined, wanted: number): void {
    this.#listener = listener;
    const socket = this.#socket;
    this.#beats = heartBeats(agreed, wanted, {
      beat: () => socket.write("\n"),
      silent: (milliseconds) => {
        this.close(new SciError("TIMEOUT", `${this.broker.name} gave no sign of life for ${milliseconds} ms.`, { service: "STOMP" }));
      },
    });
    socket.on("data", (chunk: Buffer) => {
      this.#beats?.heard();
      this.#heard = performance.now();
      this.#read(chunk);
    });
    socket.on("drain", () => {
      this.#listener?.onDrain();
    });
    socket.on("error", (cause: Error) => {
      this.close(new SciError("NETWORK", `The connection to ${this.broker.name} broke: ${cause.message}.`, { service: "STOMP", cause }));
    });
    // "end" is an orderly close: frames written after it would vanish without a trace.
    for (const event of ["end", "close"] as const) {
      socket.on(event, () => {
        this.close(new SciError("NETWORK", `${this.broker.name} closed the connection.`, { service: "STOMP" }));
      });
    }
    socket.resume();
  }

  /** Whether more may be written at once; else `onDrain` tells when. */
  write(frame: string): boolean {
    if (this.#closed !== undefined) return false;
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      // One write of the system for all frames of this turn.
      queueMicrotask(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    this.#beats?.wrote();
    return this.#socket.write(frame, "utf8");
  }

  /** Announces the end; the broker's answer, awaited for a moment, says that it has taken everything before. */
  async goodBye(): Promise<void> {
    if (this.#closed !== undefined) return;
    this.hold(true);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, BYE_LIMIT);
      this.#onBye = () => {
        clearTimeout(timer);
        resolve();
      };
      this.write(encodeFrame("DISCONNECT", { receipt: BYE }));
    });
  }

  /** A connection keeps the process running while something is due on it, and not longer. */
  hold(isDue: boolean): void {
    if (isDue) this.#socket.ref();
    else this.#socket.unref();
  }

  close(reason: SciError): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#beats?.stop();
    this.#socket.on("error", () => undefined);
    this.#socket.destroy();
    this.#onBye?.();
    this.#listener?.onClose(reason, this);
  }

  #read(chunk: Buffer): void {
    if (this.#closed !== undefined) return;
    const receipts: string[] = [];
    let refused: Frame | undefined;
    try {
      for (const frame of this.#reader.push(chunk)) {
        if (frame.command === "RECEIPT") receipts.push(frame.headers["receipt-id"] ?? "");
        else if (frame.command === "ERROR") refused ??= frame;
        // Anything else was not asked for: nothing is subscribed.
      }
    } catch (error) {
      this.close(error as SciError);
      return;
    }
    if (receipts.includes(BYE)) this.#onBye?.();
    if (receipts.length > 0) this.#listener?.onReceipts(receipts);
    if (refused !== undefined) {
      this.#listener?.onError(refused);
      this.close(new SciError("SERVICE_ERROR", `${this.broker.name} ended the connection: ${errorText(refused)}.`, { service: "STOMP" }));
    }
  }
}

/** What an ERROR frame says, in one line. */
export function errorText({ headers, body }: Frame): string {
  const text = [headers["message"] ?? "", body].map((one) => one.trim().split(/\r?\n/)[0] ?? "").filter((one) => one !== "");
  return redactText([...new Set(text)].join(": ").slice(0, 300)).replace(/\.$/, "") || "ERROR without a text";
}

/**
 * Connects and logs in.
 * @throws TIMEOUT, TLS, NETWORK, INSECURE, NOT_AUTHENTICATED, SERVICE_ERROR (another refusal), INVALID_RESPONSE (no STOMP), the signal's reason
 */
export async function openConnection(
  broker: Broker,
  settings: ConnectionSettings,
  signal: AbortSignal,
  listener: ConnectionListener,
): Promise<Connection> {
  const { logIn, heartBeat } = settings;
  if (logIn !== undefined && !broker.tls && !isLocalBroker(broker) && !settings.allowInsecureLogIn) {
    throw new SciError(
      "INSECURE",
      `The password of the broker ${broker.name} would go over the network in clear text. Use ssl://, or allow it with allowInsecureLogIn.`,
      { service: "STOMP" },
    );
  }
  const password =
    typeof logIn?.password === "function" ? await within(logIn.password, broker, settings.logInLimit, signal) : logIn?.password;
  const socket = await openSocket(broker, settings.tls, settings.connectLimit, signal);
  const reader = new FrameReader();
  try {
    const answer = firstFrame(broker, socket, reader, settings.logInLimit, signal);
    socket.write(
      encodeFrame("CONNECT", {
        "accept-version": "1.1",
        host: settings.virtualHost,
        ...(heartBeat === 0 ? {} : { "heart-beat": `${heartBeat},${heartBeat}` }),
        ...(logIn === undefined ? {} : { login: logIn.user, passcode: password ?? "" }),
      }),
    );
    const frame = await answer;
    if (frame.command !== "CONNECTED") throw refusal(broker, frame, logIn !== undefined, password);
    const connection = new Connection(broker, socket, reader);
    connection.attach(listener, frame.headers["heart-beat"], heartBeat);
    return connection;
  } catch (error) {
    socket.on("error", () => undefined);
    socket.destroy();
    throw error;
  }
}

/** A caller's own password prompt or vault may never answer. */
function within(ask: () => string | Promise<string>, broker: Broker, limit: number, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      reject(new SciError("TIMEOUT", `No password for ${broker.name} was given within ${limit} ms.`, { service: "STOMP" }));
    }, limit);
    signal.addEventListener("abort", onAbort, { once: true });
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    Promise.resolve().then(ask).finally(done).then(resolve, reject);
  });
}

function firstFrame(broker: Broker, socket: Socket, reader: FrameReader, limit: number, signal: AbortSignal): Promise<Frame> {
  return new Promise((resolve, reject) => {
    const fail = (reason: unknown): void => {
      finish();
      reject(reason as Error);
    };
    const timer = setTimeout(() => {
      fail(
        new SciError("TIMEOUT", `${broker.name} took the connection and did not answer the log-in within ${limit} ms.`, {
          service: "STOMP",
        }),
      );
    }, limit);
    const onData = (chunk: Buffer): void => {
      try {
        const frame = reader.push(chunk)[0];
        if (frame === undefined) return;
        finish();
        socket.pause();
        resolve(frame);
      } catch (error) {
        fail(error);
      }
    };
    const onEnd = (): void => {
      fail(new SciError("NETWORK", `${broker.name} closed the connection without answering the log-in.`, { service: "STOMP" }));
    };
    const onError = (cause: Error): void => {
      fail(connectFault(broker, cause));
    };
    const onAbort = (): void => {
      fail(signal.reason);
    };
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onError);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    socket.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onError);
  });
}

function refusal(broker: Broker, frame: Frame, hasLogIn: boolean, password: string | undefined): SciError {
  const text = frame.command === "ERROR" ? errorText(frame) : `a ${frame.command} frame instead of CONNECTED`;
  const secrets = password === undefined || password === "" ? {} : { secrets: [password] };
  // STOMP has no codes: only the broker's own words tell a wrong password from another refusal.
  if (frame.command === "ERROR" && /log.?in|passw|passcode|credential|auth|denied|user\b|security/i.test(text)) {
    const help = hasLogIn ? "Check user and password." : "Give user and password as logIn.";
    return new SciError("NOT_AUTHENTICATED", `The broker ${broker.name} refused the log-in: ${text}. ${help}`, {
      service: "STOMP",
      ...secrets,
    });
  }
  return new SciError("SERVICE_ERROR", `The broker ${broker.name} refused the connection: ${text}.`, { service: "STOMP", ...secrets });
}

export function isRefusal(error: unknown): error is SciError {
  return isSciError<string>(error, "NOT_AUTHENTICATED", "INSECURE", "CERTIFICATE", "MISSING_CREDENTIALS", "INVALID_ARGUMENT");
}
