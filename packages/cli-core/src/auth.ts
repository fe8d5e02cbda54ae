import { Option, type Command } from "commander";

/** Ways to log in that command lines have in common. */
export const authKinds = ["token", "device", "browser", "certificate", "password", "cookie-file", "none"] as const;
export type AuthKind = (typeof authKinds)[number];

/** `--auth`, as `command.opts<AuthChoice>()` has it. */
export interface AuthChoice<Kind extends AuthKind = AuthKind> {
  readonly auth?: Kind;
}

/**
 * Adds `--auth` with the ways a facility has. Without the option, credentials that are set are used, and without them a
 * loopback or local server is tried bare: that is the client's doing.
 */
export function addAuthOption(
  command: Command,
  kinds: readonly AuthKind[],
  note = "credentials that are set are used if it is not given",
): Command {
  return command.addOption(new Option("--auth <kind>", `how to log in; ${note}`).choices(kinds));
}
