import { SciError } from "@sci/http-core";

/** A frame as a broker sends it (STOMP 1.0 to 1.2). */
export interface Frame {
  readonly command: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Bytes of one frame from a broker at most: receipts and errors are small, so more is no STOMP. */
const MAX_FRAME = 1 << 20;

const LF = 10;
const CR = 13;
const NUL = 0;

/**
 * A frame as it goes over the wire, without a content-length: ActiveMQ makes a text message of it, which is what the ingesters
 * read, and of one with a length a binary one. So the body cannot hold NUL.
 * @throws INVALID_ARGUMENT for a NUL in the body
 */
export function encodeFrame(command: string, headers: Readonly<Record<string, string>>, body = ""): string {
  if (body.includes("\0")) {
    throw new SciError("INVALID_ARGUMENT", "A message for the ingesters cannot hold a NUL character: it would end there.", {
      service: "STOMP",
    });
  }
  // CONNECT is read before a version is agreed upon, and therefore never escaped.
  const escape = command === "CONNECT" ? checkPlain : escapeHeader;
  let head = `${command}\n`;
  for (const [name, value] of Object.entries(headers)) head += `${escape(name)}:${escape(value)}\n`;
  return `${head}\n${body}\0`;
}

/** Escapes of STOMP 1.1; a carriage return is one of 1.2 and cannot be said in 1.1. */
function escapeHeader(text: string): string {
  if (!/[\\\n:\r\0]/.test(text)) return text;
  if (/[\r\0]/.test(text)) throw unfit();
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll(":", "\\c");
}

function checkPlain(text: string): string {
  if (/[\n\r\0]/.test(text)) throw unfit();
  return text;
}

function unfit(): SciError {
  return new SciError("INVALID_ARGUMENT", "A value that goes into a STOMP header cannot hold line ends or NUL.", { service: "STOMP" });
}

const escapes: Readonly<Record<string, string>> = { "\\\\": "\\", "\\n": "\n", "\\c": ":", "\\r": "\r" };

function unescapeHeader(text: string): string {
  return text.includes("\\") ? text.replace(/\\./g, (pair) => escapes[pair] ?? pair) : text;
}

/** Cuts a stream of bytes into frames; heart-beats (line ends between frames) vanish. */
export class FrameReader {
  #rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  /** Whether a frame has begun that is not complete. */
  get isInside(): boolean {
    return this.#rest.length > 0;
  }

  /** @throws INVALID_RESPONSE for what is no STOMP */
  push(chunk: Buffer): Frame[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    for (;;) {
      while (at < bytes.length && (bytes[at] === LF || bytes[at] === CR)) at++;
      const next = readFrame(bytes, at);
      if (next === undefined) break;
      frames.push(next.frame);
      at = next.end;
    }
    this.#rest = bytes.subarray(at);
    if (this.#rest.length > MAX_FRAME) throw noStomp(`a frame of more than ${MAX_FRAME} bytes`);
    return frames;
  }
}

function readFrame(bytes: Buffer, start: number): { frame: Frame; end: number } | undefined {
  const head = endOfHead(bytes, start);
  if (head === undefined) return undefined;
  const lines = bytes.toString("utf8", start, head.end).split(/\r?\n/);
  const command = lines[0] ?? "";
  if (!/^[A-Z]+$/.test(command)) throw noStomp(`a frame that begins with ${JSON.stringify(command.slice(0, 40))}`);
  const headers: Record<string, string> = {};
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(":");
    if (colon < 0) throw noStomp(`the header line ${JSON.stringify(line.slice(0, 40))}`);
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1)];
    const [key, text] = command === "CONNECTED" ? [name, value] : [unescapeHeader(name), unescapeHeader(value)];
    // Of a repeated header the first counts.
    if (!Object.hasOwn(headers, key)) Object.defineProperty(headers, key, { value: text, enumerable: true });
  }
  const length = headers["content-length"];
  const end = length === undefined ? bytes.indexOf(NUL, head.next) : head.next + lengthOf(length);
  if (end < 0 || end >= bytes.length) return undefined;
  if (bytes[end] !== NUL) throw noStomp("a frame that does not end where its content-length says");
  return { frame: { command, headers, body: bytes.toString("utf8", head.next, end) }, end: end + 1 };
}

/** The empty line after the headers. */
function endOfHead(bytes: Buffer, start: number): { end: number; next: number } | undefined {
  for (let at = bytes.indexOf(LF, start); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    const after = bytes[at + 1] === CR ? at + 2 : at + 1;
    if (bytes[after] === LF) return { end: bytes[at - 1] === CR ? at - 1 : at, next: after + 1 };
  }
  const nul = bytes.indexOf(NUL, start);
  if (nul >= 0) throw noStomp("a frame without an empty line after its headers");
  return undefined;
}

function lengthOf(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) > MAX_FRAME) throw noStomp(`a content-length of ${JSON.stringify(text.slice(0, 40))}`);
  return Number(text);
}

function noStomp(what: string): SciError<"INVALID_RESPONSE"> {
  return new SciError(
    "INVALID_RESPONSE",
    `The broker sent ${what}; that is no STOMP. Check the port: 61613 is the usual one for STOMP, 61614 for STOMP over TLS.`,
    {
      service: "STOMP",
    },
  );
}
