import { constants } from "node:fs";
import { lstat, mkdir, open, rename, stat, unlink, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { describeCause, isSciError, SciError } from "../errors.ts";

/** Windows has no modes; its profile folders are private by their access lists. */
const hasModes = process.platform !== "win32";

/** A file that holds secrets: what it is in messages, and what to do when it is not usable. */
export interface SecretFile {
  readonly path: string;
  /** "token store" */
  readonly what: string;
}

/**
 * The text of a file with secrets; undefined when there is none.
 * @throws FILE for a file that others can read, that belongs to somebody else, or that is a link
 */
export async function readSecretFile(file: SecretFile): Promise<string | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP" || code === "EMLINK") throw linked(file);
    throw failed(file, "cannot be opened", cause);
  }
  try {
    await checkPrivate(file, handle);
    return await handle.readFile("utf8");
  } catch (cause) {
    throw isSciError(cause) ? cause : failed(file, "cannot be read", cause);
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file with secrets: mode 0600 from the start, whole or not at all. Only one writer at a time may do so for a path
 * ({@link withFileLock}).
 * @throws FILE
 */
export async function writeSecretFile(file: SecretFile, text: string): Promise<void> {
  // A fixed name, since the caller holds the lock: what a crash left behind is found and replaced.
  const temporary = `${file.path}.new`;
  try {
    await refuseLink(file);
    await unlink(temporary).catch(ignoreMissing);
    const handle = await open(temporary, "wx", 0o600);
    try {
      await checkPrivate({ path: temporary, what: file.what }, handle);
      await handle.writeFile(text, "utf8");
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file.path);
    await syncFolder(dirname(file.path));
  } catch (cause) {
    await unlink(temporary).catch(ignoreMissing);
    throw isSciError(cause) ? cause : failed(file, "cannot be written", cause);
  }
}

/**
 * Makes the folder of a file with secrets, mode 0700, or checks the one that is there.
 * @throws FILE for a folder into which others may put files
 */
export async function secretFolder(file: SecretFile): Promise<void> {
  const folder = dirname(file.path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (!hasModes) return;
    const { mode, uid } = await stat(folder);
    if ((mode & 0o022) !== 0) {
      throw new SciError(
        "FILE",
        `Others may write into the folder ${folder} of the ${file.what} (mode ${octal(mode)}). Run "chmod go-w ${folder}", or use a folder of your own.`,
      );
    }
    if (uid !== process.getuid?.() && uid !== 0)
      throw new SciError("FILE", `The folder ${folder} of the ${file.what} belongs to another user. Use a folder of your own.`);
  } catch (cause) {
    throw isSciError(cause) ? cause : failed(file, "has a folder that cannot be made or looked at", cause);
  }
}

/** @throws FILE unless only its owner, who must be this user, can read it */
async function checkPrivate({ path, what }: SecretFile, handle: FileHandle): Promise<void> {
  const found = await handle.stat();
  if (!found.isFile()) throw new SciError("FILE", `The ${what} ${path} is not a plain file.`);
  if (!hasModes) return;
  if (found.uid !== process.getuid?.()) throw new SciError("FILE", `The ${what} ${path} belongs to another user; it is not used.`);
  if ((found.mode & 0o077) !== 0) {
    throw new SciError(
      "FILE",
      `The ${what} ${path} can be read or written by others (mode ${octal(found.mode)}), so its secrets may be known to them. Delete it and log in again, or run "chmod 600 ${path}" if only you had access. Where the file system keeps no modes, use another folder.`,
      { details: { path, mode: octal(found.mode) } },
    );
  }
}

async function refuseLink(file: SecretFile): Promise<void> {
  try {
    if ((await lstat(file.path)).isSymbolicLink()) throw linked(file);
  } catch (error) {
    ignoreMissing(error);
  }
}

/** So that the new name survives a power cut; not every file system can, and the file itself is whole either way. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, "r");
    await handle.sync();
  } catch (error) {
    const { code } = error as { code?: string };
    if (!["EINVAL", "ENOTSUP", "EPERM", "EACCES", "EISDIR", "EBADF"].includes(code ?? "")) throw error;
  } finally {
    await handle?.close();
  }
}

function linked({ path, what }: SecretFile): SciError<"FILE"> {
  return new SciError("FILE", `The ${what} ${path} is a symbolic link; it is not followed. Give the path of the file itself.`, {
    details: { path },
  });
}

function failed({ path, what }: SecretFile, how: string, cause: unknown): SciError<"FILE"> {
  return new SciError("FILE", `The ${what} ${path} ${how}: ${describeCause(cause) ?? "unknown reason"}`, { cause, details: { path } });
}

export function ignoreMissing(error: unknown): void {
  if ((error as { code?: string }).code !== "ENOENT") throw error;
}

function octal(mode: number): string {
  return `0${(mode & 0o777).toString(8)}`;
}
