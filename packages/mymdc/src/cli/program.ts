import { addOutputOptions, type OutputChoice, type ProgramDefinition, wholeNumber, writeRecord, writeRows } from "@sci/cli-core";

declare const __PACKAGE_VERSION__: string;

/** The command: a thin shell over the library, which it loads when an action runs. */
export const definition: ProgramDefinition = {
  name: "mymdc",
  version: __PACKAGE_VERSION__,
  description: "Items of Mymdc. The variable MYMDC_URL names another address of the service.",
  examples: [["mymdc items --limit 10 --format json", "the first ten items"]],
  build(program, context) {
    const { signal, logger } = context;

    addOutputOptions(program.command("items").description("list items"))
      .option("--limit <n>", "end after N items", wholeNumber("--limit"))
      .action(async ({ limit, ...output }: OutputChoice & { limit?: number }) => {
        const { createMymdc } = await import("../index.ts");
        const client = createMymdc({ logger });
        await writeRows(context, client.items.list({ signal, ...(limit === undefined ? {} : { limit }) }), output);
      });

    addOutputOptions(program.command("item <id>").description("one item")).action(async (id: string, output: OutputChoice) => {
      const { createMymdc } = await import("../index.ts");
      await writeRecord(context, await createMymdc({ logger }).items.get(wholeNumber("id")(id), { signal }), output);
    });
  },
};
