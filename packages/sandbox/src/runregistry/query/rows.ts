import type { JsonObject } from "../jsonb.ts";
import type { Store } from "../store.ts";
import type { Row } from "./tree.ts";

/** One entry of a listing: a run, or a dataset of a run. Values are made when a condition asks for them. */
export class EntryRow implements Row {
  readonly #store: Store;
  readonly #run: number;
  readonly #name: string | undefined;
  readonly #made = new Map<string, unknown>();

  constructor(store: Store, run: number, name: string | undefined) {
    this.#store = store;
    this.#run = run;
    this.#name = name;
  }

  column(name: string): unknown {
    if (name === "run_number") return this.#run;
    if (name === "name") return this.#name;
    if (name === "deleted") return false;
    if (name === "version") return this.#name === undefined ? this.#store.runVersion(this.#run) : this.#dataset()?.version;
    return undefined;
  }

  json(column: string): unknown {
    if (!this.#made.has(column)) this.#made.set(column, this.#make(column));
    return this.#made.get(column);
  }

  #dataset(): ReturnType<Store["dataset"]> {
    if (!this.#made.has("")) this.#made.set("", this.#store.dataset(this.#run, this.#name ?? "online"));
    return this.#made.get("") as ReturnType<Store["dataset"]>;
  }

  #make(column: string): JsonObject | readonly string[] | undefined {
    switch (column) {
      case "oms_attributes":
        return this.#store.omsAttributes(this.#run);
      case "rr_attributes":
        return this.#store.rrAttributes(this.#run);
      case "dataset_attributes":
        return this.#dataset()?.dataset_attributes;
      case "datasets_in_gui":
        return this.#dataset()?.datasets_in_gui;
      case "triplet_summary":
        return this.#store.tripletSummary(this.#run, this.#name ?? "online");
      case "dcs_summary":
        return this.#store.dcsSummary(this.#run, this.#name ?? "online");
      default:
        return undefined;
    }
  }
}
