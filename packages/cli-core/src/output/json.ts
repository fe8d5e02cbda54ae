import { jsonText, type Column, type Row } from "./values.ts";

/** Text for each row of an output, between a beginning and an end. */
export interface RowFormatter {
  /** Text of a row, "" where it is kept for later. */
  row(row: Row): string;
  /** Text behind the last row. */
  end(): string;
  /** What could not be shown, for a line on standard error. */
  note?(): string | undefined;
}

/** A row with only the given columns, under their names; missing values are null. */
export function pick(row: Row, columns: readonly Column[] | undefined): Row {
  if (columns === undefined) return row;
  const picked: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const column of columns) picked[column.name] = column.get(row) ?? null;
  return picked;
}

/** One JSON array, a row per line: valid at every length, also 0. */
export function jsonFormatter(columns?: readonly Column[]): RowFormatter {
  let count = 0;
  return {
    row: (row) => `${count++ === 0 ? "[\n" : ",\n"}${jsonText(pick(row, columns))}`,
    end: () => (count === 0 ? "[]\n" : "\n]\n"),
  };
}

/** One JSON object per line. */
export function ndjsonFormatter(columns?: readonly Column[]): RowFormatter {
  return { row: (row) => `${jsonText(pick(row, columns))}\n`, end: () => "" };
}
