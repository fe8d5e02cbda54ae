import { inspect } from "node:util";
import { atPath, deepEqual, jsonbText } from "../jsonb.ts";
import { Condition, type Operand, type Operator, readOperand } from "./operators.ts";
import type { Filter } from "./split.ts";
import { contains, type Literal, numberLiteral, SqlError, type SqlType } from "./sql.ts";
import { test } from "./comparisons.ts";
import type { Node, Row, Table } from "./tree.ts";

/** What stands on the left of a comparison. */
interface Target {
  readonly type: SqlType;
  /** Type of the column behind; literals are written after it. Undefined for a path inside json. */
  readonly field: SqlType | undefined;
  /** Name of a plain column, for the index on run numbers. */
  readonly column: string | undefined;
  readonly read: (row: Row) => unknown;
}

/** Reads a part of a filter as the service's object-relational mapper does, into a tree that can be asked of rows. */
export class WhereReader {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  read(filter: Filter, withContains: boolean): Node {
    const condition = readOperand(filter, withContains) as Condition;
    return this.#items(condition, "and") ?? { kind: "always" };
  }

  #items(where: Operand, binding: "and" | "or"): Node | undefined {
    if (where === null || where === undefined) return undefined;
    if (typeof where === "string") throw new SqlError("Support for `{where: 'raw query'}` has been removed.");
    if (where instanceof Condition) {
      const nodes: (Node | undefined)[] = [];
      for (const [operator, value] of where.operators) nodes.push(this.#operator(operator, value));
      for (const [name, value] of where.names) nodes.push(this.#named(name, value));
      return join(binding, nodes);
    }
    if (Array.isArray(where)) {
      if (where.length === 0) return undefined;
      if (!where.every((item) => item instanceof Condition))
        throw new SqlError("Support for literal replacements in the `where` object has been removed.");
      return this.#group("and", where);
    }
    throw new SqlError(`Invalid value ${String(where)}`);
  }

  /** An operator where a name is due; the mapper cannot quote it. Only `and` and `or` mean something there. */
  #operator(operator: Operator, value: Operand): Node | undefined {
    if (operator === "and" || operator === "or") return this.#group(operator, value);
    throw new SqlError("s.replace is not a function");
  }

  #group(operator: "and" | "or", value: Operand): Node | undefined {
    const node = Array.isArray(value)
      ? join(
          operator,
          (value as readonly Operand[]).map((item) => this.#items(item, "and")),
        )
      : this.#items(value, operator);
    return node === undefined && operator === "or" ? { kind: "never" } : node;
  }

  #named(name: string, value: Operand): Node | undefined {
    if (value === undefined) throw new SqlError(`WHERE parameter "${name}" has invalid "undefined" value`);
    const [first, ...path] = name.split(".");
    if (path.length > 0 && this.#table.columns[first as string] === "jsonb") return this.#path(first as string, path, value);
    const type = this.#table.columns[name];
    if (type === "jsonb" && !(value instanceof Condition)) {
      const wanted = plain(value);
      const list = Array.isArray(wanted) ? (wanted as unknown[]) : [wanted];
      return wanted === null ? { kind: "never" } : whole((row) => list.some((item) => deepEqual(row.json(name), item)));
    }
    if (type === "jsonb" && value instanceof Condition) {
      const nodes: (Node | undefined)[] = [];
      for (const [operator, operand] of value.operators) nodes.push(this.#whole(name, operator, operand));
      for (const [key, operand] of value.names) nodes.push(this.#inside(name, [key], operand));
      return join("and", nodes);
    }
    if (type === undefined) {
      // What cannot be written as a literal fails before the data base sees the name.
      checkLiteral(value);
      throw new SqlError(`column ${this.#table.name}.${name} does not exist`);
    }
    return this.#bind({ type, field: type, column: name, read: (row) => row.column(name) }, value);
  }

  /** A comparison of a whole json column. */
  #whole(column: string, operator: Operator, operand: Operand): Node | undefined {
    if (operator !== "@>")
      throw new SqlError(
        `operator does not exist: jsonb ${operator} ${Array.isArray(operand) ? "integer[]" : typeof operand === "number" ? "integer" : "boolean"}`,
      );
    if (operand === undefined || operand === null) return { kind: "never" };
    const wanted = plain(operand);
    return whole((row) => contains(row.json(column), wanted));
  }

  /** A dotted name. A number in it makes the mapper build a list, which it then compares as a whole. */
  #path(column: string, path: readonly string[], value: Operand): Node | undefined {
    const index = path.findIndex((step, position) => position > 0 && /^\d+$/.test(step));
    if (index > 0) return this.#inside(column, path.slice(0, index), [value]);
    return this.#inside(column, path.length === 1 && path[0] === "" ? [] : path, value);
  }

  /** A condition on a path inside a json column. Names that are no operators lead deeper. */
  #inside(column: string, path: readonly string[], value: Operand): Node | undefined {
    const target = (operand: Operand): Target => {
      const first = Array.isArray(operand) ? (operand as readonly Operand[])[0] : operand;
      const type = typeof first === "number" ? "double precision" : typeof first === "boolean" ? "boolean" : "text";
      return { type, field: undefined, column: undefined, read: (row) => jsonbText(atPath(row.json(column), path)) };
    };
    if (!(value instanceof Condition)) return this.#bind(target(value), single("=", value));
    const nodes: (Node | undefined)[] = [];
    for (const [operator, operand] of value.operators) nodes.push(this.#bind(target(operand), single(operator, operand)));
    for (const [key, operand] of value.names) nodes.push(this.#inside(column, [...path, key], operand));
    return join("and", nodes);
  }

  #bind(target: Target, value: Operand): Node | undefined {
    if (!(value instanceof Condition)) {
      if (Array.isArray(value) && target.field !== undefined)
        return test(
          target,
          "in",
          (value as readonly Operand[]).map((item) => literal(item, target)),
        );
      return test(target, "=", [literal(value, target)]);
    }
    for (const operator of ["or", "and"] as const) {
      const members = value.operators.get(operator);
      // Of an object that holds more beside `or` or `and`, the rest is not looked at.
      if (members !== undefined && members !== null && members !== false && members !== 0 && members !== "")
        return this.#members(target, operator, members);
    }
    if (value.size > 1)
      return join(
        "and",
        [...value.operators.keys()]
          .map((operator) => this.#bind(target, value.only(operator)))
          .concat([...value.names].map(([name, operand]) => this.#bind(target, named(name, operand)))),
      );
    const [entry] = value.operators;
    if (entry === undefined) return test(target, "=", [literal(value, target)]);
    const [operator, operand] = entry;
    if (operator === "and" || operator === "or" || operator === "@>")
      throw new SqlError(`operator does not exist: ${target.type} ${operator} unknown`);
    return test(target, operator, [literal(operand, target)]);
  }

  #members(target: Target, operator: "and" | "or", members: Operand): Node | undefined {
    if (members instanceof Condition) {
      const parts = [...members.operators.keys()].map((inner) => this.#bind(target, members.only(inner)));
      return join(operator, parts.concat([...members.names].map(([name, operand]) => this.#bind(target, named(name, operand)))));
    }
    if (!Array.isArray(members)) throw new SqlError("value.map is not a function");
    return join(
      operator,
      (members as readonly Operand[]).map((member) => this.#bind(target, member)),
    );
  }
}

function whole(holds: (row: Row) => boolean): Node {
  return { kind: "test", column: undefined, points: undefined, bounds: undefined, holds };
}

function single(operator: Operator, operand: Operand): Condition {
  const condition = new Condition();
  condition.operators.set(operator, operand);
  return condition;
}

function named(name: string, operand: Operand): Condition {
  const condition = new Condition();
  condition.names.set(name, operand);
  return condition;
}

function join(kind: "and" | "or", nodes: readonly (Node | undefined)[]): Node | undefined {
  const given = nodes.filter((node) => node !== undefined);
  return given.length <= 1 ? given[0] : { kind, nodes: given };
}

/** The value as it was written, for messages. */
function plain(value: Operand): unknown {
  if (Array.isArray(value)) return (value as readonly Operand[]).map(plain);
  if (!(value instanceof Condition)) return value;
  const symbols: Record<string, string> = {
    "=": "eq",
    "<>": "ne",
    ">": "gt",
    "<": "lt",
    ">=": "gte",
    "<=": "lte",
    ilike: "iLike",
    "not ilike": "notILike",
    "not like": "notLike",
    "@>": "contains",
  };
  const result: Record<string | symbol, unknown> = {};
  for (const [name, inner] of value.names) result[name] = plain(inner);
  for (const [operator, inner] of value.operators) result[Symbol(symbols[operator] ?? operator)] = plain(inner);
  return result;
}

function checkLiteral(value: Operand): void {
  if (value instanceof Condition) {
    for (const inner of value.operators.values()) checkLiteral(inner);
    if (value.names.size > 0 || value.size === 0) throw new SqlError(`Invalid value ${inspect(plain(value))}`);
  } else if (Array.isArray(value)) (value as readonly Operand[]).forEach(checkLiteral);
}

/** How a value is written into the query. */
function literal(value: Operand, target: Target): Literal {
  if (value === null || value === undefined) return { type: "null", value: null };
  const number = target.field === "integer";
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value === "boolean") return { type: "boolean", value };
  if (typeof value === "string") return { type: "unknown", value };
  if (value instanceof Condition) {
    if (number) return { type: "unknown", value: "[object Object]" };
    throw new SqlError(`Invalid value ${inspect(plain(value))}`);
  }
  const items = value as readonly Operand[];
  if (number)
    return { type: "unknown", value: items.map((item) => (item instanceof Condition ? "[object Object]" : String(item))).join(",") };
  const kinds = items.map((item) => literal(item, target).type);
  const type = kinds.includes("unknown") ? "text" : kinds.includes("numeric") ? "numeric" : (kinds[0] ?? "text");
  return { type: `${type}[]`, value: null };
}
