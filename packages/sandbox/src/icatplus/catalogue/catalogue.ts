import type { FacilityContext } from "../../facility.ts";
import { Journal } from "../../journal.ts";
import * as data from "../world/datasets.ts";
import { defaultInvestigations, firstInvestigation, seededInvestigation } from "../world/investigations.ts";
import { seededAddress, seededParcel, seededShipment } from "../world/parcels.ts";
import { proposalKey } from "./names.ts";
import { type Numbered, type Seeds, Table } from "./table.ts";
import { iso, millisecondsOf } from "./times.ts";
import type { Datafile, Dataset, Document, Investigation, LogbookEvent, Resource, Sample, Tag } from "./types.ts";

interface Records {
  investigations: Investigation;
  samples: Sample;
  datasets: Dataset;
  datafiles: Datafile;
  events: LogbookEvent;
  tags: Tag;
  resources: Resource;
  shipments: Document;
  parcels: Document;
  addresses: Document;
  /** Collections of datasets that have a DOI. */
  collections: Document;
  sheets: Document;
  preferences: Document;
}
export type Kind = keyof Records;

type Change =
  | { [K in Kind]: { readonly kind: K; readonly record: Records[K] } }[Kind]
  | { readonly kind: Kind; readonly removed: number }
  | { readonly message: string };

const parentOf = (record: { investigationId?: number }): number | undefined => record.investigationId;

/** Everything that ICAT+ knows, and the one way to change it. */
export class Catalogue {
  readonly seed: number;
  readonly #tables: { readonly [K in Kind]: Table<Records[K]> };
  readonly #journal: Journal<Change>;
  readonly #messages = new Set<string>();
  /** Made when it is first needed. */
  #byProposal: Map<string, Set<number>> | undefined;
  /** Samples by investigation and name, of investigations that were asked. */
  readonly #samples = new Map<number, Map<string, number>>();
  #pending: Change[] | undefined;

  constructor({ seed, scale, state }: Pick<FacilityContext, "seed" | "scale" | "state">) {
    this.seed = seed;
    const count = scale ?? defaultInvestigations;
    const investigation = (id: number): Investigation => this.get("investigations", id) as Investigation;
    const dataset = (id: number): Dataset => this.get("datasets", id) as Dataset;
    const children = <T>(first: number, each: number, firstParent: number, parents: number, make: (id: number) => T): Seeds<T> => ({
      first,
      count: parents * each,
      make,
      of: (parent) => (parent >= firstParent && parent < firstParent + parents ? data.idsOf(parent, first, each, firstParent) : []),
    });
    const each = <T>(make: (id: number) => T): Seeds<T> => children(1, 1, firstInvestigation, count, make);
    this.#tables = {
      investigations: new Table({ first: firstInvestigation, count, make: (id) => seededInvestigation(id, seed) }),
      samples: new Table(
        children(data.firstSample, data.samplesEach, firstInvestigation, count, (id) => data.seededSample(id, investigation, seed)),
        parentOf,
      ),
      datasets: new Table(
        children(data.firstDataset, data.datasetsEach, firstInvestigation, count, (id) => data.seededDataset(id, investigation, seed)),
        parentOf,
      ),
      datafiles: new Table(
        children(data.firstDatafile, data.filesEach, data.firstDataset, count * data.datasetsEach, (id) =>
          data.seededDatafile(id, dataset, seed),
        ),
        (record) => record.datasetId,
      ),
      events: new Table<LogbookEvent>(undefined, parentOf),
      tags: new Table<Tag>(undefined, parentOf),
      resources: new Table<Resource>(undefined, (record) => record.sampleId),
      shipments: new Table<Document>(
        each((id) => seededShipment(id, investigation)),
        parentOf,
      ),
      parcels: new Table<Document>(
        each((id) => seededParcel(id, investigation)),
        parentOf,
      ),
      addresses: new Table<Document>(
        each((id) => seededAddress(id)),
        parentOf,
      ),
      collections: new Table<Document>(undefined, parentOf),
      sheets: new Table<Document>(undefined, parentOf),
      preferences: new Table<Document>(undefined, parentOf),
    };
    this.#journal = new Journal<Change>("icat-plus", state, seed, scale);
    for (const change of this.#journal.entries) this.#apply(change);
  }

  #index(index: Map<string, Set<number>>, { id, name }: Investigation): void {
    const key = proposalKey(name);
    const ids = index.get(key);
    if (ids === undefined) index.set(key, new Set([id]));
    else ids.add(id);
  }

  #proposals(): Map<string, Set<number>> {
    if (this.#byProposal === undefined) {
      this.#byProposal = new Map();
      for (const record of this.#tables.investigations.all()) this.#index(this.#byProposal, record);
    }
    return this.#byProposal;
  }

  #apply(change: Change): void {
    if ("message" in change) {
      this.#messages.add(change.message);
      return;
    }
    const table = this.#tables[change.kind] as unknown as Table<Numbered>;
    if ("removed" in change) return table.remove(change.removed);
    table.put(change.record);
    if (change.kind === "samples") this.#samples.get(change.record.investigationId)?.set(change.record.name, change.record.id);
    if (change.kind === "investigations" && this.#byProposal !== undefined) this.#index(this.#byProposal, change.record);
  }

  #commit(change: Change): void {
    this.#apply(change);
    if (this.#pending === undefined) this.#journal.write([change]);
    else this.#pending.push(change);
  }

  /** Makes the changes of `work` one entry: they are kept together or not at all. */
  together<T>(work: () => T): T {
    if (this.#pending !== undefined) return work();
    const pending: Change[] = [];
    this.#pending = pending;
    try {
      return work();
    } finally {
      this.#pending = undefined;
      this.#journal.write(pending);
    }
  }

  get<K extends Kind>(kind: K, id: number): Records[K] | undefined {
    return this.#tables[kind].get(id) as Records[K] | undefined;
  }

  of<K extends Kind>(kind: K, parent: number): Records[K][] {
    return this.#tables[kind].of(parent) as Records[K][];
  }

  all<K extends Kind>(kind: K): Iterable<Records[K]> {
    return this.#tables[kind].all() as Iterable<Records[K]>;
  }

  add<K extends Kind>(kind: K, make: (id: number) => Records[K]): Records[K] {
    const record = make(this.#tables[kind].nextId());
    this.#commit({ kind, record } as unknown as Change);
    return record;
  }

  change<K extends Kind>(kind: K, record: Records[K]): Records[K] {
    this.#commit({ kind, record } as unknown as Change);
    return record;
  }

  remove(kind: Kind, id: number): void {
    this.#commit({ kind, removed: id });
  }

  /** Whether a message of this id was taken before; remembers it. */
  seen(message: string): boolean {
    return this.#messages.has(message);
  }

  remember(message: string): void {
    this.#commit({ message });
  }

  /** Investigations of a proposal, however it is written, at an instrument, by start. */
  investigationsOf(proposal: string, instrument?: string): Investigation[] {
    const ids = [...(this.#proposals().get(proposalKey(proposal)) ?? [])];
    return ids
      .map((id) => this.get("investigations", id) as Investigation)
      .filter((one) => instrument === undefined || one.instrument.toLowerCase() === instrument.toLowerCase())
      .sort((a, b) => millisecondsOf(a.startDate) - millisecondsOf(b.startDate) || a.id - b.id);
  }

  /** The investigation that something measured at a time belongs to: a closed one, else the latest open one. */
  investigationAt(proposal: string, instrument: string, time: number): Investigation | undefined {
    const within = this.investigationsOf(proposal, instrument).filter(
      ({ startDate, endDate }) => millisecondsOf(startDate) <= time && (endDate === undefined || time <= millisecondsOf(endDate)),
    );
    return within.filter(({ endDate }) => endDate !== undefined).at(-1) ?? within.at(-1);
  }

  /** The sample of a name, made when there is none. */
  sampleNamed(name: string, investigationId: number): Sample {
    let known = this.#samples.get(investigationId);
    if (known === undefined) {
      known = new Map(this.of("samples", investigationId).map((sample) => [sample.name, sample.id]));
      this.#samples.set(investigationId, known);
    }
    const found = this.get("samples", known.get(name) ?? Number.NaN);
    if (found?.name === name && found.investigationId === investigationId) return found;
    return this.add("samples", (id) => ({ id, name, investigationId, modTime: iso(), parameters: [] }));
  }

  close(): void {
    this.#journal.close();
  }
}
