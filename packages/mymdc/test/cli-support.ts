import { type CommandOptions, type CommandResult, runCommand } from "@sci/cli-core/testing";
import { withEnvironment } from "@sci/http-core/testing";
import { mymdc } from "../src/cli/program.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Runs `mymdc` inside the test, in the given environment and no other. */
export function command(env: Environment, argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return withEnvironment(env, () => runCommand(mymdc, argv, { env, ...options }));
}

/** The objects of NDJSON output. */
export function objects(stdout: string): Record<string, unknown>[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
