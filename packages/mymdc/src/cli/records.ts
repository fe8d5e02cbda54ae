import { addExamples, addOutputOptions, type Command, type CommandContext, type OutputChoice, writeRecord } from "@sci/cli-core";
import { withClient } from "./client.ts";
import { recordId } from "./select.ts";

interface ProposalChoice extends OutputChoice {
  readonly daq?: boolean;
  readonly instrument?: readonly string[];
}

const gather = (text: string, before: readonly string[] = []): string[] => [...before, ...text.split(",").map((name) => name.trim())];

/** Adds `proposal` and `me`. */
export function addRecordCommands(program: Command, context: CommandContext): void {
  const proposal = addOutputOptions(
    program
      .command("proposal")
      .description("show a proposal")
      .argument("<proposal>", "number of the proposal", recordId("The number of the proposal"))
      .option("--daq", "ask as data acquisition does: a proposal that is not ready, e.g. without samples, is an error")
      .option("--instrument <identifiers>", "as --daq, and an error unless it belongs to one of these; a list with commas", gather),
  );
  addExamples(proposal, [
    "mymdc proposal 1234",
    ["mymdc proposal 1234 --instrument SPB,FXE", "ends with 1 for a proposal of another instrument"],
  ]);
  proposal.action((number: number, { daq, instrument, ...output }: ProposalChoice) =>
    withClient(proposal, context, async ({ proposals }) => {
      const { signal } = context;
      const found =
        instrument !== undefined
          ? await proposals.info(number, { signal, instruments: instrument })
          : daq
            ? await proposals.daqInfo(number, { signal })
            : await proposals.byNumber(number, { signal });
      await writeRecord(context, found, output);
    }),
  );

  const me = addOutputOptions(program.command("me").description("show the user that the e-mail address stands for"));
  me.action((output: OutputChoice) =>
    withClient(me, context, async ({ users }) => writeRecord(context, await users.me({ signal: context.signal }), output)),
  );
}
