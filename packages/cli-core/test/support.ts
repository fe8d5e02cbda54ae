import { type CommandOptions, type CommandResult, runCommand } from "../src/testing/index.ts";
import type { ProgramDefinition } from "../src/index.ts";

export { Capture, FakeTerminal } from "../src/testing/index.ts";
export type RunOptions = CommandOptions;

/** Runs a program that needs to say only what a test is about. */
export function run(
  definition: Partial<ProgramDefinition> & Pick<ProgramDefinition, "build">,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  return runCommand({ name: "tool", version: "1.2.3", description: "A tool.", ...definition }, argv, options);
}
