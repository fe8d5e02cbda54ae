import { EventEmitter } from "node:events";
import { PassThrough, Readable, Writable } from "node:stream";
import type { ProgramIo } from "../context.ts";
import { type ProgramDefinition, runProgram } from "../program.ts";

/** What a command did. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An output stream that keeps what is written; a terminal where told so. */
export class Capture extends Writable {
  text = "";
  isTTY?: boolean;
  columns?: number;
  constructor(options: { readonly tty?: boolean; readonly columns?: number } = {}) {
    super({ decodeStrings: false });
    if (options.tty) this.isTTY = true;
    if (options.columns !== undefined) this.columns = options.columns;
  }
  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** The input of a terminal; `modes` are the raw modes it was put into. */
export class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  readonly modes: boolean[] = [];
  setRawMode(mode: boolean): this {
    this.modes.push(mode);
    return this;
  }
}

export interface CommandOptions extends Partial<Omit<ProgramIo, "argv">> {
  /** Standard output and standard error are terminals, standard input too unless `input` is given. @default false */
  readonly tty?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
  /** Standard input. @default empty */
  readonly input?: string;
}

/**
 * Runs a command inside a test, with streams and signals of its own and, unless given, an empty environment.
 * @example const { code, stdout, stderr } = await runCommand(runreg, ["runs", "--limit", "5"], { env });
 */
export async function runCommand(
  definition: ProgramDefinition,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { tty = false, columns, input, ...io } = options;
  const size = columns === undefined ? {} : { columns };
  const stdout = new Capture({ tty, ...size });
  const stderr = new Capture({ tty, ...size });
  const stdin = tty && input === undefined ? new FakeTerminal() : Readable.from(input === undefined ? [] : [Buffer.from(input)]);
  const code = await runProgram(definition, {
    argv,
    stdin,
    stdout,
    stderr,
    env: {},
    signals: new EventEmitter(),
    kill: () => undefined,
    ...io,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
