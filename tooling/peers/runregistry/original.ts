import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Outcome {
  // What the originals return is looked into freely.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly returns?: any;
  readonly raises?: string;
  readonly message?: string;
}

/** The original clients in a Python process. */
export interface Original {
  /** Calls a function of a module; resolves with what it returned or raised. */
  call(module: string, name: string, args?: readonly unknown[], kwargs?: Readonly<Record<string, unknown>>): Promise<Outcome>;
  end(): Promise<void>;
}

/** A Python tuple. */
export const tuple = (...items: unknown[]): object => ({ $tuple: items });

export function startOriginal(
  python: string,
  environment: Readonly<Record<string, string>>,
  driver = new URL("driver.py", import.meta.url),
): Original {
  const child: ChildProcess = spawn(python, [fileURLToPath(driver)], {
    env: { ...process.env, NO_PROXY: "localhost,127.0.0.1", ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return {
    async call(module, name, args = [], kwargs = {}) {
      child.stdin?.write(`${JSON.stringify({ module, function: name, args, kwargs })}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error(`the Python process ended: ${errors.join("").slice(-2000)}`);
      return JSON.parse(line.value) as Outcome;
    },
    async end() {
      if (child.exitCode !== null) return;
      const closed = once(child, "close");
      child.stdin?.end();
      await closed;
    },
  };
}
