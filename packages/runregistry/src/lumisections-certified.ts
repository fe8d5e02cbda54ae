import {
  type CallOptions,
  callOptionNames,
  checkInteger,
  checkNames,
  type Core,
  SciError,
  shown,
  unknownName,
  withMore,
} from "@sci/http-core";
import { statuses as knownStatuses } from "./attributes.ts";
import { checkOneOf, checkText } from "./batch-inputs.ts";
import { mapInOrder } from "./dataset-join.ts";
import type { LumiMask } from "./lumi-mask.ts";
import { type Certification, certifiedMask, namesIn } from "./lumisections-derive.ts";
import { type DatasetInput, jointRanges, omsRanges, rrRanges } from "./lumisections-operations.ts";
import type { JointRange, OmsRange, RrRange } from "./lumisections-types.ts";
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
  /** Datasets asked for at a time, at most 16; with components and bits each takes two requests at a time. @default 8 */
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

/** What was met so far. */
interface Met {
  /** Names of components and bits. */
  readonly seen: Set<string>;
  /** Bits that joint ranges have and OMS ranges have not. */
  readonly onlyJoint: Set<string>;
}

const nothingMet = (): Met => ({ seen: new Set(), onlyJoint: new Set() });

type AnyRange = RrRange | OmsRange | JointRange;

/** Ranges of one dataset, and what they have to say. */
interface Part {
  readonly ranges: readonly AnyRange[];
  readonly asked: Certification;
}

/**
 * Component ranges and OMS ranges are few, joint ranges are nearly one for each lumisection. OMS ranges hold a fixed list of
 * attributes: where a bit is not among them the joint ranges tell whether there is one.
 */
async function read(core: Core, input: DatasetInput, asked: Asked, options: CallOptions, { onlyJoint }: Met): Promise<Part[]> {
  const { components, bits, statuses } = asked;
  let absent: readonly string[] = [];
  if (!bits.some((bit) => onlyJoint.has(bit))) {
    const routes = [
      ...(components.length === 0 ? [] : [{ route: rrRanges, asked: { components, statuses } }]),
      ...(bits.length === 0 ? [] : [{ route: omsRanges, asked: { bits } }]),
    ];
    const ask = async (one: (typeof routes)[number], signal: AbortSignal): Promise<Part> => ({
      ranges: await core.request<DatasetInput, AnyRange[]>(one.route, input, { ...options, signal }),
      asked: one.asked,
    });
    const parts: Part[] = [];
    for await (const part of mapInOrder(routes, ask, { concurrency: routes.length, signal: options.signal })) parts.push(part);
    const met = namesIn(parts.flatMap(({ ranges }) => ranges)).bits;
    absent = bits.filter((bit) => !met.has(bit));
    if (absent.length === 0) return parts;
  }
  const ranges = await core.request(jointRanges, input, options);
  const met = namesIn(ranges).bits;
  for (const bit of absent) if (met.has(bit)) onlyJoint.add(bit);
  return [{ ranges, asked }];
}

/** Certifies one dataset, and adds to what was met. */
async function certify(core: Core, input: DatasetInput, asked: Asked, options: CallOptions, met: Met): Promise<LumiMask> {
  const { run_number, dataset_name } = input;
  const parts = await read(core, input, asked, options, met);
  const ranges = parts.flatMap((part) => part.ranges);
  const { components, bits } = namesIn(ranges);
  for (const name of [...components, ...bits]) met.seen.add(name);
  if (asked.missing === "error") {
    // For an unknown dataset the service answers what OMS knows of the run, but no component.
    if (ranges.length === 0 || (asked.components.length > 0 && components.size === 0)) throw nothingKnown(run_number, dataset_name);
    for (const name of asked.components)
      if (!components.has(name)) throw unknownName(name, [...components], `component (of run ${run_number}, dataset ${dataset_name})`);
    for (const name of asked.bits) if (!bits.has(name)) throw unknownName(name, [...bits], `bit (of run ${run_number})`);
  }
  const masks = parts.map((part) => certifiedMask(run_number, part.ranges, part.asked));
  return masks.reduce((all, mask) => all.intersect(mask));
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
      return certify(core, input, asked, callOptions, nothingMet());
    },
    async *certifiedOf(rows, options) {
      const { missing = "empty", concurrency = 8, ...rest } = check(options, ["missing", "concurrency"], "certifiedOf");
      checkInteger(concurrency, "concurrency of lumisections.certifiedOf()", { min: 1, max: 16 });
      const { asked, callOptions } = split(rest, missing, "certifiedOf");
      const met = nothingMet();
      let count = 0;
      yield* mapInOrder(
        rows,
        async (row, signal) => {
          const { run_number, name = "online" } = row;
          const input = { run_number: checkRunNumber(run_number), dataset_name: checkText(name, "The name of a dataset in certifiedOf()") };
          count += 1;
          try {
            return { run_number, name, row, mask: await certify(core, input, asked, { ...callOptions, signal }, met) };
          } catch (error) {
            throw withMore(error, `(Run ${run_number}, dataset ${name}.)`, { run_number, dataset_name: name });
          }
        },
        { concurrency, signal: callOptions.signal },
      );
      const { seen } = met;
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
