import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { SciError } from "@sci/http-core";
import type { CommandContext } from "./context.ts";
import { readInput } from "./input.ts";

export interface SecretSources {
  /** What it is: "client secret". */
  readonly what: string;
  /** The value of an option: works, with a warning, because every user of the machine sees it. */
  readonly value?: string | undefined;
  /** How that option is written, for the warning: "-s". */
  readonly option?: string;
  /** A file that holds it, `-` for standard input. A line end at its end does not count. */
  readonly file?: string | undefined;
  /** Names of environment variables, the first that is set counts. */
  readonly env?: readonly string[];
  /** Text in front of the input at a terminal. @default "Client secret: " from `what` */
  readonly prompt?: string;
  /** Ask at a terminal. @default true */
  readonly ask?: boolean;
}

/**
 * A secret from, in this order: the option's value, a file or standard input, the environment, a prompt without echo at a terminal.
 * @throws MISSING_CREDENTIALS where none has it, naming what can be set; FILE; ABORTED when the prompt is interrupted.
 */
export async function readSecret(context: CommandContext, sources: SecretSources): Promise<string> {
  const { what, value, file, env = [], ask = true } = sources;
  if (value !== undefined) {
    context.warn(`a ${what} on the command line can be read by every user of this machine; ${instead(sources)}`);
    return nonEmpty(value, what, sources.option ?? "the command line");
  }
  if (file === "-") return nonEmpty(withoutLineEnd(await readInput(context, "-")), what, "standard input");
  if (file !== undefined) return nonEmpty(await readSecretFile(context, file), what, file);
  for (const name of env) {
    const found = context.env[name];
    if (found !== undefined && found !== "") return found;
  }
  if (ask && context.stdin.isTTY && context.stderr.isTTY) {
    const prompt = sources.prompt ?? `${what.charAt(0).toUpperCase()}${what.slice(1)}: `;
    return nonEmpty(await promptSecret(context, prompt), what, "the prompt");
  }
  throw new SciError("MISSING_CREDENTIALS", `No ${what}: ${instead(sources)}.`, { details: { variables: env } });
}

function instead({ env = [] }: SecretSources): string {
  const variables = env.length === 0 ? "" : `set ${env.join(" or ")}, `;
  return `${variables}give it in a file or on standard input, or run at a terminal to be asked`;
}

function nonEmpty(secret: string, what: string, where: string): string {
  if (secret === "") throw new SciError("MISSING_CREDENTIALS", `The ${what} from ${where} is empty.`);
  return secret;
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}

async function readSecretFile(context: CommandContext, path: string): Promise<string> {
  const text = await readInput(context, path);
  const mode = await stat(path).then(
    (found) => found.mode,
    () => 0,
  );
  if (process.platform !== "win32" && (mode & 0o077) !== 0) context.warn(`${path} can be read by other users (chmod 600)`);
  return withoutLineEnd(text);
}

/** Asks at the terminal without showing what is typed. Ctrl-C rejects with ABORTED, the end of the input with MISSING_CREDENTIALS. */
export function promptSecret(context: CommandContext, prompt: string): Promise<string> {
  const { stdin, stderr, signal } = context;
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
  return new Promise((resolve, reject) => {
    const input = createInterface({ input: stdin, output: muted, terminal: true, historySize: 0 });
    let settle: (() => void) | undefined = () => reject(new SciError("MISSING_CREDENTIALS", "The input ended before anything was typed."));
    const finish = (how: () => void): void => {
      settle = how;
      input.close();
    };
    const onAbort = (): void => finish(() => reject(signal.reason as Error));
    signal.addEventListener("abort", onAbort, { once: true });
    input.once("line", (line) => finish(() => resolve(line)));
    // In raw mode the terminal gives Ctrl-C as a character; no signal is sent.
    input.once("SIGINT", () => finish(() => reject(new SciError("ABORTED", "Interrupted."))));
    input.once("close", () => {
      signal.removeEventListener("abort", onAbort);
      stderr.write("\n");
      settle?.();
      settle = undefined;
    });
    stderr.write(prompt);
    if (signal.aborted) onAbort();
  });
}
