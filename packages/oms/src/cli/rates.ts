import {
  addExamples,
  addListOptions,
  addOutputOptions,
  type Command,
  type CommandContext,
  type ListChoice as Choice,
  wholeNumber,
} from "@sci/cli-core";
import type { Listing } from "@sci/http-core";
import type { Oms } from "../client.ts";
import { ratesOverTime, type RateRow, type TimedRow } from "../rates-over-time.ts";
import { withClient } from "./client.ts";
import { addPlotOptions } from "./plot.ts";
import { runNumber } from "./rows.ts";
import { attributesOf } from "./select.ts";
import { counted, type ListChoice, writeList } from "./write-list.ts";

interface RatesChoice extends ListChoice, Omit<Choice, "fields"> {
  readonly granularity?: "run" | "lumisection";
  readonly from?: number;
  readonly to?: number;
  readonly path?: string;
  readonly name?: string;
  readonly bit?: number;
  readonly rate?: string;
  readonly time?: boolean;
}

interface Kind {
  readonly command: string;
  readonly description: string;
  /** Where the value of a chart stands. */
  readonly value: string;
  readonly examples: readonly string[];
  options?(command: Command): void;
  list(oms: Oms, run: number, options: object, choice: RatesChoice): Listing<object>;
}

const some = (values: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const kinds: readonly Kind[] = [
  {
    command: "hlt",
    description: "rates of an HLT path; all paths: oms rates hlt without --path",
    value: "rate",
    examples: ["oms rates hlt 319579 --path HLT_IsoMu24_v13", "oms rates hlt 319579 --path HLT_IsoMu24_v13 --time --plot"],
    options: (command) => void command.option("--path <name>", "name of the path with its version; oms paths RUN lists them"),
    list: (oms, run, options, { path }) =>
      path === undefined
        ? (asListing(oms.triggerRates.allHlt(run, without(options, ["limit", "pageSize"]))) as Listing<object>)
        : oms.triggerRates.hlt(run, { ...options, path }),
  },
  {
    command: "l1",
    description: "rates of the Level-1 accepts",
    value: "l1a_total.rate",
    examples: ["oms rates l1 319579 --fields last_lumisection_number,l1a_physics.rate --format csv"],
    list: (oms, run, options) => oms.triggerRates.l1(run, options),
  },
  {
    command: "algorithms",
    description: "rates and prescales of the Level-1 algorithms",
    value: "pre_dt_rate",
    examples: ["oms rates algorithms 319579 --granularity run --fields bit,name,pre_dt_rate"],
    options: (command) =>
      void command
        .option("--name <name>", "only the algorithm of this name")
        .option("--bit <n>", "only the algorithm of this bit", wholeNumber("--bit", { min: 0 })),
    list: (oms, run, options, { name, bit }) => oms.triggerRates.l1Algorithms(run, { ...options, ...some({ name, bit }) }),
  },
];

function without(options: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}

/** Rows of many listings look like the one of a single listing to what writes them. */
function asListing(rows: AsyncIterable<object>): Pick<Listing<object>, "pages"> {
  return {
    async *pages() {
      for await (const row of rows) yield { items: [row], index: 0, total: undefined, hasNext: false, next: async () => undefined };
    },
  };
}

/** Adds `rates hlt|l1|algorithms` and `deadtimes`. */
export function addRateCommands(program: Command, context: CommandContext): void {
  const rates = program.command("rates").description("trigger rates of a run");
  for (const kind of kinds) add(rates, kind);
  add(program, {
    command: "deadtimes",
    description: "dead times of a run",
    value: "overall_total_deadtime.percent",
    examples: ["oms deadtimes 319579 --plot"],
    list: (oms, run, options) => oms.deadtimes(run, options),
  });

  function add(parent: Command, kind: Kind): void {
    const command = parent.command(kind.command).description(kind.description).argument("<run>", "run number", runNumber);
    addListOptions(command, { without: ["where", "whereJson", "sort"], maxPageSize: 10_000 });
    command
      .addOption(
        command
          .createOption("--granularity <how>", "a row per lumisection, or one for the run (default: lumisection)")
          .choices(["run", "lumisection"]),
      )
      .option("--from <n>", "from this lumisection on", wholeNumber("--from"))
      .option("--to <n>", "up to this lumisection", wholeNumber("--to"))
      .option("--units", "show units beside the values: rate, rate_unit")
      .option("--time", "against time: start_time, end_time and the rate")
      .option("--rate <name>", `the rate that --time and charts show (default: ${kind.value})`);
    kind.options?.(command);
    addPlotOptions(addOutputOptions(command));
    addExamples(command, kind.examples).action((run: number, choice: RatesChoice) =>
      withClient(command, context, (oms) => writeRates(oms, kind, run, choice)),
    );
  }

  async function writeRates(oms: Oms, kind: Kind, run: number, choice: RatesChoice): Promise<void> {
    const { fields, granularity, from, to, limit, pageSize, units, rate = kind.value, time = false, path } = choice;
    const { signal } = context;
    const drawn = choice.plot === true || choice.plotFile !== undefined;
    const needed = drawn || time ? ["run_number", "first_lumisection_number", "last_lumisection_number", ...attributesOf([rate])] : [];
    const asked = fields === undefined || time ? undefined : [...new Set([...attributesOf(fields), ...needed])];
    const options = some({ granularity, from, to, limit, pageSize, signal, fields: asked, withUnits: time ? undefined : units });
    const list = counted(kind.list(oms, run, options, choice), limit);
    const title = `${path ?? choice.name ?? kind.command}, run ${run}: ${rate}`;
    if (!time) {
      await writeList(context, list, choice, { unit: "rows", table: undefined, chart: { title, x: "last_lumisection_number", y: [rate] } });
      return;
    }
    const [rows, times] = await Promise.all([
      all<RateRow>(list.rows),
      all<TimedRow>(oms.lumisections(run, { fields: ["run_number", "lumisection_number", "start_time", "end_time"], signal })),
    ]);
    const { fields: _columns, units: _units, ...rest } = choice;
    const over = ratesOverTime(rows, times, { rate });
    await writeList(context, { rows: each(over), total: () => over.length }, rest, {
      unit: "rows",
      table: undefined,
      chart: { title, x: "start_time", time: true, y: ["rate"] },
    });
  }
}

async function all<Row>(rows: AsyncIterable<object>): Promise<Row[]> {
  const list: Row[] = [];
  for await (const row of rows) list.push(row as Row);
  return list;
}

async function* each(rows: readonly object[]): AsyncGenerator<object, void, undefined> {
  yield* rows;
}
