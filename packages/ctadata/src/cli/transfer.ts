import { stat } from "node:fs/promises";
import { type Command, type CommandContext, addExamples, jsonText, wholeNumber } from "@sci/cli-core";
import { isSciError, SciError } from "@sci/http-core";
import type { ConflictPolicy, FileOutcome, TransferEvent, TransferJob, TransferOptions, TransferReport } from "@sci/http-core/transfer";
import type { Mode } from "../options.ts";
import { completed, localName, placeOf, textOf } from "../paths.ts";
import { type Globals, openClient } from "./globals.ts";
import { amount, startStatusLine } from "./progress.ts";

interface TransferChoice {
  readonly recursive?: boolean;
  readonly overwrite?: boolean;
  readonly conflict?: ConflictPolicy;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly concurrency?: number;
  readonly requireChecksum?: boolean;
  readonly compareChecksums?: boolean;
  readonly journal?: string;
  readonly times?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

const policies: readonly ConflictPolicy[] = ["error", "skip", "overwrite", "newer", "rename"];
const several = (text: string, before: readonly string[] | undefined): string[] => [...(before ?? []), text];

function policy(text: string): ConflictPolicy {
  const found = policies.find((one) => one === text);
  if (found === undefined)
    throw new SciError("INVALID_ARGUMENT", `--conflict must be one of ${policies.join(", ")}, not ${JSON.stringify(text)}.`);
  return found;
}

function addTransferOptions(command: Command): Command {
  return command
    .option("-r, --recursive", "a directory with all below it")
    .option("--overwrite", "replace what is there under a name already and is not the same (same as --conflict overwrite)")
    .option("--conflict <policy>", `what to do there: ${policies.join(", ")} (default: error)`, policy)
    .option("--include <pattern>", "only what fits: * and ? within a name, ** across folders, {a,b}; repeatable", several)
    .option("--exclude <pattern>", "leave out what fits; repeatable", several)
    .option("--concurrency <n>", "files in flight (default: as many as move most)", wholeNumber("--concurrency", { max: 1024 }))
    .option("--require-checksum", "fail where the storage tells no checksum, instead of comparing lengths")
    .option("--compare-checksums", "compare what is in place by checksum instead of size and time")
    .option("--journal <file>", "remember here what is done, so that a job that was killed goes on")
    .option("--no-times", "leave times of the last change as they come")
    .option("--json", "write every event as a line of JSON on standard output");
}

/** `get [-r] REMOTE [LOCAL]` */
export function addGet(program: Command, context: CommandContext, forced?: Mode): void {
  const command = program
    .command("get")
    .description("download a file, or a directory with -r; run again it continues, and leaves alone what is complete")
    .argument("<remote>", "path from the root of the storage")
    .argument("[local]", "file or folder (default: the name of the remote file, in the working folder)");
  addTransferOptions(command).action(async (remote: string, local: string | undefined, choice: TransferChoice) => {
    const client = await openClient(context, program.opts<Globals>(), forced);
    try {
      await run(context, choice, (options) => client.download(remote, local, { ...options, recursive: choice.recursive === true }));
    } finally {
      await client.close();
    }
  });
  addExamples(command, [
    ["cta-data get cta/DL1/20241114/v0.1/dl1.h5", "one file, into the working folder"],
    ["cta-data get -r --include '*.h5' cta/DL1/20241114 ./data", "a directory, its HDF5 files only"],
  ]);
}

const ownFolder =
  "In service mode files land in the user's own folder of the storage (lst/users/NAME/ or cta/users/NAME/), whatever the path. All files written are accessible to all CTAO members and to all users of the platform.";

/** `put [-r] LOCAL REMOTE` */
export function addPut(program: Command, context: CommandContext, forced?: Mode): void {
  const command = program
    .command("put")
    .description(`upload a file, or a folder with -r. ${ownFolder}`)
    .argument("<local>", "file or folder")
    .argument("<remote>", "path; one that ends in a slash is completed with the name of the file")
    .option("--dry-run", "show what would be sent, and send nothing");
  addTransferOptions(command).action(async (local: string, remote: string, choice: TransferChoice) => {
    await checkLocal(local, choice.recursive === true);
    const client = await openClient(context, program.opts<Globals>(), forced);
    try {
      if (choice.dryRun === true) {
        const place = placeOf(remote);
        const target = choice.recursive === true ? place : completed(place, localName(local));
        const where = client.mode === "service" ? "your own folder of the storage, as " : "";
        await context.print(`would upload ${local} to ${where}${textOf(target)} (${client.mode} mode)\n`);
        return;
      }
      await run(context, choice, (options) => client.upload(local, remote, { ...options, recursive: choice.recursive === true }));
    } finally {
      await client.close();
    }
  });
  addExamples(command, [
    ["cta-data put latest.txt your-folder/", "to your-folder/latest.txt"],
    ["cta-data put -r results your-folder/results", "a folder with all below it"],
  ]);
}

async function checkLocal(local: string, recursive: boolean): Promise<void> {
  const found = await stat(local).catch(() => undefined);
  if (found === undefined) throw new SciError("INVALID_ARGUMENT", `There is no file or folder ${JSON.stringify(local)}.`);
  if (found.isDirectory() && !recursive)
    throw new SciError("INVALID_ARGUMENT", `${JSON.stringify(local)} is a folder; give -r (--recursive) to upload it with all below it.`);
}

/** Runs a job to its end: progress for all of it, every failure as a line, and an error unless everything is verified. */
async function run(context: CommandContext, choice: TransferChoice, start: (options: TransferOptions) => TransferJob): Promise<void> {
  const { overwrite, conflict, include, exclude, concurrency, requireChecksum, compareChecksums, journal, times, json = false } = choice;
  const line = startStatusLine(context, !(json && context.stdout.isTTY === true));
  let printing: Promise<void> = Promise.resolve();
  const failures: FileOutcome[] = [];
  const onEvent = (event: TransferEvent): void => {
    if (json) printing = printing.then(() => context.print(`${jsonText(plain(event))}\n`));
    if (event.type === "progress") line.show(event);
    else if (event.type === "retry")
      context.logger.debug(`${event.name}: attempt ${event.attempt} failed, next in ${event.delay} ms`, { reason: event.error.message });
    else if (event.type === "file" && event.status === "failed") {
      failures.push(event);
      context.note(`failed: ${event.name}: ${event.error?.message ?? "for no reason that was told"}`);
    } else if (event.type === "file" && event.status === "skipped" && event.reason !== "complete") {
      context.note(`skipped: ${event.name} (${event.reason === "newer" ? "what is there is newer" : "something is there"})`);
    }
  };
  const policyNow = conflict ?? (overwrite === true ? "overwrite" : undefined);
  const given = { conflict: policyNow, include, exclude, concurrency, requireChecksum, compareChecksums, journal };
  let report: TransferReport;
  try {
    report = await start({
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      ...(times === false ? { times } : {}),
      signal: context.signal,
      onEvent,
    });
  } finally {
    line.stop();
    await printing;
  }
  if (!json) context.note(summary(report));
  check(report, failures);
}

/** An event as JSON: errors with their fields, without stacks. */
function plain(event: TransferEvent): object {
  return JSON.parse(JSON.stringify(event)) as object;
}

/** "3 files: 2 transferred (2 verified by checksum), 1 complete before; 12 MB in 1.2 s" */
export function summary(report: TransferReport): string {
  const { files, done, verifiedByChecksum, verifiedByLength, skipped, failed, bytes, duration, directories } = report;
  const verified = [
    ...(verifiedByChecksum > 0 ? [`${verifiedByChecksum} verified by checksum`] : []),
    ...(verifiedByLength > 0 ? [`${verifiedByLength} by length only`] : []),
  ];
  const parts = [
    `${done} transferred${verified.length === 0 ? "" : ` (${verified.join(", ")})`}`,
    ...(skipped > 0 ? [`${skipped} left as they are`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(directories > 0 ? [`${directories} empty ${directories === 1 ? "directory" : "directories"} made`] : []),
  ];
  return `${files} ${files === 1 ? "file" : "files"}: ${parts.join(", ")}; ${amount(bytes)} in ${(duration / 1000).toFixed(1)} s`;
}

/** @throws what ended the job; the error of the only file; PARTIAL when some are done and others not */
function check(report: TransferReport, failures: readonly FileOutcome[]): void {
  const { done, skipped, failed, files, error, verifiedByChecksum, verifiedByLength } = report;
  const unverified = done - verifiedByChecksum - verifiedByLength;
  if (error === undefined && failed === 0 && unverified === 0) return;
  const some = done + skipped > 0;
  if (error !== undefined && (!some || isSciError(error, "ABORTED"))) throw error;
  const first = failures[0]?.error ?? error;
  if (!some && first !== undefined)
    throw files === 1 ? first : new SciError(first.code, `None of ${files} files could be transferred: ${first.message}`, { cause: first });
  const rest = error === undefined ? "" : ` The job broke off: ${error.message}`;
  const notes = unverified > 0 ? ` ${unverified} could not be verified.` : "";
  throw new SciError(
    "PARTIAL",
    `${done + skipped} of ${files} files are in place, ${failed} failed.${notes}${rest} Run the same command again to continue.`,
    {
      cause: first,
    },
  );
}
