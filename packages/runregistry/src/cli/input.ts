import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { CommandContext } from "@sci/cli-core";
import { SciError } from "@sci/http-core";

/** The text of a file, or of standard input for `-`. @throws FILE */
export async function readInput(context: CommandContext, file: string): Promise<string> {
  try {
    return file === "-" ? await text(context.stdin) : await readFile(file, { encoding: "utf8", signal: context.signal });
  } catch (error) {
    context.signal.throwIfAborted();
    throw new SciError("FILE", `Cannot read ${JSON.stringify(file)}: ${(error as Error).message}`, {
      cause: error,
      details: { path: file },
    });
  }
}
