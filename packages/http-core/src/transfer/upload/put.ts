import type { Deadline } from "../../engine/deadline.ts";
import type { ErrorContext } from "../../errors.ts";
import type { TransportRequest, TransportResponse } from "../../transport/types.ts";
import { attempt } from "../attempt.ts";
import { createDigest, statedChecksums, type Digest } from "../digests.ts";
import type { Door } from "../door.ts";
import { headersOf, targetOf } from "../door-call.ts";
import { stateOf, type DoorState } from "../door-state.ts";
import type { ChecksumName, Checksums, DoorRequest } from "../types.ts";
import type { Content } from "./content.ts";
import { noteServer, serverKind } from "../webdav/server-kind.ts";
import { uploadsOf } from "./knowledge.ts";

export interface PutRequest {
  /** Absolute and escaped. */
  readonly url: string;
  readonly content: Content;
  readonly headers: Readonly<Record<string, string>>;
  /** Statuses that are an answer, not an error. */
  readonly statuses: readonly number[];
  /** Computed while the bytes pass. */
  readonly algorithm: ChecksumName | undefined;
  /** Number of the attempt, from 1. */
  readonly number: number;
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  readonly context: () => ErrorContext;
  /** Milliseconds to wait for the storage's word before the body. */
  readonly continueTimeout: number;
  /** Told of bytes that leave; waits while it gives a promise (a paused job). */
  readonly moved: (bytes: number) => Promise<void> | undefined;
}

export interface PutAnswer {
  readonly status: number;
  /** What the storage says of the contents that it took. */
  readonly stated: Checksums;
  /** What was sent. */
  readonly sent: { readonly bytes: number; readonly checksum: readonly [ChecksumName, string] | undefined };
  /** The storage took over the time of the last change. */
  readonly timeTaken: boolean;
  readonly context: ErrorContext;
  readonly text: string;
}

/** Up to here a body goes over the transport of all requests, whole; larger ones go in pieces over `node:http`. */
const inPieces = 1024 * 1024;
/** Bytes a second at which a storage may compute its checksum before it answers. */
const slowestChecksum = 20 * 1024 * 1024;

/**
 * Sends a file once, from the door on: where the storage sends files on to a pool, or may do so, it is asked before a byte of the body
 * leaves, and the pool gets the body without any credential; else the body goes with the request.
 */
export async function put(door: Door, request: PutRequest): Promise<PutAnswer> {
  const state = stateOf(door);
  const settings = Object.create(state.settings) as DoorState["settings"];
  const body = new Body(request);
  const transport = { send: (one: TransportRequest) => send(door, state, request, body, one), close: () => Promise.resolve() };
  Object.defineProperty(settings, "transport", { value: transport });
  const { auth, transport: plain, timeout } = state.settings;
  // A token that is renewed meanwhile is no upload: its requests take the ordinary way.
  const renewing: typeof auth =
    auth && ((asked) => auth({ ...asked, send: (inner) => plain.send({ idleTimeout: timeout.idle, ...inner }) }));
  Object.defineProperty(settings, "auth", { value: renewing });
  const own: DoorState = {
    ...state,
    settings,
    trusted: (origin) => state.trusted(origin),
    checkOpen: () => state.checkOpen(),
  };
  state.checkOpen();
  const target: DoorRequest = {
    operation: "upload",
    method: "PUT",
    url: request.url,
    headers: {
      "content-type": "application/octet-stream",
      // One alone: doors of dCache take no list here.
      "want-digest": "adler32",
      ...request.headers,
    },
    statuses: request.statuses,
  };
  const opened = await attempt(own, target, {
    url: targetOf(state, request.url),
    headers: headersOf(state, target.headers),
    signal: request.signal,
    deadline: request.deadline,
    idle: state.settings.timeout.idle,
    number: request.number,
    context: request.context,
  });
  state.settings.accepted = settings.accepted;
  if (!opened.redirected) noteServer(door, opened);
  const text = opened.status < 300 ? (await opened.discard(), "") : Buffer.from(await opened.bytes(1024 * 1024)).toString();
  const stated = { ...statedChecksums((name) => opened.doorHeader(name), true), ...statedChecksums((name) => opened.header(name), true) };
  return {
    status: opened.status,
    stated: opened.status < 300 ? stated : {},
    sent: { bytes: body.bytes, checksum: body.checksum() },
    timeTaken: /accepted/i.test(opened.header("x-oc-mtime") ?? ""),
    context: opened.context,
    text,
  };
}

/** One hop: to the door, or to the pool that it named. */
async function send(door: Door, state: DoorState, request: PutRequest, body: Body, outgoing: TransportRequest): Promise<TransportResponse> {
  const { knowledge, sender } = uploadsOf(door);
  const { content, continueTimeout } = request;
  const toDoor = state.trusted(new URL(outgoing.url).origin);
  if (!toDoor) knowledge.redirects = true;
  // An application's own fetch or dispatcher makes the connections itself: it cannot be asked to wait.
  const foreign = state.connection.fetch !== undefined || state.connection.dispatcher !== undefined;
  const direct = toDoor && knowledge.redirects === false;
  const small = content.size !== undefined && content.size <= inPieces;
  if (foreign || (direct && small && serverKind(door) !== "xrootd")) {
    const whole = foreign ? undefined : content.whole();
    return state.settings.transport.send({
      ...outgoing,
      ...(whole !== undefined ? { body: body.whole(whole) } : { body: () => body.pieces(false) }),
      ...(content.size === undefined || whole !== undefined
        ? {}
        : { headers: { ...outgoing.headers, "content-length": String(content.size) } }),
    });
  }
  // XRootD (5.5) says 100 with a "Connection: close" that it does not mean, which no strict reader of HTTP gets over.
  const ask = !(direct && knowledge.continues === false) && !(toDoor && serverKind(door) === "xrootd");
  const { idle } = state.settings.timeout;
  const redirecting = !toDoor || knowledge.redirects === true;
  const response = await sender.send({
    method: outgoing.method,
    url: outgoing.url,
    headers: outgoing.headers,
    length: content.size,
    body: () => body.pieces(true),
    signal: outgoing.signal,
    idleTimeout: outgoing.idleTimeout,
    answerTimeout: idle + ((content.size ?? 0) * 1000) / slowestChecksum,
    // A storage that sends files on is waited for as long as for any answer: what it gets unasked, it passes on itself.
    expect: ask ? { wait: redirecting ? idle : Math.min(continueTimeout, idle), then: toDoor && redirecting ? "fail" : "send" } : undefined,
    keep: toDoor,
    onContinue: (asked) => {
      if (toDoor) knowledge.continues = asked;
    },
  });
  if (toDoor && response.status < 300) knowledge.redirects ??= false;
  return response;
}

/** The contents on their way, counted and summed up; each time from the start. */
class Body {
  bytes = 0;
  #digest: Digest | undefined;
  constructor(private readonly request: PutRequest) {}

  whole(bytes: Uint8Array): Uint8Array {
    this.#restart();
    this.#digest?.update(bytes);
    this.bytes = bytes.byteLength;
    void this.request.moved(bytes.byteLength);
    return bytes;
  }

  async *pieces(reuse: boolean): AsyncGenerator<Uint8Array, void, undefined> {
    this.#restart();
    for await (const piece of this.request.content.pieces(reuse)) {
      this.#digest?.update(piece);
      this.bytes += piece.byteLength;
      const paused = this.request.moved(piece.byteLength);
      if (paused !== undefined) await paused;
      yield piece;
    }
  }

  checksum(): readonly [ChecksumName, string] | undefined {
    const digest = this.#digest;
    this.#digest = undefined;
    return digest === undefined ? undefined : [digest.algorithm, digest.value()];
  }

  #restart(): void {
    if (this.bytes > 0) void this.request.moved(-this.bytes);
    this.bytes = 0;
    const { algorithm } = this.request;
    this.#digest = algorithm === undefined ? undefined : createDigest(algorithm);
  }
}
