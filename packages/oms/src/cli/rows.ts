import {
  addExamples,
  addListOptions,
  addOutputOptions,
  addUncheckedOption,
  type Command,
  type CommandContext,
  columnsOf,
  type ListChoice,
  type OutputChoice,
  wholeNumber,
  writeRecord,
} from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { Oms } from "../client.ts";
import { withClient } from "./client.ts";
import { attributesOf, besideUnits } from "./select.ts";

interface RowChoice extends OutputChoice, Pick<ListChoice, "fields"> {
  readonly units?: boolean;
  readonly raw?: boolean;
  readonly unchecked?: boolean;
}

/** Reads a run number of the command line. */
export const runNumber = wholeNumber("The run number", { max: 2_147_483_647 });

/** Reads a fill number; those of fills without beam are negative. */
export function fillNumber(text: string): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw new SciError("INVALID_ARGUMENT", `The fill number must be a whole number, not ${JSON.stringify(text)}.`);
  return value;
}

export const uncheckedHelp = "send names that are known neither here nor to the service's own list";

/** Adds `run`, `fill` and `era`. */
export function addRowCommands(program: Command, context: CommandContext): void {
  add(
    "run",
    "run number",
    runNumber,
    ["oms run 327564", "oms run 327564 --fields fill_number,delivered_lumi --units --format json --output run.json"],
    (oms, key, options) => oms.run(key, options),
  );
  add("fill", "fill number", fillNumber, ["oms fill 7492 --format json"], (oms, key, options) => oms.fill(key, options));
  add(
    "era",
    "name of the era",
    (text) => text,
    ["oms era Run2018D"],
    (oms, key, options) => oms.era(key, options),
  );

  function add<Key>(
    name: string,
    what: string,
    read: (text: string) => Key,
    examples: readonly string[],
    call: (
      oms: Oms,
      key: Key,
      options: { signal: AbortSignal; fields?: string[]; withUnits: boolean; raw: boolean; unchecked: boolean },
    ) => Promise<object>,
  ): void {
    const command = program.command(name).description(`show one ${name}`).argument(`<${name}>`, what, read);
    addListOptions(command, { without: ["where", "whereJson", "sort", "limit", "pageSize"] });
    addUncheckedOption(addOutputOptions(command), uncheckedHelp)
      .option("--units", "show units beside the values: energy, energy_unit")
      .option("--raw", "the service's whole answer for the row");
    addExamples(command, examples).action((key: Key, { fields, units = false, raw = false, unchecked = false, ...output }: RowChoice) =>
      withClient(command, context, async (oms) => {
        const row = await call(oms, key, {
          signal: context.signal,
          ...(fields === undefined ? {} : { fields: attributesOf(fields) }),
          withUnits: units,
          raw,
          unchecked,
        });
        const columns = fields === undefined || units || raw ? undefined : columnsOf(fields);
        await writeRecord(context, units ? besideUnits(row) : row, { ...output, columns });
      }),
    );
  }
}
