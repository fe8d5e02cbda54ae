import { stringify } from "csv-stringify/sync";
import { escapeFormula, escapeTerminal } from "../escape.ts";
import type { RowFormatter } from "./json.ts";
import { cellText, flatten, jsonText, type Column, type Row } from "./values.ts";

/** Rows that are looked at before the header is written, where no columns were asked for. */
export const sampleRows = 200;
/** The column that keeps, as JSON, what has no column of its own. */
export const restColumn = "_rest";

export interface CsvOptions {
  readonly columns?: readonly Column[] | undefined;
  /** Written to a terminal: control sequences are escaped there, but kept in a file. */
  readonly terminal?: boolean;
}

/**
 * CSV (RFC 4180 with line feeds). With columns: those, in that order. Without: the flattened names of the first 200 rows in
 * the order of their appearance; should there be more rows, a last column `_rest` holds, as a JSON object, what only
 * later rows have, so that nothing is lost and nothing has to be kept in memory.
 */
export function csvFormatter({ columns, terminal = false }: CsvOptions): RowFormatter {
  const cell = (value: unknown): string => {
    const text = typeof value === "number" || typeof value === "bigint" ? String(value) : escapeFormula(cellText(value));
    return terminal ? escapeTerminal(text) : text;
  };
  const line = (values: readonly unknown[]): string => stringify([values.map(cell)], values.length === 1 ? { quoted_empty: true } : {});

  if (columns !== undefined) {
    let started = false;
    const header = (): string => {
      if (started) return "";
      started = true;
      return line(columns.map((column) => column.name));
    };
    return { row: (row) => header() + line(columns.map((column) => column.get(row))), end: header };
  }

  let names: Set<string> | undefined;
  let sample: Map<string, unknown>[] = [];
  const sampled = (withRest: boolean): string => {
    const found = new Set<string>();
    for (const flat of sample) for (const name of flat.keys()) found.add(name);
    names = found;
    const order = [...found];
    if (order.length === 0) return "";
    const header = line(withRest ? [...order, restColumn] : order);
    const text = header + sample.map((flat) => line([...order.map((name) => flat.get(name)), ...(withRest ? [""] : [])])).join("");
    sample = [];
    return text;
  };
  return {
    row: (row: Row) => {
      const flat = flatten(row);
      if (names === undefined) {
        if (sample.length < sampleRows) {
          sample.push(flat);
          return "";
        }
        const text = sampled(true);
        return text + lateLine(flat);
      }
      return lateLine(flat);
    },
    end: () => (names === undefined ? sampled(false) : ""),
  };

  function lateLine(flat: Map<string, unknown>): string {
    const known = names ?? new Set<string>();
    const rest: Record<string, unknown> = {};
    for (const [name, value] of flat) if (!known.has(name)) rest[name] = value;
    return line([...[...known].map((name) => flat.get(name)), Object.keys(rest).length === 0 ? "" : jsonText(rest)]);
  }
}
