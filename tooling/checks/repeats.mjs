// Finds passages that two packages share: what two packages need belongs in one of them.
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { publishedPackages, root } from "../lib/workspace.mjs";

/** Length of a passage, in lines that say something. */
const passage = 6;

const blank = (text) => text.replace(/[^\n]/g, "");

/** Lines of a source that say something, with their numbers: no imports, re-exports, comments, blank lines and lines of brackets only. */
export function meaningfulLines(text) {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, blank)
    .replace(/^(?:import|export)\b[^;=]*?\bfrom\s+["'][^"']+["'];?/gm, blank)
    .split("\n")
    .map((line, index) => ({ line: line.trim().replace(/\s+/g, " "), number: index + 1 }))
    .filter(({ line }) => /[A-Za-z0-9]/.test(line) && !line.startsWith("//"));
}

function sourcesOf({ short, directory }) {
  const folder = join(directory, "src");
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".generated.ts") && !name.includes("generated/"))
    .map((name) => ({ owner: short, path: join(folder, name) }));
}

/** Every passage that stands in two packages, named once at its beginning. `sources` is a list of `{ owner, path }`. */
export function repeatedPassages(sources = publishedPackages().flatMap(sourcesOf)) {
  const seen = new Map();
  const found = [];
  for (const { owner, path } of sources) {
    const lines = meaningfulLines(readFileSync(path, "utf8"));
    let inside = false;
    for (let start = 0; start + passage <= lines.length; start += 1) {
      const text = lines
        .slice(start, start + passage)
        .map(({ line }) => line)
        .join("\n");
      const here = { owner, place: `${relative(root, path)}:${lines[start].number}` };
      const other = seen.get(text);
      if (other === undefined) seen.set(text, here);
      const repeated = other !== undefined && other.owner !== owner;
      if (repeated && !inside) found.push(`${here.place} repeats ${other.place}`);
      inside = repeated;
    }
  }
  return found;
}
