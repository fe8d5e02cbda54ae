import { type CommandContext, type OutputChoice, writeRecord, writeRows } from "@sci/cli-core";
import { parseJson, SciError } from "@sci/http-core";
import type { DryRun, WriteOptions } from "../writes.ts";

/** Options of every command that writes. */
export interface WriteChoice extends OutputChoice {
  readonly dryRun?: boolean;
  readonly unchecked?: boolean;
}

/** Options of the library from those of the command. */
export function writeOptions({ dryRun, unchecked }: WriteChoice, { signal }: CommandContext): WriteOptions {
  return { signal, ...(dryRun === undefined ? {} : { dryRun }), ...(unchecked === undefined ? {} : { unchecked }) };
}

export function isDryRun(result: object | DryRun): result is DryRun {
  return "dryRun" in result && result.dryRun === true;
}

/** Shows what was written, or with `--dry-run` the requests that would be sent. */
export async function writeResult<Value extends object>(
  context: CommandContext,
  result: Value | DryRun,
  { format, output }: WriteChoice,
  show: (result: Value) => Promise<void> = (value) => writeRecord(context, value, { format, output }),
): Promise<void> {
  if (isDryRun(result)) await writeRows(context, result.requests, { format, output });
  else await show(result);
}

/** Reads NAME=VALUE of a repeatable option into one object. A value that is JSON is taken as such, every other one is text. */
export function fieldValue(option: string): (text: string, before: Record<string, unknown> | undefined) => Record<string, unknown> {
  return (text, before = {}) => {
    const mark = text.indexOf("=");
    if (mark < 1) throw new SciError("INVALID_ARGUMENT", `${option} takes NAME=VALUE, not "${text}".`);
    const [name, value] = [text.slice(0, mark).trim(), text.slice(mark + 1)];
    return Object.defineProperty({ ...before }, name, { value: jsonOrText(value), enumerable: true });
  };
}

function jsonOrText(text: string): unknown {
  // Numerals stay text: the service reads them, and none is rounded on the way.
  if (!/^(?:null|true|false|\[.*\]|\{.*\})$/s.test(text)) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** The JSON object in a file or on standard input. */
export function objectOf(text: string, option: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(text, { bigints: ["first_train", "last_train"] });
  } catch (error) {
    throw new SciError("INVALID_ARGUMENT", `${option}: this is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SciError("INVALID_ARGUMENT", `${option} must hold a JSON object.`);
  return value as Record<string, unknown>;
}

/** The fields that have a value. */
export function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
