import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { SciError } from "@sci/http-core";

/** A name without a suffix gets `.xml`. */
export function messageFile(path: string): string {
  return resolve(extname(path) === "" ? `${path}.xml` : path);
}

function failed(path: string, what: string, cause: unknown): SciError<"FILE"> {
  const { code, message } = cause as { readonly code?: string; readonly message: string };
  const why = code === "ENOENT" ? "it does not exist" : code === "ENOSPC" || code === "EDQUOT" ? `the disk is full (${code})` : message;
  return new SciError("FILE", `${path} cannot be ${what}: ${why}.`, { cause, details: { path } });
}

/** Writes a file whole or not at all; folders above it are made. @throws FILE */
export async function writeMessage(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(text, "utf8");
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw failed(path, "written", cause);
  }
}

/**
 * Reads a message that was stored.
 * @throws FILE; INVALID_ARGUMENT for what is no dataset message
 */
export async function readMessage(path: string): Promise<string> {
  let bytes;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw failed(path, "read", cause);
  }
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SciError("INVALID_ARGUMENT", `${path} holds no UTF-8 text.`, { cause, details: { path } });
  }
  const isDataset =
    /^\s*(?:<\?xml[^>]*\?>\s*)?<(?:[\w.-]+:)?dataset\b[^>]*\bxmlns(?::[\w.-]+)?=["']http:\/\/www\.esrf\.fr\/icat["'][^]*<\/(?:[\w.-]+:)?dataset>\s*$/;
  if (!isDataset.test(text))
    throw new SciError("INVALID_ARGUMENT", `${path} holds no dataset message, as storeDataset({ storeFilename }) writes it.`, {
      details: { path },
    });
  return text;
}
