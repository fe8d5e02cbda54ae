import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { SciError } from "@sci/http-core";

/**
 * Writes a file whole or not at all: under another name, synchronised, renamed, and the folder synchronised.
 * @throws FILE, naming a full disk as such
 */
export async function whole(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  try {
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const { code, message } = cause as { code?: string; message: string };
    const why = code === "ENOSPC" || code === "EDQUOT" ? `the disk is full (${code})` : message;
    throw new SciError("FILE", `${path} cannot be written: ${why}.`, { service: "outbox", cause, details: { path } });
  }
}

/** So that a name survives a power cut. Not every file system can. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  if (handle === undefined) return;
  try {
    await handle.sync();
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EPERM", "EISDIR", "EBADF"].includes((error as { code?: string }).code ?? "")) throw error;
  } finally {
    await handle.close();
  }
}
