import { type Command, type CommandContext, writeText } from "@sci/cli-core";
import { SciError } from "@sci/http-core";

/** `--plot` and `--plot-file`. */
export interface PlotChoice {
  readonly plot?: boolean;
  readonly plotFile?: string;
}

/** Points that are gathered while rows pass by. */
export interface Curve {
  readonly name: string;
  readonly points: [x: number, y: number][];
}

export interface Chart {
  readonly title: string;
  /** What x is: a name, and "time" for milliseconds of a date. */
  readonly x: string;
  readonly time: boolean;
  readonly curves: readonly Curve[];
}

export function addPlotOptions(command: Command): Command {
  return command
    .option("--plot", "draw a small chart in place of the rows (which --output still writes to a file)")
    .option("--plot-file <file>", "write a chart as SVG; needs the package echarts (npm install echarts)");
}

/** Draws what was asked for. */
export async function draw(context: CommandContext, chart: Chart, { plot, plotFile }: PlotChoice): Promise<void> {
  if (plot !== true && plotFile === undefined) return;
  const curves = chart.curves.filter(({ points }) => points.length > 0);
  if (curves.length === 0) {
    context.warn("there is nothing to draw: no row has a number in these fields");
    return;
  }
  if (plot === true) await context.print(await terminalChart({ ...chart, curves }, context.stdout.columns ?? 80));
  if (plotFile !== undefined) await writeText(context, await svgChart({ ...chart, curves }), plotFile);
}

/** Means of as many stretches as the chart is wide: single points would fall onto each other. */
function thinned(points: readonly (readonly [number, number])[], most: number): [number, number][] {
  if (points.length <= most) return points.map(([x, y]) => [x, y]);
  return Array.from({ length: most }, (_, index) => {
    const part = points.slice(Math.floor((index * points.length) / most), Math.floor(((index + 1) * points.length) / most));
    const mean = (of: 0 | 1): number => part.reduce((sum, point) => sum + point[of], 0) / part.length;
    return [mean(0), mean(1)];
  });
}

async function terminalChart({ title, x, time, curves }: Chart, columns: number): Promise<string> {
  const { plot } = await import("simple-ascii-chart");
  const width = Math.max(20, Math.min(columns - 14, 100));
  const start = curves[0]?.points[0]?.[0] ?? 0;
  // Times as minutes from the first: numbers of a date do not fit under an axis.
  const lines = curves.map(({ points }) =>
    thinned(
      points.map(([at, y]) => [time ? (at - start) / 60_000 : at, y]),
      width,
    ),
  );
  const label = time ? `minutes from ${new Date(start).toISOString()}` : x;
  const chart = plot(lines, {
    width,
    height: 14,
    title,
    xLabel: label,
    yLabel: curves.map(({ name }) => name).join(", "),
    formatter: shortNumber,
  });
  return `${chart.trimEnd()}\n`;
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** @throws MISSING_DEPENDENCY where echarts is not installed: it is large, and few need it */
async function svgChart({ title, x, time, curves }: Chart): Promise<string> {
  let echarts: typeof import("echarts");
  try {
    echarts = await import("echarts");
  } catch (cause) {
    throw new SciError("MISSING_DEPENDENCY", "--plot-file needs the package echarts, which is not installed: npm install echarts", {
      cause,
    });
  }
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 960, height: 480 });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: "#ffffff",
      title: { text: title, left: "center" },
      legend: { top: 30 },
      grid: { top: 70, left: 80, right: 30, bottom: 50 },
      xAxis: { type: time ? "time" : "value", name: x, nameLocation: "middle", nameGap: 30, min: "dataMin", max: "dataMax" },
      yAxis: { type: "value", scale: true },
      series: curves.map(({ name, points }) => ({ type: "line", name, data: points, showSymbol: false })),
    });
    return `${chart.renderToSVGString()}\n`;
  } finally {
    chart.dispose();
  }
}

/** Hands rows on and gathers points on the way: one curve per field that holds numbers. */
export async function* gathering<Row extends object>(
  rows: AsyncIterable<Row>,
  curves: readonly Curve[],
  xOf: (row: Row) => number | undefined,
  yOf: (row: Row, name: string) => unknown,
): AsyncGenerator<Row, void, undefined> {
  for await (const row of rows) {
    const x = xOf(row);
    if (x !== undefined && Number.isFinite(x)) {
      for (const { name, points } of curves) {
        const y = yOf(row, name);
        if (typeof y === "number" && Number.isFinite(y)) points.push([x, y]);
      }
    }
    yield row;
  }
}
