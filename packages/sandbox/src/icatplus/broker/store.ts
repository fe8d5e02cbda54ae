import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { SandboxError } from "../../names.ts";
import type { Message } from "./message.ts";

type Line =
  readonly ["+", Omit<Message, "body" | "returned"> & { readonly text?: string; readonly base64?: string }] | readonly ["-", number];

function lineOf({ body, returned: _returned, ...rest }: Message): Line {
  const text = body.toString();
  return ["+", Buffer.from(text).equals(body) ? { ...rest, text } : { ...rest, base64: body.toString("base64") }];
}

/**
 * Persistent messages. With a folder they are written there, many with one sync, before anything that waits for them is told;
 * without one they stay in memory.
 */
export class MessageStore {
  readonly #messages = new Map<number, Message>();
  readonly #file: number | undefined;
  #unwritten: Line[] = [];
  #waiting: (() => void)[] = [];
  #planned: NodeJS.Immediate | undefined;
  #last = 0;

  constructor(folder: string | undefined) {
    if (folder === undefined) return;
    const path = join(folder, "icat-broker.ndjson");
    try {
      mkdirSync(folder, { recursive: true });
      if (existsSync(path)) this.#read(readFileSync(path, "utf8"));
      writeFileSync(`${path}.new`, [...this.#messages.values()].map((message) => `${JSON.stringify(lineOf(message))}\n`).join(""));
      renameSync(`${path}.new`, path);
      this.#file = openSync(path, "a");
    } catch (cause) {
      throw new SandboxError("STATE", `the messages of the broker in ${folder} cannot be used: ${(cause as Error).message}`, { cause });
    }
  }

  #read(text: string): void {
    // What stands behind the last line end was cut short and never confirmed.
    for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
      if (line === "") continue;
      const [sign, value] = JSON.parse(line) as Line;
      if (sign === "-") this.#messages.delete(value);
      else {
        const { text: plain, base64, ...rest } = value;
        this.#messages.set(rest.sequence, {
          ...rest,
          body: plain === undefined ? Buffer.from(base64 ?? "", "base64") : Buffer.from(plain),
          returned: 1,
        });
        this.#last = Math.max(this.#last, rest.sequence);
      }
    }
  }

  /** The highest sequence number read. */
  get last(): number {
    return this.#last;
  }

  /** Everything kept, in order. */
  messages(): Message[] {
    return [...this.#messages.values()].sort((a, b) => a.sequence - b.sequence);
  }

  add(message: Message): void {
    this.#messages.set(message.sequence, message);
    this.#last = message.sequence;
    if (this.#file !== undefined) this.#unwritten.push(lineOf(message));
  }

  remove(sequence: number): void {
    if (this.#messages.delete(sequence) && this.#file !== undefined) this.#unwritten.push(["-", sequence]);
  }

  /** Calls back once everything so far is safe; at once where nothing waits to be written. */
  whenSafe(done: () => void): void {
    if (this.#unwritten.length === 0 && this.#waiting.length === 0) return done();
    this.#waiting.push(done);
    this.#planned ??= setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#planned !== undefined) clearImmediate(this.#planned);
    this.#planned = undefined;
    const [lines, waiting] = [this.#unwritten, this.#waiting];
    this.#unwritten = [];
    this.#waiting = [];
    if (lines.length > 0 && this.#file !== undefined) {
      const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
      fsyncSync(this.#file);
    }
    for (const done of waiting) done();
  }

  /** Forgets what was never confirmed, as a power cut would. */
  drop(): void {
    for (const [sign, value] of this.#unwritten) if (sign === "+") this.#messages.delete(value.sequence);
    this.#unwritten = this.#unwritten.filter(([sign]) => sign === "-");
    this.#waiting = [];
  }

  close(): void {
    this.flush();
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
