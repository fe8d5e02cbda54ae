import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { link, open, unlink, type FileHandle } from "node:fs/promises";
import { hostname } from "node:os";
import { ignoreMissing } from "./secret-file.ts";

/** Who holds a lock, as its file says. */
export interface LockOwner {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** ISO time. */
  readonly since: string;
}

/** A lock file as it stands now: any change of it is a sign of life of its owner. */
export interface LockState {
  readonly owner: LockOwner | undefined;
  readonly text: string;
  readonly mtime: number;
}

/** A lock that is held. Its file stays open: times set through the handle reach our file and never a successor's. */
export interface HeldLock {
  readonly owner: LockOwner;
  readonly handle: FileHandle;
}

/** Process ids of another container on the same host mean nothing here: the name space is part of the host's name. */
export const thisHost = ((): string => {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
})();

/**
 * Takes the lock, or gives undefined when it is taken. The file is written under a name of its own and then linked to the
 * name of the lock: `link` is atomic on network file systems too, and nobody ever sees a lock without its owner. Where the
 * file system has no hard links, exclusive creation takes its place.
 */
export async function takeLock(path: string): Promise<HeldLock | undefined> {
  const owner: LockOwner = { id: randomUUID(), host: thisHost, pid: process.pid, since: new Date().toISOString() };
  const own = `${path}.${owner.id}`;
  const handle = await open(own, "wx", 0o600);
  let held = false;
  try {
    await handle.writeFile(JSON.stringify(owner));
    await handle.sync();
    try {
      await link(own, path);
      held = true;
    } catch (error) {
      const { code } = error as { code?: string };
      // A lost answer of an NFS server looks like a failure; the number of links tells.
      if ((await handle.stat()).nlink > 1) held = true;
      else if (code !== "EEXIST") {
        if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"].includes(code ?? "")) throw error;
        return await createExclusively(path, owner);
      }
    }
    return held ? { owner, handle } : undefined;
  } finally {
    await unlink(own).catch(ignoreMissing);
    if (!held) await handle.close();
  }
}

async function createExclusively(path: string, owner: LockOwner): Promise<HeldLock | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, "wx", 0o600);
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST") return undefined;
    throw error;
  }
  await handle.writeFile(JSON.stringify(owner));
  await handle.sync();
  return { owner, handle };
}

/** Opens the file to look at it: on NFS only opening brings the present state. */
export async function readLock(path: string): Promise<LockState | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, "r");
  } catch (error) {
    ignoreMissing(error);
    return undefined;
  }
  try {
    const text = await handle.readFile("utf8");
    return { owner: parseOwner(text), text, mtime: (await handle.stat()).mtimeMs };
  } finally {
    await handle.close();
  }
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    const { id, host, pid, since } = JSON.parse(text) as LockOwner;
    return typeof id === "string" && typeof host === "string" && typeof pid === "number"
      ? { id, host, pid, since: String(since) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the owner's process is known to be gone: only the owner's own host can tell. */
export function isDead({ host, pid }: LockOwner): boolean {
  if (host !== thisHost) return false;
  try {
    process.kill(pid, 0);
    return isZombie(pid);
  } catch (error) {
    return (error as { code?: string }).code === "ESRCH";
  }
}

/** A process that has ended keeps its number until its parent asks for it: where nobody does (containers without an init), for ever. */
function isZombie(pid: number): boolean {
  if (process.platform !== "linux") return false;
  try {
    // The name in parentheses may hold anything, parentheses too.
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // Gone meanwhile, or /proc cannot be read: the signal's word counts.
    return false;
  }
}

/** Frees the lock if it is still ours. */
export async function dropLock(path: string, { owner, handle }: HeldLock): Promise<void> {
  try {
    if ((await readLock(path))?.owner?.id === owner.id) await unlink(path).catch(ignoreMissing);
  } finally {
    await handle.close();
  }
}
