/** What a test server answers. Fields combine: a JSON body with a delay that is cut half way is `json(rows, { delay: 5, truncate: 100 })`. */
export interface Reply {
  /** @default 200 */
  readonly status?: number;
  /** An array sends the field several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** Milliseconds before anything is sent. */
  readonly delay?: number;
  /** The connection is cut after so many bytes of a body whose full length was announced. */
  readonly truncate?: number;
  /** The length announced, whatever the body is. */
  readonly contentLength?: number;
  /** The connection is reset: instead of an answer, in the middle of the body, or after a complete answer (a server that closes kept-alive connections). */
  readonly reset?: "before" | "in" | "after";
  /** The body in pieces of so many bytes, with so many milliseconds between them; chunked transfer. */
  readonly drip?: { readonly bytes: number; readonly every: number };
  /** Nothing is sent (`"all"`), or nothing after the first half of the body (`"body"`), until the client leaves or the server stops. */
  readonly hold?: "all" | "body";
  /** The body in chunks, without its length. */
  readonly chunked?: boolean;
}

type Rest = Omit<Reply, "body">;

function reply(type: string, body: string | Uint8Array, rest: Rest): Reply {
  return { ...rest, body, headers: { "content-type": type, ...rest.headers } };
}

/** A JSON answer. A text is taken for JSON already written, so that `1.0` and large integers can be sent. */
export function json(value: unknown, rest: Rest = {}): Reply {
  return reply("application/json; charset=utf-8", typeof value === "string" ? value : JSON.stringify(value), rest);
}

export function html(body: string, rest: Rest = {}): Reply {
  return reply("text/html; charset=utf-8", body, rest);
}

export function text(body: string, rest: Rest = {}): Reply {
  return reply("text/plain; charset=utf-8", body, rest);
}

export function bytes(body: Uint8Array, rest: Rest = {}): Reply {
  return reply("application/octet-stream", body, rest);
}

/** An answer without a body. @default status 204 */
export function empty(status = 204, rest: Rest = {}): Reply {
  return { ...rest, status };
}

export function redirect(location: string, status = 302, rest: Rest = {}): Reply {
  return { ...rest, status, headers: { location, ...rest.headers } };
}

/** The connection is reset without an answer. */
export function reset(): Reply {
  return { reset: "before" };
}

/** Announces the whole body, sends `sent` bytes of it and ends the connection. */
export function truncate(body: string | Uint8Array, sent: number, rest: Rest = {}): Reply {
  return { ...rest, body, truncate: sent };
}

/** Sends the body slowly. */
export function drip(body: string | Uint8Array, every: number, size = 1, rest: Rest = {}): Reply {
  return { ...rest, body, drip: { bytes: size, every } };
}

/** Never answers. */
export function silence(): Reply {
  return { hold: "all" };
}
