import {
  addDryRunOption,
  addExamples,
  addOutputOptions,
  type Command,
  type CommandContext,
  type OutputChoice,
  writeRows,
} from "@sci/cli-core";
import { isSciError } from "@sci/http-core";
import type { ReplicaOutcome, ReplicaReport } from "../run-replicas.ts";
import { withClient } from "./client.ts";
import { recordId } from "./select.ts";
import { type WriteChoice, writeOptions, writeResult } from "./writing.ts";

function ofRun(command: Command): Command {
  return command
    .argument("<proposal>", "number of the proposal", recordId("The number of the proposal"))
    .argument("<run>", "number of the run in it", recordId("The number of the run"));
}

/** Adds `replica add`, `replica remove` and `replica list`. */
export function addReplicaCommands(program: Command, context: CommandContext): void {
  const replica = program.command("replica").description("say where the raw data of a run lie");
  const changes = {
    add: ["registerReplica", "say that they are in a repository"],
    remove: ["unregisterReplica", "say that they are there no longer; the records stay"],
  } as const;
  for (const [name, [method, about]] of Object.entries(changes)) {
    const command = ofRun(replica.command(name).description(about)).argument("<repository>", "identifier of the repository");
    addOutputOptions(addDryRunOption(command));
    addExamples(command, [`mymdc replica ${name} 1234 17 XFEL_GPFS_OFFLINE_RAW_CC`]);
    command.action((proposal: number, run: number, repository: string, choice: WriteChoice) =>
      withClient(command, context, async ({ runs }) => {
        const list = async (items: readonly ReplicaOutcome[]): Promise<void> => {
          await writeRows(
            unaborted(context),
            items.map((item) => outcomeRow(item, repository)),
            choice,
          );
        };
        try {
          const result = await runs[method]({ proposal, run, repository }, writeOptions(choice, context));
          await writeResult<ReplicaReport>(context, result, choice, ({ items }) => list(items));
        } catch (error) {
          const outcomes = isSciError<string>(error)
            ? (error.details as { outcomes?: readonly ReplicaOutcome[] } | undefined)?.outcomes
            : undefined;
          if (outcomes !== undefined) await list(outcomes);
          throw error;
        }
      }),
    );
  }

  const list = addOutputOptions(ofRun(replica.command("list").description("list where they are, and were")));
  list.option("--repository <identifier>", "only this repository");
  addExamples(list, ["mymdc replica list 1234 17"]);
  list.action((proposal: number, run: number, { repository, ...output }: OutputChoice & { repository?: string }) =>
    withClient(list, context, async ({ runs }) => {
      const of = { proposal, run, ...(repository === undefined ? {} : { repository }) };
      const found = await runs.replicas(of, { signal: context.signal });
      const rows = found.map(({ id, data_group_id, flg_available, repository: { identifier, name, mount_point } }) => ({
        id,
        data_group_id,
        repository: identifier,
        flg_available,
        name,
        mount_point,
      }));
      await writeRows(context, rows, output);
    }),
  );
}

/** What was done has to be listed also after an interruption. */
function unaborted(context: CommandContext): CommandContext {
  return Object.create(context, { signal: { value: new AbortController().signal, enumerable: true } }) as CommandContext;
}

function outcomeRow({ data_group_id, outcome, record, error }: ReplicaOutcome, repository: string): object {
  const done = record === undefined ? {} : { flg_available: record.flg_available };
  return { data_group_id, repository, outcome, ...done, ...(error === undefined ? {} : { error: error.message }) };
}
