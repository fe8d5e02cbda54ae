import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { root } from "./workspace.mjs";

/** How long the command may take to say READY, and to end after SIGTERM, in milliseconds. */
const limits = { ready: 60_000, end: 10_000 };

const command = join(root, "packages", "sandbox", "dist", "cli", "main.js");

/**
 * Runs `sci-sandbox start` with these arguments as a process of its own, and reads its READY line.
 * It ends with `stop()`, and with this process however that ends.
 */
export async function startSandboxCommand(args = [], { program = [command] } = {}) {
  const child = spawn(process.execPath, [...program, "start", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (complaint = (complaint + text).slice(-2000)));
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(`it ended with ${signal ?? code}`));
  });
  void ended.then(() => process.off("exit", kill));
  const late = setTimeout(kill, limits.ready);
  const line = await readyLine(child.stdout);
  clearTimeout(late);
  if (line === undefined) throw new Error(`The sandbox did not get ready: ${await ended}.\n${complaint}`);
  // Whatever it prints later must not fill the pipe.
  child.stdout.resume();
  return { ...JSON.parse(line.slice("READY ".length)), line, stop: () => stop(child, ended) };
}

async function readyLine(output) {
  for await (const line of createInterface({ input: output })) if (line.startsWith("READY ")) return line;
  return undefined;
}

async function stop(child, ended) {
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), limits.end);
  await ended;
  clearTimeout(late);
}
