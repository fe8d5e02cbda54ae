import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonEnvironment } from "../../lib/python.mjs";
import { root } from "../../lib/workspace.mjs";
import { result, serve, timed } from "../lib/child.mjs";
import { median, summary, target } from "../lib/figures.mjs";

const rows = 100_000;
const pageSize = 1000;
const latency = 20;
/** What the server does: a network this far away, with a round trip for a new connection too, or a server that merely waits. */
const networks = { "round trip": `ms=${latency}&connect=${latency}`, wait: `ms=${latency}` };
const rounds = { ours: 5, original: 3 };
const iterations = 3;

const here = (name) => join(root, "tooling", "bench", "oms", name);
const command = join(root, "packages", "oms", "dist", "cli", "main.js");
const requirements = ["omsapi==0.9.8.1"];

/** Measures what the README promises about OMS. */
export async function measure(say) {
  say(`Python with ${requirements.join(", ")} …`);
  const { python, version } = await pythonEnvironment(requirements);
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  say(`a server with ${rows} lumisections, ${pageSize} per page …`);
  const server = await serve(here("server.mjs"), [rows, pageSize]);
  try {
    return describe(await measureSpeed({ server, python, folder, say }), server, version);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is asked for: five attributes, as people do who add up luminosity, or all of them. */
const variants = (fields) => ({ five: fields, all: [] });

async function measureSpeed({ server, python, folder, say }) {
  const file = join(folder, "lumisections.ndjson");
  const times = {};
  const peaks = {};
  const most = {};
  const keep = (table, name, ...values) => (table[name] ??= []).push(...values);
  const control = async (path) => (await fetch(`${server.url}${path}`)).text();
  const contend = async (name, work) => {
    await control("/most");
    await work();
    most[name] = Math.max(most[name] ?? 0, Number(await control("/most")));
  };
  const inProcess = async (name, fields, label) => {
    const { count, milliseconds } = await result(here(`${name}.mjs`), [server.url, pageSize, iterations, ...fields]);
    check(name, count);
    keep(times, `${name} first ${label}`, milliseconds[0]);
    keep(times, `${name} later ${label}`, ...milliseconds.slice(1));
  };
  const shell = async (fields, label) => {
    const args = [command, "lumisections", "319579", "--auth", "none", "--page-size", String(pageSize), "--format", "ndjson"];
    if (fields.length > 0) args.push("--fields", fields.join(","));
    const { elapsed } = await timed(process.execPath, [...args, "--output", file, "--quiet"], {
      env: { OMS_URL: `${server.url}/agg/api` },
    });
    check("oms lumisections", readFileSync(file, "utf8").split("\n").length - 1);
    keep(times, `command ${label}`, elapsed);
  };
  const original = async (fields, label) => {
    const { stdout } = await timed(python, [here("original.py"), server.url, String(pageSize), ...fields]);
    const { count, milliseconds } = JSON.parse(stdout);
    check("omsapi", count);
    keep(times, `omsapi ${label}`, ...milliseconds);
  };

  // Not counted: it warms the caches of the file system.
  await result(here("library.mjs"), [server.url, pageSize, 1]);
  for (let round = 1; round <= rounds.ours; round++) {
    say(`round ${round} of ${rounds.ours} …`);
    for (const [variant, fields] of Object.entries(variants(server.fields))) {
      for (const [network, setting] of Object.entries(networks)) {
        await control(`/latency?${setting}`);
        const label = `${variant} ${network}`;
        await contend("library", () => inProcess("library", fields, label));
        await contend("undici", () => inProcess("undici", fields, label));
        await contend("command", () => shell(fields, label));
        if (round <= rounds.original) await contend("omsapi", () => original(fields, label));
      }
      // One iteration with latency: what a program needs that reads all rows once.
      for (const name of ["library", "undici"]) {
        const { count, peak } = await result(here(`${name}.mjs`), [server.url, pageSize, 1, ...fields]);
        check(name, count);
        keep(peaks, `${name} ${variant}`, peak);
      }
    }
  }
  return { times, peaks, most };
}

function check(what, count) {
  if (count !== rows) throw new Error(`${what} gave ${count} rows instead of ${rows}.`);
}

const words = { five: "five attributes", all: "all attributes" };

function describe({ times, peaks, most }, { bytes, fields }, version) {
  const row = (what, name, note = "") => ({ what, ...summary(times[name]), note });
  const flight = (name) => `at most ${most[name]} under way`;
  const ratio = (above, below) => median(times[above]) / median(times[below]);
  const cases = Object.keys(words).flatMap((variant) =>
    Object.keys(networks).map((network) => ({ label: `${variant} ${network}`, text: `${words[variant]}, ${network}` })),
  );
  const measured = ({ label, text }) => [
    row(`${text}: \`for await (… of oms.lumisections(run))\`, first`, `library first ${label}`, flight("library")),
    row(`${text}: the same, later`, `library later ${label}`),
    row(`${text}: undici and \`JSON.parse\`, first`, `undici first ${label}`, flight("undici")),
    row(`${text}: the same, later`, `undici later ${label}`),
    row(`${text}: program \`oms lumisections RUN --format ndjson --output FILE\``, `command ${label}`, flight("command")),
    row(`${text}: omsapi 0.9.8.1, looping over pages`, `omsapi ${label}`, flight("omsapi")),
  ];
  const targets = ({ label, text }) => [
    target(`${text}: library (first), times as fast as omsapi`, ratio(`omsapi ${label}`, `library first ${label}`), { atLeast: 8 }),
    target(`${text}: library (later), likewise`, ratio(`omsapi ${label}`, `library later ${label}`), { atLeast: 8 }),
    target(`${text}: library as a multiple of undici, first`, ratio(`library first ${label}`, `undici first ${label}`), { atMost: 1.25 }),
  ];
  const size = (index) => (bytes[index] / rows / 1024).toFixed(1);
  const memory = (name, variant, what) => ({
    what: `peak memory, ${words[variant]}: ${what}`,
    ...summary(peaks[`${name} ${variant}`]),
    unit: "MB",
  });
  return {
    title: "OMS",
    about:
      `${rows} lumisections in pages of ${pageSize}, from a server on loopback that holds them in memory: all attributes of the sandbox ` +
      `(${size(0)} kB a row), or five (${fields.join(", ")}; ${size(1)} kB). "Round trip": it is ${latency} ms away, so each answer takes that ` +
      `long, and a new connection as long again. "Wait": it only waits ${latency} ms before each answer. "First" is the first iteration in a new ` +
      `process, undici's loading included; "later" are the ${iterations - 1} after it. omsapi (Python ${version}) is timed inside its process; it ` +
      "opens a connection per page.",
    measured: [
      ...cases.flatMap(measured),
      ...Object.keys(words).flatMap((variant) => [
        memory("library", variant, "`for await (… of oms.lumisections(run))`"),
        memory("undici", variant, "undici and `JSON.parse`"),
      ]),
    ],
    targets: [
      ...cases.flatMap(targets),
      target("requests under way, library and command", Math.max(most.library, most.command), { atMost: 8 }),
      ...Object.keys(words).map((variant) =>
        target(`peak memory, ${words[variant]}`, median(peaks[`library ${variant}`]), { atMost: 150, unit: " MB" }),
      ),
    ],
  };
}
