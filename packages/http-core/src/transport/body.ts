import { SciError } from "../errors.ts";

/** Bytes of an unread rest that are worth reading to keep the connection. */
export const SMALL_REST = 64 * 1024;
/** Milliseconds that a rest may take. */
export const REST_TIME = 1000;

export function concat(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const [first] = chunks;
  if (first === undefined) return new Uint8Array();
  if (chunks.length === 1) return first;
  const whole = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

const utf8 = new TextDecoder();

/** Text of a body: UTF-8 unless the answer names another charset; a byte order mark is dropped. */
export function decodeText(body: Uint8Array, contentType: string | undefined): string {
  const charset = contentType === undefined ? undefined : /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1];
  if (charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset)) return utf8.decode(body);
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    // An unknown charset: most of such answers are UTF-8 or plain ASCII all the same.
    return utf8.decode(body);
  }
}

/** The announced length, undefined where there is none or it is no number. */
export function announcedLength(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

export function tooLarge(origin: string, maxBytes: number, announced?: number): SciError<"RESPONSE_TOO_LARGE"> {
  const size = announced === undefined ? `more than ${maxBytes} bytes` : `${announced} bytes, more than ${maxBytes}`;
  return new SciError(
    "RESPONSE_TOO_LARGE",
    `The answer of ${origin} has ${size}, the limit for one answer held in memory. Ask for less at a time, or read it as a stream.`,
    { details: { maxBytes, ...(announced === undefined ? {} : { announced }) } },
  );
}

/** A header map of the contract out of one whose values may be lists. */
export function flattenHeaders(raw: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) headers[name] = typeof value === "string" ? value : value.join(", ");
  }
  return headers;
}
