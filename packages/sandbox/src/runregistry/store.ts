import type { DatasetEvent, LumisectionEvent, RunEvent, StoredEvent, StoredJob, Version } from "./events.ts";
import { Journal } from "../journal.ts";
import { deepEqual, jsonb, type JsonObject, mergeJsonb } from "./jsonb.ts";
import { mergeSpans, type Segment } from "./segments.ts";
import { dcsSummary, tripletSummary } from "./summaries.ts";
import { TextCache } from "./text-cache.ts";
import { omsAttributes, rrAttributes } from "./world/attributes.ts";
import { type RunFacts, RunFactory } from "./world/facts.ts";
import * as history from "./world/history.ts";
import type { Span } from "./world/lumisections.ts";

/** What an event holds beside run, versions and time. */
export type Draft =
  | Pick<RunEvent, "type" | "run" | "oms" | "rr" | "manual" | "deleted">
  | Pick<DatasetEvent, "type" | "run" | "name" | "values" | "gui" | "deleted">
  | Pick<LumisectionEvent, "type" | "run" | "name" | "start" | "end" | "values" | "manual">;

export interface RunRow {
  readonly run_number: number;
  readonly oms_attributes: JsonObject;
  readonly rr_attributes: JsonObject;
  readonly version: number;
  readonly deleted: boolean;
}

export interface DatasetRow {
  readonly run_number: number;
  readonly name: string;
  readonly dataset_attributes: JsonObject;
  readonly datasets_in_gui: readonly string[];
  readonly deleted: boolean;
  readonly version: number;
}

const cacheBytes = 96 * 1024 * 1024;

/** Generated data with the changes laid over them. Rows are made when they are read; only their changes and a bounded cache are kept. */
export class Store {
  readonly seed: number;
  readonly runs: RunFactory;
  readonly jobs = new Map<number, StoredJob["row"]>();
  readonly texts = new TextCache(cacheBytes);
  readonly #journal: Journal<StoredEvent | StoredJob>;
  readonly #changes = new Map<number, StoredEvent[]>();
  #version: number;
  #atomic: number;
  #revision = 0;
  #structure = 0;

  constructor(options: { seed: number; scale: number | undefined; state: string | undefined }) {
    this.seed = options.seed;
    this.runs = new RunFactory(options.scale, options.seed);
    this.#version = history.firstFreeVersion(this.runs.count);
    this.#atomic = history.firstFreeAtomicVersion(this.runs.count);
    this.#journal = new Journal("runregistry", options.state, options.seed, options.scale);
    for (const entry of this.#journal.entries) {
      if (entry.type === "job") this.jobs.set(entry.row.id, entry.row);
      else this.#keep(entry);
    }
  }

  /** Grows with every change of data. */
  get revision(): number {
    return this.#revision;
  }

  /** Grows when runs or datasets come or go. */
  get structure(): number {
    return this.#structure;
  }

  /** Whether any run was ever removed. */
  hasRemovals = false;

  get latestAtomicVersion(): number {
    return this.#atomic - 1;
  }

  /** Numbers of runs that were added to the generated ones. */
  addedRuns(): number[] {
    return [...this.#changes.keys()].filter((run) => this.runs.indexOf(run) < 0);
  }

  #keep(event: StoredEvent): void {
    const list = this.#changes.get(event.run);
    if (list === undefined) this.#changes.set(event.run, [event]);
    else list.push(event);
    this.#version = Math.max(this.#version, event.version + 1);
    this.#atomic = Math.max(this.#atomic, event.at.atomic_version + 1);
    this.#revision++;
    if (event.type === "run" && event.deleted) this.hasRemovals = true;
    // Only what adds or removes rows makes the lists of rows anew: a change of attributes does not.
    if (event.type === "dataset" || (event.type === "run" && (event.deleted || this.runs.indexOf(event.run) < 0))) this.#structure++;
    this.texts.forget(String(event.run));
    for (const name of this.#allNames(event.run)) this.texts.forget(`${event.run}${name}`);
  }

  /** Writes events under one new version and returns them with their numbers. */
  commit(by: string, comment: string, drafts: readonly Draft[]): StoredEvent[] {
    const at: Version = { atomic_version: this.#atomic++, by, comment, createdAt: new Date().toISOString() };
    const events = drafts.map((draft): StoredEvent => ({ ...draft, version: this.#version++, at }));
    this.#journal.write(events);
    for (const event of events) this.#keep(event);
    return events;
  }

  keepJob(row: StoredJob["row"]): void {
    this.#journal.write([{ type: "job", row }]);
    this.jobs.set(row.id, row);
  }

  close(): void {
    this.#journal.close();
  }

  #facts(run: number): RunFacts | undefined {
    const index = this.runs.indexOf(run);
    return index < 0 ? undefined : this.runs.facts(index);
  }

  #changed<T extends StoredEvent["type"]>(run: number, type: T): Extract<StoredEvent, { type: T }>[] {
    return (this.#changes.get(run) ?? []).filter((event) => event.type === type) as Extract<StoredEvent, { type: T }>[];
  }

  /** History of a run, oldest first. */
  runEvents(run: number): RunEvent[] {
    const facts = this.#facts(run);
    return [...(facts === undefined ? [] : history.generatedRunEvents(facts, this.seed)), ...this.#changed(run, "run")];
  }

  /** Run Registry's own attributes alone: cheaper than the row. */
  rrAttributes(run: number): JsonObject | undefined {
    const facts = this.#facts(run);
    const changes = this.#changed(run, "run");
    if (facts === undefined && changes.length === 0) return undefined;
    if (changes.length === 0 && facts !== undefined) return history.generatedState(facts, this.seed).rr;
    // Changes by people win over automatic ones, whenever they were made; among equals the later wins.
    const generated: Pick<RunEvent, "rr" | "manual">[] = facts === undefined ? [] : [{ rr: rrAttributes(facts, this.seed), manual: false }];
    if (facts !== undefined && facts.state !== "OPEN") generated.push({ rr: { state: facts.state }, manual: true });
    const events = [...generated, ...changes];
    const ordered = [...events.filter((event) => !event.manual), ...events.filter((event) => event.manual)];
    return mergeJsonb([{}, ...ordered.map((event) => event.rr)]);
  }

  omsAttributes(run: number): JsonObject {
    const facts = this.#facts(run);
    const changes = this.#changed(run, "run").map((event) => event.oms);
    return mergeJsonb(
      facts === undefined ? [{}, ...changes] : [omsAttributes(facts, this.seed), ...changes.filter((oms) => Object.keys(oms).length > 0)],
    );
  }

  runVersion(run: number): number {
    const facts = this.#facts(run);
    return this.#changed(run, "run").at(-1)?.version ?? (facts === undefined ? 0 : history.generatedState(facts, this.seed).version);
  }

  runDeleted(run: number): boolean {
    return this.#changed(run, "run").at(-1)?.deleted ?? false;
  }

  run(run: number): RunRow | undefined {
    const rr = this.rrAttributes(run);
    if (rr === undefined) return undefined;
    return {
      run_number: run,
      oms_attributes: this.omsAttributes(run),
      rr_attributes: rr,
      version: this.runVersion(run),
      deleted: this.runDeleted(run),
    };
  }

  #allNames(run: number): string[] {
    const facts = this.#facts(run);
    const names = new Set(facts === undefined ? [] : history.generatedDatasets(facts));
    for (const event of this.#changed(run, "dataset")) names.add(event.name);
    return [...names];
  }

  /** Names of the datasets of a run that are not deleted. */
  datasetNames(run: number): readonly string[] {
    const facts = this.#facts(run);
    if (this.#changes.get(run) === undefined) return facts === undefined ? [] : history.generatedDatasets(facts);
    return this.#allNames(run).filter(
      (name) =>
        this.#changed(run, "dataset")
          .filter((event) => event.name === name)
          .at(-1)?.deleted !== true,
    );
  }

  datasetEvents(run: number, name: string): DatasetEvent[] {
    const facts = this.#facts(run);
    const changes = this.#changed(run, "dataset").filter((event) => event.name === name);
    return [...(facts === undefined ? [] : history.generatedDatasetEvents(facts, name, this.seed)), ...changes];
  }

  dataset(run: number, name: string): DatasetRow | undefined {
    const events = this.datasetEvents(run, name);
    const last = events.at(-1);
    if (last === undefined) return undefined;
    const gui = new Set(events.flatMap((event) => event.gui));
    return {
      run_number: run,
      name,
      dataset_attributes: mergeJsonb([{}, ...events.map((event) => event.values)]),
      datasets_in_gui: [...gui],
      deleted: last.deleted,
      version: last.version,
    };
  }

  /** Events of lumisections, oldest first. OMS' events of the online dataset hold for the other datasets too. */
  lumisectionEvents(run: number, name: string, kind: "rr" | "oms"): LumisectionEvent[] {
    const facts = this.#facts(run);
    const names = kind === "oms" && name !== "online" ? ["online", name] : [name];
    const generated = facts === undefined ? [] : names.flatMap((each) => history.generatedLumisectionEvents(facts, each, kind, this.seed));
    return [...generated, ...this.#changed(run, kind).filter((event) => names.includes(event.name))];
  }

  /** Values of lumisections after all changes. `automaticOnly` leaves out the precedence of changes made by people. */
  segments(
    run: number,
    name: string,
    kind: "rr" | "oms",
    order: "manual last" | "by version" = kind === "rr" ? "manual last" : "by version",
  ): Segment[] {
    const facts = this.#facts(run);
    const names = kind === "oms" && name !== "online" ? ["online", name] : [name];
    const generated: Span[] = facts === undefined ? [] : names.flatMap((each) => history.generatedSpans(facts, each, kind, this.seed));
    const changes = (this.#changes.get(run) ?? []).filter(
      (event): event is LumisectionEvent => event.type === kind && names.includes((event as LumisectionEvent).name),
    );
    if (changes.length === 0) return mergeSpans(generated);
    const sorted =
      order === "by version" ? changes : [...changes.filter((event) => !event.manual), ...changes.filter((event) => event.manual)];
    return mergeSpans([...generated, ...sorted.map((event) => ({ start: event.start, end: event.end, values: jsonb(event.values) }))]);
  }

  /** Run Registry's own attributes as they were before any change by people. */
  automaticAttributes(run: number): JsonObject {
    const facts = this.#facts(run);
    const changes = this.#changed(run, "run").filter((event) => !event.manual);
    return mergeJsonb([{}, ...(facts === undefined ? [] : [rrAttributes(facts, this.seed)]), ...changes.map((event) => event.rr)]);
  }

  /** Automatic events that give the online dataset the values that the classifiers find, where it has others without the changes by people. */
  classified(run: number): Draft[] {
    const facts = this.#facts(run);
    if (facts === undefined) return [];
    const present = this.segments(run, "online", "rr", "by version");
    return history
      .generatedSpans({ ...facts, significant: true }, "online", "rr", this.seed)
      .filter(
        (span) =>
          !present.some((segment) => segment.start === span.start && segment.end === span.end && deepEqual(segment.values, span.values)),
      )
      .map((span) => ({ type: "rr", run, name: "online", start: span.start, end: span.end, values: span.values, manual: false }));
  }

  tripletSummary(run: number, name: string): JsonObject {
    return tripletSummary(this.segments(run, name, "rr"));
  }

  dcsSummary(run: number, name: string): JsonObject {
    return dcsSummary(this.segments(run, name, "oms"));
  }
}
