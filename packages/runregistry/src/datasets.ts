import { type CallOptions, type Core, type Listing, operation, SciError, shown } from "@sci/http-core";
import * as z from "zod/mini";
import { compressRow } from "./compress.ts";
import type { DatasetFilter, FilterOption } from "./filter-types.ts";
import { both, type ListingInput, listingInput, only, pagedListing } from "./listing.ts";
import type { DatasetAttributes, DcsSummary, OmsAttributes, RrAttributes, TripletSummary } from "./rows.ts";
import { listingShape } from "./schema.ts";
import { callOptions, checkRunNumber, type CompressOption, type ListingOptions, type RowOptions, rowOptions } from "./runs.ts";

/** A dataset (of Run Registry: one run under one name) as the service has it. */
export interface Dataset {
  readonly run_number: number;
  /** `online`, or a name such as `/PromptReco/Collisions2018D/DQM`. */
  readonly name: string;
  readonly dataset_attributes: DatasetAttributes;
  readonly datasets_in_gui: readonly string[];
  readonly version: number;
  readonly deleted: boolean;
  readonly Run: { readonly rr_attributes: RrAttributes; readonly oms_attributes: OmsAttributes };
  readonly DatasetTripletCache: { readonly triplet_summary: TripletSummary; readonly dcs_summary?: DcsSummary };
  readonly [name: string]: unknown;
}

/**
 * A dataset in the shape of the Python client, which drops `oms_attributes` and `dcs_summary`; here they stay.
 * An attribute of the run whose name the row has already stays in `rr_attributes`, which is there only then.
 */
export type CompressedDataset = Omit<Dataset, "Run" | "DatasetTripletCache"> &
  RrAttributes & {
    readonly lumisections: TripletSummary;
    readonly oms_attributes?: OmsAttributes;
    readonly dcs_summary?: DcsSummary;
    readonly rr_attributes?: RrAttributes;
  };

export type DatasetsOptions<Unchecked extends boolean = false, Compress extends boolean = false> = ListingOptions &
  FilterOption<DatasetFilter, Unchecked> &
  CompressOption<Compress>;
type DatasetOf<Compress extends boolean> = Compress extends true ? CompressedDataset : Dataset;

const schema = listingShape("datasets", {
  run_number: "number",
  name: "string",
  dataset_attributes: "object",
  Run: "object",
  DatasetTripletCache: "object",
});

function paged<Item>(item: (dataset: Dataset) => Item) {
  return pagedListing<Dataset, Item>({
    listing: "datasets",
    schema,
    item,
    key: (dataset) => {
      const { run_number, name } = dataset as Pick<Dataset, "run_number" | "name">;
      return `${run_number} ${name}`;
    },
    after: (input, last) => behindDataset(input, last as Pick<Dataset, "run_number" | "name">),
  });
}

/** The same question for what follows a dataset, where the order is by run_number and then name. */
function behindDataset(input: ListingInput, last: Pick<Dataset, "run_number" | "name">): ListingInput | undefined {
  const [run, name, ...others] = input.sortings;
  if (others.length > 0 || (run !== undefined && (run[0] !== "run_number" || name?.[0] !== "name"))) return undefined;
  const runOperator = run?.[1] === "ASC" ? ">" : "<";
  const nameOperator = name?.[1] === "DESC" ? "<" : ">";
  const behind = {
    or: [{ run_number: { [runOperator]: last.run_number } }, { run_number: { "=": last.run_number }, name: { [nameOperator]: last.name } }],
  };
  return { ...input, filter: both(input.filter, behind) };
}

export const listDatasets = paged((dataset) => dataset);
export const listCompressedDatasets = paged(compressDataset);

export function compressDataset(dataset: Dataset): CompressedDataset {
  const { Run, DatasetTripletCache, ...row } = dataset;
  return compressRow(row, Run ?? {}, DatasetTripletCache) as CompressedDataset;
}

const names = operation<{ readonly run_number: number }, string[]>({
  name: "datasets.names",
  method: "GET",
  path: "/get_all_dataset_names_of_run/{run_number}",
  response: z.array(z.string()),
});

/** Calls about datasets. */
export interface DatasetsApi {
  /**
   * Datasets that fit a filter, newest run first: awaited (one page), iterated (all), walked by `.pages()` or collected.
   * @example rr.datasets({ filter: { name: like("/PromptReco/%"), "tracker-strip": "GOOD" } })
   * @throws INVALID_ARGUMENT for unknown names, operators and operands of the wrong type; SERVICE_ERROR with the service's words
   */
  datasets<Unchecked extends boolean = false, Compress extends boolean = false>(
    options?: DatasetsOptions<Unchecked, Compress>,
  ): Listing<DatasetOf<Compress>>;
  /**
   * @param name `online` by default, as in the Python client
   * @throws NOT_FOUND where Run Registry has no such dataset
   */
  dataset<Compress extends boolean = false>(runNumber: number, name?: string, options?: RowOptions<Compress>): Promise<DatasetOf<Compress>>;
  /** Names of all datasets of a run, `online` among them; empty for a run that does not exist. */
  datasetNames(runNumber: number, options?: CallOptions): Promise<string[]>;
}

export function datasetsApi(core: Core): DatasetsApi {
  return {
    datasets: ((given?: object) => {
      const { input, compress, options } = listingInput(given, "datasets");
      return compress ? core.list(listCompressedDatasets, input, options) : core.list(listDatasets, input, options);
    }) as DatasetsApi["datasets"],
    dataset: (async (runNumber: number, name: string = "online", given?: RowOptions<boolean>) => {
      const { compress, options } = rowOptions(given, "dataset()");
      if (typeof name !== "string" || name === "")
        throw new SciError("INVALID_ARGUMENT", `The dataset name must be text such as "online", not ${shown(name)}.`);
      const input = { filter: { run_number: { "=": checkRunNumber(runNumber) }, name: { "=": name } }, sortings: [] };
      const dataset = await only(core, listDatasets, input, `dataset ${name} of run ${runNumber}`, options);
      return compress ? compressDataset(dataset) : dataset;
    }) as DatasetsApi["dataset"],
    datasetNames: async (runNumber, options) =>
      core.request(names, { run_number: checkRunNumber(runNumber) }, callOptions(options, "datasetNames()")),
  };
}
