import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonEnvironment } from "../../lib/python.mjs";
import { root } from "../../lib/workspace.mjs";
import { result, serve, timed } from "../lib/child.mjs";
import { median, summary, target } from "../lib/figures.mjs";

const runs = 10_000;
const pageSize = 100;
const latency = 20;
/** What the server does: a network this far away, with a round trip for a new connection too, or a server that merely waits. */
const networks = { "round trip": `ms=${latency}&connect=${latency}`, wait: `ms=${latency}` };
const rounds = { ours: 5, original: 3 };
const iterations = 4;

const here = (name) => join(root, "tooling", "bench", "mymdc", name);
const command = join(root, "packages", "mymdc", "dist", "cli", "main.js");
const requirements = ["metadata_client==4.2.1", "oauth2_xfel_client==6.1.1", "requests==2.34.2"];
const credentials = { MYMDC_CLIENT_ID: "bench", MYMDC_CLIENT_SECRET: "bench", MYMDC_USER_EMAIL: "bench@example.org" };

/** Measures what the README promises about myMdC. */
export async function measure(say) {
  say(`Python with ${requirements.join(", ")} …`);
  const { python, version } = await pythonEnvironment(requirements);
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  say(`a server with ${runs} runs, ${pageSize} per page …`);
  const server = await serve(here("server.mjs"), [runs, pageSize]);
  try {
    return describe(await measureSpeed({ server, python, folder, say }), server, version);
  } finally {
    await server.stop();
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
  const library = async (network) => {
    const { count, milliseconds } = await result(here("library.mjs"), [server.url, pageSize, iterations]);
    check("the library", count);
    keep(`library first ${network}`, milliseconds[0]);
    keep(`library later ${network}`, ...milliseconds.slice(1));
  };
  const shell = async (network) => {
    const args = [command, "runs", "1234", "--page-size", String(pageSize), "--format", "ndjson", "--output", file, "--quiet"];
    const { elapsed } = await timed(process.execPath, args, { env: { ...credentials, MYMDC_URL: `${server.url}/metadata` } });
    check("mymdc runs", lines(file));
    keep(`command ${network}`, elapsed);
  };
  const original = async (network) => {
    const { elapsed, stdout } = await timed(python, [here("original.py"), server.url, String(pageSize), file]);
    const { count, milliseconds } = JSON.parse(stdout);
    check("metadata_client", count);
    check("metadata_client", lines(file));
    keep(`original call ${network}`, ...milliseconds);
    keep(`original program ${network}`, elapsed);
  };

  // Not counted: it warms the caches of the file system.
  await result(here("library.mjs"), [server.url, pageSize, 1]);
  for (let round = 1; round <= rounds.ours; round++) {
    for (const [network, setting] of Object.entries(networks)) {
      say(`round ${round} of ${rounds.ours}, ${network} of ${latency} ms …`);
      await control(`/latency?${setting}`);
      await contend("library", () => library(network));
      await contend("command", () => shell(network));
      if (round <= rounds.original) await contend("original", () => original(network));
    }
  }
  return { times, most };
}

function check(what, count) {
  if (count !== runs) throw new Error(`${what} gave ${count} runs instead of ${runs}.`);
}

function lines(file) {
  const text = readFileSync(file, "utf8");
  rmSync(file);
  return text.split("\n").length - 1;
}

function describe({ times, most }, { bytes }, version) {
  const row = (what, name, note = "") => ({ what, ...summary(times[name]), note });
  const flight = (name) => `at most ${most[name]} under way`;
  const ratio = (above, below) => median(times[above]) / median(times[below]);
  const title = "metadata_client 4.2.1";
  const measured = (network) => [
    row(`${network}: \`for await (… of mdc.proposals.runs(1234))\`, first`, `library first ${network}`, flight("library")),
    row(`${network}: the same, later`, `library later ${network}`),
    row(`${network}: program \`mymdc runs 1234 --format ndjson --output FILE\``, `command ${network}`, flight("command")),
    row(`${network}: ${title}, walked page by page`, `original call ${network}`, flight("original")),
    row(`${network}: ${title}, the whole program`, `original program ${network}`),
  ];
  const targets = (network) => [
    target(`${network}: library (first), times as fast as ${title}`, ratio(`original call ${network}`, `library first ${network}`), {
      atLeast: 6,
    }),
    target(`${network}: library (later), likewise`, ratio(`original call ${network}`, `library later ${network}`), { atLeast: 6 }),
    target(`${network}: command, times as fast as the program with ${title}`, ratio(`original program ${network}`, `command ${network}`), {
      atLeast: 5,
    }),
  ];
  return {
    title: "myMdC",
    about:
      `${runs} runs of a proposal (${(bytes / runs / 1024).toFixed(1)} kB each) in pages of ${pageSize}, from a server on loopback that holds the ` +
      `sandbox's answers in memory; the token request is part of every figure. "Round trip": it is ${latency} ms away, so each answer takes that ` +
      `long, and a new connection as long again. "Wait": it only waits ${latency} ms before each answer. "First" is the first iteration in a new ` +
      `process; "later" are the ${iterations - 1} after it. A call is timed inside its process, a program from its start to its end, writing NDJSON. ` +
      `The original runs on Python ${version}.`,
    measured: Object.keys(networks).flatMap(measured),
    targets: [
      ...Object.keys(networks).flatMap(targets),
      target("requests under way, library and command", Math.max(most.library, most.command), { atMost: 8 }),
    ],
  };
}
