import { onAbort } from "../transport/abort.ts";
import { chooseProxy } from "../transport/proxy.ts";
import { loadTls, type TlsMaterial } from "../transport/tls.ts";
import { isObserved } from "#diagnostics";
import { blockOf } from "./answer-head.ts";
import type { DoorState } from "./door-state.ts";
import { Lane, type LaneAnswer } from "./lane.ts";
import { openSocket } from "./open-socket.ts";

/** Answers that were not 200, after which a storage is not made for lanes: a door that sends to pools, one that wants a log-in. */
const mostOdd = 8;

/**
 * Connections for many small files of one origin. A file costs half of what it costs over the transport, with its stream of steps and
 * objects for each request. Anything unusual is left to the ordinary way.
 */
export class Lanes {
  readonly #lanes = new Set<Lane>();
  readonly #free: Lane[] = [];
  readonly #url: URL;
  readonly #fixed: string;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #release: () => void;
  #open = true;
  #odd = 0;
  #good = 0;
  #credentials: { readonly headers: object; readonly text: string } | undefined;

  private constructor(
    private readonly state: DoorState,
    headers: string,
    private readonly tls: TlsMaterial | undefined,
    private readonly longest: number,
    signal: AbortSignal,
  ) {
    const { idle } = state.settings.timeout;
    this.#url = new URL(state.settings.baseUrl);
    this.#fixed = ` HTTP/1.1\r\nHost: ${this.#url.host}\r\n${headers}`;
    this.#timer = setInterval(() => this.#watch(idle), Math.min(1000, idle / 4));
    this.#release = onAbort(signal, () => this.close());
  }

  /** Undefined where the ordinary way must be taken for everything: over proxies, over an application's own connections, under observation. */
  static async open(
    state: DoorState,
    headers: Readonly<Record<string, string>>,
    longest: number,
    signal: AbortSignal,
  ): Promise<Lanes | undefined> {
    const { connection, settings } = state;
    const observed = settings.onEvent !== undefined || isObserved();
    if (connection.fetch !== undefined || connection.dispatcher !== undefined || observed || signal.aborted) return undefined;
    if (chooseProxy(connection.proxy, process.env)(settings.origin) !== undefined) return undefined;
    const block = blockOf(headers);
    if (block === undefined) return undefined;
    const tls = settings.origin.startsWith("https:") ? await loadTls(connection.tls ?? {}, settings.warnOnce) : undefined;
    return new Lanes(state, block, tls, longest, signal);
  }

  /** Whether a file may go this way. */
  fits(url: URL): boolean {
    return this.#open && url.origin === this.#url.origin;
  }

  /** Undefined where the ordinary way is to be taken. */
  get(url: URL, credentials: Readonly<Record<string, string>> | undefined): Promise<LaneAnswer | undefined> {
    const extra = this.#extra(credentials);
    if (extra === undefined || !this.#open) return Promise.resolve(undefined);
    // The one used last: those that are not needed any more grow old.
    const lane = this.#free.pop() ?? this.#connect();
    return new Promise((resolve) => {
      lane.ask(`GET ${url.pathname}${url.search}${this.#fixed}${extra}\r\n`, (answer) => {
        if (answer !== undefined) this.#good += 1;
        else if (++this.#odd >= mostOdd && this.#odd > this.#good) this.#open = false;
        resolve(answer);
      });
    });
  }

  close(): void {
    this.#open = false;
    clearInterval(this.#timer);
    this.#release();
    for (const lane of this.#lanes) lane.end();
  }

  #extra(credentials: Readonly<Record<string, string>> | undefined): string | undefined {
    if (credentials === undefined) return "";
    if (this.#credentials?.headers !== credentials) {
      const text = blockOf(credentials);
      if (text === undefined) return undefined;
      this.#credentials = { headers: credentials, text };
    }
    return this.#credentials.text;
  }

  #connect(): Lane {
    const { connectTimeout } = this.state.connection;
    const socket = openSocket(this.#url, { tls: this.tls, own: true, connectTimeout });
    const lane = new Lane(socket, this.longest, (one, open) => {
      if (open) this.#free.push(one);
      else this.#drop(one);
    });
    this.#lanes.add(lane);
    return lane;
  }

  #drop(lane: Lane): void {
    this.#lanes.delete(lane);
    const at = this.#free.indexOf(lane);
    if (at !== -1) this.#free.splice(at, 1);
  }

  /** An answer that is not complete within the idle limit is given up: it is small. */
  #watch(idle: number): void {
    const now = performance.now();
    for (const lane of this.#lanes) if (lane.busy && now - lane.since > idle) lane.end();
  }
}
