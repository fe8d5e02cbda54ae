import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openAtomicFile } from "@sci/cli-core";
import { stringify } from "csv-stringify/sync";

/** Writes golden JSON, CSV and NDJSON; each file appears under its name only when it is complete. Gives names and sizes. */
export async function writeFiles(folder, { rows, golden }) {
  await mkdir(folder, { recursive: true });
  const records = rows.map(({ certified, ...row }) => ({ ...row, certified: JSON.stringify(certified) }));
  const texts = {
    "golden.json": `${golden.toText()}\n`,
    "runs.csv": stringify(records, { header: true, escape_formulas: true }),
    "runs.ndjson": rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  return Object.entries(texts).map(([name, text]) => ({ name, bytes: Buffer.byteLength(text) }));
}

async function writeFile(path, text) {
  const file = await openAtomicFile(path);
  try {
    await file.write(text);
    await file.commit();
  } finally {
    await file.discard();
  }
}
