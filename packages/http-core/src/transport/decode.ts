import { pipeline, Readable, type Transform } from "node:stream";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { describeCause, isSciError, SciError } from "../errors.ts";
import { tooLarge } from "./body.ts";
import type { Decoder } from "./exchange.ts";

/** What is decoded here, as it is offered to servers. */
export const acceptEncoding = "gzip, deflate, br";

interface Codec {
  readonly whole: (body: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;
  readonly stream: () => Transform;
}

const gzip: Codec = { whole: promisify(zlib.gunzip), stream: zlib.createGunzip };
const deflate: Codec = { whole: promisify(zlib.inflate), stream: zlib.createInflate };
const rawDeflate: Codec = { whole: promisify(zlib.inflateRaw), stream: zlib.createInflateRaw };
const brotli: Codec = { whole: promisify(zlib.brotliDecompress), stream: zlib.createBrotliDecompress };

/** More layers than this are no answer but an attack. */
const maxLayers = 3;

/** Decodes gzip, deflate and br; limits count decoded bytes, so that a small body cannot fill the memory. */
export const decoder: Decoder = {
  async whole(body, encoding, maxBytes, origin) {
    let current = body;
    for (const name of layersOf(encoding, origin)) {
      try {
        // zlib refuses a limit of 0, and one beyond the largest buffer.
        const maxOutputLength = Math.min(Math.max(maxBytes, 1), 2 ** 31 - 1);
        current = await codecOf(name, current[0], origin).whole(current, { maxOutputLength });
      } catch (cause) {
        throw (cause as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE" ? tooLarge(origin, maxBytes) : asError(cause, name, origin);
      }
    }
    return current;
  },

  stream(body, encoding, origin, cancel) {
    return layersOf(encoding, origin).reduce((current, name) => decodeStream(current, name, origin, cancel), body);
  },
};

async function* decodeStream(
  body: AsyncIterable<Uint8Array>,
  name: string,
  origin: string,
  cancel: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = body[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  let complete = false;
  try {
    const output = codecOf(name, first.value[0], origin).stream();
    // An error of the source or of zlib reaches the reader through `output`.
    pipeline(Readable.from(withFirst(first.value, iterator), { objectMode: false }), output, () => undefined);
    for await (const chunk of output) yield chunk as Uint8Array;
    complete = true;
  } catch (cause) {
    throw asError(cause, name, origin);
  } finally {
    if (!complete) cancel();
  }
}

async function* withFirst(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function layersOf(encoding: string, origin: string): string[] {
  const names = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (names.length > maxLayers) {
    throw new SciError("INVALID_RESPONSE", `${origin} encoded its answer ${names.length} times; at most ${maxLayers} times is decoded.`);
  }
  return names.reverse();
}

function codecOf(name: string, firstByte: number | undefined, origin: string): Codec {
  if (name === "gzip" || name === "x-gzip") return gzip;
  if (name === "br") return brotli;
  // Servers disagree on what deflate is; the zlib header starts with a byte that raw data never starts with in practice.
  if (name === "deflate") return ((firstByte ?? 0) & 0x0f) === 8 ? deflate : rawDeflate;
  throw new SciError("INVALID_RESPONSE", `${origin} encoded its answer as "${name}", which was not asked for and is not decoded.`);
}

function asError(cause: unknown, name: string, origin: string): unknown {
  if (isSciError<string>(cause)) return cause;
  const cut = (cause as { code?: unknown }).code === "Z_BUF_ERROR";
  const chain = describeCause(cause) ?? String(cause);
  return cut
    ? new SciError("TRUNCATED", `The answer of ${origin} ends within its ${name} data: ${chain}`, {
        cause,
        details: { phase: "body", sent: true },
      })
    : new SciError("INVALID_RESPONSE", `The answer of ${origin} says that it is ${name}, but cannot be decoded: ${chain}`, { cause });
}
