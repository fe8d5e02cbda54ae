import { readFileSync } from "node:fs";
import type { RecordedExchange } from "@sci/http-core/testing";

/** One recorded call of a Python original. */
export interface RecordedCase {
  readonly id: string;
  readonly call: { readonly method: string; readonly args: readonly unknown[]; readonly kwargs: Readonly<Record<string, unknown>> };
  readonly client: Readonly<Record<string, unknown>>;
  readonly exchanges: readonly RecordedExchange[];
  readonly returns?: unknown;
  readonly raises?: { readonly type: string; readonly message: string };
  readonly quirk?: string;
}

function read(name: string): readonly RecordedCase[] {
  const url = new URL(`../../../../tooling/recordings/runregistry/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: readonly RecordedCase[] }).cases;
}

export const sources = { runregistry: read("runregistry"), runreg: read("runreg") } as const;

/** Where the cases are replayed: by the method they call. */
export const parts = {
  options: /^runregistry:(setup|import)$/,
  filters: /^runregistry:transform_to_rr_(run|dataset)_filter$/,
  listings: /^runregistry:(get_runs?|get_datasets?|get_dataset_names_of_run|get_cycles|get_datasets_accepted)$/,
  lumisections: /^runregistry:(get_(oms_|joint_)?lumisections?(_ranges(_by_component)?)?)$/,
  goldenJson: /^runregistry:create_json$/,
  writes:
    /^runregistry:(move_runs|make_significant_runs|reset_RR_attributes_and_refresh_runs|manually_refresh_components_statuses_for_runs|edit_rr_lumisections|move_datasets|change_run_class)$/,
  get: /^runreg:get$/,
  spellings: /^runreg:(create_filter|convert_lookup_fields|flatten)$/,
} as const;
export type Part = keyof typeof parts;

/** Cases without a counterpart, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  "import/unknown-environment":
    "no variable ENVIRONMENT is read: its name is too common to steer a client; the option target does that, and refuses an unknown one (options.test.ts)",
  "import/dotenv-in-working-folder": "no .env file is read: whoever wrote one into the working folder would choose the credentials",
  "get_datasets/unknown-attribute":
    "full names are taken for datasets here (transform_to_rr_dataset_filter/prefixed-oms); there is no recorded request to compare",
  "move_runs/run-wins-over-runs": "the runs are one argument here: giving one and several at once cannot be written",
  "reset_RR_attributes_and_refresh_runs/run-keyword":
    "the runs are one argument here: there is no second name for it to be swallowed under",
  "manually_refresh_components_statuses_for_runs/run-keyword":
    "the runs are one argument here: there is no second name for it to be swallowed under",
  "get/with-certificate-login":
    "the log-in by certificate belongs to @sci/cern-auth; the request behind it is the one of get/run-equals-int, which is replayed with a cookie as here",
  "get/no-certificate": "no certificate is looked for; what is missing is told by MISSING_CREDENTIALS (errors.test.ts)",
};

export function partOf(source: keyof typeof sources, recorded: RecordedCase): Part | undefined {
  return (Object.keys(parts) as Part[]).find((part) => parts[part].test(`${source}:${recorded.call.method}`));
}

/** The cases of one part, without those left out, as `it.each` wants them. */
export function casesOf(part: Part): [id: string, recorded: RecordedCase][] {
  return (Object.keys(sources) as (keyof typeof sources)[])
    .flatMap((source) => sources[source].filter((one) => partOf(source, one) === part))
    .filter(({ id }) => !Object.hasOwn(leftOut, id))
    .map((one) => [one.id, one]);
}

/** The one case with this name. */
export function recordedCase(id: string): RecordedCase {
  const found = [...sources.runregistry, ...sources.runreg].filter((one) => one.id === id);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} recorded cases are called ${id}.`);
  return found[0];
}

/** Python's tuples (`{"$tuple": […]}`) as lists. */
export function fromPython(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPython);
  if (typeof value !== "object" || value === null) return value;
  if ("$tuple" in value) return fromPython(value.$tuple);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fromPython(inner)]));
}
