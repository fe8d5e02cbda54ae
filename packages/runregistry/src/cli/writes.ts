import {
  addDryRunOption,
  addExamples,
  addOutputOptions,
  addUncheckedOption,
  type Command,
  type CommandContext,
  type OutputChoice,
  wholeNumber,
  writeRows,
} from "@sci/cli-core";
import type { RequestDescription } from "@sci/http-core";
import type { Batch, Outcome } from "../batch.ts";
import type { BatchOptions } from "../batch-write.ts";
import type { RunRegistry } from "../client.ts";
import { withClient } from "./client.ts";
import { runNumber } from "./rows.ts";

interface WriteChoice extends OutputChoice {
  readonly dryRun?: boolean;
  readonly stopOnError?: boolean;
}
interface MoveChoice extends WriteChoice {
  readonly from: string;
  readonly to: string;
  readonly dataset?: string;
  readonly workspace?: string;
}
interface EditChoice extends WriteChoice {
  readonly component: string;
  readonly from: number;
  readonly to: number;
  readonly status: string;
  readonly comment?: string;
  readonly cause?: string;
  readonly unchecked?: boolean;
}

function runNumbers(text: string, before: readonly number[] = []): number[] {
  return [...before, runNumber(text)];
}

/** Adds the commands that change something: `move`, `class`, `significant`, `refresh`, `reset`, `edit-lumisections`. */
export function addWriteCommands(program: Command, context: CommandContext): void {
  const onRuns = (name: string, description: string): Command => {
    const command = program.command(name).description(description).argument("<runs...>", "run numbers", runNumbers);
    return addOutputOptions(addDryRunOption(command)).option("--stop-on-error", "send nothing more after the first failure");
  };

  const move = onRuns("move", "move runs, or a dataset of theirs, to another state")
    .requiredOption("--from <state>", "the state they are in")
    .requiredOption("--to <state>", "the state they get: OPEN, SIGNOFF, COMPLETED")
    .option("--dataset <name>", "move this dataset of each run, not the run")
    .option("--workspace <name>", "the dataset's workspace (default: global)");
  addExamples(move, [
    ["runreg move 327743 327744 --from OPEN --to SIGNOFF --dry-run", "shows what would be sent"],
    "runreg move 327743 --dataset /PromptReco/Collisions2018D/DQM --workspace dt --from OPEN --to SIGNOFF",
  ]);
  move.action((runs: number[], choice: MoveChoice) =>
    change(move, context, choice, (registry, options) => {
      const { from, to, dataset, workspace } = choice;
      if (dataset === undefined && workspace === undefined) return registry.online.move(runs, { from, to } as never, options);
      const items = runs.map((run_number) => ({ run_number, dataset_name: dataset ?? "" }));
      return registry.offline.move(items, { from, to, ...(workspace === undefined ? {} : { workspace }) } as never, options);
    }),
  );

  const runClass = onRuns("class", "give runs another class").requiredOption("--to <class>", "the class, e.g. Collisions18");
  addExamples(runClass, ["runreg class 327743 --to Cosmics18"]);
  runClass.action((runs: number[], choice: WriteChoice & { readonly to: string }) =>
    change(runClass, context, choice, (registry, options) => registry.online.changeClass(runs, choice.to, options)),
  );

  const plain = {
    significant: ["mark runs significant, so that shifters see them", "markSignificant"],
    refresh: ["ask OMS again and compute statuses anew; what shifters set stays", "refresh"],
    reset: ["as refresh, after setting attributes back to what OMS says", "reset"],
  } as const;
  for (const [name, [description, method]] of Object.entries(plain)) {
    const command = onRuns(name, description);
    command.action((runs: number[], choice: WriteChoice) =>
      change(command, context, choice, (registry, options) => registry.online[method](runs, options)),
    );
  }

  const edit = program
    .command("edit-lumisections")
    .description("set the status of a component over a range of lumisections")
    .argument("<run>", "run number", runNumber)
    .argument("[dataset]", "name of the dataset", "online")
    .requiredOption("--component <name>", "e.g. dt-dt")
    .requiredOption("--from <n>", "first lumisection", wholeNumber("--from"))
    .requiredOption("--to <n>", "last lumisection", wholeNumber("--to"))
    .requiredOption("--status <status>", "GOOD, BAD, STANDBY, EXCLUDED or NOTSET")
    .option("--comment <text>", "BAD needs one of at least 3 characters")
    .option("--cause <text>", "why");
  addOutputOptions(addDryRunOption(addUncheckedOption(edit, "take a component that is not known here")));
  addExamples(edit, ["runreg edit-lumisections 327743 --component dt-dt --from 1 --to 20 --status BAD --comment 'HV off' --dry-run"]);
  edit.action((run_number: number, dataset_name: string, choice: EditChoice) =>
    change(edit, context, choice, (registry, options) => {
      const { component, from, to, status, comment, cause, unchecked } = choice;
      const optional = {
        ...(comment === undefined ? {} : { comment }),
        ...(cause === undefined ? {} : { cause }),
        ...(unchecked === undefined ? {} : { unchecked }),
      };
      const item = { run_number, dataset_name, component, start: from, end: to, status: status as "GOOD", ...optional };
      return registry.lumisections.edit([item], options);
    }),
  );
}

/** Sends, and lists what became of each item, also where not all was done. */
async function change(
  command: Command,
  context: CommandContext,
  choice: WriteChoice,
  send: (registry: RunRegistry, options: BatchOptions) => Promise<Batch<unknown, object> | readonly RequestDescription[]>,
): Promise<void> {
  const { dryRun, stopOnError, format, output } = choice;
  const options: BatchOptions = {
    signal: context.signal,
    ...(dryRun === undefined ? {} : { dryRun }),
    ...(stopOnError === undefined ? {} : { stopOnError }),
  };
  await withClient(command, context, async (registry) => {
    const { outcomesOf } = await import("../batch.ts");
    const list = async (outcomes: readonly Outcome<unknown, object>[]): Promise<void> => {
      await writeRows(unaborted(context), outcomes.map(outcomeRow), { format, output });
    };
    let batch: Batch<unknown, object> | readonly RequestDescription[];
    try {
      batch = await send(registry, options);
    } catch (error) {
      const outcomes = outcomesOf<unknown, object>(error)?.outcomes;
      if (outcomes !== undefined) await list(outcomes);
      throw error;
    }
    if ("outcomes" in batch) await list(batch.outcomes);
    else await writeRows(context, batch, { format, output });
  });
}

/** What was done has to be listed also after an interruption. */
function unaborted(context: CommandContext): CommandContext {
  return Object.create(context, { signal: { value: new AbortController().signal, enumerable: true } }) as CommandContext;
}

function outcomeRow(outcome: Outcome<unknown, object>): object {
  const item = typeof outcome.item === "number" ? { run_number: outcome.item } : (outcome.item as object);
  if (!outcome.ok) return { ...item, outcome: outcome.attempted ? "failed" : "not sent", error: outcome.error.message };
  const { version } = outcome.value as { version?: unknown };
  return { ...item, outcome: "done", ...(version === undefined ? {} : { version }) };
}
