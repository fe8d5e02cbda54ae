import { type CallOptions, callOptionNames, checkInteger, checkNames, type Core, SciError, shown, unknownName } from "@sci/http-core";
import { statuses as knownStatuses } from "./attributes.ts";
import { checkOneOf, checkText } from "./batch-inputs.ts";
import { mapInOrder } from "./dataset-join.ts";
import { withMore } from "./error-context.ts";
import type { LumiMask } from "./lumi-mask.ts";
import { type Certification, certifiedMask, namesIn } from "./lumisections-derive.ts";
import { type DatasetInput, jointRanges, rrRanges } from "./lumisections-operations.ts";
import type { JointRange, RrRange } from "./lumisections-types.ts";
import { checkRunNumber } from "./runs.ts";

export interface CertifiedOptions extends CallOptions, Certification {
  /** What it means when a dataset has no lumisections, or not one of the components or bits: an error, or nothing certified. @default "error" */
  readonly missing?: "error" | "empty";
}

export interface CertifiedOfOptions extends CallOptions, Certification {
  /**
   * What it means when a dataset has no lumisections, or not one of the components or bits. A component or bit that none of the datasets
   * has is an error either way, after the last of them. @default "empty": nothing of it is certified
   */
  readonly missing?: "error" | "empty";
  /** Datasets asked for at a time, at most 16. @default 8 */
  readonly concurrency?: number;
}

/** What names a dataset in a listing: a dataset has both, a run stands for its online dataset. */
export interface DatasetRow {
  readonly run_number: number;
  readonly name?: string;
}

export interface CertifiedDataset<Row> {
  readonly run_number: number;
  readonly name: string;
  /** As it came in. */
  readonly row: Row;
  readonly mask: LumiMask;
}

type Asked = Required<Certification> & { readonly missing: "error" | "empty" };

/** Reads one dataset; `seen` collects the names that were met. */
async function certify(core: Core, input: DatasetInput, asked: Asked, options: CallOptions, seen: Set<string>): Promise<LumiMask> {
  const { run_number, dataset_name } = input;
  const ranges: readonly (RrRange | JointRange)[] = await core.request<DatasetInput, (RrRange | JointRange)[]>(
    asked.bits.length === 0 ? rrRanges : jointRanges,
    input,
    options,
  );
  const { components, bits } = namesIn(ranges);
  for (const name of [...components, ...bits]) seen.add(name);
  if (asked.missing === "error") {
    // For an unknown dataset the joint ranges hold what OMS knows of the run, but no component.
    if (ranges.length === 0 || (asked.components.length > 0 && components.size === 0)) throw nothingKnown(run_number, dataset_name);
    for (const name of asked.components)
      if (!components.has(name)) throw unknownName(name, [...components], `component (of run ${run_number}, dataset ${dataset_name})`);
    for (const name of asked.bits) if (!bits.has(name)) throw unknownName(name, [...bits], `bit (of run ${run_number})`);
  }
  return certifiedMask(run_number, ranges, asked);
}

export interface CertifiedApi {
  certified(run: number, dataset: string, options: CertifiedOptions): Promise<LumiMask>;
  certifiedOf<Row extends DatasetRow>(
    rows: Iterable<Row> | AsyncIterable<Row>,
    options: CertifiedOfOptions,
  ): AsyncIterableIterator<CertifiedDataset<Row>>;
}

/** `refuseUnknown` rejects where the run has not that dataset. */
export function certifiedApi(
  core: Core,
  refuseUnknown: (run: number, dataset: string, options: CallOptions, what: string) => Promise<void>,
): CertifiedApi {
  return {
    async certified(run, dataset, options) {
      const { missing = "error", ...rest } = check(options, ["missing"], "certified");
      const { asked, callOptions } = split(rest, missing, "certified");
      const input = { run_number: checkRunNumber(run), dataset_name: checkText(dataset, "The dataset name") };
      // Without components nothing in the answer would show that the dataset does not exist.
      if (asked.components.length === 0 && dataset !== "online") await refuseUnknown(run, dataset, callOptions, "certified");
      return certify(core, input, asked, callOptions, new Set());
    },
    async *certifiedOf(rows, options) {
      const { missing = "empty", concurrency = 8, ...rest } = check(options, ["missing", "concurrency"], "certifiedOf");
      checkInteger(concurrency, "concurrency of lumisections.certifiedOf()", { min: 1, max: 16 });
      const { asked, callOptions } = split(rest, missing, "certifiedOf");
      const seen = new Set<string>();
      let count = 0;
      yield* mapInOrder(
        rows,
        async (row, signal) => {
          const { run_number, name = "online" } = row;
          const input = { run_number: checkRunNumber(run_number), dataset_name: checkText(name, "The name of a dataset in certifiedOf()") };
          count += 1;
          try {
            return { run_number, name, row, mask: await certify(core, input, asked, { ...callOptions, signal }, seen) };
          } catch (error) {
            throw withMore(error, `(Run ${run_number}, dataset ${name}.)`, { run_number, dataset_name: name });
          }
        },
        { concurrency, signal: callOptions.signal },
      );
      const never = [...asked.components, ...asked.bits].find((name) => !seen.has(name));
      if (never !== undefined && seen.size > 0) throw unknownName(never, [...seen], `component or bit (in none of ${count} datasets)`);
    },
  };
}

const certificationNames = ["components", "bits", "statuses"];

function check(options: CertifiedOfOptions | undefined, own: readonly string[], what: string): CertifiedOfOptions {
  checkNames(options, [...callOptionNames, ...certificationNames, ...own], `option of lumisections.${what}()`);
  return options ?? {};
}

function split(options: CallOptions & Certification, missing: unknown, what: string): { asked: Asked; callOptions: CallOptions } {
  const { components = [], bits = [], statuses = ["GOOD"], ...callOptions } = options;
  for (const [name, list] of Object.entries({ components, bits, statuses })) {
    const isList = Array.isArray(list) && list.every((one) => typeof one === "string" && one !== "");
    if (!isList) throw new SciError("INVALID_ARGUMENT", `${name} of lumisections.${what}() must be a list of names, not ${shown(list)}.`);
  }
  for (const status of statuses) checkOneOf<string>(status, knownStatuses, `status in lumisections.${what}()`);
  if (statuses.length === 0)
    throw new SciError("INVALID_ARGUMENT", `statuses of lumisections.${what}() is empty: nothing would be certified.`);
  if (components.length + bits.length === 0)
    throw new SciError("INVALID_ARGUMENT", `lumisections.${what}() needs components or bits: what must be good?`);
  return {
    asked: { components, bits, statuses, missing: checkOneOf(missing, ["error", "empty"], `"missing" in lumisections.${what}()`) },
    callOptions,
  };
}

/** An empty answer would pass for "nothing certified". */
function nothingKnown(run: number, dataset: string): SciError<"NOT_FOUND"> {
  return new SciError(
    "NOT_FOUND",
    `Run Registry has no lumisections of run ${run} in dataset "${dataset}": no such run or dataset, or the run is not significant. Pass missing: "empty" to take that for nothing certified.`,
    { service: "runregistry", operation: "lumisections.certified", details: { run_number: run, dataset_name: dataset } },
  );
}
