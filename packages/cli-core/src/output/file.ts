import { randomBytes } from "node:crypto";
import { unlinkSync } from "node:fs";
import { open, realpath, rename, stat, unlink, type FileHandle } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { SciError } from "@sci/http-core";

/** A file that appears under its name only when it is complete. */
export interface AtomicFile {
  write(data: string | Uint8Array): Promise<void>;
  /** Writes through to the disk and puts the file in its place. */
  commit(): Promise<void>;
  /** Removes what was written; the file of before, if any, is as it was. Does nothing after `commit`. */
  discard(): Promise<void>;
}

const temporaries: Set<string> = new Set();
let cleaning = false;

/** Removes the temporary files of a program that has to end at once. */
export function removeTemporaryFiles(): void {
  for (const path of temporaries) {
    try {
      unlinkSync(path);
    } catch {
      // It is gone, or cannot be removed: there is nobody left to tell.
    }
  }
  temporaries.clear();
}

function failure(path: string, doing: string, cause: unknown): SciError<"FILE"> {
  const { code, message } = cause as { code?: string; message?: string };
  const why =
    code === "ENOENT"
      ? "its folder does not exist"
      : code === "EACCES" || code === "EPERM"
        ? "no permission"
        : code === "ENOSPC"
          ? "the disk is full"
          : (message ?? String(cause));
  return new SciError("FILE", `Cannot ${doing} ${JSON.stringify(path)}: ${why}.`, { cause, details: { path } });
}

/**
 * Begins a file. What is written goes to a temporary file in the same folder, which takes the final name on `commit`: an
 * interrupted or failed program leaves nothing under it. The mode of a file that is replaced is kept; a symbolic link
 * stays one, and its target is replaced; a device or pipe (`/dev/stdout`) is written directly.
 * @throws FILE for a folder, a missing parent folder, or missing permission.
 */
export async function openAtomicFile(path: string): Promise<AtomicFile> {
  if (path === "") throw new SciError("FILE", "The name of the output file is empty.");
  const target = await realpath(path).catch(() => resolve(path));
  const before = await stat(target).catch(() => undefined);
  if (before?.isDirectory())
    throw new SciError("FILE", `Cannot write ${JSON.stringify(path)}: it is a folder; name a file in it.`, { details: { path } });
  if (before !== undefined && !before.isFile()) return openDirectly(path, target);
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
  let handle: FileHandle;
  try {
    handle = await open(temporary, "wx", before === undefined ? 0o666 : before.mode & 0o777);
  } catch (error) {
    throw failure(path, "write", error);
  }
  temporaries.add(temporary);
  if (!cleaning) {
    cleaning = true;
    process.once("exit", removeTemporaryFiles);
  }
  let done = false;
  const discard = async (): Promise<void> => {
    if (done) return;
    done = true;
    await handle.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
    temporaries.delete(temporary);
  };
  return {
    async write(data) {
      try {
        await handle.appendFile(data);
      } catch (error) {
        throw failure(path, "write", error);
      }
    },
    async commit() {
      try {
        // The mode given to open() was narrowed by the umask; the one of the file of before was not.
        if (before !== undefined) await handle.chmod(before.mode & 0o7777).catch(() => undefined);
        await handle.sync();
        await handle.close();
        await rename(temporary, target);
      } catch (error) {
        await discard();
        throw failure(path, "write", error);
      }
      done = true;
      temporaries.delete(temporary);
      await syncFolder(dirname(target));
    },
    discard,
  };
}

/** So that the new name survives a loss of power; some file systems (and Windows) refuse it, where nothing more can be done. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close().catch(() => undefined);
}

async function openDirectly(path: string, target: string): Promise<AtomicFile> {
  let handle: FileHandle;
  try {
    handle = await open(target, "w");
  } catch (error) {
    throw failure(path, "write", error);
  }
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await handle.close();
  };
  return {
    write: async (data) => {
      await handle.writeFile(data).catch((error: unknown) => {
        throw failure(path, "write", error);
      });
    },
    commit: close,
    discard: close,
  };
}
