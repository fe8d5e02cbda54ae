import { Command, CommanderError } from "commander";
import { isSciError, SciError } from "@sci/http-core";
import { addCompletionCommand } from "./completion.ts";
import { createContext, type CommandContext, type OutputStream, type ProgramIo } from "./context.ts";
import { errorText, exitCodeOf, exitCodes } from "./exit-codes.ts";
import { removeTemporaryFiles } from "./output/file.ts";
import { flush, isPipeError, PipeClosed } from "./streams.ts";
import { traceRequests } from "./trace.ts";

/** A command line program. */
export interface ProgramDefinition {
  /** As it is typed: "runreg". */
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Whole command lines that the help shows, each with or without a word on it. */
  readonly examples?: readonly Example[];
  /** Exit codes for the facility's own error codes; all others are as {@link exitCodes} says. */
  readonly exitCodes?: Readonly<Record<string, number>>;
  /** Puts a message of the library into the words of the command: `unchecked: true` is `--unchecked` here. */
  readonly reword?: (message: string) => string;
  /** Adds commands and options. Actions take what they need from `context`, and import the client when they run. */
  build(program: Command, context: CommandContext): void;
}

export type Example = string | readonly [line: string, what: string];

/** Shows examples at the end of a command's help. */
export function addExamples(command: Command, examples: readonly Example[]): Command {
  if (examples.length === 0) return command;
  const lines = examples.map((one) => (typeof one === "string" ? `  ${one}` : `  # ${one[1]}\n  ${one[0]}`));
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/**
 * Runs a program to its end and gives its exit code; the process is left alone, so a test can run it with streams of its own.
 * Errors end as one paragraph on standard error. SIGINT and SIGTERM abort `context.signal`, so that commands clean up;
 * the second signal ends the process at once. A reader of standard output that goes away (`| head`) ends the program quietly.
 */
export async function runProgram(definition: ProgramDefinition, overrides: Partial<ProgramIo> = {}): Promise<number> {
  const io: ProgramIo = {
    argv: process.argv.slice(2),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signals: process,
    kill: (signal) => process.kill(process.pid, signal),
    ...overrides,
  };
  const stop = new AbortController();
  const { context, set } = createContext(definition.name, io, stop.signal);
  const watch = watchProcess(io, stop, () => context.note("stopping; the same signal again ends it at once"));
  let failure: { readonly error: unknown } | undefined;
  let endTrace: (() => void) | undefined;
  try {
    const program = createCommand(definition, io, (options) => {
      set(options);
      if (options.verbose) endTrace ??= traceRequests(context.logger);
    });
    definition.build(program, context);
    addCompletionCommand(program, context);
    await program.parseAsync(joinDashedValues(program, io.argv), { from: "user" });
  } catch (error) {
    failure = { error };
  }
  endTrace?.();
  await flush(io.stdout);
  context.setStatusLine(undefined);
  const code = report(definition, context, watch, failure);
  await flush(io.stderr);
  watch.end();
  return code;
}

/** Runs a program as the process: what the file behind `bin` calls. Ends the process when everything is written. */
export function runMain(definition: ProgramDefinition): void {
  void runProgram(definition).then((code) => {
    // A connection that is still open must not keep a finished command alive; the output is flushed.
    process.exit(code);
  });
}

function createCommand(
  definition: ProgramDefinition,
  io: ProgramIo,
  set: (options: { quiet: boolean; verbose: boolean }) => void,
): Command {
  const program = new Command(definition.name);
  const width = (stream: OutputStream): number => (stream.isTTY ? (stream.columns ?? 80) : 80);
  program
    .description(definition.description)
    .version(definition.version, "--version", "print the version")
    .helpOption("-h, --help", "show this help")
    .option("--quiet", "no progress, notes or warnings on standard error")
    .option("--verbose", "show requests and details of errors on standard error, without secrets")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // Written by report(), once, with the rest of the errors.
      outputError: () => undefined,
      getOutHelpWidth: () => width(io.stdout),
      getErrHelpWidth: () => width(io.stderr),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .hook("preSubcommand", apply)
    .hook("preAction", apply);
  addExamples(program, definition.examples ?? []);
  return program;

  function apply(command: Command): void {
    const { quiet = false, verbose = false } = command.opts<{ quiet?: boolean; verbose?: boolean }>();
    if (quiet && verbose) throw new SciError("INVALID_ARGUMENT", "--quiet and --verbose exclude each other.");
    set({ quiet, verbose });
  }
}

/**
 * `--sort -run_number` is a value, not the option -r: where an option takes a value, a following word with one dash in
 * front is joined to it.
 */
export function joinDashedValues(program: Command, argv: readonly string[]): string[] {
  const taking = new Set<string>();
  const visit = (command: Command): void => {
    for (const option of command.options) if (option.required && option.long !== undefined) taking.add(option.long);
    command.commands.forEach(visit);
  };
  visit(program);
  const joined: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    const next = argv[index + 1];
    if (word === "--") return [...joined, ...argv.slice(index)];
    if (taking.has(word) && next !== undefined && /^-[^-]/.test(next)) {
      joined.push(`${word}=${next}`);
      index += 1;
    } else joined.push(word);
  }
  return joined;
}

interface Watch {
  readonly interrupted: "SIGINT" | "SIGTERM" | undefined;
  readonly pipeClosed: boolean;
  readonly outputError: Error | undefined;
  end(): void;
}

function watchProcess(io: ProgramIo, stop: AbortController, announce: () => void): Watch {
  let interrupted: "SIGINT" | "SIGTERM" | undefined;
  let pipeClosed = false;
  let outputError: Error | undefined;
  const onSignal = (signal: "SIGINT" | "SIGTERM") => (): void => {
    if (interrupted !== undefined) {
      removeTemporaryFiles();
      end();
      io.kill(signal);
      return;
    }
    interrupted = signal;
    if (io.stderr.isTTY) announce();
    stop.abort(new SciError("ABORTED", signal === "SIGINT" ? "Interrupted." : "Terminated."));
  };
  const onInterrupt = onSignal("SIGINT");
  const onTerminate = onSignal("SIGTERM");
  const onOutputError = (error: Error): void => {
    if (isPipeError(error)) {
      pipeClosed = true;
      stop.abort(new PipeClosed());
    } else {
      outputError ??= error;
      stop.abort(error);
    }
  };
  // Standard error that cannot be written leaves nobody to tell.
  const onErrorError = (): void => undefined;
  io.signals.on("SIGINT", onInterrupt);
  io.signals.on("SIGTERM", onTerminate);
  io.stdout.on("error", onOutputError);
  io.stderr.on("error", onErrorError);
  function end(): void {
    io.signals.removeListener("SIGINT", onInterrupt);
    io.signals.removeListener("SIGTERM", onTerminate);
    // The process's own streams keep a listener: an EPIPE that comes late must not end in a stack trace.
    if (io.stdout !== process.stdout) io.stdout.removeListener("error", onOutputError);
    if (io.stderr !== process.stderr) io.stderr.removeListener("error", onErrorError);
  }
  return {
    get interrupted() {
      return interrupted;
    },
    get pipeClosed() {
      return pipeClosed;
    },
    get outputError() {
      return outputError;
    },
    end,
  };
}

function report(
  definition: ProgramDefinition,
  context: CommandContext,
  watch: Watch,
  failure: { readonly error: unknown } | undefined,
): number {
  const line = (text: string): void => {
    if (!context.stderr.destroyed && !context.stderr.writableEnded) context.stderr.write(`${definition.name}: ${text}\n`);
  };
  if (watch.outputError !== undefined) {
    line(errorText(`cannot write standard output: ${watch.outputError.message}`));
    return exitCodes.failed;
  }
  if (failure === undefined) return exitCodes.done;
  const { error } = failure;
  const text = (): string => reworded(errorText(error, context.verbose), definition.reword);
  if (watch.interrupted !== undefined) {
    // What was done before the signal stays said; that the work was aborted needs one word only.
    const abort =
      (isSciError(error, "ABORTED") && error.details === undefined) || (error as { name?: unknown } | null)?.name === "AbortError";
    line(abort ? (watch.interrupted === "SIGINT" ? "interrupted" : "terminated") : text());
    return watch.interrupted === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
  }
  if (error instanceof PipeClosed || watch.pipeClosed) return exitCodes.done;
  const code = exitCodeOf(error, definition.exitCodes);
  if (error instanceof CommanderError) {
    // The help and the version are written already; help on standard error needs no further word.
    if (error.exitCode === 0 || error.code === "commander.help") return code;
    line(`${errorText(error.message.replace(/^error: /, ""))}`);
    line(`see "${definition.name} --help"`);
    return code;
  }
  line(text());
  if (!context.verbose && !isSciError(error)) line("this was not expected; --verbose shows where it arose");
  return code;
}

/** The first line is the message, the others are fields and the stack. */
function reworded(text: string, reword: ((message: string) => string) | undefined): string {
  if (reword === undefined) return text;
  const [message = "", ...rest] = text.split("\n");
  return [reword(message), ...rest].join("\n");
}
