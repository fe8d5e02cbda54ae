import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonEnvironment } from "../../lib/python.mjs";
import { root } from "../../lib/workspace.mjs";
import { emptied, makeFile, makeFiles, opened, same, sameFile } from "../ctadata/files.mjs";
import { buildRclone, rcloneVersion, startServers } from "../ctadata/servers.mjs";
import { result, timed } from "../lib/child.mjs";
import { median, summary, target } from "../lib/figures.mjs";

const small = { folders: 100, files: 100, size: 4096 };
const listed = { folders: 100, files: 999, size: 0 };
const large = 1024;
const roundTrip = 20;
const rounds = 3;
const originalFiles = 100;
/** Transfers at a time that rclone is tried with. Far away its time falls with each doubling: the smaller settings would only take long. */
const settings = { near: [4, 8, 16, 32, 64], far: [32, 64] };
const token = "bench-token";
const requirements = ["ctadata==0.7.0"];

const here = (name) => join(root, "tooling", "bench", "ctadata", name);
const count = small.folders * small.files;

/** Measures what the README promises about the storage of CTAO. */
export async function measure(say) {
  say(`Python with ${requirements.join(", ")}, rclone ${rcloneVersion} …`);
  const { python, version } = await pythonEnvironment(requirements);
  const rclone = await buildRclone();
  const servers = await startServers(token, roundTrip);
  const home = mkdtempSync(join(tmpdir(), "bench-home-"));
  try {
    const context = makeContext({ python, rclone, servers, home, say });
    await context.prepare();
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds} …`);
      await measureSmall(context);
      await measureLarge(context);
      await measureListing(context);
      await measureOriginal(context);
    }
    return describe(context.figures, version);
  } finally {
    await servers.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

function makeContext({ python, rclone, servers, home, say }) {
  const { folder, store, urls } = servers;
  const figures = { times: {}, peaks: {} };
  const keep = (table, name, value) => (figures[table][name] ??= []).push(value);
  const at = (...names) => join(folder, ...names);
  return {
    figures,
    keep,
    urls,
    say,
    at,
    inStore: (...names) => join(store, ...names),
    async prepare() {
      say(`${count} files of ${small.size / 1024} KiB, one of ${large} MiB, ${listed.folders * (listed.files + 1)} entries …`);
      makeFiles(at("small"), small);
      makeFiles(join(store, "small"), small);
      makeFiles(join(store, "listed"), listed);
      makeFile(at("large"), large);
      makeFile(join(store, "large"), large);
      mkdirSync(join(store, "up"));
      opened(store);
      // Not counted: it warms the caches of the file system and of the server.
      await result(here("library.mjs"), ["list", urls.near, token, "/small", ""]);
    },
    /** The library in a process of its own, its start included. */
    async library(name, what, where, remote, local, expected) {
      const { elapsed, stdout } = await timed(process.execPath, [here("library.mjs"), what, urls[where], token, remote, local]);
      const { count: got, milliseconds, peak } = JSON.parse(stdout.trimEnd().split("\n").at(-1));
      if (got !== expected) throw new Error(`The library did ${got} of ${expected}.`);
      keep("times", name, what.startsWith("file-") ? milliseconds : elapsed);
      keep("peaks", name, peak);
    },
    rclone: (args, where) =>
      timed(rclone, [...args, "--webdav-pacer-min-sleep", "0", "--retries", "1"], {
        env: { RCLONE_CONFIG: join(home, "none.conf"), RCLONE_WEBDAV_URL: urls[where], RCLONE_WEBDAV_BEARER_TOKEN: token },
      }),
    async original(what, where, remote, local, names) {
      const args = [here("original.py"), what, urls[where], token, remote, local, names.join(",")];
      const { stdout } = await timed(python, args, { env: { HOME: home } });
      return JSON.parse(stdout.trimEnd().split("\n").at(-1)).milliseconds;
    },
  };
}

/** Many small files, down and up, near and far. */
async function measureSmall({ library, rclone, keep, at, inStore, say }) {
  for (const where of ["near", "far"]) {
    const down = at("down");
    const fresh = () => emptied(down);
    fresh();
    await library(`down ${where} ours`, "down", where, "/small", down, count);
    same(inStore("small"), down);
    for (const transfers of settings[where]) {
      fresh();
      const flags = ["--transfers", String(transfers), "--checkers", String(transfers)];
      keep("times", `down ${where} rclone ${transfers}`, (await rclone(["copy", ":webdav:small", down, ...flags], where)).elapsed);
    }
    same(inStore("small"), down);
    emptied(inStore("up"));
    await library(`up ${where} ours`, "up", where, "/up/tree", at("small"), count);
    same(at("small"), inStore("up", "tree"));
    for (const transfers of settings[where]) {
      emptied(inStore("up"));
      const flags = ["--transfers", String(transfers), "--checkers", String(transfers)];
      keep("times", `up ${where} rclone ${transfers}`, (await rclone(["copy", at("small"), ":webdav:up/tree", ...flags], where)).elapsed);
    }
    same(at("small"), inStore("up", "tree"));
    rmSync(down, { recursive: true });
    say(`  small files, ${where}: done`);
  }
}

/** One large file: curl's own time against the library's, without the start of either program. */
async function measureLarge({ library, keep, urls, at, inStore }) {
  const curl = async (name, args) => {
    const auth = ["--header", `Authorization: Bearer ${token}`];
    const { stdout } = await timed("curl", ["--silent", "--show-error", "--fail", ...auth, "--write-out", "\n%{time_total}", ...args]);
    keep("times", name, Number(stdout.trim().split("\n").at(-1)) * 1000);
  };
  const got = at("got");
  const down = async (work) => {
    rmSync(got, { force: true });
    await work();
    sameFile(inStore("large"), got);
  };
  const up = async (work) => {
    emptied(inStore("up"));
    await work();
    sameFile(at("large"), inStore("up", "large"));
  };
  await down(() => curl("large down curl", ["--output", got, `${urls.near}large`]));
  await down(() => library("large down ours", "file-down", "near", "/large", got, 1));
  rmSync(got);
  await up(() => curl("large up curl", ["--upload-file", at("large"), `${urls.near}up/large`]));
  await up(() => library("large up ours", "file-up", "near", "/up/large", at("large"), 1));
  emptied(inStore("up"));
}

async function measureListing({ library, rclone, keep }) {
  const entries = listed.folders * (listed.files + 1);
  await library("list ours", "list", "near", "/listed", "", entries);
  await library("list tenth ours", "list", "near", "/small", "", small.folders * (small.files + 1));
  const { elapsed, stdout } = await rclone(["lsf", "-R", ":webdav:listed", "--checkers", "16"], "near");
  const got = stdout.trimEnd().split("\n").length;
  if (got !== entries) throw new Error(`rclone listed ${got} of ${entries} entries.`);
  keep("times", "list rclone", elapsed);
}

/** The original, one call per file, on few of them. */
async function measureOriginal({ original, keep, at, inStore }) {
  const names = Array.from({ length: originalFiles }, (_, index) => `part${String(index).padStart(4, "0")}.h5`);
  for (const where of ["near", "far"]) {
    emptied(at("one"));
    keep("times", `down ${where} original`, await original("down", where, "small/run000", at("one"), names));
    same(inStore("small", "run000"), at("one"));
    emptied(inStore("up"));
    keep("times", `up ${where} original`, await original("up", where, "up", at("small", "run000"), names));
    same(at("small", "run000"), inStore("up"));
  }
}

const words = { down: "downloaded", up: "uploaded", near: "on loopback", far: `${roundTrip} ms away` };

function describe({ times, peaks }, version) {
  const cases = ["near", "far"].flatMap((where) =>
    ["down", "up"].map((way) => ({ way, where, text: `${count} files of 4 KiB ${words[way]}, ${words[where]}` })),
  );
  const row = (what, name, note = "") => ({ what, ...summary(times[name]), note });
  const best = ({ way, where }) => Math.min(...settings[where].map((transfers) => median(times[`${way} ${where} rclone ${transfers}`])));
  const ours = ({ way, where }) => median(times[`${way} ${where} ours`]);
  const small = cases.flatMap((one) => [
    row(`${one.text}: \`@sci/ctadata\``, `${one.way} ${one.where} ours`, "the whole program, every file verified"),
    ...settings[one.where].map((transfers) =>
      row(`${one.text}: rclone ${rcloneVersion}, ${transfers} transfers`, `${one.way} ${one.where} rclone ${transfers}`),
    ),
    row(
      `${originalFiles} of them, ${words[one.way]}, ${words[one.where]}: ctadata 0.7.0, one call per file`,
      `${one.way} ${one.where} original`,
    ),
  ]);
  const peak = Object.entries(peaks).map(([name, values]) => ({
    what: `peak memory: ${name.replace(" ours", "")}`,
    ...summary(values),
    unit: "MB",
  }));
  const rate = (way) => median(times[`large ${way} curl`]) / median(times[`large ${way} ours`]);
  return {
    title: "CTAO data",
    about:
      `Apache httpd with mod_dav, plain http, a bearer token; its data and those of the clients in memory. "${words.far}": through a proxy that ` +
      "delays each way by half of that, with a round trip for a new connection and no limit of the rate. Everything transferred was compared " +
      `with its source. rclone runs with \`--webdav-pacer-min-sleep 0\`; ctadata (Python ${version}) is timed inside its process.`,
    measured: [
      ...small,
      ...["down", "up"].flatMap((way) => [
        row(`one file of ${large} MiB ${words[way]}: \`@sci/ctadata\``, `large ${way} ours`, "the job alone"),
        row(`one file of ${large} MiB ${words[way]}: curl`, `large ${way} curl`, "its own time"),
      ]),
      row("100,000 entries listed: `@sci/ctadata`", "list ours", "the whole program"),
      row(`100,000 entries listed: rclone ${rcloneVersion}`, "list rclone"),
      ...peak,
    ],
    targets: [
      ...cases.map((one) => target(`${one.text}: times as fast as rclone's best setting`, best(one) / ours(one), { atLeast: 1 })),
      ...cases.map((one) => {
        const original = (median(times[`${one.way} ${one.where} original`]) * count) / originalFiles;
        return target(`${one.text}: times as fast as ctadata called once per file`, original / ours(one), { atLeast: 10 });
      }),
      ...["down", "up"].map((way) => target(`one file of ${large} MiB ${words[way]}: rate, of curl's`, rate(way), { atLeast: 0.9 })),
      target("100,000 entries listed: time, of rclone's", median(times["list ours"]) / median(times["list rclone"]), { atMost: 1.2 }),
      target("peak memory of every case", Math.max(...Object.values(peaks).map(median)), { atMost: 150, unit: " MB" }),
    ],
  };
}
