import { readFileSync } from "node:fs";
import { Option, type Command } from "commander";
import { SciError, shown } from "@sci/http-core";
import { formats } from "./output/write.ts";
import { parseWhere, parseWhereJson, type Condition } from "./where.ts";

/** What {@link addListOptions} brings. */
export interface ListChoice {
  readonly where?: readonly Condition[];
  readonly whereJson?: Record<string, unknown> | unknown[];
  /** Names, `-` in front for descending. */
  readonly sort?: readonly string[];
  readonly fields?: readonly string[];
  readonly limit?: number;
  readonly pageSize?: number;
}

export interface ListOptionsWanted {
  /** A word on the names that `--where`, `--sort` and `--fields` take. */
  readonly names?: string;
  /** Leaves out options that the command does not have. */
  readonly without?: readonly (keyof ListChoice)[];
  /** @default no upper limit */
  readonly maxPageSize?: number;
}

function add(command: Command, option: Option): void {
  command.addOption(option);
}

function list(option: string): (text: string, before: readonly string[] | undefined) => string[] {
  return (text, before) => {
    const names = text.split(",").map((name) => name.trim());
    if (names.some((name) => name === "" || name === "-"))
      throw new SciError("INVALID_ARGUMENT", `${option} ${shown(text)} holds an empty name.`);
    return [...(before ?? []), ...names];
  };
}

/** Reads a whole number of an option. */
export function wholeNumber(option: string, bounds: { readonly min?: number; readonly max?: number } = {}): (text: string) => number {
  const { min = 1, max = Number.MAX_SAFE_INTEGER } = bounds;
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < min || value > max) {
      const range = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
      throw new SciError("INVALID_ARGUMENT", `${option} must be a whole number ${range}, not ${shown(text)}.`);
    }
    return value;
  };
}

/** Milliseconds of `90s`, `15m`, `2h`, `1d`, `500ms`; a bare numeral is seconds. */
export function duration(option: string): (text: string) => number {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  return (text) => {
    const found = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text);
    const value = found === null ? Number.NaN : Number(found[1]) * (units[found[2] ?? "s"] ?? Number.NaN);
    if (!Number.isFinite(value) || value <= 0)
      throw new SciError("INVALID_ARGUMENT", `${option} must be a time such as 90s, 15m or 2h, not ${shown(text)}.`);
    return Math.round(value);
  };
}

/** Adds `--where --where-json --sort --fields --limit --page-size`. Read them with `command.opts<ListChoice>()`. */
export function addListOptions(command: Command, wanted: ListOptionsWanted = {}): Command {
  const { without = [], names = "", maxPageSize } = wanted;
  const hint = names === "" ? "" : ` (${names})`;
  const has = (name: keyof ListChoice): boolean => !without.includes(name);
  if (has("where")) {
    add(
      command,
      new Option(
        "--where <condition>",
        `only what fits 'NAME OP VALUE', OP one of = != <> < <= > >= like notlike; repeatable, joined by AND${hint}`,
      ).argParser((text: string, before: readonly Condition[] | undefined) => [...(before ?? []), parseWhere(text)]),
    );
  }
  if (has("whereJson")) {
    add(
      command,
      new Option("--where-json <json>", "a filter in the service's own grammar; @FILE reads it from a file").argParser((text: string) =>
        parseWhereJson(textOrFile(text)),
      ),
    );
  }
  if (has("sort"))
    add(
      command,
      new Option("--sort <name>", "sort by NAME, or descending by -NAME; repeatable or a list with commas").argParser(list("--sort")),
    );
  if (has("fields"))
    add(command, new Option("--fields <names>", "only these fields, in this order; a list with commas").argParser(list("--fields")));
  if (has("limit")) add(command, new Option("--limit <n>", "end after N rows").argParser(wholeNumber("--limit")));
  if (has("pageSize")) {
    const bounds = maxPageSize === undefined ? {} : { max: maxPageSize };
    add(command, new Option("--page-size <n>", "rows per request").argParser(wholeNumber("--page-size", bounds)));
  }
  return command;
}

/** Adds `--format` (one of `allowed`, none where that is empty) and `--output`. Read them with `command.opts<OutputChoice>()`. */
export function addOutputOptions(command: Command, allowed: readonly string[] = formats): Command {
  if (allowed.length > 0) {
    const table = allowed.includes("table") ? "; a table at a terminal if none is given" : "";
    add(command, new Option("--format <format>", `how results are written${table}`).choices(allowed));
  }
  add(command, new Option("--output <file>", "write to FILE, which appears only when it is complete; - is standard output"));
  return command;
}

/** Adds `--dry-run`, for commands that write. */
export function addDryRunOption(command: Command): Command {
  return command.option("--dry-run", "show what would be sent, and send nothing");
}

/** Adds `--unchecked`, for commands with checks of ours that can be overridden; `what` says which. */
export function addUncheckedOption(command: Command, what: string): Command {
  return command.option("--unchecked", what);
}

function textOrFile(text: string): string {
  if (!text.startsWith("@")) return text;
  const path = text.slice(1);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new SciError("INVALID_ARGUMENT", `Cannot read ${JSON.stringify(path)}: ${(error as Error).message}`, { cause: error });
  }
}
