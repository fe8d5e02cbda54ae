import {
  addOutputOptions,
  type Command,
  type CommandContext,
  addExamples,
  type Column,
  escapeTerminal,
  type OutputChoice,
  wholeNumber,
  writeRecord,
  writeRows,
  writeText,
} from "@sci/cli-core";
import { type ChecksumName, type RemoteEntry } from "@sci/http-core/transfer";
import { SciError } from "@sci/http-core";
import type { Mode } from "../options.ts";
import { type Globals, openClient } from "./globals.ts";

interface ListChoice extends OutputChoice {
  readonly recursive?: boolean;
  readonly long?: boolean;
  readonly checksums?: boolean;
  readonly locality?: boolean;
  readonly concurrency?: number;
}

const columns: readonly Column[] = [
  { name: "type", get: ({ type }) => type },
  { name: "size", get: ({ size }) => size },
  { name: "changed", get: ({ mtime }) => (typeof mtime === "number" ? new Date(mtime).toISOString() : undefined) },
  { name: "name", get: ({ name, type }) => (type === "directory" ? `${String(name)}/` : name) },
];

/** A row of output: the entry, its time as text. */
function row({ mtime, checksums, ...entry }: RemoteEntry): object {
  return {
    ...entry,
    ...(mtime === undefined ? {} : { mtime: new Date(mtime).toISOString() }),
    ...(Object.keys(checksums).length === 0 ? {} : { checksums }),
  };
}

/** `list PATH` */
export function addList(program: Command, context: CommandContext, forced?: Mode): void {
  const command = addOutputOptions(
    program.command("list").alias("ls").description("list a directory, one name on a line; with -l or --format all about each"),
  )
    .argument("[path]", "path from the root of the storage", "")
    .option("-r, --recursive", "with everything below it")
    .option("-l, --long", "a table with size and time of the last change")
    .option("--checksums", "with the checksums that the storage keeps (direct mode)")
    .option("--locality", "with whether contents are on disk or on tape (direct mode)")
    .option("--concurrency <n>", "directories asked at a time", wholeNumber("--concurrency", { max: 256 }));
  command.action(async (path: string, { recursive, long, checksums, locality, concurrency, ...output }: ListChoice) => {
    const client = await openClient(context, program.opts<Globals>(), forced);
    try {
      const given = { recursive, checksums, locality, concurrency };
      const options = { signal: context.signal, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
      const entries = client.list(path, options);
      if (long !== true && output.format === undefined && output.output === undefined) {
        for await (const { name } of entries) await context.print(`${context.stdout.isTTY === true ? escapeTerminal(name) : name}\n`);
        return;
      }
      const format = output.format ?? (long === true && output.output === undefined ? "table" : undefined);
      await writeRows(context, rows(entries, format === "table"), {
        ...output,
        ...(format === undefined ? {} : { format }),
        tableColumns: columns,
        unit: "entries",
      });
    } finally {
      await client.close();
    }
  });
  addExamples(command, [
    ["cta-data list cta/DL1", "names only"],
    ["cta-data list -r --format csv --output files.csv lst", "a whole tree as a table"],
  ]);
}

async function* rows(entries: AsyncIterable<RemoteEntry>, raw: boolean): AsyncGenerator<object> {
  for await (const entry of entries) yield raw ? entry : row(entry);
}

/** `stat`, `checksum`, `quota`, `locality`, `stage`: what the storage says. */
export function addQuestions(program: Command, context: CommandContext, forced?: Mode): void {
  addOutputOptions(program.command("stat").description("all about one file or directory"))
    .argument("<path>")
    .action(async (path: string, output: OutputChoice) => {
      await using(async (client) => {
        const more = client.mode === "direct" ? { checksums: true, locality: true } : {};
        await writeRecord(context, row(await client.stat(path, { signal: context.signal, ...more })), output);
      });
    });
  addOutputOptions(program.command("checksum").description("the checksum that the storage keeps of a file"), [])
    .argument("<paths...>")
    .option("--algorithm <name>", "adler32, md5 or sha-256 (default: what there is, adler32 first)", algorithm)
    .action(async (paths: string[], { algorithm: name, output }: OutputChoice & { algorithm?: ChecksumName }) => {
      await using(async (client) => {
        const lines: string[] = [];
        for (const path of paths) {
          const found = await client.checksum(path, { signal: context.signal, ...(name === undefined ? {} : { algorithm: name }) });
          lines.push(`${found.algorithm} ${found.value}  ${escapeTerminal(path)}\n`);
        }
        await writeText(context, lines.join(""), output);
      });
    });
  addOutputOptions(program.command("quota").description("bytes used and free"))
    .argument("[path]", "directory", "")
    .action(async (path: string, output: OutputChoice) => {
      await using(async (client) => writeRecord(context, { ...(await client.quota(path, { signal: context.signal })) }, output));
    });
  addOutputOptions(program.command("locality").description("whether files are on disk or on tape (direct mode)"))
    .argument("<paths...>")
    .action(async (paths: string[], output: OutputChoice) => {
      await using(async (client) => void (await writeRows(context, await client.locality(paths, { signal: context.signal }), output)));
    });
  addOutputOptions(program.command("stage").description("bring files from tape to disk, and wait for them (direct mode)"))
    .argument("<paths...>")
    .option("--lifetime <duration>", 'how long they stay on disk, e.g. "PT12H"')
    .option("--no-wait", "only ask for it")
    .action(async (paths: string[], { lifetime, wait, ...output }: OutputChoice & { lifetime?: string; wait?: boolean }) => {
      await using(async (client) => {
        const status = await client.stage(paths, {
          signal: context.signal,
          ...(lifetime === undefined ? {} : { lifetime }),
          ...(wait === false ? { wait } : {}),
          onProgress: ({ files }) =>
            context.logger.info(`${files.filter(({ onDisk }) => onDisk).length} of ${files.length} files are on disk`),
        });
        context.note(`request ${status.requestId}`);
        await writeRows(context, status.files, output);
        const failed = status.files.filter(({ error }) => error !== undefined).length;
        if (failed > 0)
          throw new SciError(
            failed === status.files.length ? "SERVICE_ERROR" : "PARTIAL",
            `${failed} of ${status.files.length} files could not be staged.`,
          );
      });
    });

  async function using(work: (client: Awaited<ReturnType<typeof openClient>>) => Promise<void>): Promise<void> {
    const client = await openClient(context, program.opts<Globals>(), forced);
    try {
      await work(client);
    } finally {
      await client.close();
    }
  }
}

function algorithm(text: string): ChecksumName {
  const found = (["adler32", "md5", "sha-256"] as const).find((one) => one === text.toLowerCase());
  if (found === undefined)
    throw new SciError("INVALID_ARGUMENT", `--algorithm must be adler32, md5 or sha-256, not ${JSON.stringify(text)}.`);
  return found;
}
