import { constants } from "node:fs";
import { open, unlink, type FileHandle } from "node:fs/promises";
import { isSciError, SciError } from "@sci/http-core";
import { secretFolder, withFileLock, writeSecretFile, type SecretFile } from "@sci/http-core/node";
import type { Profile } from "./instance.ts";

const hasModes = process.platform !== "win32";

/** What a file of the profile holds, and when it was written. */
export interface ProfileText {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly mtime: number;
}

/**
 * A file of the profile. The original writes its files with the default mode and narrows it afterwards: one that others can read is
 * narrowed here as well, with a word on it, rather than refused.
 * @returns undefined where there is none
 * @throws FILE for one that belongs to somebody else, is no plain file or cannot be read
 */
export async function readProfileFile(path: string, warn?: (message: string) => void): Promise<ProfileText | undefined> {
  for (let round = 0; ; round++) {
    const found = await readOnce(path, warn);
    // The original empties the file before it writes: for a moment there is nothing in it.
    if (found === undefined || found.text.trim() !== "" || round === 3) return found;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

async function readOnce(path: string, warn: ((message: string) => void) | undefined): Promise<ProfileText | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = await handle.stat();
    if (!found.isFile()) throw new SciError("FILE", `${path} is not a plain file.`, { details: { path } });
    if (hasModes) {
      const uid = process.getuid?.();
      if (found.uid !== uid && uid !== 0)
        throw new SciError("FILE", `${path} belongs to another user; it is not used.`, { details: { path } });
      if ((found.mode & 0o077) !== 0) {
        await handle.chmod(0o600);
        warn?.(`${path} could be read by other users; its mode is 600 now. If others use this machine, log in again.`);
      }
    }
    return { text: await handle.readFile("utf8"), mtime: found.mtimeMs };
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return undefined;
    throw isSciError(cause) ? cause : unreadable(path, cause);
  } finally {
    await handle?.close();
  }
}

/** Writes a file of the profile: mode 0600 from the start, whole or not at all, by one process at a time. @throws FILE, TIMEOUT */
export async function writeProfileFile(path: string, what: string, text: string): Promise<void> {
  const file: SecretFile = { path, what };
  await secretFolder(file);
  await withFileLock(path, () => writeSecretFile(file, text));
}

export async function removeProfileFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return false;
    throw new SciError("FILE", `${path} cannot be removed: ${(cause as Error).message}`, { cause, details: { path } });
  }
}

/** The client secret as the profile keeps it. @returns undefined where there is none @throws FILE for one that is not base64 */
export async function readClientSecret(profile: Profile, warn?: (message: string) => void): Promise<string | undefined> {
  const found = await readProfileFile(profile.secret, warn);
  if (found === undefined) return undefined;
  const line = found.text.split("\n", 1)[0]?.trim() ?? "";
  const secret = /^[A-Za-z0-9+/]+={0,2}$/.test(line) ? decode(line) : undefined;
  if (secret === undefined || secret === "") {
    throw new SciError(
      "FILE",
      `${profile.secret} does not hold a client secret in base64. Delete it, then give the secret again with "cta-data-direct start-agent -s".`,
      { details: { path: profile.secret } },
    );
  }
  return secret;
}

function decode(line: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(line, "base64"));
  } catch {
    return undefined;
  }
}

/** Base64 is no protection, but it is what the original reads; the mode of the file is. */
export async function writeClientSecret(profile: Profile, secret: string): Promise<void> {
  await writeProfileFile(profile.secret, "client secret", Buffer.from(secret, "utf8").toString("base64"));
}

export async function writeTokenFile(profile: Profile, token: string): Promise<void> {
  await writeProfileFile(profile.token, "token file", `${token}\n`);
}

function unreadable(path: string, cause: unknown): SciError<"FILE"> {
  return new SciError("FILE", `${path} cannot be read: ${(cause as Error).message}`, { cause, details: { path } });
}
