import { SciError } from "../errors.ts";
import { shown } from "../check.ts";

/** Decides which names of a tree belong to a job. */
export interface Selection {
  /** A file. */
  takes(name: string): boolean;
  /** A directory: whether anything below it can belong. */
  enters(name: string): boolean;
}

/** @throws INVALID_ARGUMENT for a pattern that is none */
export function createSelection(include: readonly string[] | undefined, exclude: readonly string[] | undefined): Selection {
  const wanted = compile(include, "include");
  const unwanted = compile(exclude, "exclude");
  if (wanted === undefined && unwanted === undefined) return { takes: () => true, enters: () => true };
  const out = (name: string): boolean => {
    if (unwanted === undefined) return false;
    // What lies below a directory that is left out is left out too, however it is listed.
    for (let at = name.indexOf("/"); at !== -1; at = name.indexOf("/", at + 1)) if (unwanted(name.slice(0, at))) return true;
    return unwanted(name);
  };
  return {
    takes: (name) => !out(name) && (wanted === undefined || wanted(name)),
    enters: (name) => !out(name),
  };
}

function compile(patterns: readonly string[] | undefined, what: string): ((name: string) => boolean) | undefined {
  if (patterns === undefined || (Array.isArray(patterns) && patterns.length === 0)) return undefined;
  if (!Array.isArray(patterns)) throw new SciError("INVALID_ARGUMENT", `${what} must be a list of patterns, not ${shown(patterns)}.`);
  const tests = patterns.map((pattern: unknown) => {
    if (typeof pattern !== "string" || pattern === "") {
      throw new SciError("INVALID_ARGUMENT", `A pattern of ${what} must be a text that is not empty, not ${shown(pattern)}.`);
    }
    // One without a slash is about the last part, wherever it lies.
    const trimmed = pattern.replace(/\/$/, "");
    const anchored = trimmed.includes("/");
    const expression = toExpression(trimmed.replace(/^\//, ""), pattern, what);
    const test = new RegExp(`^${expression}$`, "su");
    return anchored ? (name: string) => test.test(name) : (name: string) => test.test(name.slice(name.lastIndexOf("/") + 1));
  });
  return (name) => tests.some((test) => test(name));
}

function toExpression(pattern: string, whole: string, what: string): string {
  let expression = "";
  let depth = 0;
  for (let at = 0; at < pattern.length;) {
    const rest = pattern.slice(at);
    const set = /^\[([!^]?)((?:\]|[^\]/])[^\]/]*)\]/.exec(rest);
    if (rest.startsWith("**/")) {
      expression += "(?:[^/]+/)*";
      at += 3;
    } else if (rest.startsWith("**")) {
      expression += ".*";
      at += 2;
    } else if (set !== null) {
      expression += `[${set[1] === "" ? "" : "^/"}${(set[2] as string).replace(/[\\\]^[&]/g, "\\$&")}]`;
      at += set[0].length;
    } else {
      const char = String.fromCodePoint(rest.codePointAt(0) as number);
      at += char.length;
      if (char === "*") expression += "[^/]*";
      else if (char === "?") expression += "[^/]";
      else if (char === "{") {
        depth += 1;
        expression += "(?:";
      } else if (char === "}" && depth > 0) {
        depth -= 1;
        expression += ")";
      } else if (char === "," && depth > 0) expression += "|";
      else if (char === "\\" && at < pattern.length) {
        const next = String.fromCodePoint(pattern.codePointAt(at) as number);
        expression += escape(next);
        at += next.length;
      } else expression += escape(char);
    }
  }
  if (depth > 0) throw new SciError("INVALID_ARGUMENT", `The pattern ${shown(whole)} of ${what} has a { without its }.`);
  try {
    void new RegExp(expression, "su");
  } catch (cause) {
    throw new SciError("INVALID_ARGUMENT", `The pattern ${shown(whole)} of ${what} cannot be read.`, { cause });
  }
  return expression;
}

function escape(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/-]/, (one) => (one === "-" ? "\\x2d" : `\\${one}`));
}
