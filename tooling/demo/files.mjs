import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openAtomicFile } from "@sci/cli-core";
import { stringify } from "csv-stringify/sync";

/** Writes golden JSON, CSV and NDJSON. Gives names and sizes. */
export async function writeFiles(folder, { rows, golden }) {
  const records = rows.map(({ certified, ...row }) => ({ ...row, certified: JSON.stringify(certified) }));
  return writeTexts(folder, {
    "golden.json": `${golden.toText()}\n`,
    "runs.csv": csv(records),
    "runs.ndjson": rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  });
}

/** Writes a row per run as CSV. */
export async function writeLuminosity(folder, { runs }) {
  return writeTexts(folder, { "luminosity.csv": csv(runs) });
}

const csv = (records) => stringify(records, { header: true, escape_formulas: true });

/** Each file appears under its name only when it is complete. */
async function writeTexts(folder, texts) {
  await mkdir(folder, { recursive: true });
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
