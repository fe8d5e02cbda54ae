import type { ProgramDefinition } from "@sci/cli-core";

declare const __PACKAGE_VERSION__: string;

/** The command: a thin shell over the library, which it loads when an action runs. */
export const definition: ProgramDefinition = {
  name: "__name__",
  version: __PACKAGE_VERSION__,
  description: "Greets.",
  examples: [["__name__ greet you", "a greeting"]],
  build(program, context) {
    program
      .command("greet <name>")
      .description("greet somebody")
      .action(async (name: string) => {
        const { greeting } = await import("../index.ts");
        await context.print(`${greeting(name)}\n`);
      });
  },
};
