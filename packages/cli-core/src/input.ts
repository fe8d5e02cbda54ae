import { readFile } from "node:fs/promises";
import { isSciError, SciError } from "@sci/http-core";
import type { CommandContext } from "./context.ts";

/** More than any list or filter that a command reads whole. */
const maxLength = 256 * 1024 * 1024;

/**
 * The text of a file, or of standard input for `-`, read whole. An interruption ends the waiting for standard input.
 * @throws FILE naming the file; INVALID_ARGUMENT for more than 256 MiB on standard input
 */
export async function readInput(context: CommandContext, file: string): Promise<string> {
  try {
    return file === "-" ? await standardInput(context) : await readFile(file, { encoding: "utf8", signal: context.signal });
  } catch (error) {
    context.signal.throwIfAborted();
    if (isSciError(error)) throw error;
    const what = file === "-" ? "standard input" : JSON.stringify(file);
    throw new SciError("FILE", `Cannot read ${what}: ${(error as Error).message}`, { cause: error, details: { path: file } });
  }
}

async function standardInput({ stdin, signal }: CommandContext): Promise<string> {
  const stop = (): void => void stdin.destroy();
  signal.addEventListener("abort", stop, { once: true });
  const parts: Buffer[] = [];
  let length = 0;
  try {
    signal.throwIfAborted();
    for await (const part of stdin) {
      const bytes = Buffer.from(part as Uint8Array | string);
      length += bytes.length;
      if (length > maxLength) throw new SciError("INVALID_ARGUMENT", "Standard input is longer than 256 MiB.");
      parts.push(bytes);
    }
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return Buffer.concat(parts).toString("utf8");
}
