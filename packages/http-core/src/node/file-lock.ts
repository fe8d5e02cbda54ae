import { unlink } from "node:fs/promises";
import { checkInteger, checkNames } from "../check.ts";
import { Deadline } from "../engine/deadline.ts";
import { describeCause, isSciError, SciError } from "../errors.ts";
import { dropLock, isDead, readLock, takeLock, type HeldLock, type LockState } from "./lock-file.ts";
import { ignoreMissing } from "./secret-file.ts";

export interface FileLockOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for others at most. @default 60_000 */
  readonly wait?: number;
  /** Milliseconds without a sign of life after which a lock of another host is taken to be left behind. @default 30_000 */
  readonly staleAfter?: number;
}

/** What the work under a lock can ask. */
export interface FileLock {
  /** Whether the lock is still ours: a process that was stopped for long (a laptop asleep) may have lost it. */
  held(): Promise<boolean>;
}

/**
 * Runs work while no other process, on this host or another that shares the file system, runs work under the same lock.
 * The lock is the file `<path>.lock`. A lock whose process is gone is broken at once by its own host, and by others when its
 * owner has shown no sign of life for `staleAfter`, measured on the waiting host's own clock: clocks of hosts differ.
 *
 * Own code, since `proper-lockfile` (4.1.2 has been its last release for years) tells a lock left behind by comparing the file server's clock with
 * the local one, knows neither process nor host of the owner, and cannot be waited for with a signal.
 * @throws TIMEOUT naming the owner, ABORTED, FILE
 */
export async function withFileLock<T>(path: string, work: (lock: FileLock) => Promise<T>, options: FileLockOptions = {}): Promise<T> {
  checkNames(options, ["signal", "wait", "staleAfter"], "option of withFileLock()");
  const { wait = 60_000, staleAfter = 30_000, signal } = options;
  checkInteger(wait, "wait");
  checkInteger(staleAfter, "staleAfter", { min: 1 });
  const file = `${path}.lock`;
  const lock = await acquire(file, { wait, staleAfter, signal });
  // Several signs of life within the time after which others lose patience.
  const beat = setInterval(() => {
    const now = new Date();
    // A failed sign is no failure of the work: losing the lock is found out by held().
    lock.handle.utimes(now, now).catch(() => undefined);
  }, staleAfter / 6);
  beat.unref();
  try {
    return await work({ held: async () => (await readLock(file))?.owner?.id === lock.owner.id });
  } finally {
    clearInterval(beat);
    await dropLock(file, lock);
  }
}

interface AcquireOptions {
  readonly wait: number;
  readonly staleAfter: number;
  readonly signal: AbortSignal | undefined;
}

async function acquire(file: string, { wait, staleAfter, signal }: AcquireOptions): Promise<HeldLock> {
  const deadline = new Deadline(wait, signal, { service: "the wait for", operation: file });
  let seen: { readonly state: LockState; readonly at: number } | undefined;
  try {
    for (let round = 0; ; round++) {
      if (deadline.reason !== undefined) throw deadline.reason;
      const lock = await takeLock(file);
      if (lock !== undefined) return lock;
      const state = await readLock(file);
      if (state === undefined) continue;
      if (seen === undefined || seen.state.text !== state.text || seen.state.mtime !== state.mtime) seen = { state, at: performance.now() };
      const silent = performance.now() - seen.at >= staleAfter;
      if (silent || (state.owner !== undefined && isDead(state.owner))) {
        await breakLock(file, state, staleAfter);
      }
      // At first quickly: most locks are held for one request only. Not in step with other waiters.
      await deadline.wait((0.5 + Math.random()) * Math.min(500, 20 * 2 ** Math.min(round, 5)));
    }
  } catch (error) {
    if (isSciError(error, "TIMEOUT")) throw timedOut(file, wait, seen?.state);
    throw isSciError(error)
      ? error
      : new SciError("FILE", `The lock ${file} cannot be taken: ${describeCause(error) ?? "unknown reason"}`, { cause: error });
  } finally {
    deadline.dispose();
  }
}

/**
 * Removes a lock left behind. One waiter at a time, under a second lock, and only while the file is still the one that was
 * judged: else the second of two waiters would remove the fresh lock of the first.
 */
async function breakLock(file: string, judged: LockState, staleAfter: number): Promise<void> {
  const guardFile = `${file}.break`;
  const guard = await takeLock(guardFile);
  if (guard === undefined) {
    // Held for an instant only; one that stands for long was left by a crash in that instant.
    const other = await readLock(guardFile);
    const abandoned =
      other !== undefined && ((other.owner !== undefined && isDead(other.owner)) || Date.now() - other.mtime > 10 * staleAfter);
    if (abandoned) await unlink(guardFile).catch(ignoreMissing);
    return;
  }
  try {
    const state = await readLock(file);
    if (state !== undefined && state.text === judged.text && state.mtime === judged.mtime) await unlink(file).catch(ignoreMissing);
  } finally {
    await dropLock(guardFile, guard);
  }
}

function timedOut(file: string, wait: number, state: LockState | undefined): SciError<"TIMEOUT"> {
  const { owner } = state ?? {};
  const who = owner === undefined ? "another process" : `process ${owner.pid} on ${owner.host.split(" ")[0] ?? ""} since ${owner.since}`;
  return new SciError(
    "TIMEOUT",
    `The lock ${file} is held by ${who} and was not freed within ${wait} ms. If that process is gone, delete the file.`,
    {
      details: { path: file },
    },
  );
}
