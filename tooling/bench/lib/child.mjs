import { fork } from "node:child_process";
import { performance } from "node:perf_hooks";
import { run } from "../../lib/process.mjs";

/** Runs a program to its end, its start included: milliseconds and standard output. */
export async function timed(command, args, options = {}) {
  const started = performance.now();
  const { code, stdout, stderr } = await run(command, args, { ...options, capture: true });
  const elapsed = performance.now() - started;
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return { elapsed, stdout };
}

/** Runs a program of Node and reads the JSON in the last line that it prints. */
export async function result(path, args) {
  const { stdout } = await timed(process.execPath, [path, ...args.map(String)]);
  return JSON.parse(stdout.trimEnd().split("\n").at(-1));
}

/** Starts a server as a process of its own, which sends a message when it is ready and ends when this process lets go of it. */
export async function serve(path, args) {
  const child = fork(path, args.map(String), { execArgv: [] });
  const ready = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${path} ended with ${code} before it was ready.`)));
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    ...ready,
    stop: () => {
      child.disconnect();
      return ended;
    },
  };
}
