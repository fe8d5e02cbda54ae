import { addDryRunOption, type Command, type CommandContext } from "@sci/cli-core";
import type { CtaData } from "../index.ts";
import { type Globals, openClient } from "./globals.ts";

interface ChangeChoice {
  readonly dryRun?: boolean;
  readonly recursive?: boolean;
  readonly overwrite?: boolean;
  readonly otherTokenFile?: string;
  readonly requireChecksum?: boolean;
}

/** `rm`, `mkdir`, `mv`, `cp` */
export function addChanges(program: Command, context: CommandContext): void {
  addDryRunOption(program.command("rm").description("remove a file or an empty directory; with -r a directory with all below it"))
    .argument("<paths...>")
    .option("-r, --recursive", "directories with all below them")
    .action(async (paths: string[], { dryRun, recursive = false }: ChangeChoice) => {
      await change(
        dryRun,
        paths.map((path) => `remove ${path}${recursive ? " with all below it" : ""}`),
        async (client) => {
          for (const path of paths) await client.remove(path, { recursive, signal: context.signal });
        },
      );
    });
  addDryRunOption(program.command("mkdir").description("make directories, with those above them"))
    .argument("<paths...>")
    .action(async (paths: string[], { dryRun }: ChangeChoice) => {
      await change(
        dryRun,
        paths.map((path) => `make ${path}`),
        async (client) => {
          for (const path of paths) await client.mkdir(path, { signal: context.signal });
        },
      );
    });
  addDryRunOption(program.command("mv").description("rename a file or directory; a new name that ends in a slash is completed"))
    .argument("<from>")
    .argument("<to>")
    .option("--overwrite", "replace what has that name")
    .action(async (from: string, to: string, { dryRun, overwrite = false }: ChangeChoice) => {
      await change(dryRun, [`rename ${from} to ${to}`], (client) => client.move(from, to, { overwrite, signal: context.signal }));
    });
  addDryRunOption(
    program
      .command("cp")
      .description("copy within the storage, or between it and another one (a URL); no byte passes through this machine"),
  )
    .argument("<from>", "path, or URL of another storage")
    .argument("<to>", "path, or URL of another storage")
    .option("--overwrite", "replace what has that name")
    .option("--other-token-file <file>", "a file whose first line is the token for the other storage")
    .option("--no-require-checksum", "copy although the storages cannot compare checksums")
    .action(async (from: string, to: string, { dryRun, overwrite = false, otherTokenFile, requireChecksum = true }: ChangeChoice) => {
      await change(dryRun, [`copy ${from} to ${to}`], async (client) => {
        const { readSecret } = await import("@sci/cli-core");
        const otherToken = otherTokenFile === undefined ? undefined : await readSecret(context, { what: "token", file: otherTokenFile });
        const { by, bytes } = await client.copy(from, to, {
          overwrite,
          requireChecksum,
          signal: context.signal,
          ...(otherToken === undefined ? {} : { otherToken: otherToken.split("\n", 1)[0]?.trim() ?? "" }),
          onProgress: (progress) => context.logger.info(`${progress.bytes} bytes copied`),
        });
        context.note(
          by === "storage"
            ? "copied by the storage"
            : `copied between the storages (${by})${bytes === undefined ? "" : `, ${bytes} bytes`}`,
        );
      });
    });

  async function change(dryRun: boolean | undefined, what: readonly string[], work: (client: CtaData) => Promise<void>): Promise<void> {
    if (dryRun === true) {
      await context.print(what.map((one) => `would ${one}\n`).join(""));
      return;
    }
    const client = await openClient(context, program.opts<Globals>());
    try {
      await work(client);
    } finally {
      await client.close();
    }
  }
}
