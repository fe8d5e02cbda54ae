import {
  addExamples,
  addListOptions,
  addOutputOptions,
  addUncheckedOption,
  type Command,
  type CommandContext,
  type ListChoice,
  type OutputChoice,
  wholeNumber,
  writeRecord,
  writeRows,
} from "@sci/cli-core";
import { withClient } from "./client.ts";
import { columnsIn, listingColumns } from "./select.ts";

interface RowChoice extends OutputChoice, Pick<ListChoice, "fields"> {
  readonly unchecked?: boolean;
  readonly history?: boolean;
}

const onlyFields = ["where", "whereJson", "sort", "limit", "pageSize"] as const;

/** Reads a run number of the command line. */
export const runNumber = wholeNumber("The run number", { max: 2_147_483_647 });

function finish(command: Command): Command {
  addListOptions(command, { without: onlyFields });
  return addOutputOptions(addUncheckedOption(command, "take names in --fields that are not known here"));
}

/** Adds `run`, `dataset` and `dataset-names`. */
export function addRowCommands(program: Command, context: CommandContext): void {
  const run = finish(program.command("run").description("show one run").argument("<run>", "run number", runNumber));
  run.option("--history", "its changes instead, the first one first");
  addExamples(run, ["runreg run 327743", "runreg run 327743 --fields class,state,hlt_key --format json"]);
  run.action((number: number, { fields, history, unchecked, ...output }: RowChoice) =>
    withClient(run, context, async (registry) => {
      if (history) {
        const events = await registry.runHistory(number, { signal: context.signal });
        await writeRows(context, events, { ...output, columns: columnsIn(fields, events, "the history") });
        return;
      }
      const columns = fields === undefined ? undefined : await listingColumns(fields, "runs", unchecked);
      await writeRecord(context, await registry.run(number, { signal: context.signal }), { ...output, columns });
    }),
  );

  const dataset = finish(
    program
      .command("dataset")
      .description("show one dataset of a run")
      .argument("<run>", "run number", runNumber)
      .argument("[name]", "name of the dataset", "online"),
  );
  addExamples(dataset, ["runreg dataset 327743 /PromptReco/Collisions2018D/DQM --fields global_state,dt-dt.GOOD"]);
  dataset.action((number: number, name: string, { fields, unchecked, ...output }: RowChoice) =>
    withClient(dataset, context, async (registry) => {
      const columns = fields === undefined ? undefined : await listingColumns(fields, "datasets", unchecked);
      await writeRecord(context, await registry.dataset(number, name, { signal: context.signal }), { ...output, columns });
    }),
  );

  const names = addOutputOptions(
    program.command("dataset-names").description("list the names of a run's datasets").argument("<run>", "run number", runNumber),
  );
  names.action((number: number, output: OutputChoice) =>
    withClient(names, context, async (registry) => {
      const found = await registry.datasetNames(number, { signal: context.signal });
      await writeRows(
        context,
        found.map((name) => ({ name })),
        output,
      );
    }),
  );
}
