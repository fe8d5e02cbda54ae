import { nearest, parseJson, SciError, shown } from "@sci/http-core";

/** The comparisons of `--where`; `!=` and `<>` mean the same. */
export const whereOperators = ["=", "!=", "<>", "<", "<=", ">", ">=", "like", "notlike"] as const;
export type WhereOperator = (typeof whereOperators)[number];
export type WhereValue = string | number | bigint | boolean | null;

/** One condition of `--where`. */
export interface Condition {
  readonly name: string;
  readonly operator: WhereOperator;
  readonly value: WhereValue;
  /** The condition as it was typed, for messages. */
  readonly text: string;
}

const grammar = `a condition is written 'NAME OP VALUE' with one of ${whereOperators.join(" ")}`;

function fail(text: string, why: string, details?: Record<string, unknown>): SciError<"INVALID_ARGUMENT"> {
  return new SciError("INVALID_ARGUMENT", `--where ${shown(text)}: ${why}`, { details: { where: text, ...details } });
}

/**
 * Reads one condition: `run_number >= 315257`, `class like %Collisions18%`, `stop_reason = null`, `l1_key = "true"`.
 * A value in single or double quotes is text (a doubled quote stands for one); `null`, `true`, `false` and numerals are
 * themselves (integers beyond 2^53 as bigint); any other value is text up to the end. After `like` and `notlike` every value is text.
 * A name with blanks or symbols stands in quotes.
 * @throws INVALID_ARGUMENT naming what is wrong and, for an unknown operator, the nearest one.
 */
export function parseWhere(text: string): Condition {
  const source = text.trim();
  const { name, rest } = readName(source, text);
  const { operator, operand } = readOperator(rest, text);
  const value = readValue(operand, operator, text);
  if (value === null && operator !== "=" && operator !== "!=" && operator !== "<>") {
    throw fail(text, `null can be compared by = and != only, not by ${operator}.`);
  }
  return { name, operator, value, text: source };
}

/** Reads all conditions of a repeated `--where`; they are joined by AND. */
export function parseWheres(texts: readonly string[] = []): Condition[] {
  return texts.map((text) => parseWhere(text));
}

function readName(source: string, text: string): { name: string; rest: string } {
  if (source === "") throw fail(text, `it is empty; ${grammar}.`);
  if (source.startsWith('"') || source.startsWith("'")) {
    const { value, end } = readQuoted(source, text);
    if (value === "") throw fail(text, "the name is empty.");
    return { name: value, rest: source.slice(end).trimStart() };
  }
  const name = /^[^\s=!<>~]+/.exec(source)?.[0];
  if (name === undefined) throw fail(text, `the name is missing in front of ${shown(source.slice(0, 2).trim())}; ${grammar}.`);
  return { name, rest: source.slice(name.length).trimStart() };
}

function readOperator(rest: string, text: string): { operator: WhereOperator; operand: string } {
  const found = /^[=!<>~]+/.exec(rest)?.[0] ?? /^\S+/.exec(rest)?.[0];
  if (found === undefined) throw fail(text, `the operator and the value are missing; ${grammar}.`);
  const operator = whereOperators.find((known) => known === found);
  if (operator === undefined) {
    const near =
      found === "==" || found === "==="
        ? "="
        : found === "!=="
          ? "!="
          : found === "=<"
            ? "<="
            : found === "=>"
              ? ">="
              : nearest(found, whereOperators);
    const help = near === undefined ? ` Known: ${whereOperators.join(" ")}.` : ` Did you mean "${near}"?`;
    throw fail(text, `unknown operator "${found}".${help}`, near === undefined ? undefined : { nearest: near });
  }
  return { operator, operand: rest.slice(found.length).trim() };
}

const numeralPattern = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function readValue(operand: string, operator: WhereOperator, text: string): WhereValue {
  if (operand === "") throw fail(text, `the value is missing behind ${operator}; write "" for empty text.`);
  if (operand.startsWith('"') || operand.startsWith("'")) {
    const { value, end } = readQuoted(operand, text);
    if (operand.slice(end).trim() !== "") throw fail(text, `${shown(operand.slice(end).trim())} stands behind the closing quote.`);
    return value;
  }
  if (operator === "like" || operator === "notlike") return operand;
  if (operand === "null") return null;
  if (operand === "true") return true;
  if (operand === "false") return false;
  if (!numeralPattern.test(operand)) return operand;
  if (/^[+-]?\d+$/.test(operand)) {
    const exact = BigInt(operand.replace(/^\+/, ""));
    return exact > BigInt(Number.MAX_SAFE_INTEGER) || exact < -BigInt(Number.MAX_SAFE_INTEGER) ? exact : Number(exact);
  }
  const number = Number(operand);
  if (!Number.isFinite(number)) throw fail(text, `the number ${operand} is too large.`);
  return number;
}

/** A quoted text at the start of `source`; `end` is the position behind its closing quote. */
function readQuoted(source: string, text: string): { value: string; end: number } {
  const quote = source.charAt(0);
  let value = "";
  for (let index = 1; index < source.length; index++) {
    if (source[index] !== quote) value += source[index];
    else if (source[index + 1] === quote) {
      value += quote;
      index += 1;
    } else return { value, end: index + 1 };
  }
  throw fail(text, `the quote ${quote} is not closed.`);
}

/**
 * Reads `--where-json`.
 * @throws INVALID_ARGUMENT for text that is no JSON object or array, and for integers that JavaScript would round.
 */
export function parseWhereJson(text: string): Record<string, unknown> | unknown[] {
  const refuse = (why: string): SciError<"INVALID_ARGUMENT"> => new SciError("INVALID_ARGUMENT", `--where-json: ${why}`);
  const rounded: string[] = [];
  let value: unknown;
  try {
    value = parseJson(text, { onUnsafe: (path) => rounded.push(path) });
  } catch (error) {
    throw new SciError("INVALID_ARGUMENT", `--where-json: this is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== "object" || value === null) throw refuse(`expected an object in the service's grammar, not ${shown(value)}.`);
  if (rounded.length > 0) throw refuse(`the integer at ${rounded.join(", ")} is beyond 2^53 and cannot be held exactly; write it as text.`);
  return value as Record<string, unknown> | unknown[];
}
