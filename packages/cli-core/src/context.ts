import type { Readable, Writable } from "node:stream";
import type { Logger } from "@sci/http-core";
import { escapeTerminal, escapeTerminalLines } from "./escape.ts";
import { createStderrLogger } from "./logger.ts";
import { writeTo } from "./streams.ts";

/** A stream that may be a terminal. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };
export type InputStream = Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };

/** What a command reads and writes; given by the process, or by a test. */
export interface ProgramIo {
  /** Arguments without the interpreter and the script. @default process.argv.slice(2) */
  readonly argv: readonly string[];
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where SIGINT and SIGTERM arrive. @default process */
  readonly signals: SignalSource;
  /** Ends the process at once, at the second signal. @default the signal's own effect */
  readonly kill: (signal: "SIGINT" | "SIGTERM") => void;
}

export interface SignalSource {
  on(name: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  removeListener(name: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/** What an action of a command gets beside its options. */
export interface CommandContext {
  /** Name of the program: "runreg". */
  readonly program: string;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT, SIGTERM and a reader of standard output that has gone. Give it to every call. */
  readonly signal: AbortSignal;
  /** On standard error: warnings and errors; all of it with `--verbose`, errors only with `--quiet`. */
  readonly logger: Logger;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Writes text to standard output and waits until it takes more. The text is written as it is. */
  print(text: string): Promise<void>;
  /** A line for people on standard error, not with `--quiet`. */
  note(message: string): void;
  /** A line on standard error that begins with "warning:", not with `--quiet`. */
  warn(message: string): void;
  /** Registers what has to leave the last line of standard error free before something else is written there. */
  setStatusLine(line: { hide(): void } | undefined): void;
}

export interface ContextControl {
  readonly context: CommandContext;
  set(options: { quiet: boolean; verbose: boolean }): void;
}

export function createContext(program: string, io: ProgramIo, signal: AbortSignal): ContextControl {
  let quiet = false;
  let verbose = false;
  let status: { hide(): void } | undefined;
  const line = (text: string): void => {
    status?.hide();
    if (!io.stderr.destroyed && !io.stderr.writableEnded) io.stderr.write(`${text}\n`);
  };
  const logger = createStderrLogger({
    stream: io.stderr,
    levelNow: () => (verbose ? "debug" : quiet ? "error" : "warn"),
    before: () => status?.hide(),
  });
  const context: CommandContext = {
    program,
    stdin: io.stdin,
    stdout: io.stdout,
    stderr: io.stderr,
    env: io.env,
    signal,
    logger,
    get quiet() {
      return quiet;
    },
    get verbose() {
      return verbose;
    },
    print: (text) => writeTo(io.stdout, text),
    note: (message) => {
      if (!quiet) line(escapeTerminalLines(message));
    },
    warn: (message) => {
      if (!quiet) line(`warning: ${escapeTerminal(message)}`);
    },
    setStatusLine: (next) => {
      status = next;
    },
  };
  return {
    context,
    set: (options) => {
      ({ quiet, verbose } = options);
    },
  };
}
