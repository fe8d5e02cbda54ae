import { execFile } from "node:child_process";
import { join } from "node:path";
import { activeMqMissing, startActiveMq } from "../../lib/activemq.mjs";
import { pythonEnvironment } from "../../lib/python.mjs";
import { root } from "../../lib/workspace.mjs";
import { inFlight } from "../icat-messaging/messages.mjs";
import { datasetOf } from "../icat-serialise/datasets.mjs";
import { result } from "../lib/child.mjs";
import { median, summary, target } from "../lib/figures.mjs";

const rounds = 5;
const datasets = { ours: 5000, theirs: 300 };
const messages = 10_000;
/** Few, to know what a process takes that does the same for long. */
const memory = { few: 10_000, many: 100_000, pending: 2000, rounds: 2 };
const requirements = ["pyicat_plus==3.1.0"];
const here = (name) => join(root, "tooling", "bench", "icat-messaging", name);

/** Runs the original on datasets that are written to its standard input. */
function original(python, address, queue) {
  return new Promise((resolve, reject) => {
    const child = execFile(python, [here("original.py"), address, queue, String(datasets.theirs)], (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout.trimEnd().split("\n").at(-1)));
      else reject(new Error(`pyicat_plus ended with an error:\n${stderr}`, { cause: error }));
    });
    for (let number = 0; number < datasets.theirs; number++) child.stdin.write(`${JSON.stringify(datasetOf(number))}\n`);
    child.stdin.end();
  });
}

/** A broker of its own for each round: nobody consumes, and one whose memory is full confirms nothing. */
async function withBroker(work) {
  const broker = await startActiveMq();
  try {
    await work(broker.address);
  } finally {
    await broker.stop();
  }
}

/** Measures what the README promises about delivery. */
export async function measure(say) {
  const missing = await activeMqMissing();
  if (missing !== undefined) throw new Error(missing);
  say(`Python with ${requirements.join(", ")} …`);
  const { python, version } = await pythonEnvironment(requirements);
  const rates = { datasets: [], original: [], library: [], bare: [] };
  const peaks = { few: [], many: [] };
  const keep = (name, { count, milliseconds }) => rates[name].push((count / milliseconds) * 1000);
  const library = (address, what, queue, count, pending) => result(here("library.mjs"), [what, address, queue, count, pending]);
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds} …`);
    await withBroker(async (address) => {
      // Not counted: a broker that has just started is slow.
      await library(address, "messages", "warm", messages, inFlight);
      const turns = [
        async () => keep("library", await library(address, "messages", "library", messages, inFlight)),
        async () => keep("bare", await result(here("bare.mjs"), [address, "bare", messages])),
      ];
      // Each is first as often as the other, within one.
      for (const turn of round % 2 === 1 ? turns : turns.reverse()) await turn();
      keep("datasets", await library(address, "datasets", "datasets", datasets.ours, inFlight));
      keep("original", await original(python, address, "original"));
    });
  }
  for (let round = 1; round <= memory.rounds; round++) {
    say(`memory, round ${round} of ${memory.rounds} …`);
    await withBroker(async (address) => {
      for (const name of ["few", "many"]) peaks[name].push((await library(address, "messages", name, memory[name], memory.pending)).peak);
    });
  }
  return describe(rates, peaks, version);
}

function describe(rates, peaks, version) {
  const unit = "a second";
  const own = "first in a new process";
  return {
    title: "ICAT+: delivery",
    about:
      "Apache ActiveMQ (Debian's package) on loopback, persistent messages, a fresh broker each round. Everything of the library and of the bare " +
      `socket counts when the broker has confirmed it, ${inFlight} in flight; \`pyicat_plus\` 3.1.0 on Python ${version} waits for no confirmation.`,
    measured: [
      { what: `storeDataset, ${datasets.ours} datasets`, ...summary(rates.datasets), unit, note: `confirmed, ${own}` },
      { what: `pyicat_plus, ${datasets.theirs} datasets`, ...summary(rates.original), unit, note: "not confirmed" },
      { what: `createMessenger, ${messages} messages of 2.5 kB`, ...summary(rates.library), unit, note: "confirmed" },
      { what: `bare socket, ${messages} messages of 2.5 kB`, ...summary(rates.bare), unit, note: "confirmed" },
      ...["few", "many"].map((name) => ({
        what: `peak memory, ${memory[name]} messages, at most ${memory.pending} pending`,
        ...summary(peaks[name]),
        unit: "MB",
      })),
    ],
    targets: [
      target("datasets confirmed, times the unconfirmed rate of pyicat_plus", median(rates.datasets) / median(rates.original), {
        atLeast: 15,
        unit: " ×",
      }),
      target("confirmed messages, of the bare socket's rate", median(rates.library) / median(rates.bare), { atLeast: 0.8 }),
      target(`peak memory of ${memory.many} messages, of that of ${memory.few}`, median(peaks.many) / median(peaks.few), { atMost: 1.2 }),
      target(`peak memory of ${memory.many} messages`, median(peaks.many), { atMost: 150, unit: " MB" }),
    ],
  };
}
