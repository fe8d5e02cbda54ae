import type { Writable } from "node:stream";

/** The reader of our output has gone (`| head`): no failure, only the end of the work. */
export class PipeClosed extends Error {
  override readonly name = "PipeClosed";
  constructor() {
    super("the reader of the output has closed it");
  }
}

export function isPipeError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === "EPIPE" || code === "ERR_STREAM_DESTROYED" || code === "ERR_STREAM_WRITE_AFTER_END";
}

/** Writes and waits until the stream takes more. Rejects with {@link PipeClosed} when the reader has gone. */
export function writeTo(stream: Writable, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(isPipeError(error) ? new PipeClosed() : error);
    if (stream.destroyed || stream.writableEnded) {
      fail(Object.assign(new Error("the stream is closed"), { code: "EPIPE" }));
      return;
    }
    let settled = false;
    const accepted = stream.write(text, (error) => {
      if (error) fail(error);
      // Waiting for every callback would put one write at a time on the wire; below the high-water mark nothing waits.
      else if (!settled) resolve();
    });
    if (accepted) {
      settled = true;
      // An error of a write that was accepted comes as an event of the stream, which the program watches.
      resolve();
    }
  });
}

/** Until everything written has been handed to the system. Never rejects. */
export function flush(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded) resolve();
    else stream.write("", () => resolve());
  });
}

const chunkLength = 64 * 1024;

/**
 * Gathers small pieces of text into larger writes. What was gathered goes out when it is large enough, or as soon as the
 * source has to wait for the network, so that a reader of a slow listing sees each page at once.
 */
export class TextBuffer {
  readonly #write: (text: string) => Promise<void>;
  #text = "";
  #timer: NodeJS.Immediate | undefined;
  #pending: Promise<void> = Promise.resolve();
  #error: unknown;
  #failed = false;

  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
  }

  /** A promise only when the output wants us to wait. */
  add(text: string): Promise<void> | undefined {
    if (this.#failed) throw this.#error;
    this.#text += text;
    if (this.#text.length >= chunkLength) return this.flush();
    this.#timer ??= setImmediate(() => {
      this.#timer = undefined;
      this.flush().catch(() => undefined); // kept, and thrown by the next call
    });
    return undefined;
  }

  flush(): Promise<void> {
    if (this.#timer !== undefined) clearImmediate(this.#timer);
    this.#timer = undefined;
    const text = this.#text;
    this.#text = "";
    this.#pending = this.#pending.then(async () => {
      if (this.#failed) throw this.#error;
      if (text === "") return;
      try {
        await this.#write(text);
      } catch (error) {
        this.#failed = true;
        this.#error = error;
        throw error;
      }
    });
    this.#pending.catch(() => undefined);
    return this.#pending;
  }
}
