import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordedExchange } from "@sci/http-core/testing";

export interface Recorded {
  readonly id: string;
  readonly call: { readonly method: string; readonly args: readonly unknown[]; readonly kwargs: Readonly<Record<string, unknown>> };
  readonly exchanges: readonly RecordedExchange[];
  readonly returns?: unknown;
  readonly raises?: { readonly type: string; readonly message: string };
  readonly after?: { readonly file?: unknown; readonly kept?: boolean; readonly mode?: string };
}

/** The cases of one recording, by their names. */
export async function recordedCases(name: string): Promise<ReadonlyMap<string, Recorded>> {
  const file = join(import.meta.dirname, `../../../../tooling/recordings/cern-auth/${name}.json`);
  const { cases } = JSON.parse(await readFile(file, "utf8")) as { readonly cases: readonly Recorded[] };
  return new Map(cases.map((one) => [one.id, one]));
}
