import type { CommandContext } from "../context.ts";
import { startProgress, type Progress } from "../progress.ts";
import { TextBuffer, writeTo } from "../streams.ts";
import { openAtomicFile, type AtomicFile } from "./file.ts";
import { jsonFormatter, ndjsonFormatter, pick, type RowFormatter } from "./json.ts";
import { cellText, flatten, jsonText, type Column, type Row } from "./values.ts";

export const formats = ["table", "json", "ndjson", "csv"] as const;
export type Format = (typeof formats)[number];

/** `--format` and `--output`. */
export interface OutputChoice {
  readonly format?: Format | undefined;
  /** A file, `-` or undefined for standard output. */
  readonly output?: string | undefined;
}

export interface WriteRowsOptions extends OutputChoice {
  /** What `--fields` asks for, in all formats. */
  readonly columns?: readonly Column[] | undefined;
  /** What a table shows where no fields were asked for; the other formats write whole rows then. */
  readonly tableColumns?: readonly Column[] | undefined;
  /** Shows a progress bar counting this: "runs". */
  readonly unit?: string | undefined;
  /** Number of rows, as soon as it is known. */
  readonly total?: (() => number | undefined) | undefined;
}

interface Sink {
  readonly terminal: boolean;
  readonly width: number | undefined;
  write(text: string): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** The format: as asked for, else by the ending of the file, else a table at a terminal and `otherwise` elsewhere. */
export function chooseFormat(context: CommandContext, choice: OutputChoice, otherwise: Format = "ndjson"): Format {
  if (choice.format !== undefined) return choice.format;
  if (choice.output !== undefined && choice.output !== "-") {
    const ending = /\.([a-z]+)$/i.exec(choice.output)?.[1]?.toLowerCase();
    return ending === "json" ? "json" : ending === "ndjson" || ending === "jsonl" ? "ndjson" : ending === "csv" ? "csv" : otherwise;
  }
  return context.stdout.isTTY ? "table" : otherwise;
}

async function openSink(context: CommandContext, output: string | undefined): Promise<Sink> {
  if (output === undefined || output === "-") {
    const { stdout } = context;
    const terminal = stdout.isTTY === true;
    const nothing = (): Promise<void> => Promise.resolve();
    return {
      terminal,
      width: terminal ? (stdout.columns ?? 80) : undefined,
      write: (text) => writeTo(stdout, text),
      commit: nothing,
      discard: nothing,
    };
  }
  const file: AtomicFile = await openAtomicFile(output);
  return {
    terminal: false,
    width: undefined,
    write: (text) => file.write(text),
    commit: () => file.commit(),
    discard: () => file.discard(),
  };
}

async function formatterFor(format: Format, sink: Sink, options: WriteRowsOptions): Promise<RowFormatter> {
  const { columns } = options;
  switch (format) {
    case "json":
      return jsonFormatter(columns);
    case "ndjson":
      return ndjsonFormatter(columns);
    case "csv": {
      const { csvFormatter } = await import("./csv.ts");
      return csvFormatter({ columns, terminal: sink.terminal });
    }
    case "table": {
      const { tableFormatter } = await import("./table.ts");
      return tableFormatter({ columns: columns ?? options.tableColumns, width: sink.width });
    }
  }
}

/**
 * Writes rows as they come, in the format asked for, and gives their number. Memory stays bounded: a table and CSV without
 * columns look at the first rows, nothing else is kept. A file appears only when the last row has been written.
 * @throws what `rows` throws; FILE where the file cannot be written.
 */
export async function writeRows(
  context: CommandContext,
  rows: AsyncIterable<object> | Iterable<object>,
  options: WriteRowsOptions = {},
): Promise<number> {
  const sink = await openSink(context, options.output);
  let progress: Progress | undefined;
  try {
    const format = chooseFormat(context, options);
    const formatter = await formatterFor(format, sink, options);
    const hidden = options.columns === undefined && format === "table" ? options.tableColumns !== undefined : false;
    if (options.unit !== undefined) {
      progress = await startProgress(context, { unit: options.unit, ...(options.output === "-" ? {} : { output: options.output }) });
    }
    const buffer = new TextBuffer((text) => sink.write(text));
    let count = 0;
    for await (const row of rows) {
      context.signal.throwIfAborted();
      await buffer.add(formatter.row(row as Row));
      count += 1;
      progress?.update(count, options.total?.());
    }
    await buffer.add(formatter.end());
    await buffer.flush();
    progress?.stop();
    context.signal.throwIfAborted();
    await sink.commit();
    const note = formatter.note?.();
    if (note !== undefined && !hidden) context.note(note);
    return count;
  } catch (error) {
    progress?.stop();
    await sink.discard();
    throw error;
  }
}

/** Writes one object: in a table one field per line, as JSON indented, as NDJSON on one line, as CSV a header and one line. */
export async function writeRecord(context: CommandContext, record: object, options: WriteRowsOptions = {}): Promise<void> {
  const format = chooseFormat(context, options, "json");
  if (format === "json") {
    await writeText(context, `${jsonText(pick(record as Row, options.columns), 2)}\n`, options.output);
    return;
  }
  if (format !== "table") {
    await writeRows(context, [record], { ...options, format });
    return;
  }
  const columns = options.columns ?? options.tableColumns;
  const fields: (readonly [string, unknown])[] =
    columns === undefined ? [...flatten(record as Row)] : columns.map((column) => [column.name, column.get(record as Row)] as const);
  const rows = fields.map(([field, value]) => ({ field, value: cellText(value) }));
  await writeRows(context, rows, { output: options.output, format: "table" });
}

/** Writes text as it is, atomically where it goes to a file. */
export async function writeText(context: CommandContext, text: string, output?: string): Promise<void> {
  const sink = await openSink(context, output);
  try {
    context.signal.throwIfAborted();
    await sink.write(text);
    await sink.commit();
  } catch (error) {
    await sink.discard();
    throw error;
  }
}
