import { type Column, columnsOf, type Condition } from "@sci/cli-core";
import type { Query } from "../index.ts";

/** The attributes behind `--fields`: `l1a_total.rate` is a part of `l1a_total`. */
export function attributesOf(fields: readonly string[]): string[] {
  return [...new Set(fields.map((name) => name.split(".")[0] ?? name))];
}

/** `--fields` as columns, in their order. */
export function fieldColumns(fields: readonly string[] | undefined): Column[] | undefined {
  return fields === undefined ? undefined : columnsOf(fields);
}

/** Adds the conditions of `--where`. */
export function withConditions(query: Query, conditions: readonly Condition[] = []): Query {
  return conditions.reduce((asked, { name, operator, value }) => asked.where(name, operator as "=", value), query);
}

interface MeasuredValue {
  readonly value: unknown;
  readonly units: string | null;
}

/** A row with units as columns beside the values: `energy`, `energy_unit`. */
export function besideUnits(row: object): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [name, { value, units }] of Object.entries(row as Readonly<Record<string, MeasuredValue>>)) {
    flat[name] = value;
    if (units !== null) flat[`${name}_unit`] = units;
  }
  return flat;
}
