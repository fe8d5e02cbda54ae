import { addOutputOptions, type Command, type CommandContext, type OutputChoice, writeRows } from "@sci/cli-core";

/** Adds `fields`. */
export function addFieldCommand(program: Command, context: CommandContext): void {
  const command = addOutputOptions(
    program
      .command("fields")
      .argument("[word]", "only those with this word in their name")
      .description("list the fields that a dataset may have"),
  );
  command.action(async (word: string | undefined, output: OutputChoice) => {
    const { datasetFields } = await import("../datasets/index.ts");
    const wanted = word?.toLowerCase() ?? "";
    await writeRows(
      context,
      (await datasetFields()).filter(({ name }) => name.toLowerCase().includes(wanted)),
      output,
    );
  });
}
