import { runCommand, type CommandOptions, type CommandResult } from "@sci/cli-core/testing";
import { oms } from "../../src/cli/program.ts";
import { withEnvironment } from "./replayed.ts";

/** Runs `oms` against a server, with nothing else in its environment. */
export function command(url: string, argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const env = { OMS_URL: `${url}/agg/api`, ...options.env };
  return withEnvironment(env, () => runCommand(oms, argv, { ...options, env }));
}
