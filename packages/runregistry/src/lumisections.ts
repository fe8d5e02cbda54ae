import { type CallOptions, callOptionNames, checkNames, type Core, SciError, shown } from "@sci/http-core";
import { checkText } from "./batch-inputs.ts";
import type { Write } from "./batch-write.ts";
import { datasetsApi } from "./datasets.ts";
import type { LumiMask } from "./lumi-mask.ts";
import {
  certifiedApi,
  type CertifiedDataset,
  type CertifiedOfOptions,
  type CertifiedOptions,
  type DatasetRow,
} from "./lumisections-certified.ts";
import { rangesByComponent } from "./lumisections-derive.ts";
import { createEdit, type LumisectionEdit, type LumisectionEditEvent } from "./lumisections-edit.ts";
import * as operations from "./lumisections-operations.ts";
import type {
  BitRange,
  ComponentRange,
  JointRange,
  LumisectionEvent,
  OmsLumisection,
  OmsRange,
  RrLumisection,
  RrRange,
} from "./lumisections-types.ts";
import { checkRunNumber } from "./runs.ts";

export interface OmsOptions extends CallOptions {
  /**
   * Asks first whether the run has that dataset (one more request, none for "online"): for an unknown one the service answers the
   * online data without a word. @default true
   */
  readonly checkDataset?: boolean;
}

export interface ByComponentOptions extends CallOptions {
  /**
   * "ranges" computes from the ranges of all components. "service" asks the service's own route, whose `start` and `end` count stored
   * lumisections: behind a gap they are too small. @default "ranges"
   */
  readonly source?: "ranges" | "service";
}

/**
 * Lumisections of one run. `dataset` is "online" unless given: what shifters set; offline datasets begin as copies of it.
 * All numbers count from 1, ranges are inclusive. Absent runs and datasets give empty lists.
 */
export interface LumisectionsApi {
  /** Ranges in which no component changes. */
  ranges(run: number, dataset?: string, options?: CallOptions): Promise<RrRange[]>;
  /** Ranges in which no DCS or beam bit and no prescale changes. @throws NOT_FOUND for a dataset that the run has not */
  oms(run: number, dataset?: string, options?: OmsOptions): Promise<OmsRange[]>;
  /** Both together, luminosity included, which makes most ranges one lumisection long. @throws NOT_FOUND for a dataset that the run has not */
  joint(run: number, dataset?: string, options?: OmsOptions): Promise<JointRange[]>;
  /** Every lumisection with its components. */
  list(run: number, dataset?: string, options?: CallOptions): Promise<RrLumisection[]>;
  /** Every lumisection with what OMS says, luminosity included. @throws NOT_FOUND for a dataset that the run has not */
  omsList(run: number, dataset?: string, options?: OmsOptions): Promise<OmsLumisection[]>;
  /** Ranges of each component. */
  byComponent(run: number, dataset?: string, options?: ByComponentOptions): Promise<Record<string, ComponentRange[]>>;
  /** Ranges of each bit. @throws NOT_FOUND for a dataset that the run has not */
  byDcsBit(run: number, dataset?: string, options?: OmsOptions): Promise<Record<string, BitRange[]>>;
  /** Every change of the components, with who made it and when. */
  history(run: number, dataset?: string, options?: CallOptions): Promise<LumisectionEvent[]>;
  /**
   * The lumisections in which all `components` have the status GOOD (or one of `statuses`) and all `bits` are true.
   * Computed here from the ranges of the components and those of the bits, which are asked for together; where OMS ranges have not got
   * one of the bits, from the joint ranges, which are many more. Gaps are not certified.
   * @example await rr.lumisections.certified(327743, "/PromptReco/Collisions2018D/DQM", { components: ["dt-dt"], bits: ["cms_active"] })
   * @throws INVALID_ARGUMENT for components or bits that the run has not; NOT_FOUND where nothing is known (see `missing`)
   */
  certified(run: number, dataset: string, options: CertifiedOptions): Promise<LumiMask>;
  /**
   * The certified lumisections of many datasets or runs, in their order, several asked for at a time. A reader who stops ends it all.
   * @example
   * const masks: LumiMask[] = [];
   * for await (const { mask } of rr.lumisections.certifiedOf(rr.datasets({ filter }), { components: ["dt-dt"] })) masks.push(mask);
   * const golden = LumiMask.union(masks);
   * @throws as {@link certified}, with run and dataset in the message
   */
  certifiedOf<Row extends DatasetRow>(
    rows: Iterable<Row> | AsyncIterable<Row>,
    options: CertifiedOfOptions,
  ): AsyncIterableIterator<CertifiedDataset<Row>>;
  /** Sets the status of a component over a range; one edit, or a list of them, sent in order. */
  edit: Write<LumisectionEdit, [], LumisectionEditEvent>;
}

export function lumisectionsApi(core: Core): LumisectionsApi {
  const { datasetNames } = datasetsApi(core);

  function input(run: number, dataset: string): operations.DatasetInput {
    return { run_number: checkRunNumber(run), dataset_name: checkText(dataset, "The dataset name") };
  }
  function plain(options: CallOptions | undefined, what: string): CallOptions {
    checkNames(options, callOptionNames, `option of lumisections.${what}()`);
    return options ?? {};
  }
  async function checked(run: number, dataset: string, options: OmsOptions | undefined, what: string) {
    checkNames(options, [...callOptionNames, "checkDataset"], `option of lumisections.${what}()`);
    const { checkDataset = true, ...callOptions } = options ?? {};
    const asked = input(run, dataset);
    if (dataset !== "online" && checkDataset) await refuseUnknown(run, dataset, callOptions, what);
    return [asked, callOptions] as const;
  }
  async function refuseUnknown(run: number, dataset: string, options: CallOptions, what: string): Promise<void> {
    const names = await datasetNames(run, options);
    if (names.includes(dataset)) return;
    const has = names.length === 0 ? "no datasets" : `${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
    throw new SciError("NOT_FOUND", `Run ${run} has no dataset "${dataset}"; it has ${has}.`, {
      service: core.service.name,
      operation: `lumisections.${what}`,
      details: { run_number: run, dataset_name: dataset },
    });
  }

  return {
    ranges: async (run, dataset = "online", options) => core.request(operations.rrRanges, input(run, dataset), plain(options, "ranges")),
    oms: async (run, dataset = "online", options) => core.request(operations.omsRanges, ...(await checked(run, dataset, options, "oms"))),
    joint: async (run, dataset = "online", options) =>
      core.request(operations.jointRanges, ...(await checked(run, dataset, options, "joint"))),
    async list(run, dataset = "online", options) {
      const rows = await core.request(operations.rrList, input(run, dataset), plain(options, "list"));
      return numbered(rows) as RrLumisection[];
    },
    async omsList(run, dataset = "online", options) {
      const rows = await core.request(operations.omsList, ...(await checked(run, dataset, options, "omsList")));
      return numbered(rows) as OmsLumisection[];
    },
    async byComponent(run, dataset = "online", options) {
      checkNames(options, [...callOptionNames, "source"], "option of lumisections.byComponent()");
      const { source = "ranges", ...callOptions } = options ?? {};
      if (source === "service") return core.request(operations.rangesOfComponents, input(run, dataset), callOptions);
      if (source !== "ranges")
        throw new SciError("INVALID_ARGUMENT", `source of lumisections.byComponent() must be "ranges" or "service", not ${shown(source)}.`);
      return rangesByComponent(await core.request(operations.rrRanges, input(run, dataset), callOptions));
    },
    async byDcsBit(run, dataset = "online", options) {
      const ranges = await core.request(operations.rangesOfBits, ...(await checked(run, dataset, options, "byDcsBit")));
      // The mark of a gap, which the service counts among the bits.
      const { err: _gaps, ...bits } = ranges;
      return bits;
    },
    history: async (run, dataset = "online", options) => core.request(operations.rrHistory, input(run, dataset), plain(options, "history")),
    ...certifiedApi(core, refuseUnknown),
    edit: createEdit(core),
  };
}

function numbered(rows: readonly object[]): object[] {
  return rows.map((row, index) => ({ lumisection_number: index + 1, ...row }));
}
