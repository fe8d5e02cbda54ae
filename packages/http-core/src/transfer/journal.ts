import { closeSync, constants, fsync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { describeCause, SciError } from "../errors.ts";
import type { TransferReport, Verification } from "./types.ts";

/** What a journal knows of a file that is done. */
export interface JournalRecord {
  readonly size?: number | undefined;
  /** Of the source, in milliseconds since 1970. */
  readonly mtime?: number | undefined;
  readonly etag?: string | undefined;
  /** What tells the local file from any other: its inode, size and time. */
  readonly local?: string | undefined;
  readonly verification?: Verification | undefined;
}

interface Line extends JournalRecord {
  readonly name: string;
}

const format = "sci-transfer-journal/1";

/**
 * The memory of a job: one line of JSON for each file that is done, written before the file gets its name, so that a process that is killed
 * at any moment finds on its next run what it need not do again.
 */
export class Journal {
  #open = true;

  private constructor(
    private readonly path: string,
    private readonly handle: number,
    private readonly records: Map<string, JournalRecord>,
  ) {}

  /** @throws FILE for a file that cannot be used, or that is no journal of this direction */
  static open(path: string, direction: TransferReport["direction"]): Journal {
    let text = "";
    let handle: number | undefined;
    try {
      const { O_RDWR, O_CREAT, O_APPEND } = constants;
      handle = openSync(path, O_RDWR | O_CREAT | O_APPEND | (constants.O_NOFOLLOW ?? 0), 0o600);
      text = readFileSync(handle, "utf8");
      const records = parse(text, path, direction);
      if (text === "") writeSync(handle, `${JSON.stringify({ format, direction })}\n`);
      // The process was killed within a line: what follows must not be taken for its rest.
      else if (!text.endsWith("\n")) writeSync(handle, "\n");
      return new Journal(path, handle, records);
    } catch (cause) {
      if (handle !== undefined) closeSync(handle);
      if (cause instanceof SciError) throw cause;
      throw new SciError("FILE", `The journal ${path} cannot be used: ${describeCause(cause) ?? String(cause)}`, {
        cause,
        details: { path },
      });
    }
  }

  find(name: string): JournalRecord | undefined {
    return this.records.get(name);
  }

  /** @throws FILE when it cannot be written: a job that cannot remember must not pretend to */
  record(name: string, record: JournalRecord): void {
    try {
      writeSync(this.handle, `${JSON.stringify({ name, ...record } satisfies Line)}\n`);
    } catch (cause) {
      const full = (cause as { code?: unknown }).code === "ENOSPC" || (cause as { code?: unknown }).code === "EDQUOT";
      const why = describeCause(cause) ?? String(cause);
      throw new SciError(full ? "DISK_FULL" : "FILE", `The journal ${this.path} cannot be written: ${why}`, {
        cause,
        details: { path: this.path, ...(full ? { where: "local" } : {}) },
      });
    }
  }

  /** Keeps it for the next run, or, where all is done, takes it away. */
  async close(complete: boolean): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    if (!complete) await new Promise<void>((resolve) => fsync(this.handle, () => resolve()));
    closeSync(this.handle);
    if (complete) unlinkSync(this.path);
  }
}

function parse(text: string, path: string, direction: string): Map<string, JournalRecord> {
  const records = new Map<string, JournalRecord>();
  if (text === "") return records;
  const lines = text.split("\n");
  const head = read(lines.shift() ?? "") as { format?: unknown; direction?: unknown } | undefined;
  if (head?.format !== format) {
    throw new SciError("FILE", `${path} is no journal of a transfer; name another file, or delete it.`, { details: { path } });
  }
  if (head.direction !== direction) {
    throw new SciError("FILE", `The journal ${path} is that of another job (${String(head.direction)}); name another file, or delete it.`, {
      details: { path },
    });
  }
  for (const line of lines) {
    const record = read(line) as Line | undefined;
    if (typeof record?.name !== "string") continue;
    const { name, ...rest } = record;
    records.set(name, rest);
  }
  return records;
}

/** Undefined for a line that was torn. */
function read(line: string): unknown {
  if (line === "") return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
