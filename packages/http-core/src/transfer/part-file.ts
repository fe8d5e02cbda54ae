import * as fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { SciError } from "../errors.ts";
import type { Opened } from "./attempt.ts";
import { createDigest, type Digest } from "./digests.ts";
import { fileError, identityOf, newFile, noFollow, removeQuietly, type Finish } from "./files.ts";
import { noteSuffix } from "./names.ts";
import type { ChecksumName } from "./types.ts";

/** What must hold of the source for a part to be gone on with. */
export interface PartNote {
  /** A strong one. */
  readonly etag?: string | undefined;
  /** As the server wrote it. */
  readonly lastModified?: string | undefined;
  /** Of the whole file. */
  readonly size?: number | undefined;
}

/** Bytes that are read at a time to compute the checksum of what is there. */
const readLength = 1024 * 1024;

/**
 * A file that grows before it gets its name. Contents are written while the next arrive; the checksum goes along, and is computed anew
 * from the disk where the file was begun by another process or for another algorithm.
 */
export class PartFile {
  #handle: FileHandle | undefined;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #writing: Promise<void> | undefined;
  #fault: SciError<string> | undefined;
  #digest: Digest | undefined;
  /** Bytes that the digest has seen. */
  #digested = 0;
  /** Bytes on the disk (or on their way there). */
  size = 0;
  note: PartNote | undefined;

  /**
   * @param unit bytes that are written at a time
   * @param direct the file system is in memory: a write takes no longer than the way to another thread
   */
  constructor(
    readonly path: string,
    private readonly unit: () => number,
    private readonly direct = false,
  ) {}

  /** Takes away the note of a part that has its name already: its process ended between the two. */
  static tidy(path: string): void {
    if (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) removeQuietly(path + noteSuffix);
  }

  /** What another process left here, if it can be gone on with: its note names the source that it is a part of. */
  static leftover(path: string): PartNote | undefined {
    try {
      const stats = fs.lstatSync(path, { throwIfNoEntry: false });
      if (stats?.isFile() !== true || stats.size === 0) return undefined;
      const note = JSON.parse(fs.readFileSync(path + noteSuffix, "utf8")) as PartNote;
      return typeof note.etag === "string" || typeof note.lastModified === "string" ? note : undefined;
    } catch {
      // No note, or a torn one: the part cannot be trusted and is written anew.
      return undefined;
    }
  }

  /** Opens what is there to go on with it. */
  async resume(note: PartNote): Promise<void> {
    await this.#guard("opened", async () => {
      this.#handle = await fs.promises.open(this.path, fs.constants.O_RDWR | noFollow);
      this.size = (await this.#handle.stat()).size;
      this.note = note;
    });
  }

  /** Starts anew, with nothing in it. */
  async reset(): Promise<void> {
    await this.flush();
    this.#digest = undefined;
    this.#digested = 0;
    this.size = 0;
    if (this.note !== undefined) removeQuietly(this.path + noteSuffix);
    this.note = undefined;
    if (this.#handle !== undefined) await this.#guard("emptied", () => (this.#handle as FileHandle).truncate(0));
  }

  /** Makes sure that the digest has seen all that is there. */
  async digestBy(algorithm: ChecksumName | undefined): Promise<void> {
    if (algorithm === undefined) {
      this.#digest = undefined;
      return;
    }
    if (this.#digest?.algorithm === algorithm && this.#digested === this.size) return;
    this.#digest = createDigest(algorithm);
    this.#digested = 0;
    const buffer = new Uint8Array(Math.min(readLength, this.size));
    while (this.#digested < this.size) {
      const { bytesRead } = await this.#guard("read", () =>
        (this.#handle as FileHandle).read(buffer, 0, Math.min(buffer.byteLength, this.size - this.#digested), this.#digested),
      );
      if (bytesRead === 0) throw fileError(new Error("it became shorter meanwhile"), this.path, "read");
      this.#digest.update(buffer.subarray(0, bytesRead));
      this.#digested += bytesRead;
    }
  }

  digest(): Digest | undefined {
    return this.#digest;
  }

  /** Remembers, beside the part, what it is a part of. */
  async remember(note: PartNote): Promise<void> {
    this.note = note;
    await this.#guard("written", () => fs.promises.writeFile(this.path + noteSuffix, JSON.stringify(note)));
  }

  async open(): Promise<void> {
    if (this.#handle !== undefined) return;
    await this.#guard("written", async () => {
      removeQuietly(this.path);
      removeQuietly(this.path + noteSuffix);
      this.#handle = await fs.promises.open(this.path, (newFile & ~fs.constants.O_WRONLY) | fs.constants.O_RDWR, 0o666);
    });
  }

  /**
   * Adds a whole body, no faster than it can be written. What arrived stays, whatever ends it.
   * @param passing told of each piece and of the size with it, before it is added; a promise is waited for
   * @returns the size of the file
   */
  async fill(body: Pick<Opened, "drain" | "stream">, passing: (bytes: number, size: number) => Promise<void> | undefined): Promise<number> {
    let size = this.size;
    const pass = (bytes: number): Promise<void> | undefined => passing(bytes, (size += bytes));
    const draining = body.drain({ passing: pass, write: (bytes) => this.#put(bytes) });
    if (draining !== undefined) {
      await draining;
      return size;
    }
    try {
      for await (const chunk of body.stream()) {
        const paused = pass(chunk.byteLength);
        const behind = this.add(chunk);
        if (behind !== undefined) await behind;
        if (paused !== undefined) await paused;
      }
    } finally {
      await this.flush();
    }
    return size;
  }

  /** Adds a large piece; the next one comes when it is in the file. */
  #put(bytes: Uint8Array): Promise<void> | undefined {
    const at = this.size;
    const failed = (error: unknown): never => {
      this.size = at;
      this.#digest = undefined;
      this.#digested = 0;
      throw fileError(error, this.path, "written");
    };
    this.size += bytes.byteLength;
    // Another thread writes while the checksum is computed here.
    const writing = this.direct ? undefined : this.#store([bytes], bytes.byteLength, at).catch(failed);
    this.#digest?.update(bytes);
    this.#digested += bytes.byteLength;
    if (writing !== undefined) return writing;
    try {
      const { fd } = this.#handle as FileHandle;
      for (let done = 0; done < bytes.byteLength;) done += fs.writeSync(fd, bytes, done, bytes.byteLength - done, at + done);
      return undefined;
    } catch (error) {
      return failed(error);
    }
  }

  /** Adds contents. Gives a promise where the disk is behind: wait for it. */
  add(bytes: Uint8Array): Promise<void> | undefined {
    this.#digest?.update(bytes);
    this.#digested += bytes.byteLength;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.byteLength;
    if (this.#pendingBytes < this.unit()) return undefined;
    if (this.#writing !== undefined) return this.#behind();
    this.#write();
    return undefined;
  }

  async #behind(): Promise<void> {
    await this.#writing;
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#writing === undefined && this.#pending.length > 0) this.#write();
  }

  #write(): void {
    const chunks = this.#pending;
    const bytes = this.#pendingBytes;
    const at = this.size;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.size += bytes;
    this.#writing = this.#store(chunks, bytes, at).then(
      () => {
        this.#writing = undefined;
      },
      (error: unknown) => {
        this.#writing = undefined;
        this.#fault ??= fileError(error, this.path, "written");
        this.size = at;
        this.#pending = [];
        this.#pendingBytes = 0;
      },
    );
  }

  async #store(chunks: Uint8Array[], bytes: number, at: number): Promise<void> {
    const handle = this.#handle as FileHandle;
    for (let done = 0; done < bytes;) {
      const { bytesWritten } = await handle.writev(chunks, at + done);
      done += bytesWritten;
      if (done < bytes) chunks = restOf(chunks, bytesWritten);
    }
  }

  /** Waits until everything added is in the file. @throws DISK_FULL, FILE */
  async flush(): Promise<void> {
    while (this.#writing !== undefined || this.#pending.length > 0) {
      if (this.#writing !== undefined) await this.#writing;
      else this.#write();
    }
    const fault = this.#fault;
    if (fault === undefined) return;
    this.#fault = undefined;
    this.#digest = undefined;
    this.#digested = 0;
    throw fault;
  }

  /** Leaves it as it shall be, closed, still under this name. Gives its identity where it was asked for. */
  async finish({ mtime, sync, identify }: Finish): Promise<string | undefined> {
    await this.flush();
    return this.#guard("finished", async () => {
      const handle = this.#handle as FileHandle;
      if (mtime !== undefined) await handle.utimes(mtime / 1000, mtime / 1000);
      if (sync) await handle.sync();
      const own = await handle.stat();
      const there = fs.lstatSync(this.path, { throwIfNoEntry: false });
      if (there?.ino !== own.ino) throw new Error("another process writes the same file");
      await this.close();
      return identify ? identityOf(own) : undefined;
    });
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  /** Takes the note away: the file has its name. */
  forget(): void {
    if (this.note !== undefined) removeQuietly(this.path + noteSuffix);
  }

  /** Closes it, and takes it away unless the next run can go on with it. Never rejects. */
  async abandon(): Promise<void> {
    await this.flush().catch(() => undefined);
    const opened = this.#handle !== undefined;
    await this.close().catch(() => undefined);
    if (opened && (this.note === undefined || this.size === 0)) {
      removeQuietly(this.path);
      removeQuietly(this.path + noteSuffix);
    }
  }

  async #guard<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fileError(error, this.path, what);
    }
  }
}

function restOf(chunks: readonly Uint8Array[], written: number): Uint8Array[] {
  let left = written;
  const rest: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (left >= chunk.byteLength) left -= chunk.byteLength;
    else {
      rest.push(left === 0 ? chunk : chunk.subarray(left));
      left = 0;
    }
  }
  return rest;
}
