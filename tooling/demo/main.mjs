// `npm run demo`: certified CMS runs, joined with their lumisection ranges, and their luminosity, from the sandbox to four files.
import { rmSync } from "node:fs";
import { join, relative } from "node:path";
import { createCtaData } from "@sci/ctadata";
import { createIcatClient } from "@sci/icat-plus";
import { createMyMdc } from "@sci/mymdc";
import { createOms } from "@sci/oms";
import { createRunRegistry } from "@sci/runregistry";
import { run as execute } from "../lib/process.mjs";
import { startSandboxCommand } from "../lib/sandbox.mjs";
import { root } from "../lib/workspace.mjs";
import { checkDataset, checkLogbook, logInToRead, makeScan, openSession, storeScan, visit, visitor, writeLogbook } from "./catalogue.mjs";
import { certify, generateGolden, rules, selectRuns } from "./certify.mjs";
import { writeFiles, writeLuminosity } from "./files.mjs";
import { agree, directSum, logIn, luminosityOf, service, spread } from "./luminosity.mjs";
import { beamtime, checkRun, closeRun, fillRun, openRun, replicateRun } from "./measurement.mjs";
import { confirmLogin } from "./person.mjs";
import { compareTrees, downloadTree, listTree, makeTree, remote, uploadTree } from "./storage.mjs";
import { showTable } from "./table.mjs";

const output = join(root, "tooling", "demo", "output");
const here = (path) => relative(process.cwd(), path);

let steps = 0;
const started = performance.now();
function step(text) {
  console.log(`\n${++steps}. ${text}`);
}

async function main() {
  const facilities = "runregistry,oms,mymdc,ctadata,icat-plus";
  step(`The sandbox starts: sci-sandbox start --facility ${facilities} --latency 20ms`);
  const sandbox = await startSandboxCommand(["--facility", facilities, "--latency", "20ms"]);
  try {
    const { urls } = sandbox;
    console.log(
      `   Run Registry at ${urls.runregistry}, OMS at ${urls.oms}, log-in at ${urls.cern}, myMdC at ${urls.mymdc}, CTAO at ${urls.ctadata}, ICAT+ at ${urls["icat-plus"]}`,
    );
    await useSandbox(sandbox);
  } finally {
    await sandbox.stop();
  }
  console.log(`\nDone in ${((performance.now() - started) / 1000).toFixed(1)} s; the sandbox has ended.`);
}

async function useSandbox(sandbox) {
  // What `export` does in a shell: the client takes address and credentials from there.
  Object.assign(process.env, sandbox.env);
  const certified = await useRunRegistry();
  await useOms(certified);
  await showCommand("runreg", "runregistry", runregArguments);
  const run = await useMyMdc();
  await showCommand("mymdc", "mymdc", ["replica", "list", String(beamtime.proposal), String(run), "--format", "table"]);
  await useCtaData();
  await showCommand("cta-data", "ctadata", ["list", remote]);
  await useIcat();
  await showCommand("icat", "icat-plus", ["session", "--datasets", ...visitArguments, "--format", "table"]);
}

async function useRunRegistry() {
  const traffic = { requests: 0, now: 0, most: 0 };
  const rr = createRunRegistry({ onEvent: (event) => count(event, traffic) });
  try {
    step(`Runs are selected: class ${rules.runClass}, significant, at least ${rules.energy} GeV`);
    const runs = await selectRuns(rr);
    console.log(`   ${runs.size} runs in ${traffic.requests} pages of 50, up to ${traffic.most} at a time`);

    step(
      `They are joined with the lumisections of ${rules.datasets}: ${rules.components.length} components GOOD, ${rules.bits.length} bits on`,
    );
    const certified = await certify(rr, runs);
    const { golden, rows } = certified;
    console.log(
      `   ${golden.lumisectionCount} lumisections of ${golden.runCount} runs; ${traffic.requests} requests so far, up to ${traffic.most} at a time`,
    );
    showTable(rows, ["run_number", "start_time", "fill_number", "recorded_lumi", "lumisections", "certified_lumisections", "certified"]);

    step("The result is written");
    for (const { name, bytes } of await writeFiles(output, certified)) console.log(`   ${here(join(output, name))}  ${bytes} bytes`);

    step("Run Registry makes a golden JSON by the same rules, and both are compared");
    const made = await generateGolden(rr);
    const difference = made.symmetricDifference(golden);
    if (!difference.isEmpty)
      throw new Error(`They differ in ${difference.lumisectionCount} lumisections: ${difference.toRanges().slice(0, 5).join(", ")}`);
    console.log(`   the same ${made.lumisectionCount} lumisections of ${made.runCount} runs`);
    return certified;
  } finally {
    await rr.close();
  }
}

async function useOms(certified) {
  step(`A person logs in at CERN with a code, and gets a token for OMS (${service.audience})`);
  const { auth, username, expiresAt } = await logIn({ onPrompt: playPerson });
  console.log(`   ${username} is logged in; the token is good until ${expiresAt.toISOString()} and is kept in memory only`);

  const traffic = { requests: 0, now: 0, most: 0 };
  const oms = createOms({ auth, onEvent: (event) => count(event, traffic) });
  try {
    step("OMS tells the luminosity of the certified lumisections of each run");
    const luminosity = await luminosityOf(oms, certified);
    const { delivered, recorded, units, runs } = luminosity;
    console.log(
      `   ${delivered.toFixed(3)} ${units} delivered, ${recorded.toFixed(3)} ${units} recorded in ${runs.length} runs; ${traffic.requests} requests, up to ${traffic.most} at a time`,
    );
    showTable(runs, ["run_number", "fill_number", "lumisections", "delivered", "recorded", "units"]);
    for (const { name, bytes } of await writeLuminosity(output, luminosity)) console.log(`   ${here(join(output, name))}  ${bytes} bytes`);

    step("The luminosities are compared with OMS's running sums at the ends of each range, for some of the runs");
    for (const sum of spread(runs, 5)) {
      const direct = await directSum(oms, sum.run_number, certified.golden.ranges(sum.run_number));
      if (!agree(sum, direct))
        throw new Error(`They differ in run ${sum.run_number}: ${sum.recorded} and ${direct.recorded} ${units} recorded.`);
      console.log(`   the same in run ${sum.run_number}: ${direct.recorded.toFixed(6)} ${units} in ${direct.lumisections} lumisections`);
    }
  } finally {
    await oms.close();
  }
}

/** What a person sees and does who logs in. */
async function playPerson(prompt) {
  console.log(
    `   Open ${prompt.verificationUri} and enter the code ${prompt.userCode} (within ${Math.round(prompt.expiresIn / 60_000)} minutes)`,
  );
  console.log("   In the browser, where the demo plays the person:");
  await confirmLogin(prompt, (title, done) => console.log(`     [${title}] ${done}`.trimEnd()));
}

/** A run at European XFEL: opened, filled, closed and replicated. */
async function useMyMdc() {
  const mdc = createMyMdc();
  try {
    step(`European XFEL's metadata catalogue: a run of proposal ${beamtime.proposal} is opened`);
    const opened = await openRun(mdc);
    const { proposal, experiment, sample, run, data_group } = opened;
    console.log(
      `   run ${run.run_number} of "${proposal.title}" at ${proposal.instrument_identifier}, sample "${sample.name}", ${experiment.experiment_folder}`,
    );
    console.log(`   its data group ${data_group.id} lies at ${data_group.prefix_path}; its first train is ${run.first_train}`);

    step("Its files are registered, it is closed, and its raw data are said to be in a repository");
    const files = await fillRun(mdc, opened);
    const closed = await closeRun(mdc, opened);
    const replicas = await replicateRun(mdc, opened);
    console.log(
      `   ${files.length} files; closed at ${closed.end_at} with train ${closed.last_train}; ${replicas.length} data group in ${beamtime.repository}`,
    );

    step("A portal reads it back");
    const listed = await checkRun(mdc, opened, files);
    showTable([listed], ["run_number", "flg_status", "num_files"]);
    return run.run_number;
  } finally {
    await mdc.close();
  }
}

/** A tree of files to the storage of CTAO and back. */
async function useCtaData() {
  const [source, back] = [join(output, "night"), join(output, "night-back")];
  const { files, bytes } = await makeTree(source);
  const cta = createCtaData();
  try {
    step(`The storage of CTAO: a tree of ${files} files, ${(bytes / 1e6).toFixed(1)} MB, is uploaded to ${remote}`);
    showReport(await uploadTree(cta, source, files));

    step("It is listed");
    const entries = await listTree(cta);
    showTable(
      entries.map(({ name, size }) => ({ name, size })),
      ["name", "size"],
    );

    step("It is downloaded to another folder, each file verified by its checksum, and compared with the first");
    showReport(await downloadTree(cta, back, files));
    console.log(`   the same ${await compareTrees(source, back)} files in ${here(source)} and ${here(back)}`);
  } finally {
    await cta.close();
  }
}

/** A scan at the ESRF: its dataset, a message and a picture, to the catalogue and back. */
async function useIcat() {
  // No answer is kept: what an ingester does shows at once.
  const icat = createIcatClient({ sessionCacheLifetime: 0 });
  try {
    step(`The ESRF's catalogue: a session of ${visit.proposal} at ${visit.beamline} is opened, and a dataset is stored`);
    const scan = await makeScan(join(output, "scan"));
    const session = await openSession(icat);
    console.log(`   session ${session.id} of ${session.proposal} at ${session.beamline} since ${session.startDate}`);
    const stored = await storeScan(icat, scan);
    console.log(`   the broker ${stored.broker} confirmed the dataset ${stored.dataset} as message ${stored.id}`);

    step("A message and a picture go into the e-logbook");
    await writeLogbook(icat, scan);

    step(`Both are read back, by ${visitor.username}, and compared`);
    const pictureUrl = await logInToRead(icat, process.env.ICATPLUS_URL);
    showTable([await checkDataset(icat, scan, stored)], ["id", "name", "sample", "energy", "files"]);
    showTable(await checkLogbook(icat, session, scan, pictureUrl), ["time", "category", "shows"]);
  } finally {
    await icat.close();
  }
}

function showReport({ done, verifiedByChecksum, verifiedByLength, bytes, duration }) {
  console.log(
    `   ${done} files, ${(bytes / 1e6).toFixed(1)} MB in ${(duration / 1000).toFixed(1)} s; verified by checksum ${verifiedByChecksum}, by length ${verifiedByLength}`,
  );
}

const visitArguments = ["--beamline", visit.beamline, "--proposal", visit.proposal];

const runregArguments = [
  ...["runs", "--where", "run_number>=325000", "--where", `class = ${rules.runClass}`, "--limit", "5"],
  ...["--fields", "run_number,class,start_time,recorded_lumi", "--format", "table"],
];

/** The same from a shell. */
async function showCommand(name, folder, args) {
  step(`The command ${name} does it from a shell`);
  console.log(`   ${name} ${args.map((arg) => (/[\s<>%]/.test(arg) ? `'${arg}'` : arg)).join(" ")}\n`);
  const { code } = await execute(process.execPath, [join(root, "packages", folder, "dist", "cli", "main.js"), ...args]);
  if (code !== 0) throw new Error(`${name} ended with ${code}.`);
}

function count({ type }, traffic) {
  if (type === "request") {
    traffic.requests++;
    traffic.most = Math.max(traffic.most, ++traffic.now);
  } else if (type === "response") traffic.now--;
}

try {
  rmSync(output, { recursive: true, force: true });
  await main();
} catch (error) {
  console.error(`The demo failed: ${error.message}`);
  process.exitCode = 1;
}
