import { type CommandContext, type OutputChoice, valueAt, writeRows } from "@sci/cli-core";
import type { Listing } from "@sci/http-core";
import { type Curve, draw, gathering, type PlotChoice } from "./plot.ts";
import { besideUnits, fieldColumns } from "./select.ts";

/** How rows of a command are written. */
export interface ListChoice extends OutputChoice, PlotChoice {
  readonly fields?: readonly string[];
  readonly units?: boolean;
  readonly raw?: boolean;
}

/** What a chart of these rows shows. */
export interface ListChart {
  readonly title: string;
  /** Dotted path of what stands below. */
  readonly x: string;
  readonly time?: boolean;
  /** Dotted paths of the curves. */
  readonly y: readonly string[];
}

export interface ListOfRows {
  readonly rows: AsyncIterable<object>;
  readonly total?: () => number | undefined;
}

/** Rows of a listing, and how many there will be. */
export function counted(listing: Listing<object>, limit: number | undefined): ListOfRows {
  let total: number | undefined;
  async function* rows(): AsyncGenerator<object, void, undefined> {
    for await (const page of listing.pages()) {
      total = page.total === undefined || limit === undefined ? page.total : Math.min(page.total, limit);
      yield* page.items;
    }
  }
  return { rows: rows(), total: () => total };
}

/** Writes rows, draws them, or both. */
export async function writeList(
  context: CommandContext,
  { rows, total }: ListOfRows,
  choice: ListChoice,
  options: { readonly unit: string; readonly table: readonly string[] | undefined; readonly chart: ListChart | undefined },
): Promise<void> {
  const { fields, units = false, raw = false, plot, plotFile, format, output } = choice;
  const { chart } = options;
  const drawn = chart !== undefined && (plot === true || plotFile !== undefined);
  const curves: Curve[] = (chart?.y ?? []).map((name) => ({ name, points: [] }));
  const xOf = (row: object): number | undefined => {
    const value = bareAt(row, chart?.x ?? "", units);
    return typeof value === "string" && chart?.time === true ? Date.parse(value) : typeof value === "number" ? value : undefined;
  };
  const passing = drawn ? gathering(rows, curves, xOf, (row, name) => bareAt(row, name, units)) : rows;
  const toFile = output !== undefined && output !== "-";
  if (plot === true && !toFile) for await (const _row of passing) context.signal.throwIfAborted();
  else {
    const flat = units ? mapped(passing, besideUnits) : passing;
    const plain = !raw && !units;
    await writeRows(context, flat, {
      format,
      output,
      columns: plain ? fieldColumns(fields) : undefined,
      tableColumns: plain ? fieldColumns(options.table) : undefined,
      unit: options.unit,
      total,
    });
  }
  if (drawn) await draw(context, { title: chart.title, x: chart.x, time: chart.time === true, curves }, choice);
}

/** The value below a dotted path, without its unit. */
function bareAt(row: object, path: string, units: boolean): unknown {
  if (!units) return valueAt(row, path);
  const [head = "", ...rest] = path.split(".");
  const value = (row as Readonly<Record<string, { readonly value?: unknown } | undefined>>)[head]?.value;
  return rest.length === 0 ? value : valueAt(value, rest.join("."));
}

async function* mapped<From, To>(rows: AsyncIterable<From>, change: (row: From) => To): AsyncGenerator<To, void, undefined> {
  for await (const row of rows) yield change(row);
}
