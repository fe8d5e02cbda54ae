/** What is wrong with what a client sent; the text goes into the ERROR frame. */
export class FrameError extends Error {
  override name = "FrameError";
  /** Whether the connection ends; ActiveMQ goes on where it understood the frame. */
  readonly fatal: boolean;
  constructor(message: string, fatal = true) {
    super(message);
    this.fatal = fatal;
  }
}

/** What was understood and cannot be done: the connection stays. */
export const misuse = (message: string): FrameError => new FrameError(message, false);

export interface Frame {
  readonly command: string;
  /** Of a header that stands several times the first counts. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type Version = "1.0" | "1.1" | "1.2";

/** ActiveMQ's own limits. */
const commandLimit = 1024;
const headerLimit = 10_240;
const headerCount = 1000;
const headLimit = commandLimit + headerLimit * 64;

const lf = 10;
const cr = 13;
const escapes: Readonly<Record<Version, Readonly<Record<string, string>>>> = {
  "1.0": {},
  "1.1": { n: "\n", c: ":", "\\": "\\" },
  "1.2": { n: "\n", c: ":", "\\": "\\", r: "\r" },
};
/** Frames of the log-in are the same in all versions: nothing in them is escaped. */
const plain = new Set(["CONNECT", "STOMP", "CONNECTED"]);

function unescape(text: string, version: Version): string {
  if (version === "1.0" || !text.includes("\\")) return text;
  return text.replace(/\\([\s\S]?)/g, (whole, letter: string) => {
    const meant = escapes[version][letter];
    if (meant === undefined) throw new FrameError(`Undefined escape sequence [${whole}] in a header`);
    return meant;
  });
}

function escape(text: string, version: Version): string {
  if (version === "1.0") return text.replaceAll("\n", " ");
  const safe = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll(":", "\\c");
  return version === "1.2" ? safe.replaceAll("\r", "\\r") : safe;
}

/** ActiveMQ ends a line behind each frame. */
const end = Buffer.from("\0\n");

/** Bytes of a frame. */
export function frameBytes(
  command: string,
  headers: readonly (readonly [string, string])[],
  body: Uint8Array = Buffer.alloc(0),
  version: Version = "1.2",
): Buffer {
  const write = (text: string): string => (plain.has(command) ? text : escape(text, version));
  const head = headers.map(([name, value]) => `${write(name)}:${write(value)}\n`).join("");
  return Buffer.concat([Buffer.from(`${command}\n${head}\n`), body, end]);
}

interface Head {
  readonly command: string;
  readonly headers: Record<string, string>;
  readonly length: number | undefined;
}

function readHead(text: string, version: Version): Head {
  const lines = text.split("\n");
  // A carriage return at the end of a line belongs to the line end in 1.2, and in the first frame, whose version is open yet.
  const [command = "", ...rest] = lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (command.length > commandLimit) throw new FrameError("The maximum command length was exceeded");
  if (rest.length > headerCount) throw new FrameError("The maximum number of headers was exceeded");
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  const read = (part: string): string => (plain.has(command) ? part : unescape(part, version));
  for (const line of rest) {
    if (line.length > headerLimit) throw new FrameError("The maximum header length was exceeded");
    const colon = line.indexOf(":");
    if (colon < 1) throw new FrameError(`Unable to parser header line [${line.slice(0, 80)}]`);
    const name = read(line.slice(0, colon));
    if (!(name in headers)) headers[name] = read(line.slice(colon + 1));
  }
  const given = headers["content-length"];
  if (given === undefined) return { command, headers, length: undefined };
  if (!/^\s*\d+\s*$/.test(given)) throw new FrameError("Specified content-length is not a valid integer");
  return { command, headers, length: Number(given) };
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  /** Decides how headers are escaped; set once it is agreed on. */
  version: Version = "1.0";
  readonly #limit: number;
  #bytes = Buffer.allocUnsafe(16_384);
  #start = 0;
  #end = 0;
  #head: Head | undefined;
  /** Where the search for the end of the body goes on. */
  #searched = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    const held = this.#end - this.#start;
    if (this.#end + chunk.length > this.#bytes.length) {
      const target = held + chunk.length > this.#bytes.length ? Buffer.allocUnsafe(2 * (held + chunk.length)) : this.#bytes;
      this.#bytes.copy(target, 0, this.#start, this.#end);
      this.#bytes = target;
      this.#searched -= this.#start;
      this.#start = 0;
      this.#end = held;
    }
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }

  /** The next frame; undefined when more bytes are needed. Throws FrameError. */
  next(): Frame | undefined {
    this.#head ??= this.#readHead();
    if (this.#head === undefined) return undefined;
    const { command, headers, length } = this.#head;
    if ((length ?? this.#end - this.#start) > this.#limit) throw new FrameError("The maximum frame size was exceeded");
    const end = length === undefined ? this.#findEnd() : this.#endAt(length);
    if (end === undefined) return undefined;
    const body = Buffer.from(this.#bytes.subarray(this.#start, end));
    this.#start = end + 1;
    this.#head = undefined;
    return { command, headers, body };
  }

  #endAt(length: number): number | undefined {
    const end = this.#start + length;
    if (end >= this.#end) return undefined;
    if (this.#bytes[end] !== 0) throw new FrameError("content-length bytes were read and there was no trailing null byte");
    return end;
  }

  #findEnd(): number | undefined {
    const found = this.#bytes.subarray(0, this.#end).indexOf(0, Math.max(this.#searched, this.#start));
    this.#searched = this.#end;
    return found < 0 ? undefined : found;
  }

  #readHead(): Head | undefined {
    while (this.#start < this.#end && (this.#bytes[this.#start] === lf || this.#bytes[this.#start] === cr)) this.#start++;
    const held = this.#bytes.subarray(this.#start, this.#end);
    let line = 0;
    for (;;) {
      const end = held.indexOf(lf, line);
      if (end < 0) {
        if (held.length > headLimit || held.length - line > headerLimit)
          throw new FrameError(`The maximum ${line === 0 ? "command" : "header"} length was exceeded`);
        return undefined;
      }
      const empty = end === line || (end === line + 1 && held[line] === cr);
      if (empty && line > 0) {
        const head = readHead(held.toString("utf8", 0, line - 1), this.version);
        this.#start += end + 1;
        this.#searched = this.#start;
        return head;
      }
      line = end + 1;
    }
  }
}
