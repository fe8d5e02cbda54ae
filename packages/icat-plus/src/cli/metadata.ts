import { type CommandContext, readInput } from "@sci/cli-core";
import { float, SciError } from "@sci/http-core";
import type { IcatMetadata } from "../datasets/types.ts";

/** Reads NAME=VALUE of a repeatable option. A value that is JSON is taken as such, every other one is text. */
export function parameter(text: string, before: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [name, value] = pairOf(text, "-p") ?? refuse(`-p takes NAME=VALUE, not "${text}".`);
  return Object.defineProperty({ ...before }, name, { value: valueOf(value), enumerable: true });
}

/** Metadata of a file: a JSON object, or lines NAME = VALUE, with # or ; before remarks. */
export async function metadataOf(context: CommandContext, file: string | undefined): Promise<IcatMetadata> {
  if (file === undefined) return {};
  const text = await readInput(context, file);
  if (/^\s*\{/.test(text)) {
    const object = valueOf(text.trim());
    if (typeof object !== "object") refuse(`--metadatafile: ${file} begins like JSON and is none.`);
    return object as IcatMetadata;
  }
  const metadata: Record<string, unknown> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:[#;].*)?$/.test(line) || /^\s*\[.*\]\s*$/.test(line)) continue;
    const [name, value] = pairOf(line, file) ?? refuse(`--metadatafile: line ${index + 1} of ${file} is not NAME = VALUE.`);
    Object.defineProperty(metadata, name, { value: valueOf(value), enumerable: true, configurable: true });
  }
  return metadata as IcatMetadata;
}

function pairOf(text: string, _where: string): [string, string] | undefined {
  const found = /^\s*([^=:]+?)\s*[=:](.*)$/s.exec(text);
  return found === null ? undefined : [found[1] as string, (found[2] as string).trim()];
}

/** JSON or text. `1.0` stays a number with a fraction, as it was written. */
export function valueOf(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const literals = text.replace(/"(?:[^"\\]|\\.)*"/g, "").match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g) ?? [];
  let at = 0;
  const marked = (one: unknown): unknown => {
    if (typeof one === "number") return /[.eE]/.test(literals[at++] ?? "") ? float(one) : one;
    if (Array.isArray(one)) return one.map(marked);
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, marked(inner)]));
  };
  return marked(value);
}

function refuse(message: string): never {
  throw new SciError("INVALID_ARGUMENT", message);
}
