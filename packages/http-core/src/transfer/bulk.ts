import { loadTls, type TlsMaterial } from "../transport/tls.ts";
import { abortError } from "../transport/classify.ts";
import { chooseProxy, type ProxyChoice } from "../transport/proxy.ts";
import type { Transport, TransportRequest, TransportResponse } from "../transport/types.ts";
import { isSciError } from "../errors.ts";
import { blockOf } from "./answer-head.ts";
import { BulkAnswer, unfit } from "./bulk-answer.ts";
import { BulkConnection } from "./bulk-connection.ts";
import type { DoorState } from "./door-state.ts";
import { wholeLength } from "./fetch-types.ts";
import { openSocket } from "./open-socket.ts";
import { Places } from "./places.ts";

/** Milliseconds that an unused connection is kept; below the 5 s after which many servers close theirs. */
const keptFor = 4000;

const all = new WeakMap<DoorState, Bulk>();
const allStreams = new WeakMap<DoorState, Places | "none">();

/** Large files at a time where they come as streams of pieces, whose memory is let go late. */
const mostStreams = 12;

/** What a file of a door comes over, if not the door's transport. `streams`: it is a stream of pieces, which needs a place there. */
export function bulkOf(state: DoorState, size = Number.POSITIVE_INFINITY): { readonly transport?: Bulk; readonly streams?: Places } {
  // Small ones share the connections of everything else.
  if (size <= wholeLength) return {};
  const { fetch, dispatcher, proxy } = state.connection;
  let streams = allStreams.get(state);
  if (streams === undefined) {
    // Connections that an application makes itself are not gone around.
    const other = fetch !== undefined || dispatcher !== undefined || chooseProxy(proxy, process.env)(state.settings.origin) !== undefined;
    streams = other ? new Places(mostStreams) : "none";
    allStreams.set(state, streams);
  }
  if (streams !== "none") return { streams };
  let bulk = all.get(state);
  if (bulk === undefined) {
    bulk = new Bulk(state);
    all.set(state, bulk);
  }
  return { transport: bulk };
}

/** GET requests whose answers are large, over connections of their own. What they cannot do the door's transport does. */
class Bulk implements Pick<Transport, "send"> {
  /** Unused ones by origin, the last used at the end, with the time since when. */
  readonly #free = new Map<string, { readonly connection: BulkConnection; readonly since: number }[]>();
  readonly #active = new Set<BulkAnswer>();
  /** Origins whose answers are for the transport. */
  readonly #unfit = new Set<string>();
  readonly #proxy: ProxyChoice;
  #tls: Promise<TlsMaterial> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #open = true;

  constructor(private readonly state: DoorState) {
    this.#proxy = chooseProxy(state.connection.proxy, process.env);
    state.ends.add(() => {
      this.#open = false;
      this.#sweep(Number.POSITIVE_INFINITY);
    });
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const { transport } = this.state.settings;
    const url = request.parsed ?? new URL(request.url);
    const { origin } = url;
    const block = request.method === "GET" && request.body === undefined ? blockOf(request.headers) : undefined;
    if (block === undefined || !this.#open || this.#unfit.has(origin) || this.#proxy(origin) !== undefined) return transport.send(request);
    const text = `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n${block}\r\n`;
    for (;;) {
      const connection = this.#take(origin) ?? (await this.#connect(url));
      if (request.signal?.aborted === true) {
        connection.destroy();
        throw abortError(request.signal);
      }
      const kept = connection.served > 0;
      const answer = new BulkAnswer(connection, request, origin, this.state.connection.connectTimeout, () => this.#active.delete(answer));
      this.#active.add(answer);
      this.#watch();
      connection.ask(text, answer);
      try {
        return await answer.answered;
      } catch (error) {
        if (error === unfit) {
          if (answer.status < 300) this.#unfit.add(origin);
          // A URL of a pool may serve once only: then the attempt fails there, and the next one starts at the door.
          return transport.send(request);
        }
        // The server had closed a connection that was kept.
        if (!kept || !connection.silent || !isSciError(error, "NETWORK")) throw error;
      }
    }
  }

  #take(origin: string): BulkConnection | undefined {
    return this.#free.get(origin)?.pop()?.connection;
  }

  async #connect(url: URL): Promise<BulkConnection> {
    const { connection, settings } = this.state;
    const { origin } = url;
    const tls = url.protocol === "https:" ? await (this.#tls ??= loadTls(connection.tls ?? {}, settings.warnOnce)) : undefined;
    const own = connection.certificateOrigins?.some((one) => new URL(one).origin === origin) === true;
    const { connectTimeout } = connection;
    return new BulkConnection(
      (onread) => openSocket(url, { tls, own, connectTimeout, onread }),
      (one, open) => {
        const free = this.#free.get(origin) ?? [];
        const at = free.findIndex((other) => other.connection === one);
        if (at !== -1) free.splice(at, 1);
        if (!open) return;
        if (!this.#open) return one.destroy();
        free.push({ connection: one, since: performance.now() });
        this.#free.set(origin, free);
        this.#watch();
      },
    );
  }

  #watch(): void {
    this.#timer ??= setInterval(() => this.#check(), Math.min(1000, this.state.settings.timeout.idle / 4)).unref();
  }

  #check(): void {
    const now = performance.now();
    for (const answer of this.#active) if (now - answer.since > answer.request.idleTimeout) answer.idle();
    this.#sweep(now - keptFor);
    if (this.#active.size > 0 || [...this.#free.values()].some(({ length }) => length > 0)) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Ends what is unused since then. */
  #sweep(before: number): void {
    for (const free of this.#free.values()) for (const { connection, since } of [...free]) if (since < before) connection.destroy();
  }
}
