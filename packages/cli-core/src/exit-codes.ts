import { CommanderError } from "commander";
import { isSciError, redactText } from "@sci/http-core";
import { escapeTerminal } from "./escape.ts";

/** What a command's exit code tells a script. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notAuthenticated: 3,
  notFound: 4,
  partlyDone: 5,
  interrupted: 130,
  terminated: 143,
} as const;

const byCode: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: exitCodes.usage,
  NOT_AUTHENTICATED: exitCodes.notAuthenticated,
  MISSING_CREDENTIALS: exitCodes.notAuthenticated,
  NOT_FOUND: exitCodes.notFound,
  PARTIAL: exitCodes.partlyDone,
  // Nothing but the user aborts a command; a deadline is TIMEOUT.
  ABORTED: exitCodes.interrupted,
};

/**
 * The exit code for an error. FORBIDDEN is 1, not 3: who asks is known, and logging in again does not help.
 * @param own Exit codes for a facility's own error codes.
 */
export function exitCodeOf(error: unknown, own: Readonly<Record<string, number>> = {}): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (isSciError<string>(error)) return own[error.code] ?? byCode[error.code] ?? exitCodes.failed;
  return exitCodes.failed;
}

/** The message of an error as one paragraph that is safe on a terminal; `verbose` adds its fields, causes and stack. */
export function errorText(error: unknown, verbose = false): string {
  const message = error instanceof Error ? error.message : typeof error === "string" ? error : String(error);
  let text = escapeTerminal(
    redactText(message)
      .replace(/\s*[\r\n]+\s*/g, " ")
      .trim(),
  );
  if (text === "") text = "failed without a message";
  if (!isSciError<string>(error)) {
    const cause = error instanceof Error && error.cause instanceof Error ? escapeTerminal(redactText(error.cause.message)) : "";
    if (!text.includes(cause)) text += `: ${cause}`;
  }
  if (!verbose) return text;
  const lines = [text];
  if (isSciError<string>(error)) {
    const { message: _message, name: _name, ...fields } = error.toJSON();
    for (const [name, value] of Object.entries(fields))
      lines.push(`  ${name}: ${escapeTerminal(typeof value === "string" ? value : (JSON.stringify(value) ?? ""))}`);
  }
  if (error instanceof Error && error.stack !== undefined) {
    const frames = redactText(error.stack)
      .split("\n")
      .filter((line) => /^\s+at /.test(line));
    lines.push(...frames.map((line) => escapeTerminal(line)));
  }
  return lines.join("\n");
}
