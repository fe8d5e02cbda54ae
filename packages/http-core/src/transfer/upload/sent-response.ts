import type { IncomingMessage } from "node:http";
import { concat, decodeText, SMALL_REST, tooLarge } from "../../transport/body.ts";
import { idleCode, transportError } from "../../transport/classify.ts";
import type { TransportResponse } from "../../transport/types.ts";

export interface SentResponseOptions {
  readonly origin: string;
  /** Milliseconds. */
  readonly idleTimeout: number;
  readonly connectTimeout: number;
  /** Whether the connection can serve another request afterwards. */
  readonly usable: boolean;
  readonly onEnd: () => void;
}

/** The answer to a file that was sent, as every other answer looks. */
export class SentResponse implements TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  #failure: unknown;
  #received = 0;

  constructor(
    private readonly message: IncomingMessage,
    private readonly options: SentResponseOptions,
  ) {
    this.status = message.statusCode ?? 0;
    this.headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
    );
    this.cookies = message.headers["set-cookie"] ?? [];
    message.setTimeout(options.idleTimeout, () => this.fail(Object.assign(new Error("nothing came"), { code: idleCode })));
    message.once("close", options.onEnd);
    message.on("error", () => undefined);
  }

  header(name: string): string | undefined {
    return this.headers[name];
  }

  async text(maxBytes: number): Promise<string> {
    return decodeText(await this.bytes(maxBytes), this.header("content-type"));
  }

  async bytes(maxBytes: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of this.stream()) {
      length += piece.byteLength;
      if (length > maxBytes) throw tooLarge(this.options.origin, maxBytes);
      pieces.push(piece);
    }
    return concat(pieces, length);
  }

  async *stream(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const piece of this.message as AsyncIterable<Buffer>) {
        this.#received += piece.byteLength;
        yield piece;
      }
      if (!this.message.complete) throw new Error("the connection was closed");
    } catch (cause) {
      throw transportError(this.#failure ?? cause, {
        origin: this.options.origin,
        phase: "body",
        sent: true,
        timeouts: { connect: this.options.connectTimeout, idle: this.options.idleTimeout },
        received: this.#received,
      });
    } finally {
      if (!this.options.usable) this.message.destroy();
    }
  }

  async discard(): Promise<void> {
    if (!this.options.usable) {
      this.message.destroy();
      return;
    }
    try {
      for await (const piece of this.stream()) if (piece.byteLength === 0 || this.#received > SMALL_REST) break;
    } catch {
      // The rest was not wanted.
    }
  }

  fail(error: unknown): void {
    this.#failure = error;
    this.message.destroy();
  }
}
