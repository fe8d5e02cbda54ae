import {
  addExamples,
  addListOptions,
  addOutputOptions,
  addUncheckedOption,
  type Command,
  type CommandContext,
  type ListChoice as Choice,
  wholeNumber,
  writeText,
} from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { Oms } from "../client.ts";
import type { Include, LumisectionsOf, Query } from "../index.ts";
import { withClient } from "./client.ts";
import { addPlotOptions } from "./plot.ts";
import { fillNumber, runNumber, uncheckedHelp } from "./rows.ts";
import { attributesOf, withConditions } from "./select.ts";
import { counted, type ListChoice, type ListOfRows, writeList } from "./write-list.ts";

interface QueryChoice extends ListChoice, Omit<Choice, "fields"> {
  readonly unchecked?: boolean;
  readonly onChange?: "error" | "warn";
  readonly include?: readonly string[];
  readonly granularity?: "run" | "lumisection";
  readonly groupSize?: number;
  readonly param?: readonly (readonly [string, string])[];
  readonly count?: boolean;
  readonly url?: boolean;
}

interface LumisectionsChoice extends ListChoice, Omit<Choice, "fields" | "where" | "sort"> {
  readonly unchecked?: boolean;
  readonly fill?: number;
  readonly from?: string;
  readonly to?: string;
  readonly hlt?: readonly string[];
  readonly count?: boolean;
}

/** What a table shows: a row may have dozens of attributes. */
const tables: Readonly<Record<string, readonly string[]>> = {
  runs: ["run_number", "fill_number", "sequence", "start_time", "end_time", "energy", "b_field", "delivered_lumi", "recorded_lumi"],
  fills: ["fill_number", "era", "fill_type_runtime", "start_time", "energy", "injection_scheme", "delivered_lumi", "recorded_lumi"],
  lumisections: [
    "run_number",
    "lumisection_number",
    "start_time",
    "beams_stable",
    "cms_active",
    "pileup",
    "delivered_lumi",
    "recorded_lumi",
  ],
};

export const onChangeHelp = "rows that come or go while pages are read: error, or a warning";

function param(text: string, before: readonly (readonly [string, string])[] = []): (readonly [string, string])[] {
  const at = text.indexOf("=");
  if (at <= 0) throw new SciError("INVALID_ARGUMENT", `--param takes NAME=VALUE, not ${JSON.stringify(text)}.`);
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}

const words = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(",").map((word) => word.trim())];

/** Options of a query that stand on the command line in one form or another. */
function pagingOf({ limit, pageSize, onChange, unchecked }: Pick<QueryChoice, "limit" | "pageSize" | "onChange" | "unchecked">) {
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(onChange === undefined ? {} : { onChange }),
    ...(unchecked === undefined ? {} : { unchecked }),
  };
}

/** Adds `query`, `lumisections` and `paths`. */
export function addListCommands(program: Command, context: CommandContext): void {
  addQuery(program, context);
  addLumisections(program, context);
  const paths = program.command("paths").description("list the HLT paths of a run").argument("<run>", "run number", runNumber);
  addOutputOptions(addListOptions(paths, { without: ["where", "whereJson", "sort"] }));
  paths.action((run: number, choice: QueryChoice) =>
    withClient(paths, context, async (oms) => {
      const { fields } = choice;
      const rows = oms.hltPaths(run, {
        ...pagingOf(choice),
        signal: context.signal,
        ...(fields === undefined ? {} : { fields: attributesOf(fields) }),
      });
      await writeList(context, counted(rows, choice.limit), choice, { unit: "paths", table: undefined, chart: undefined });
    }),
  );
}

function addQuery(program: Command, context: CommandContext): void {
  const command = program
    .command("query")
    .description("list any resource")
    .argument("<resource>", "runs, fills, eras, …, or runs/327564/lumisections; all: oms resources");
  addListOptions(command, { names: "names: oms meta RESOURCE", without: ["whereJson"] });
  command
    .addOption(command.createOption("--on-change <how>", onChangeHelp).choices(["error", "warn"]))
    .option("--include <parts>", "meta, presentation_timestamp or data_only; a list with commas", words)
    .addOption(command.createOption("--granularity <how>", "rates and dead times per run or lumisection").choices(["run", "lumisection"]))
    .option("--group-size <n>", "lumisections in one row", wholeNumber("--group-size"))
    .option("--param <name=value>", "a further parameter of the service; repeatable", param)
    .option("--units", "show units beside the values: energy, energy_unit")
    .option("--raw", "rows as the service sends them")
    .option("--count", "the number of rows only")
    .option("--url", "the address of the first page only; nothing is sent");
  addUncheckedOption(addOutputOptions(command), uncheckedHelp);
  addExamples(command, [
    "oms query runs --where 'fill_number>=7333' --where 'b_field>3.7' --sort -run_number --limit 50",
    "oms query fills --where 'start_time>=2018-11-01' --fields fill_number,injection_scheme --format csv",
    "oms query streams --where 'run_number=327564' --granularity lumisection --format ndjson",
  ]);
  command.action((resource: string, choice: QueryChoice) =>
    withClient(command, context, async (oms) => {
      const query = queryOf(oms, resource, choice, context.signal);
      if (choice.url === true) return writeText(context, `${await query.url()}\n`, choice.output);
      if (choice.count === true) return writeText(context, `${await query.count()}\n`, choice.output);
      const shaped = choice.raw === true ? query.raw() : choice.units === true ? query.withUnits() : query;
      const name = resource.split("/").at(-1) ?? resource;
      await writeList(context, counted(shaped, choice.limit), choice, { unit: "rows", table: tables[name], chart: undefined });
    }),
  );
}

function queryOf(oms: Oms, resource: string, choice: QueryChoice, signal: AbortSignal): Query {
  const { where, sort = [], fields, include = [], granularity, groupSize, param: params = [] } = choice;
  if (choice.units === true && choice.raw === true)
    throw new SciError("INVALID_ARGUMENT", "--units and --raw exclude each other: raw rows hold their units.");
  let query = withConditions(oms.query(resource, { ...pagingOf(choice), signal }) as Query, where);
  if (fields !== undefined) query = query.fields(...attributesOf(fields));
  if (sort.length > 0) query = query.sort(...sort);
  if (include.length > 0) query = query.include(...(include as Include[]));
  if (granularity !== undefined || groupSize !== undefined)
    query = query.group({ ...(granularity === undefined ? {} : { granularity }), ...(groupSize === undefined ? {} : { size: groupSize }) });
  for (const [name, value] of params) query = query.custom(name, value);
  return query;
}

function addLumisections(program: Command, context: CommandContext): void {
  const command = program
    .command("lumisections")
    .description("list lumisections of a run, a fill or a stretch of time")
    .argument("[run]", "run number", runNumber);
  addListOptions(command, { names: "names: oms meta lumisections", without: ["where", "whereJson", "sort"], maxPageSize: 5000 });
  command
    .option("--fill <number>", "of a fill, in place of a run", fillNumber)
    .option("--from <time>", "of a stretch of time: those that begin at this time or later, UTC")
    .option("--to <time>", "and those that end at this time or before")
    .option("--hlt <paths>", "add the rates of these HLT paths, in columns of their names; a list with commas", words)
    .option("--units", "show units beside the values: delivered_lumi, delivered_lumi_unit")
    .option("--raw", "rows as the service sends them")
    .option("--count", "the number of lumisections only");
  addPlotOptions(addUncheckedOption(addOutputOptions(command), uncheckedHelp));
  addExamples(command, [
    "oms lumisections 327564 --fields lumisection_number,pileup,delivered_lumi --format csv --output ls.csv",
    "oms lumisections 327564 --format json --output lumisections.json",
    "oms lumisections 319579 --fields lumisection_number,pileup --hlt HLT_IsoMu24_v13 --format csv",
    "oms lumisections 327564 --fields lumisection_number,pileup --plot --plot-file pileup.svg",
  ]);
  command.action((run: number | undefined, choice: LumisectionsChoice) =>
    withClient(command, context, async (oms) => {
      const { fields, units = false, raw = false, hlt, fill, from, to } = choice;
      const given = Object.fromEntries(Object.entries({ run, fill, from, to }).filter(([, value]) => value !== undefined));
      const of = given as unknown as LumisectionsOf;
      const { signal } = context;
      if (choice.count === true) return writeText(context, `${await oms.lumisectionCount(of, { signal })}\n`, choice.output);
      if (hlt !== undefined && (run === undefined || units || raw))
        throw new SciError("INVALID_ARGUMENT", "--hlt goes with a run, without --units and --raw.");
      const helpers = hlt === undefined ? [] : ["lumisection_number"];
      const rows = oms.lumisections(of, {
        ...pagingOf(choice),
        signal,
        withUnits: units,
        raw,
        ...(fields === undefined ? {} : { fields: [...new Set([...attributesOf(fields), ...helpers, ...charted(choice)])] }),
      });
      const list =
        hlt === undefined || run === undefined
          ? counted(rows, choice.limit)
          : await withRates(oms, run, hlt, counted(rows, choice.limit), signal);
      const shown = fields === undefined ? undefined : [...fields, ...(hlt ?? [])];
      const y = [
        ...(fields ?? ["pileup"]).filter((name) => !["run_number", "fill_number", "lumisection_number"].includes(name)),
        ...(hlt ?? []),
      ];
      const x = run === undefined ? { x: "start_time", time: true } : { x: "lumisection_number" };
      await writeList(
        context,
        list,
        { ...choice, ...(shown === undefined ? {} : { fields: shown }) },
        {
          unit: "lumisections",
          table: tables["lumisections"],
          chart: {
            title: `Lumisections of ${run === undefined ? (fill === undefined ? `${from} to ${to}` : `fill ${fill}`) : `run ${run}`}`,
            ...x,
            y,
          },
        },
      );
    }),
  );
}

/** What a chart needs besides the fields asked for. */
function charted({ plot, plotFile, fill, from }: LumisectionsChoice): string[] {
  return plot === true || plotFile !== undefined ? [fill === undefined && from === undefined ? "lumisection_number" : "start_time"] : [];
}

/** Lumisections with the rates of HLT paths beside them. */
async function withRates(
  oms: Oms,
  run: number,
  paths: readonly string[],
  { rows, total }: ListOfRows,
  signal: AbortSignal,
): Promise<ListOfRows> {
  const rates = new Map<number, Record<string, number | null>>();
  for await (const { path_name: path, last_lumisection_number: lumisection, rate } of oms.triggerRates.allHlt(run, { paths, signal })) {
    if (typeof path !== "string" || typeof lumisection !== "number") continue;
    rates.set(lumisection, { ...rates.get(lumisection), [path]: rate ?? null });
  }
  const none = Object.fromEntries(paths.map((path) => [path, null]));
  async function* joined(): AsyncGenerator<object, void, undefined> {
    for await (const row of rows) yield { ...row, ...none, ...rates.get((row as { lumisection_number: number }).lumisection_number) };
  }
  return { rows: joined(), ...(total === undefined ? {} : { total }) };
}
