import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonEnvironment } from "../../lib/python.mjs";
import { startSandboxCommand } from "../../lib/sandbox.mjs";
import { root } from "../../lib/workspace.mjs";
import { result, serve, timed } from "../lib/child.mjs";
import { median, summary, target } from "../lib/figures.mjs";

const runs = 10_000;
const pageSize = 50;
const latency = 20;
const manyRuns = 200_000;
/** What the server does: a network this far away, with a round trip for a new connection too, or a server that merely waits. */
const networks = { away: `ms=${latency}&connect=${latency}`, waiting: `ms=${latency}`, none: "" };
const rounds = { ours: 5, originals: 3, memory: 3 };
/** Iterations in one process: the first loads undici and meets cold code, the others do not. */
const iterations = 4;

const here = (name) => join(root, "tooling", "bench", "runregistry", name);
const command = join(root, "packages", "runregistry", "dist", "cli", "main.js");
const requirements = ["runregistry==3.1.2", "runregistryclient==0.3.0"];
const originals = { runregistry: "runregistry 3.1.2", runreg: "runreg 0.3.0" };

/** Measures what the README promises about Run Registry. */
export async function measure(say) {
  say(`Python with ${requirements.join(", ")} …`);
  const { python, version } = await pythonEnvironment(requirements);
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  say(`a server with ${runs} runs, ${pageSize} per page …`);
  const server = await serve(here("server.mjs"), [runs, pageSize]);
  try {
    const speed = await measureSpeed({ server, python, folder, say });
    await server.stop();
    const memory = await measureMemory(say);
    return describe(speed, memory, { bytes: server.bytes, version });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSpeed({ server, python, folder, say }) {
  const file = join(folder, "runs.ndjson");
  const times = {};
  const most = {};
  const keep = (name, ...values) => (times[name] ??= []).push(...values);
  const control = async (path) => (await fetch(`${server.url}${path}`)).text();
  const contend = async (name, work) => {
    await control("/most");
    await work();
    most[name] = Math.max(most[name] ?? 0, Number(await control("/most")));
  };
  const inProcess = async (name, network) => {
    const { count, milliseconds } = await result(here(`${name}.mjs`), [server.url, pageSize, iterations]);
    check(name, count);
    keep(`${name} first ${network}`, milliseconds[0]);
    keep(`${name} later ${network}`, ...milliseconds.slice(1));
  };
  const shell = async (network) => {
    const args = [command, "runs", "--auth", "none", "--page-size", String(pageSize), "--format", "ndjson", "--output", file, "--quiet"];
    const { elapsed } = await timed(process.execPath, args, { env: { RUNREGISTRY_URL: server.url } });
    check("runreg runs", lines(file));
    keep(`command ${network}`, elapsed);
  };
  const original = async (name, network) => {
    const { elapsed, stdout } = await timed(python, [here("originals.py"), name, server.url, file]);
    const { count, milliseconds } = JSON.parse(stdout);
    check(name, count);
    check(name, lines(file));
    keep(`${name} call ${network}`, ...milliseconds);
    keep(`${name} program ${network}`, elapsed);
  };

  // Not counted: it warms the caches of the file system.
  await result(here("library.mjs"), [server.url, pageSize, 1]);
  for (let round = 1; round <= rounds.ours; round++) {
    for (const network of ["away", "waiting"]) {
      say(`round ${round} of ${rounds.ours}, ${network === "away" ? "round trips" : "waits"} of ${latency} ms …`);
      await control(`/latency?${networks[network]}`);
      await contend("library", () => inProcess("library", network));
      await contend("undici", () => inProcess("undici", network));
      await contend("command", () => shell(network));
      if (round > rounds.originals) continue;
      for (const name of Object.keys(originals)) await contend(name, () => original(name, network));
    }
    await control(`/latency?${networks.none}`);
    await inProcess("undici", "none");
  }
  return { times, most };
}

async function measureMemory(say) {
  say(`a sandbox with ${manyRuns} runs …`);
  const sandbox = await startSandboxCommand(["--facility", "runregistry", "--scale", String(manyRuns)]);
  const url = new URL("/", sandbox.urls.runregistry).origin;
  const peaks = { library: [], "library, 50 per page": [], "undici, 250 per page": [] };
  const keep = async (name, program, size) => {
    const { count, peak } = await result(here(`${program}.mjs`), [url, size, 1]);
    check(name, count, manyRuns);
    peaks[name].push(peak);
  };
  try {
    for (let round = 1; round <= rounds.memory; round++) {
      say(`memory, round ${round} of ${rounds.memory} …`);
      await keep("library", "library", 0);
      await keep("library, 50 per page", "library", 50);
      await keep("undici, 250 per page", "undici", 250);
    }
  } finally {
    await sandbox.stop();
  }
  return peaks;
}

function check(what, count, expected = runs) {
  if (count !== expected) throw new Error(`${what} gave ${count} runs instead of ${expected}.`);
}

function lines(file) {
  const text = readFileSync(file, "utf8");
  rmSync(file);
  return text.split("\n").length - 1;
}

function describe({ times, most }, peaks, { bytes, version }) {
  const row = (what, name, note = "") => ({ what, ...summary(times[name]), note });
  const flight = (name) => `at most ${most[name]} under way`;
  const ratio = (above, below) => median(times[above]) / median(times[below]);
  const size = (bytes / runs / 1024).toFixed(1);
  const measured = (network, label) => [
    row(`${label}: \`for await (… of rr.runs({ pageSize: 50 }))\`, first`, `library first ${network}`, flight("library")),
    row(`${label}: the same, later`, `library later ${network}`),
    row(`${label}: undici and \`JSON.parse\`, first`, `undici first ${network}`, flight("undici")),
    row(`${label}: the same, later`, `undici later ${network}`),
    row(`${label}: program \`runreg runs --page-size 50 --format ndjson --output FILE\``, `command ${network}`, flight("command")),
    ...Object.entries(originals).flatMap(([name, title]) => [
      row(`${label}: ${title}, call`, `${name} call ${network}`, flight(name)),
      row(`${label}: ${title}, program`, `${name} program ${network}`),
    ]),
  ];
  const targets = (network, label) => [
    ...Object.entries(originals).flatMap(([name, title]) => [
      target(
        `${label}: library (first), times as fast as the call of ${title}`,
        ratio(`${name} call ${network}`, `library first ${network}`),
        { atLeast: 10 },
      ),
      target(`${label}: library (later), likewise`, ratio(`${name} call ${network}`, `library later ${network}`), { atLeast: 10 }),
      target(`${label}: command, times as fast as the program with ${title}`, ratio(`${name} program ${network}`, `command ${network}`), {
        atLeast: 8,
      }),
    ]),
    target(`${label}: library as a multiple of undici, first`, ratio(`library first ${network}`, `undici first ${network}`), {
      atMost: 1.25,
    }),
    target(`${label}: library as a multiple of undici, later`, ratio(`library later ${network}`, `undici later ${network}`), {
      atMost: 1.25,
    }),
  ];
  const memory = (name, values) => ({
    what: `peak memory for ${manyRuns} runs from the sandbox: ${name}`,
    ...summary(values),
    unit: "MB",
  });
  return {
    title: "Run Registry",
    about:
      `${runs} runs (${size} kB each) in pages of ${pageSize}, from a server on loopback that holds the sandbox's answers in memory. ` +
      `"Round trip": it is ${latency} ms away, so each answer takes that long, and a new connection as long again. "Wait": it only waits ${latency} ms ` +
      `before each answer. "First" is the first iteration in a new process, undici's loading included; "later" are the ${iterations - 1} after it. ` +
      `A call is timed inside its process; a program from its start to its end, writing NDJSON. The originals (Python ${version}) open a connection ` +
      "per page; they are asked for the same pages and need no log-in.",
    measured: [
      ...measured("away", "round trip"),
      ...measured("waiting", "wait"),
      row("neither: undici and `JSON.parse`, later (what server and parsing cost)", "undici later none"),
      ...Object.entries(peaks).map(([name, values]) => memory(name, values)),
    ],
    targets: [
      ...targets("away", "round trip"),
      ...targets("waiting", "wait"),
      target("requests under way, library and command", Math.max(most.library, most.command), { atMost: 8 }),
      ...["library", "library, 50 per page"].map((name) =>
        target(`peak memory for ${manyRuns} runs: ${name}`, median(peaks[name]), { atMost: 150, unit: " MB" }),
      ),
    ],
  };
}
