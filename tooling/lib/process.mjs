import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "./workspace.mjs";

/** How long a child may take to end after a signal before it is killed, in milliseconds. */
const grace = 10_000;

const running = new Set();
let stopping = false;

function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    // Children lead their own process group, so that what they started ends with them.
    process.kill(process.platform === "win32" ? child.pid : -child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Ends every child, and then this process. */
function stop(signal) {
  const exitCode = 128 + constants.signals[signal];
  if (running.size === 0) process.exit(exitCode);
  stopping = true;
  process.exitCode = exitCode;
  for (const child of running) signalGroup(child, signal);
  setTimeout(() => {
    for (const child of running) signalGroup(child, "SIGKILL");
    process.exit(exitCode);
  }, grace).unref();
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(signal));

if (process.env.npm_lifecycle_event !== undefined) {
  // npm runs a script through a shell that passes no signal on: when npm is ended, only the loss of the parent tells.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && !stopping) stop("SIGTERM");
  }, 500).unref();
}

/** The environment of every tool: the workspace's own programs first on PATH, no telemetry, no update notices. */
export function toolEnvironment(extra = {}) {
  return {
    ...process.env,
    PATH: [join(root, "node_modules", ".bin"), join(root, "tooling", "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
    NO_UPDATE_NOTIFIER: "1",
    DO_NOT_TRACK: "1",
    ...extra,
  };
}

/**
 * Runs a program to its end, without standard input, and says how it ended.
 * With `capture` its output is returned instead of shown, with `tee` its standard output is both. A signal to this process ends it too.
 */
export function run(command, args, { cwd = root, env = {}, capture = false, tee = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: toolEnvironment(env),
      stdio: ["ignore", capture || tee ? "pipe" : "inherit", capture ? "pipe" : "inherit"],
      detached: process.platform !== "win32",
      shell: process.platform === "win32",
    });
    running.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      if (tee) process.stdout.write(text);
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.on("error", (error) => {
      running.delete(child);
      reject(new Error(`${command} could not be started: ${error.message}`, { cause: error }));
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      if (stopping && running.size === 0) process.exit();
      resolve({ code: code ?? 128 + (constants.signals[signal] ?? 0), stdout, stderr });
    });
  });
}

/** Like `run` with its output captured; a failure is an error that shows the output. */
export async function output(command, args, options = {}) {
  const result = await run(command, args, { ...options, capture: true });
  if (result.code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${result.code}:\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

/** Runs tasks of the workspace through turbo: what has not changed comes from its cache. */
export function turbo(args) {
  return run("turbo", ["run", ...args]);
}
