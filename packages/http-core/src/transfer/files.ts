import * as fs from "node:fs";
import { promisify } from "node:util";
import { describeCause, isSciError, SciError } from "../errors.ts";

/** What a file system is like, as far as it matters here. */
export type FileSystemKind = "memory" | "local" | "remote";

/** Types of statfs(2) on Linux. Others, and other systems, are taken for local. */
const kinds: ReadonlyMap<number, FileSystemKind> = new Map<number, FileSystemKind>([
  [0x01021994, "memory"], // tmpfs
  [0x858458f6, "memory"], // ramfs
  [0x6969, "remote"], // NFS
  [0x517b, "remote"], // SMB
  [0xff534d42, "remote"], // CIFS
  [0xfe534d42, "remote"], // SMB 2
  [0x0bd00bd0, "remote"], // Lustre
  [0x47504653, "remote"], // GPFS
  [0x00c36400, "remote"], // Ceph
  [0x65735546, "remote"], // FUSE
  [0x5346414f, "remote"], // AFS
  [0x19830326, "remote"], // BeeGFS
  [0x20030528, "remote"], // OrangeFS
  [0x01021997, "remote"], // 9P
]);

export function fileSystemOf(folder: string): FileSystemKind {
  try {
    return kinds.get(fs.statfsSync(folder).type) ?? "local";
  } catch {
    // Not every system can tell; what is asked for here is only a matter of speed.
    return "local";
  }
}

/** How a finished file is left. */
export interface Finish {
  /** Milliseconds since 1970; undefined leaves the time of writing. */
  readonly mtime: number | undefined;
  /** Waits until it is on the disk. */
  readonly sync: boolean;
  /** Whether the identity is wanted. */
  readonly identify: boolean;
}

/** The few operations that small files need. The blocking ones take a few µs where a way over the thread pool takes 50. */
export interface Files {
  lstat(path: string): fs.Stats | undefined | Promise<fs.Stats | undefined>;
  /** Writes a new file, in place of one that is there. Gives its identity where it was asked for. */
  writeWhole(path: string, bytes: Uint8Array, finish: Finish): Promise<string | undefined>;
  rename(from: string, to: string): void | Promise<void>;
}

const fsync = promisify(fs.fsync);

const { O_WRONLY, O_CREAT, O_EXCL } = fs.constants;
/** Windows has no such flag. */
export const noFollow = fs.constants.O_NOFOLLOW ?? 0;
export const newFile = O_WRONLY | O_CREAT | O_EXCL | noFollow;

/** What tells a file from any other of its name: another inode, size or time is another file. */
export function identityOf({ ino, size, mtimeMs }: fs.Stats): string {
  return `${ino}:${size}:${Math.round(mtimeMs)}`;
}

/** For file systems that answer at once: everything but the wait for the disk is done on the spot. */
const direct: Files = {
  lstat: (path) => fs.lstatSync(path, { throwIfNoEntry: false }),
  async writeWhole(path, bytes, finish) {
    if (!finish.sync) return writeNow(path, bytes, finish);
    const handle = openNew(path);
    try {
      fill(handle, bytes, finish.mtime);
      await fsync(handle);
      return closeNew(handle, finish.identify);
    } catch (error) {
      dropNew(handle, path);
      throw error;
    }
  },
  rename: (from, to) => fs.renameSync(from, to),
};

/** Writes a new file, in place of one that is there, without a wait for anything. Gives its identity where it was asked for. */
export function writeNow(path: string, bytes: Uint8Array, { mtime, identify }: Finish): string | undefined {
  const handle = openNew(path);
  try {
    fill(handle, bytes, mtime);
    return closeNew(handle, identify);
  } catch (error) {
    dropNew(handle, path);
    throw error;
  }
}

function fill(handle: number, bytes: Uint8Array, mtime: number | undefined): void {
  for (let done = 0; done < bytes.byteLength;) done += fs.writeSync(handle, bytes, done);
  if (mtime !== undefined) fs.futimesSync(handle, mtime / 1000, mtime / 1000);
}

function closeNew(handle: number, identify: boolean): string | undefined {
  const identity = identify ? identityOf(fs.fstatSync(handle)) : undefined;
  fs.closeSync(handle);
  return identity;
}

function dropNew(handle: number, path: string): void {
  try {
    fs.closeSync(handle);
  } catch {
    // The fault that led here is the one to tell.
  }
  removeQuietly(path);
}

function openNew(path: string): number {
  try {
    return fs.openSync(path, newFile, 0o666);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    // Left by a run that was killed.
    fs.unlinkSync(path);
    return fs.openSync(path, newFile, 0o666);
  }
}

/** For file systems behind a network: several at a time, none of which stops the others. */
const pooled: Files = {
  lstat: (path) =>
    fs.promises.lstat(path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }),
  async writeWhole(path, bytes, { mtime, sync, identify }) {
    const handle = await fs.promises.open(path, newFile, 0o666).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      await fs.promises.unlink(path);
      return fs.promises.open(path, newFile, 0o666);
    });
    try {
      await handle.writeFile(bytes);
      if (mtime !== undefined) await handle.utimes(mtime / 1000, mtime / 1000);
      if (sync) await handle.sync();
      const identity = identify ? identityOf(await handle.stat()) : undefined;
      await handle.close();
      return identity;
    } catch (error) {
      await handle.close().catch(() => undefined);
      removeQuietly(path);
      throw error;
    }
  },
  rename: (from, to) => fs.promises.rename(from, to),
};

export function filesOn(kind: FileSystemKind): Files {
  return kind === "remote" ? pooled : direct;
}

/** For what is in the way of a better message only. */
export function removeQuietly(path: string): void {
  try {
    fs.unlinkSync(path);
  } catch {
    // It stays for the next run, which writes over it.
  }
}

/** The error for a fault of the local file system: what to do, by its code. */
export function fileError(cause: unknown, path: string, what: string): SciError<string> {
  if (isSciError<string>(cause)) return cause;
  const { code } = cause as { code?: unknown };
  const chain = describeCause(cause) ?? String(cause);
  const say = (name: string, message: string, more: object = {}): SciError<string> =>
    new SciError(name, message, { cause, details: { path, ...more } });
  if (code === "ENOSPC" || code === "EDQUOT") {
    const quota = code === "EDQUOT" ? "The quota of this user is used up" : "The disk is full";
    return say(
      "DISK_FULL",
      `${quota}: ${path} cannot be ${what}. Make room and run the transfer again; what is done stays done. (${chain})`,
      {
        where: "local",
      },
    );
  }
  if (code === "EFBIG") return say("FILE", `${path} is larger than its file system allows: ${chain}`);
  if (code === "ENAMETOOLONG") return say("UNSAFE_NAME", `The name is too long for the file system of the target: ${path}`);
  if (code === "EILSEQ" || code === "EINVAL")
    return say("UNSAFE_NAME", `The file system of the target does not take this name: ${path} (${chain})`);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return say("FILE", `${path} cannot be ${what}: no permission to write there. (${chain})`);
  }
  if (code === "EISDIR" || code === "ENOTDIR" || code === "EEXIST") {
    return say("CONFLICT", `${path} cannot be ${what}: something else stands there. (${chain})`);
  }
  return say("FILE", `${path} cannot be ${what}: ${chain}`);
}
