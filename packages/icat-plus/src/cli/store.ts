import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  addDryRunOption,
  addExamples,
  addOutputOptions,
  type Command,
  type CommandContext,
  type OutputChoice,
  writeRecord,
  writeRows,
  writeText,
} from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { IcatClient } from "../client.ts";
import type { DatasetOptions } from "../ingest/types.ts";
import type { Delivery } from "../messaging/types.ts";
import { withClient } from "./client.ts";
import { metadataOf, parameter } from "./metadata.ts";

export interface SendChoice extends OutputChoice {
  readonly dryRun?: boolean;
  readonly wait?: "confirmed" | "stored";
}

interface StoreChoice extends SendChoice {
  readonly dataset?: string;
  readonly sample?: string;
  readonly path?: string;
  readonly metadatafile?: string;
  readonly parameter?: Readonly<Record<string, unknown>>;
  readonly storeFilename?: string;
  readonly strict?: boolean;
  readonly raw?: readonly string[];
}

const texts = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** Options of every command that sends a message. */
export function sendOptions(command: Command): Command {
  command.option("--no-wait", "end as soon as the message is safe in the outbox");
  return addOutputOptions(addDryRunOption(command));
}

export function sending(
  choice: SendChoice & { readonly wait?: unknown },
  { signal }: CommandContext,
): { signal: AbortSignal; dryRun?: boolean; wait?: "stored" } {
  return {
    signal,
    ...(choice.dryRun === true ? { dryRun: true } : {}),
    ...((choice.wait as unknown) === false ? { wait: "stored" as const } : {}),
  };
}

/** Shows what became of a message, or with `--dry-run` the message. */
export async function writeDelivery(context: CommandContext, delivery: object, choice: OutputChoice): Promise<void> {
  const { message } = delivery as Delivery;
  if (message === undefined || choice.format !== undefined) await writeRecord(context, delivery, choice);
  else await writeText(context, `${message.queue}\n${message.body}\n`, choice.output);
}

/** Adds `store-raw` (`store` for short), `store-processed`, `store-from-file` and `add-files`. */
export function addStoreCommands(program: Command, context: CommandContext): void {
  addStore(program, context, false);
  addStore(program, context, true);
  addFromFile(program, context);

  const files = sendOptions(
    program.command("add-files").description("tell that files were added to datasets").argument("<id...>", "numbers of the datasets"),
  );
  files.action((ids: readonly string[], choice: SendChoice) =>
    withClient(files, context, async (icat) => {
      const numbers = ids.map((id) => (/^\d+$/.test(id) ? Number(id) : refuse(`"${id}" is no number of a dataset.`)));
      const rows: object[] = [];
      for (const id of numbers) rows.push({ datasetId: id, ...(await icat.addFiles(id, sending(choice, context))) });
      if (choice.dryRun === true && choice.format === undefined) for (const row of rows) await writeDelivery(context, row, choice);
      else await writeRows(context, rows, choice);
    }),
  );
}

function addStore(program: Command, context: CommandContext, isProcessed: boolean): void {
  const name = isProcessed ? "store-processed" : "store-raw";
  const command = program
    .command(name)
    .aliases(isProcessed ? [] : ["store"])
    .description(isProcessed ? "hand a dataset that was made from others to the catalogue" : "hand a dataset to the catalogue")
    .requiredOption("--dataset <name>", "name of the dataset")
    .requiredOption("--path <folder>", "folder of its data")
    .option("--sample <name>", "name of the sample: field Sample_name")
    .option("--metadatafile <file>", "fields: a JSON object, or lines NAME = VALUE; - is standard input")
    .option("-p, --parameter <name=value>", "a field, repeatable; wins over the file", parameter)
    .option("--store-filename <file>", "write the message to this file, and send nothing")
    .option("--strict", "refuse unknown fields and wrong values, instead of warning");
  if (isProcessed) command.requiredOption("--raw <folder>", "folder of a dataset that it was made from, repeatable", texts);
  addExamples(sendOptions(command), [
    `icat ${name} --beamline id00 --proposal ma1234 --dataset d1 --sample s1 --path /data/visitor/ma1234/id00/20240301/RAW_DATA/s1/s1_d1${isProcessed ? " --raw /data/…" : ""}`,
    `icat ${name} --dataset d1 --path . --sample s1 -p InstrumentMonochromator_energy='12.5 keV' --dry-run${isProcessed ? " --raw /data/…" : ""}`,
  ]);
  command.action((choice: StoreChoice) =>
    withClient(command, context, async (icat) => {
      const { dataset, sample, path, metadatafile, parameter: own, storeFilename, strict, raw } = choice;
      const metadata = { ...(await metadataOf(context, metadatafile)), ...own, ...(sample === undefined ? {} : { Sample_name: sample }) };
      const input: DatasetOptions = {
        ...sending(choice, context),
        metadata,
        ...(dataset === undefined ? {} : { dataset }),
        ...(path === undefined ? {} : { path }),
        ...(storeFilename === undefined ? {} : { storeFilename }),
        ...(strict === undefined ? {} : { strict }),
      };
      const stored = isProcessed ? await icat.storeProcessedData({ ...input, raw: raw ?? [] }) : await icat.storeDataset(input);
      const { warnings: _warnings, ...delivery } = stored;
      await writeDelivery(context, delivery, choice);
    }),
  );
}

function addFromFile(program: Command, context: CommandContext): void {
  const command = sendOptions(
    program
      .command("store-from-file")
      .description("send messages that were written to files, the oldest first")
      .argument("<pattern>", "a file, or a pattern such as 'folder/*.xml'"),
  );
  command.action((pattern: string, choice: SendChoice) =>
    withClient(command, context, async (icat) => {
      const rows: object[] = [];
      for (const file of await filesOf(pattern)) rows.push(await sendFile(icat, file, choice, context, rows));
      await writeRows(context, rows, choice);
    }),
  );
}

async function sendFile(
  icat: IcatClient,
  file: string,
  choice: SendChoice,
  context: CommandContext,
  done: readonly object[],
): Promise<object> {
  try {
    return { file, ...(await icat.storeDatasetFromFile(file, sending(choice, context))) };
  } catch (error) {
    if (done.length > 0) context.warn(`${done.length} files were sent before ${file}.`);
    throw error;
  }
}

/** Files that fit, by their time. */
async function filesOf(pattern: string): Promise<string[]> {
  if (!/[*?[\]{}]/.test(pattern)) return [pattern];
  const folder = dirname(pattern);
  if (/[*?[\]{}]/.test(folder)) refuse(`Only the name of a file may be a pattern, not its folder: "${pattern}".`);
  const fits = glob(basename(pattern));
  const found: { path: string; time: number }[] = [];
  for (const name of await readdir(folder).catch(() => refuse(`The folder ${folder} cannot be read.`))) {
    if (!fits(name)) continue;
    const path = join(folder, name);
    found.push({ path, time: (await stat(path)).mtimeMs });
  }
  if (found.length === 0) refuse(`No file is like ${pattern}.`);
  return found.sort((a, b) => a.time - b.time || (a.path < b.path ? -1 : 1)).map(({ path }) => path);
}

/** `*`, `?` and `[…]` of shells. */
function glob(pattern: string): (name: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".")
    .replace(/\[!/g, "[^");
  const expression = new RegExp(`^${source}$`, "s");
  return (name) => expression.test(name) && (!name.startsWith(".") || pattern.startsWith("."));
}

function refuse(message: string): never {
  throw new SciError("INVALID_ARGUMENT", message);
}
