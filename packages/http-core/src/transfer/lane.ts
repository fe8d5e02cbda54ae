import type { Socket } from "node:net";
import { endsAfter, lengthIn, longestHead, parseHead } from "./answer-head.ts";

/** The head and the body of a small file that came over a lane. */
export interface LaneAnswer {
  readonly status: 200;
  header(name: string): string | undefined;
  readonly body: Uint8Array;
}

/**
 * One kept connection for GET requests whose answers are small, one at a time. It knows one kind of answer only, a 200 with its length;
 * whatever else comes ends the connection, and the request gets undefined: it is then made in the ordinary way, which knows what to do.
 */
export class Lane {
  #answered: ((answer: LaneAnswer | undefined) => void) | undefined;
  #head: Buffer | undefined;
  #fields: ReadonlyMap<string, string> | undefined;
  #missing = 0;
  #parts: Uint8Array[] = [];
  #open = true;
  /** When the request that is on its way was made. */
  since = 0;

  constructor(
    private readonly socket: Socket,
    /** Bytes that a body may have. */
    private readonly longest: number,
    /** Told when it is free again, and when it is no more. */
    private readonly changed: (lane: Lane, open: boolean) => void,
  ) {
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", () => this.end());
    socket.on("close", () => this.end());
  }

  get busy(): boolean {
    return this.#answered !== undefined;
  }

  ask(request: string, answered: (answer: LaneAnswer | undefined) => void): void {
    this.since = performance.now();
    this.#answered = answered;
    this.socket.write(request, "latin1");
  }

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.socket.destroy();
    this.changed(this, false);
    const answered = this.#answered;
    this.#answered = undefined;
    answered?.(undefined);
  }

  #read(chunk: Buffer): void {
    let at = 0;
    while (this.#open && at < chunk.length) {
      if (this.#fields === undefined) {
        const next = this.#readHead(chunk, at);
        if (next === undefined) return;
        at = next;
        if (this.#missing > 0) continue;
      } else {
        const part = chunk.subarray(at, at + this.#missing);
        this.#parts.push(part);
        this.#missing -= part.length;
        at += part.length;
      }
      if (this.#missing === 0) this.#complete();
    }
  }

  /** Where the body begins; undefined where the head goes on in the next chunk. */
  #readHead(chunk: Buffer, at: number): number | undefined {
    const before = this.#head;
    const all = before === undefined ? chunk : Buffer.concat([before, chunk.subarray(at)]);
    const start = before === undefined ? at : 0;
    const end = all.indexOf("\r\n\r\n", start, "latin1");
    if (end === -1) {
      this.#head = Buffer.from(all.subarray(start));
      if (this.#head.length > longestHead) this.end();
      return undefined;
    }
    this.#head = undefined;
    const fields = this.#answered === undefined ? undefined : parseHead(all.toString("latin1", start, end));
    const length = fields === undefined ? undefined : lengthIn(fields);
    if (length === undefined || length > this.longest) {
      this.end();
      return undefined;
    }
    this.#fields = fields;
    this.#missing = length;
    // Counted in the chunk: what was kept of the head lies before it.
    return end + 4 - (before?.length ?? 0) + (before === undefined ? 0 : at);
  }

  #complete(): void {
    const fields = this.#fields as ReadonlyMap<string, string>;
    const parts = this.#parts;
    const answered = this.#answered;
    this.#fields = undefined;
    this.#parts = [];
    this.#answered = undefined;
    if (endsAfter(fields)) this.end();
    else this.changed(this, true);
    const body = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
    const good = fields.get(":status") === "200";
    answered?.(good ? { status: 200, body, header: (name) => fields.get(name) } : undefined);
  }
}
