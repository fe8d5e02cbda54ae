import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "../files.ts";
import { fileContent, type Content } from "./content.ts";

/** Writes a stream to a file of its own, for the time of an upload that may have to read it again. */
export async function spooled(content: Content, folder: string, signal: AbortSignal, use: (file: Content) => Promise<void>): Promise<void> {
  const path = join(folder, `.sci-spool.${randomBytes(8).toString("hex")}`);
  try {
    const handle = await open(path, "wx", 0o600).catch((cause: unknown) => {
      throw fileError(cause, path, "written");
    });
    try {
      for await (const piece of content.pieces(true)) {
        signal.throwIfAborted();
        await handle.writeFile(piece).catch((cause: unknown) => {
          throw fileError(cause, path, "written");
        });
      }
    } finally {
      await handle.close();
    }
    const file = fileContent(path, statSync(path));
    await use({ ...file, label: content.label, mtime: content.mtime });
  } finally {
    await unlink(path).catch(() => undefined);
  }
}
