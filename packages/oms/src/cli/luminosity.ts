import { addExamples, addOutputOptions, type Command, type CommandContext, type OutputChoice, writeRecord, writeRows } from "@sci/cli-core";
import { parseJson, SciError } from "@sci/http-core";
import type { Oms } from "../client.ts";
import type { LuminosityOf, LumisectionLuminosity } from "../index.ts";
import { averagePileup, type IntegratedLuminosity, integrateLuminosity } from "../integrate.ts";
import { withClient } from "./client.ts";
import { addPlotOptions, type PlotChoice } from "./plot.ts";
import { fillNumber, runNumber } from "./rows.ts";
import { writeList } from "./write-list.ts";

interface LuminosityChoice extends OutputChoice, PlotChoice {
  readonly fill?: number;
  readonly era?: string;
  readonly selection?: string;
  readonly perLumisection?: boolean;
  readonly parts?: boolean;
  readonly pileup?: boolean;
}

/** Adds `luminosity`. */
export function addLuminosityCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("luminosity")
    .description("delivered and recorded luminosity in pb^{-1}")
    .argument("[run]", "run number", runNumber);
  command
    .option("--fill <number>", "of a fill", fillNumber)
    .option("--era <name>", "of an era")
    .option("--selection <file>", "only the lumisections of a golden JSON; - reads standard input")
    .option("--per-lumisection", "a row per lumisection")
    .option("--parts", "a row per run or fill")
    .option("--pileup", "the mean pileup too, weighted by delivered luminosity");
  addPlotOptions(addOutputOptions(command));
  addExamples(command, [
    "oms luminosity 327564",
    "oms luminosity --fill 7492 --per-lumisection --format csv --output lumi.csv",
    "oms luminosity --era Run2018D --selection golden.json --pileup",
    "oms luminosity 327564 --per-lumisection --plot",
  ]);
  command.action((run: number | undefined, choice: LuminosityChoice) =>
    withClient(command, context, async (oms) => {
      const { fill, era, selection: file, perLumisection = false, parts = false, pileup = false, plot, plotFile, ...output } = choice;
      if (parts && (perLumisection || pileup))
        throw new SciError("INVALID_ARGUMENT", "--parts goes without --per-lumisection and --pileup.");
      if (plot === true || plotFile !== undefined) {
        if (!perLumisection) throw new SciError("INVALID_ARGUMENT", "--plot and --plot-file go with --per-lumisection.");
      }
      const selection = file === undefined ? undefined : await readSelection(context, file);
      const of = Object.fromEntries(
        Object.entries({ run, fill, era, selection }).filter(([, value]) => value !== undefined),
      ) as LuminosityOf;
      const { signal } = context;
      if (perLumisection) {
        const rows = oms.luminosity.perLumisection(of, { signal });
        const x = run === undefined ? "index" : "lumisection_number";
        const list = { rows: run === undefined && (plot === true || plotFile !== undefined) ? numbered(rows) : rows };
        await writeList(context, list, choice, {
          unit: "lumisections",
          table: undefined,
          chart: { title: "Luminosity per lumisection (pb^{-1})", x, y: ["delivered", "recorded"] },
        });
        return;
      }
      const { result, mean } = pileup
        ? await withPileup(oms, of, signal)
        : { result: await oms.luminosity.integrated(of, { signal }), mean: undefined };
      warnOfMissing(context, result);
      if (parts) await writeRows(context, result.parts, output);
      else await writeRecord(context, recordOf(result, mean), output);
    }),
  );
}

function recordOf({ parts: _parts, missing, lumisections, ...sums }: IntegratedLuminosity, mean: number | null | undefined): object {
  return {
    ...sums,
    ...(lumisections === null ? {} : { lumisections }),
    ...(mean === undefined ? {} : { pileup: mean }),
    missing,
  };
}

/** Both from one pass over the lumisections. */
async function withPileup(oms: Oms, of: LuminosityOf, signal: AbortSignal): Promise<{ result: IntegratedLuminosity; mean: number | null }> {
  const values: LumisectionLuminosity[] = [];
  for await (const value of oms.luminosity.perLumisection(of, { signal })) values.push(value);
  const selection = of.selection === undefined ? {} : { selection: of.selection };
  return { result: integrateLuminosity(values, selection), mean: averagePileup(values, selection).pileup };
}

function warnOfMissing(context: CommandContext, { missing }: IntegratedLuminosity): void {
  if (missing.length === 0) return;
  const reasons = new Map<string, number>();
  for (const { reason } of missing) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  context.warn(
    `the sums lack ${missing.length} stretches (${[...reasons].map(([reason, count]) => `${reason}: ${count}`).join(", ")}); --format json lists them`,
  );
}

async function* numbered(rows: AsyncIterable<object>): AsyncGenerator<object, void, undefined> {
  let index = 0;
  for await (const row of rows) yield { index: ++index, ...row };
}

async function readSelection(context: CommandContext, file: string): Promise<NonNullable<LuminosityOf["selection"]>> {
  const [{ readFile }, { text }] = await Promise.all([import("node:fs/promises"), import("node:stream/consumers")]);
  let content: string;
  try {
    content = file === "-" ? await text(context.stdin) : await readFile(file, { encoding: "utf8", signal: context.signal });
  } catch (cause) {
    context.signal.throwIfAborted();
    throw new SciError("FILE", `Cannot read ${JSON.stringify(file)}: ${(cause as Error).message}`, { cause, details: { path: file } });
  }
  try {
    return parseJson(content) as NonNullable<LuminosityOf["selection"]>;
  } catch (cause) {
    throw new SciError("INVALID_ARGUMENT", `${JSON.stringify(file)} is no JSON: ${(cause as Error).message}`, { cause });
  }
}
