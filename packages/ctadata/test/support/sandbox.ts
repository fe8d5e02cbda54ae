import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silent, withEnvironment } from "@sci/http-core/testing";
import { type CtaDataOptions as StorageOptions, type Sandbox, startSandbox } from "@sci/sandbox";
import { createCtaData, type CtaData, type CtaDataOptions } from "../../src/index.ts";
import { withFolder } from "./folder.ts";
import { noEnvironment } from "./replayed.ts";

export interface Place {
  readonly sandbox: Sandbox;
  readonly storage: Sandbox["ctadata"];
  readonly folder: string;
  client(options?: CtaDataOptions): CtaData;
}

/** A sandbox with the storage and the hub, and a folder; both gone afterwards. */
export async function withSandbox(
  use: (place: Place) => Promise<void>,
  options: StorageOptions = {},
  faults: readonly string[] = [],
): Promise<void> {
  const sandbox = await startSandbox({ facilities: ["ctadata"], ctadata: { deviceInterval: 0, files: 10, ...options }, faults });
  const clients: CtaData[] = [];
  try {
    await withFolder((folder) =>
      withEnvironment({ ...noEnvironment, ...sandbox.env, NODE_EXTRA_CA_CERTS: null }, () =>
        use({
          sandbox,
          storage: sandbox.ctadata,
          folder,
          client(given = {}) {
            const profile = given.mode === "service" ? {} : { profile: join(folder, "profile") };
            const made = createCtaData({ logger: silent, ...profile, ...given, retry: { baseDelay: 5, ...given.retry } });
            clients.push(made);
            return made;
          },
        }),
      ),
    );
  } finally {
    await Promise.all(clients.map((one) => one.close()));
    await sandbox.stop();
  }
}

/** Files of a tree: many small ones and one of `large` bytes, with names that need care. */
export async function makeTree(folder: string, count = 40, large = 300_000): Promise<Record<string, string>> {
  const files: Record<string, Buffer> = {
    "large.bin": Buffer.alloc(large, 7),
    "a b/ü #1 100%.txt": Buffer.from("umlaut"),
    "empty.dat": Buffer.alloc(0),
  };
  for (let index = 0; index < count; index++)
    files[`run-${index % 5}/file-${index}.dat`] = Buffer.from(`content of file ${index}\n`.repeat(index + 1));
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sum(bytes)]));
}

export function sum(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of every file below a folder. */
export async function sumsBelow(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length + 1)] = sum(await readFile(path));
  }
  return found;
}
