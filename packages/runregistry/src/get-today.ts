import { SciError, shown, unknownName } from "@sci/http-core";
import { components, globalColumns, workspaces } from "./attributes.generated.ts";
import { attributeNames, findAttribute } from "./attributes.ts";
import type { GetCondition, GetField } from "./get-spellings.ts";

/** A filter for `datasets()`, before its checks. */
export type DatasetQuestion = Readonly<Record<string, unknown>>;

/** @throws INVALID_ARGUMENT naming the nearest workspace */
export function checkWorkspace(workspace: unknown): string {
  const name = typeof workspace === "string" ? workspace.toLowerCase() : "";
  if (!(workspaces as readonly string[]).includes(name))
    throw unknownName(typeof workspace === "string" ? workspace : shown(workspace), workspaces, "workspace");
  return name;
}

/**
 * What the fields of the old client ask for, in terms of today's datasets: the old service kept one status per column and dataset, today's
 * counts lumisections per status.
 */
export function translateFields(fields: readonly GetField[], workspace: string, unchecked: boolean): DatasetQuestion {
  const parts = fields.flatMap(({ name, conditions }) => translate(name, conditions, workspace, unchecked));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : parts.length === 0 ? {} : merge(parts);
}

/** One object where names differ, so that what is sent reads like what was asked. */
function merge(parts: readonly DatasetQuestion[]): DatasetQuestion {
  const result: Record<string, unknown> = {};
  const rest: DatasetQuestion[] = [];
  for (const part of parts) {
    if (Object.keys(part).some((key) => Object.hasOwn(result, key))) rest.push(part);
    else Object.assign(result, part);
  }
  return rest.length === 0 ? result : { ...result, and: rest };
}

function translate(name: string, conditions: readonly GetCondition[], workspace: string, unchecked: boolean): DatasetQuestion[] {
  const cut = name.lastIndexOf(".");
  const field = cut < 0 ? "" : name.slice(cut + 1);
  if (cut < 0 || findAttribute(name, "datasets") !== undefined) return [{ [name]: combined(coerced(name, conditions)) }];
  const column = name.slice(0, cut);
  if (/^(rr_attributes|oms_attributes|dataset_attributes|triplet_summary)\./.test(name)) return [{ [name]: combined(conditions) }];
  if (field === "by" || field === "when") {
    throw new SciError(
      "INVALID_ARGUMENT",
      `get(): today's Run Registry does not tell ${name}: who set a value and when stands in its history only.`,
      { details: { name } },
    );
  }
  if (field === "value") return translate(column, conditions, workspace, unchecked);
  if (field === "status") return statusCondition(componentOf(column, workspace, unchecked), conditions);
  if (field === "cause" || field === "comment")
    return conditions.map((condition) => textCondition(`${componentOf(column, workspace, unchecked)}.${field}s`, condition));
  if (unchecked) return [{ [name]: combined(conditions) }];
  throw unknownName(
    name,
    [...attributeNames("datasets"), ...["status", "cause", "comment"].map((known) => `${column}.${known}`)],
    "field of get()",
  );
}

/** What the old service had and today's has not. */
const gone = new Set(["id", "createdAt", "updatedAt"]);

/** The old client sent all values as text: numerals and true/false are accepted as text still, and sent as what they are. */
function coerced(name: string, conditions: readonly GetCondition[]): readonly GetCondition[] {
  if (gone.has(name)) throw new SciError("INVALID_ARGUMENT", `get(): today's Run Registry has no ${name}.`, { details: { name } });
  if (name === "workspace" || name === "flat" || name === "cookies") {
    throw new SciError(
      "INVALID_ARGUMENT",
      `get(): ${name} is no field. Options stand behind the fields: get({ run_number: 327600 }, { workspace: "global", flat: true }).`,
    );
  }
  const type = findAttribute(name, "datasets")?.type;
  const convert = (operand: unknown): unknown => {
    if (typeof operand !== "string") return operand;
    if (type === "number" && operand.trim() !== "" && Number.isFinite(Number(operand))) return Number(operand);
    if (type === "boolean" && /^(true|false)$/i.test(operand)) return operand.toLowerCase() === "true";
    return operand;
  };
  return conditions.map(({ operator, operand }) => ({
    operator,
    operand: Array.isArray(operand) ? operand.map(convert) : /like$/i.test(operator) ? operand : convert(operand),
  }));
}

function combined(conditions: readonly GetCondition[]): unknown {
  const [only] = conditions;
  if (conditions.length === 1 && only !== undefined) return { [only.operator]: only.operand };
  return { and: conditions.map(({ operator, operand }) => ({ [operator]: operand })) };
}

/** The component behind a column: `strip` of tracker is tracker-strip; a name that carries its workspace is taken as it is. */
function componentOf(column: string, workspace: string, unchecked: boolean): string {
  if (column.includes("-")) return known(column, column, unchecked);
  if (workspace !== "global") return known(`${workspace}-${column}`, column, unchecked, workspace);
  const component = Object.hasOwn(globalColumns, column) ? globalColumns[column] : undefined;
  if (component === null)
    throw new SciError(
      "INVALID_ARGUMENT",
      `get(): today's Run Registry has no component for the column ${column} of the workspace global.`,
    );
  if (component === undefined) throw unknownName(column, Object.keys(globalColumns), "column of the workspace global");
  return component;
}

function known(component: string, column: string, unchecked: boolean, workspace?: string): string {
  if ((components as readonly string[]).includes(component)) return component;
  // Written out, because a short name would be completed by what is known.
  if (unchecked) return `triplet_summary.${component}`;
  if (workspace === undefined) throw unknownName(component, components, "component");
  const columns = components.filter((name) => name.startsWith(`${workspace}-`)).map((name) => name.slice(workspace.length + 1));
  const elsewhere = components.filter((name) => name.endsWith(`-${column}`));
  const hint = elsewhere.length === 0 ? "" : ` Elsewhere there is ${elsewhere.map((name) => `"${name}.status"`).join(", ")}.`;
  const error = unknownName(column, columns, `column of the workspace ${workspace}`);
  throw hint === "" ? error : new SciError("INVALID_ARGUMENT", error.message + hint, { details: { ...error.details, elsewhere } });
}

/** A status: of a component that is not known, only equality can be told. */
function statusCondition(component: string, conditions: readonly GetCondition[]): DatasetQuestion[] {
  if (!component.startsWith("triplet_summary.")) return [{ [component]: combined(conditions) }];
  return conditions.map(({ operator, operand }) =>
    operator === "=" ? { [`${component}.${String(operand)}`]: { ">": 0 } } : { [component]: { [operator]: operand } },
  );
}

/** Causes and comments are lists now, searched as JSON text: one of the list has to fit. */
function textCondition(name: string, { operator, operand }: GetCondition): DatasetQuestion {
  if (typeof operand !== "string")
    throw new SciError("INVALID_ARGUMENT", `get(): ${name} takes text, not ${shown(operand)}: it is a list, empty where there is none.`);
  switch (operator) {
    case "=":
    case "<>": {
      const exact = `%${JSON.stringify(operand).replace(/[\\%_]/g, "\\$&")}%`;
      return { [name]: { [operator === "=" ? "like" : "notlike"]: exact } };
    }
    case "like":
    case "notlike":
    case "LIKE":
    case "NOTLIKE": {
      // The ends of the pattern are the ends of one text in the list.
      const pattern = operand.replaceAll('"', '\\\\"');
      return { [name]: { [operator]: `${pattern.startsWith("%") ? "" : '%"'}${pattern}${pattern.endsWith("%") ? "" : '"%'}` } };
    }
    default:
      throw new SciError("INVALID_ARGUMENT", `get(): ${name} is a list of texts, which ${operator} cannot compare. Use like.`);
  }
}
