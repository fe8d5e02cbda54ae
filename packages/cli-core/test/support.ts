import { EventEmitter } from "node:events";
import { PassThrough, Readable, Writable } from "node:stream";
import { runProgram, type ProgramDefinition, type ProgramIo } from "../src/index.ts";

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class Capture extends Writable {
  text = "";
  isTTY?: boolean;
  columns?: number;
  constructor(options: { tty?: boolean; columns?: number } = {}) {
    super({ decodeStrings: false });
    if (options.tty) this.isTTY = true;
    if (options.columns !== undefined) this.columns = options.columns;
  }
  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

/** A terminal's input: has raw mode and says so. */
export class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  readonly modes: boolean[] = [];
  setRawMode(mode: boolean): this {
    this.modes.push(mode);
    return this;
  }
}

export interface RunOptions extends Partial<ProgramIo> {
  readonly tty?: boolean;
  readonly columns?: number;
  readonly input?: string;
}

export async function run(
  definition: Partial<ProgramDefinition> & Pick<ProgramDefinition, "build">,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { tty = false, columns, input, ...io } = options;
  const size = columns === undefined ? {} : { columns };
  const stdout = new Capture({ tty, ...size });
  const stderr = new Capture({ tty, ...size });
  const stdin = input === undefined ? new FakeTerminal() : Readable.from([Buffer.from(input)]);
  const code = await runProgram(
    { name: "tool", version: "1.2.3", description: "A tool.", ...definition },
    { argv, stdin, stdout, stderr, env: {}, signals: new EventEmitter(), kill: () => undefined, ...io },
  );
  return { code, stdout: stdout.text, stderr: stderr.text };
}
