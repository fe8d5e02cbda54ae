/** Operators as the service knows them after it has read their names. */
export type Operator = "and" | "or" | ">" | "<" | ">=" | "<=" | "=" | "<>" | "ilike" | "not ilike" | "not like" | "@>";

const names: Readonly<Record<string, Operator>> = {
  and: "and",
  or: "or",
  ">": ">",
  "<": "<",
  ">=": ">=",
  "<=": "<=",
  like: "ilike",
  notlike: "not ilike",
  "=": "=",
  "<>": "<>",
  AND: "and",
  OR: "or",
  LIKE: "ilike",
  NOTLIKE: "not like",
};

/** An object of a filter: its operators, and the names that are none. */
export class Condition {
  readonly operators = new Map<Operator, Operand>();
  readonly names = new Map<string, Operand>();

  get size(): number {
    return this.operators.size + this.names.size;
  }

  only(operator: Operator): Condition {
    const condition = new Condition();
    condition.operators.set(operator, this.operators.get(operator) as Operand);
    return condition;
  }
}

export type Operand = null | undefined | boolean | number | string | readonly Operand[] | Condition;

/** Tells operators from names, at every depth. `contains` is an operator on the datasets' own table alone. */
export function readOperand(value: unknown, contains: boolean): Operand {
  if (Array.isArray(value)) return value.map((item) => readOperand(item, contains));
  if (typeof value !== "object" || value === null) return value as Operand;
  const condition = new Condition();
  for (const [name, inner] of Object.entries(value)) {
    const operator = Object.hasOwn(names, name) ? names[name] : contains && name === "contains" ? "@>" : undefined;
    const operand = readOperand(inner, contains);
    if (operator === undefined) condition.names.set(name, operand);
    else condition.operators.set(operator, operand);
  }
  return condition;
}
