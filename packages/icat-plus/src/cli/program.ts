import { addOutputOptions, type OutputChoice, type ProgramDefinition, writeRows } from "@sci/cli-core";

declare const __PACKAGE_VERSION__: string;

/** The command: a thin shell over the library, which it loads when an action runs. */
export const definition: ProgramDefinition = {
  name: "icat",
  version: __PACKAGE_VERSION__,
  description: "The ESRF's catalogue (ICAT+).",
  examples: [["icat fields energy", "fields of datasets that have this word in their name"]],
  build(program, context) {
    addOutputOptions(program.command("fields [word]").description("list the fields that a dataset may have")).action(
      async (word: string | undefined, output: OutputChoice) => {
        const { datasetFields } = await import("../datasets/index.ts");
        const wanted = word?.toLowerCase() ?? "";
        const rows = (await datasetFields()).filter(({ name }) => name.toLowerCase().includes(wanted));
        await writeRows(context, rows, output);
      },
    );
  },
};
