import getTruncatedWidth from "fast-string-truncated-width";
import { escapeTerminal } from "../escape.ts";
import type { RowFormatter } from "./json.ts";
import { cellText, flatten, type Column, type Row } from "./values.ts";

/** Rows that are looked at for the widths of the columns before the first line is written. */
const sampleRows = 100;
const gap = "  ";
const leastWidth = 6;

export interface TableOptions {
  readonly columns?: readonly Column[] | undefined;
  /** Characters of a line at most; undefined (no terminal) cuts nothing. */
  readonly width?: number | undefined;
}

interface Layout {
  readonly column: Column;
  width: number;
  readonly right: boolean;
}

function widthOf(text: string): number {
  return getTruncatedWidth(text).width;
}

function fit(text: string, width: number, right: boolean, cut: boolean): string {
  const actual = widthOf(text);
  if (actual <= width) return right ? " ".repeat(width - actual) + text : text + " ".repeat(width - actual);
  if (!cut) return text;
  const { index } = getTruncatedWidth(text, { limit: width, ellipsis: "…", ellipsisWidth: 1 });
  const short = `${text.slice(0, index)}…`;
  return short + " ".repeat(Math.max(0, width - widthOf(short)));
}

/**
 * Aligned columns for people. Widths come from the first 100 rows, which are all that is kept in memory. On a terminal
 * long cells are cut with an ellipsis and columns that do not fit are named at the end; elsewhere nothing is cut.
 */
export function tableFormatter({ columns, width }: TableOptions): RowFormatter {
  const cut = width !== undefined;
  let sample: Row[] | undefined = [];
  let layout: Layout[] = [];
  let dropped: string[] = [];
  const unknown = new Set<string>();
  const known = new Set<string>();

  const cell = (column: Column, row: Row): string => escapeTerminal(cellText(column.get(row)));
  const line = (values: readonly string[]): string => `${values.join(gap).trimEnd()}\n`;
  const body = (row: Row): string =>
    line(layout.map(({ column, width: columnWidth, right }) => fit(cell(column, row), columnWidth, right, cut)));

  const start = (rows: readonly Row[]): string => {
    const all = columns ?? inferred(rows, known);
    if (all.length === 0) return "";
    layout = all.map((column) => {
      const values = rows.map((row) => column.get(row)).filter((value) => value !== undefined && value !== null);
      const right = values.length > 0 && values.every((value) => typeof value === "number" || typeof value === "bigint");
      const wanted = rows.reduce((most, row) => Math.max(most, widthOf(cell(column, row))), widthOf(escapeTerminal(column.name)));
      return { column, width: wanted, right };
    });
    if (width !== undefined) ({ layout, dropped } = shrink(layout, width));
    const header = line(layout.map(({ column, width: columnWidth, right }) => fit(escapeTerminal(column.name), columnWidth, right, cut)));
    const rule = line(layout.map(({ width: columnWidth }) => "-".repeat(columnWidth)));
    return header + rule + rows.map(body).join("");
  };

  return {
    row(row) {
      if (sample !== undefined) {
        sample.push(row);
        if (sample.length < sampleRows) return "";
        const rows = sample;
        sample = undefined;
        return start(rows);
      }
      if (columns === undefined) for (const name of flatten(row).keys()) if (!known.has(name)) unknown.add(name);
      return body(row);
    },
    end() {
      const rows = sample;
      sample = undefined;
      return rows === undefined ? "" : start(rows);
    },
    note() {
      const hidden = [...dropped, ...unknown].map((name) => escapeTerminal(name));
      if (hidden.length === 0) return undefined;
      const shown = hidden.slice(0, 8).join(", ");
      return `not shown: ${shown}${hidden.length > 8 ? ` and ${hidden.length - 8} more` : ""} (--fields chooses columns, --format csv or ndjson writes all)`;
    },
  };
}

function inferred(rows: readonly Row[], known: Set<string>): Column[] {
  for (const row of rows) for (const name of flatten(row).keys()) known.add(name);
  // A cache per row: flattening again for every column would cost columns × fields.
  const flats = new WeakMap<Row, Map<string, unknown>>();
  const flat = (row: Row): Map<string, unknown> => {
    let found = flats.get(row);
    if (found === undefined) flats.set(row, (found = flatten(row)));
    return found;
  };
  return [...known].map((name) => ({ name, get: (row: Row) => flat(row).get(name) }));
}

/** Takes width from the widest columns until the line fits; columns at the end that do not fit even then are left out. */
function shrink(layout: Layout[], width: number): { layout: Layout[]; dropped: string[] } {
  const kept = [...layout];
  const dropped: string[] = [];
  const total = (): number => kept.reduce((sum, one) => sum + one.width, gap.length * (kept.length - 1));
  const least = (): number => kept.reduce((sum, one) => sum + Math.min(one.width, leastWidth), gap.length * (kept.length - 1));
  while (kept.length > 1 && least() > width) dropped.unshift(kept.pop()?.column.name ?? "");
  while (total() > width) {
    const widest = kept.reduce((most, one) => (one.width > most.width ? one : most));
    if (widest.width <= 1) break;
    const second = kept.reduce((most, one) => (one !== widest && one.width > most ? one.width : most), 1);
    widest.width = Math.max(1, widest.width - Math.max(1, Math.min(total() - width, widest.width - second)));
  }
  return { layout: kept, dropped };
}
