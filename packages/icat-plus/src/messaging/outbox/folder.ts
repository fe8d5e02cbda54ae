import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isSciError, SciError, withMore } from "@sci/http-core";
import { secretFolder } from "@sci/http-core/node";
import { syncFolder, whole } from "./files.ts";
import { decodeEntry, encodeEntry, type Entry } from "./entry.ts";

/** A message that could not be delivered, or a file that is none, with the reason. */
export interface DeadLetter {
  /** Name of the file, for `retry` and `drop`. */
  readonly name: string;
  readonly reason: string;
  /** ISO 8601: when it was set aside. */
  readonly since: string;
  /** The message, or undefined for a file that cannot be read. */
  readonly entry: Entry | undefined;
}

/** A message that waits. */
export interface WaitingLetter {
  readonly name: string;
  readonly entry: Entry | undefined;
  readonly bytes: number;
}

const SUFFIX = ".msg";
const DEAD = "dead";

/** The files of an outbox. Their names sort in the order in which the messages were given. */
export class OutboxFolder {
  readonly dir: string;
  readonly #maxBytes: number;
  readonly #maxMessageBytes: number;
  /** Two clients of one process share its number. */
  readonly #own = randomBytes(4).toString("hex");
  #last = 0;
  /** Bytes of all that waits, as far as known here, by name and in all. */
  readonly #sizes = new Map<string, number>();
  #bytes = 0;
  /** By this process, since it was counted last. */
  #added = 0;
  #counting: Promise<void> | undefined;
  /** When to look again what other processes have stored (`performance.now()`). */
  #countAt = 0;
  #ready: Promise<void> | undefined;
  /** Files being written: what was given after them must not overtake them. */
  readonly #writing = new Set<string>();

  constructor(dir: string, maxBytes = 2 ** 30, maxMessageBytes = 64 * 2 ** 20) {
    this.dir = dir;
    this.#maxBytes = maxBytes;
    this.#maxMessageBytes = maxMessageBytes;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** @throws OUTBOX_FULL, FILE (a full disk too): then nothing is stored */
  async add(entry: Entry): Promise<string> {
    const content = encodeEntry(entry);
    if (content.length > this.#maxMessageBytes) {
      throw this.#full(`The message has ${content.length} bytes, and one of at most ${this.#maxMessageBytes} is taken`);
    }
    // The name is given before anything is waited for: it is the message's place in the row.
    this.#last = Math.max(this.#last + 1, Date.now() * 1000);
    const name = `${String(this.#last).padStart(17, "0")}-${process.pid}-${this.#own}${SUFFIX}`;
    this.#writing.add(name);
    try {
      await this.#prepare();
      await this.#reserve(name, content.length);
      await whole(this.path(name), content);
      return name;
    } catch (error) {
      this.#forget(name);
      throw isSciError<string>(error) ? withMore(error, "The message is neither stored nor sent.") : error;
    } finally {
      this.#writing.delete(name);
    }
  }

  /** Removes what a crash left half written. */
  async tidy(): Promise<void> {
    await this.#prepare();
    for (const name of await readdir(this.dir)) {
      if (!name.endsWith(`${SUFFIX}.new`) && !/^sender\.lock\.[0-9a-f-]{36}$/.test(name)) continue;
      const age = Date.now() - ((await stat(this.path(name)).catch(() => undefined))?.mtimeMs ?? Date.now());
      // Another process may be writing it right now.
      if (age > 3_600_000) await rm(this.path(name), { force: true });
    }
  }

  /** Messages that wait, in order, without those that something still being written must go before. */
  async names(): Promise<string[]> {
    await this.#prepare();
    const first = [...this.#writing].sort()[0];
    const names = await this.#list(this.dir);
    return first === undefined ? names : names.filter((name) => name < first);
  }

  /** @throws INVALID_RESPONSE for a corrupt file; undefined when it is gone */
  async read(name: string, folder = this.dir): Promise<Entry | undefined> {
    let content: Buffer;
    try {
      content = await readFile(join(folder, name));
    } catch (cause) {
      if ((cause as { code?: string }).code === "ENOENT") return undefined;
      throw this.#failed(`The file ${join(folder, name)} of the outbox cannot be read`, cause);
    }
    return decodeEntry(content);
  }

  /** After the confirmation. */
  async remove(name: string): Promise<void> {
    this.#forget(name);
    await rm(this.path(name), { force: true });
  }

  /** Sets a message aside, with the reason in a file beside it. */
  async bury(name: string, reason: string): Promise<void> {
    const folder = join(this.dir, DEAD);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await whole(join(folder, `${name}.json`), Buffer.from(`${JSON.stringify({ reason, since: new Date().toISOString() })}\n`));
    await rename(this.path(name), join(folder, name));
    await syncFolder(folder);
    this.#forget(name);
  }

  /** The reason why a message was set aside; undefined when it was not. */
  async reasonOf(name: string): Promise<string | undefined> {
    return (await this.#isThere(join(this.dir, DEAD, name))) ? (await this.#why(name)).reason : undefined;
  }

  async isWaiting(name: string): Promise<boolean> {
    return await this.#isThere(this.path(name));
  }

  async waiting(): Promise<WaitingLetter[]> {
    const letters: WaitingLetter[] = [];
    for (const name of await this.#list(this.dir)) {
      const found = await stat(this.path(name)).catch(() => undefined);
      if (found !== undefined) letters.push({ name, bytes: found.size, entry: await this.read(name).catch(() => undefined) });
    }
    return letters;
  }

  async dead(): Promise<DeadLetter[]> {
    const folder = join(this.dir, DEAD);
    const letters: DeadLetter[] = [];
    for (const name of await this.#list(folder)) {
      letters.push({ name, ...(await this.#why(name)), entry: await this.read(name, folder).catch(() => undefined) });
    }
    return letters;
  }

  /** Puts a dead letter back to its old place in the row. @throws NOT_FOUND, INVALID_RESPONSE for one that is corrupt */
  async retry(name: string): Promise<void> {
    const folder = join(this.dir, DEAD);
    if ((await this.read(this.#checked(name), folder)) === undefined) throw this.#noDeadLetter(name);
    await rename(join(folder, name), this.path(name));
    await rm(join(folder, `${name}.json`), { force: true });
    await syncFolder(this.dir);
    this.#countAt = 0;
  }

  /** Deletes a dead letter for good. @throws NOT_FOUND */
  async drop(name: string): Promise<void> {
    const file = join(this.dir, DEAD, this.#checked(name));
    if (!(await this.#isThere(file))) throw this.#noDeadLetter(name);
    await rm(file);
    await rm(`${file}.json`, { force: true });
  }

  #forget(name: string): void {
    const size = this.#sizes.get(name);
    this.#sizes.delete(name);
    if (size !== undefined) this.#bytes -= size;
  }

  #checked(name: string): string {
    if (!/^\d{17}-\d+-[0-9a-f]{8}\.msg$/.test(name)) {
      throw new SciError("INVALID_ARGUMENT", `${JSON.stringify(name)} is no name of a message; \`icat outbox list\` shows them.`);
    }
    return name;
  }

  async #prepare(): Promise<void> {
    this.#ready ??= secretFolder({ path: join(this.dir, "x"), what: "outbox" }).catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    await this.#ready;
  }

  /** Takes room for a message that is about to be written. @throws OUTBOX_FULL */
  async #reserve(name: string, bytes: number): Promise<void> {
    if (performance.now() >= this.#countAt || this.#added > this.#maxBytes / 20) await this.#count();
    // Before anything is refused it is counted anew: others may have removed what this process knows of.
    if (this.#bytes + bytes > this.#maxBytes) await this.#count();
    if (this.#bytes + bytes > this.#maxBytes) throw this.#full(`${this.#bytes} bytes wait in it, of at most ${this.#maxBytes}`);
    this.#sizes.set(name, bytes);
    this.#bytes += bytes;
    this.#added += bytes;
  }

  /** Looks what waits, other processes' messages too. A twentieth of the time at most goes into it, however many files there are. */
  #count(): Promise<void> {
    this.#counting ??= this.#countAll().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  async #countAll(): Promise<void> {
    const begun = performance.now();
    this.#added = 0;
    const names = new Set(await this.#list(this.dir));
    for (const name of [...this.#sizes.keys()]) if (!names.has(name) && !this.#writing.has(name)) this.#forget(name);
    for (const name of names) {
      if (this.#sizes.has(name)) continue;
      const { size } = await stat(this.path(name)).catch(() => ({ size: 0 }));
      if (this.#sizes.has(name)) continue;
      this.#sizes.set(name, size);
      this.#bytes += size;
    }
    const now = performance.now();
    this.#countAt = now + 20 * (now - begun);
  }

  async #list(folder: string): Promise<string[]> {
    try {
      return (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).sort();
    } catch (cause) {
      if ((cause as { code?: string }).code === "ENOENT") return [];
      throw this.#failed(`The outbox ${folder} cannot be read`, cause);
    }
  }

  async #isThere(path: string): Promise<boolean> {
    return (await stat(path).catch(() => undefined)) !== undefined;
  }

  async #why(name: string): Promise<{ reason: string; since: string }> {
    try {
      const { reason, since } = JSON.parse(await readFile(join(this.dir, DEAD, `${name}.json`), "utf8")) as Record<string, unknown>;
      return { reason: String(reason), since: String(since) };
    } catch {
      return { reason: "unknown: the file with the reason is missing", since: "" };
    }
  }

  #noDeadLetter(name: string): SciError<"NOT_FOUND"> {
    return new SciError("NOT_FOUND", `There is no dead letter ${name} in ${this.dir}.`, { service: "outbox" });
  }

  #full(why: string): SciError<"OUTBOX_FULL"> {
    return new SciError(
      "OUTBOX_FULL",
      `The outbox ${this.dir} takes no more: ${why}. See \`icat outbox list\`, and whether the broker runs.`,
      {
        service: "outbox",
        details: { dir: this.dir },
      },
    );
  }

  #failed(what: string, cause: unknown): SciError<"FILE"> {
    return new SciError("FILE", `${what}: ${(cause as Error).message}`, { service: "outbox", cause });
  }
}
