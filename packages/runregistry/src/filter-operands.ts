import { nearest, SciError, shown } from "@sci/http-core";
import type { Attribute } from "./attributes.ts";

/** Comparisons the service knows under an attribute; `and` and `or` hold lists of them. */
export const comparisons = ["=", "<>", "<", "<=", ">", ">=", "like", "notlike", "LIKE", "NOTLIKE"] as const;
export type Comparison = (typeof comparisons)[number];

/** Spellings of other languages and of the old Python client, and what is meant. */
const meant: Readonly<Record<string, string>> = {
  "!=": "<>",
  "==": "=",
  "===": "=",
  "=>": ">=",
  "=<": "<=",
  eq: "=",
  ne: "<>",
  not: "<>",
  lt: "<",
  le: "<=",
  lte: "<=",
  gt: ">",
  ge: ">=",
  gte: ">=",
  in: "=",
  oneOf: "=",
  notLike: "notlike",
  not_like: "notlike",
  contains: "like",
  icontains: "like",
  startswith: "like",
  endswith: "like",
};

export function isComparison(operator: string): operator is Comparison {
  return (comparisons as readonly string[]).includes(operator);
}

/** The error for an operator nobody knows, naming the nearest. */
export function unknownOperator(operator: string, name: string, also: readonly string[] = ["and", "or"]): SciError<"INVALID_ARGUMENT"> {
  const known = [...comparisons, ...also];
  const near = Object.hasOwn(meant, operator) ? meant[operator] : nearest(operator, known);
  const extra =
    near === "=" && operator === "in"
      ? " with a list"
      : near === "like" && operator !== "like" && operator.endsWith("contains")
        ? ' and % around the text, as in "%text%"'
        : "";
  const help = near === undefined ? ` Known: ${known.join(" ")}.` : ` Did you mean "${near}"${extra}?`;
  return new SciError("INVALID_ARGUMENT", `Unknown operator "${operator}" on ${name}.${help}`, {
    details: { name: operator, attribute: name, ...(near === undefined ? {} : { nearest: near }) },
  });
}

export function refuse(
  attribute: Pick<Attribute, "name">,
  why: string,
  details: Record<string, unknown> = {},
): SciError<"INVALID_ARGUMENT"> {
  return new SciError("INVALID_ARGUMENT", `Filter on ${attribute.name}: ${why}`, { details: { attribute: attribute.name, ...details } });
}

/** Whole numbers kept in a column of their own, not inside a json attribute. */
const integerColumns = new Set(["run_number", "version"]);
const columns = new Set([...integerColumns, "name", "deleted"]);

/** Whether the service can take a bare list (SQL's IN): inside a json attribute it fails. */
export function takesList(attribute: Attribute): boolean {
  return columns.has(attribute.path);
}

/** Whether the attribute is a path inside json, whose type the service takes from the operand. */
export function isInsideJson(attribute: Attribute): boolean {
  return attribute.path.includes(".");
}

/**
 * One operand, checked against the attribute and in the form it is sent.
 * @throws INVALID_ARGUMENT saying why the service would answer something else than meant
 */
export function checkOperand(attribute: Attribute, operator: Comparison, operand: unknown): unknown {
  if (attribute.path === "datasets_in_gui") checkContained(attribute, operator, operand);
  if (operand === null) {
    if (operator === "=" || operator === "<>") return null;
    throw refuse(attribute, `null can be compared by = (missing) and <> (not missing) only, not by ${operator}.`);
  }
  if (operand === undefined) throw refuse(attribute, "the value is undefined. Leave the name out, or write null for a missing attribute.");
  if (operator === "like" || operator === "notlike" || operator === "LIKE" || operator === "NOTLIKE")
    return checkPattern(attribute, operator, operand);
  switch (attribute.type) {
    case "number":
      return checkNumber(attribute, operand);
    case "boolean":
      return checkBoolean(attribute, operator, operand);
    case "date":
      return checkDate(attribute, operator, operand);
    case "string":
    case "list":
      if (typeof operand !== "string") {
        const why =
          attribute.type === "list"
            ? "it is a list, searched as text"
            : "it holds text, and the service would compare it as another type and fail or find nothing";
        throw refuse(attribute, `${shown(operand)} is not text: ${why}. Write ${shown(String(operand))} in quotes.`);
      }
      if (attribute.type === "list" && attribute.path !== "datasets_in_gui" && !operand.startsWith("[")) {
        throw refuse(attribute, `it is a list, whose text is never just ${shown(operand)}. Use like "%${operand}%".`);
      }
      return operand;
  }
}

function checkPattern(attribute: Attribute, operator: string, operand: unknown): string {
  if (integerColumns.has(attribute.path) || attribute.path === "deleted") {
    throw refuse(
      attribute,
      `${operator} works on text only, and the service refuses it on this column. Compare numbers, as in between(327000, 327999).`,
    );
  }
  if (typeof operand !== "string") throw refuse(attribute, `${operator} takes text with % and _ as wildcards, not ${shown(operand)}.`);
  // A backslash takes the next character as it is.
  if (/^(?:[^\\]|\\.)*\\$/s.test(operand))
    throw refuse(attribute, `the pattern ${shown(operand)} ends with a single "\\". Write two for a backslash.`);
  return operand;
}

/** The service turns every comparison of this list into "holds this very text". */
function checkContained(attribute: Attribute, operator: string, operand: unknown): void {
  if (operator === "=" && operand !== null) return;
  throw refuse(
    attribute,
    `the service answers "contains this text" (a whole name) whatever the operator; ${operator} ${shown(operand)} would mean something else than what is written. Use = with the name.`,
  );
}

function checkNumber(attribute: Attribute, operand: unknown): number {
  const number = typeof operand === "bigint" ? Number(operand) : operand;
  if (typeof operand === "bigint" && !Number.isSafeInteger(number))
    throw refuse(
      attribute,
      `${operand} is too large: a number in JSON is exact up to 2^53 only, and the service counts nothing that high.`,
    );
  if (typeof number === "string") {
    const write = number.trim() !== "" && Number.isFinite(Number(number)) ? ` Write ${Number(number)} without quotes.` : "";
    throw refuse(
      attribute,
      `it is a number, and ${shown(number)} is text: the service would compare it as text, where "1000" comes before "900".${write}`,
    );
  }
  if (typeof number !== "number" || !Number.isFinite(number))
    throw refuse(attribute, `it is a number, not ${typeof number === "number" ? String(number) : shown(number)}.`);
  if (integerColumns.has(attribute.path) && !Number.isSafeInteger(number)) throw refuse(attribute, `it is a whole number, not ${number}.`);
  return number;
}

function checkBoolean(attribute: Attribute, operator: Comparison, operand: unknown): boolean {
  if (typeof operand !== "boolean") throw refuse(attribute, `it is true or false, not ${shown(operand)}.`);
  if (attribute.path === "deleted" && (operand || operator !== "="))
    throw refuse(attribute, "the service lists no deleted rows, whatever the filter says.");
  if (attribute.path.endsWith("_included") && ((operator === "=" && !operand) || (operator === "<>" && operand))) {
    throw refuse(attribute, "it is true or absent, never false, so nothing would be found. Write null for runs without it.");
  }
  return operand;
}

const dateForm = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(Z)?)?)?)?)?$/;

/** Dates are compared as text by the service, so that only its own form gives the right order. */
function checkDate(attribute: Attribute, operator: Comparison, operand: unknown): string {
  const example = "2018-11-30T03:12:09Z";
  if (operand instanceof Date) {
    if (Number.isNaN(operand.getTime())) throw refuse(attribute, "the Date is invalid.");
    return operand.toISOString().replace(/\.\d+Z$/, "Z");
  }
  if (typeof operand !== "string") throw refuse(attribute, `it is a time such as "${example}", not ${shown(operand)}.`);
  const form = dateForm.exec(operand);
  if (form === null) {
    throw refuse(
      attribute,
      `${shown(operand)} is no time as the service writes it (it compares text). Write UTC, as in "${example}" or "2018-11-30".`,
    );
  }
  const [, year = "", month = "01", day = "01", hour = "00", minute = "00", second = "00"] = form;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // 30 February would otherwise turn into 2 March.
  if (Number.isNaN(time.getTime()) || time.getUTCDate() !== Number(day))
    throw refuse(attribute, `${shown(operand)} is not in the calendar.`);
  if ((operator === "=" || operator === "<>") && form[7] === undefined) {
    throw refuse(attribute, `${operator} fits whole times such as "${example}" only. Use like "${operand}%" or between().`);
  }
  return operand;
}
