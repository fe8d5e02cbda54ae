import { mix } from "../../random.ts";
import type { DatasetEvent, LumisectionEvent, RunEvent, Version } from "../events.ts";
import { jsonb, type JsonObject } from "../jsonb.ts";
import { datasetNamesFor } from "./accepted.ts";
import { omsAttributes, rrAttributes } from "./attributes.ts";
import { workspaces } from "./components.ts";
import type { RunFacts } from "./facts.ts";
import { omsSpans, rrSpans, type Span } from "./lumisections.ts";

/** Versions of one run lie within this many numbers; so many are kept free for each. */
const stride = 64;
const automatic = "auto@auto";

function at(facts: RunFacts, step: number, by: string, comment: string): Version {
  return {
    atomic_version: 100 + facts.index * 4 + step,
    by,
    comment,
    createdAt: new Date(facts.start + (facts.lumisections * 23.31 + 600 + step * 86_400) * 1000).toISOString(),
  };
}

const created = (facts: RunFacts): Version => at(facts, 0, automatic, `run ${facts.run} creation`);
const moved = (facts: RunFacts, step: number, state: string): Version =>
  at(facts, step, "shifter@cern.ch", `move state run ${facts.run} to state ${state}`);
const base = (facts: RunFacts): number => 1000 + facts.index * stride;

/** First version that no generated event has. */
export function firstFreeVersion(count: number): number {
  return 1000 + count * stride;
}

/** First atomic version that no generated event has. */
export function firstFreeAtomicVersion(count: number): number {
  return 100 + count * 4;
}

/** Names of the datasets that a run has from the start, `online` among them, in the order of names. */
export function generatedDatasets(facts: RunFacts): readonly string[] {
  return facts.state === "OPEN" ? ["online"] : [...datasetNamesFor(facts.class, facts.run), "online"];
}

/** State and version of a run without its history: what a listing shows. */
export function generatedState(facts: RunFacts, seed: number): { rr: JsonObject; version: number } {
  const rr = rrAttributes(facts, seed);
  rr["state"] = facts.state;
  return { rr, version: base(facts) + (facts.state === "OPEN" ? 0 : facts.state === "SIGNOFF" ? 40 : 41) };
}

export function generatedRunEvents(facts: RunFacts, seed: number): RunEvent[] {
  const { run } = facts;
  const events: RunEvent[] = [
    {
      type: "run",
      run,
      version: base(facts),
      at: created(facts),
      oms: omsAttributes(facts, seed),
      rr: rrAttributes(facts, seed),
      manual: false,
      deleted: false,
    },
  ];
  const states = facts.state === "OPEN" ? [] : facts.state === "SIGNOFF" ? ["SIGNOFF"] : ["SIGNOFF", "COMPLETED"];
  states.forEach((state, index) =>
    events.push({
      type: "run",
      run,
      version: base(facts) + 40 + index,
      at: moved(facts, 1 + index, state),
      oms: {},
      rr: { state },
      manual: true,
      deleted: false,
    }),
  );
  return events;
}

function states(facts: RunFacts, name: string, seed: number): JsonObject {
  const waiting = facts.state === "SIGNOFF" && name.startsWith("/PromptReco");
  const values: JsonObject = { appeared_in: waiting ? [] : name.startsWith("/Express") ? ["DQM GUI"] : ["DQM GUI", "DBS"] };
  const draw = mix(seed, facts.run, name.length) % 10;
  values["global_state"] = waiting ? "waiting dqm gui" : facts.kind === "rejected" ? "SIGNOFF" : "COMPLETED";
  for (const workspace of workspaces) {
    const late = !waiting && draw === 3 && (workspace === "btag" || workspace === "tau");
    values[`${workspace}_state`] = waiting
      ? "waiting dqm gui"
      : late
        ? "not significant for workspace"
        : draw === 4 && workspace === "tracker"
          ? "OPEN"
          : "COMPLETED";
  }
  return jsonb(values);
}

export function generatedDatasetEvents(facts: RunFacts, name: string, seed: number): DatasetEvent[] {
  const position = generatedDatasets(facts).indexOf(name);
  if (position < 0) return [];
  const online = name === "online";
  const values = online ? {} : states(facts, name, seed);
  const gui = online || (values["appeared_in"] as unknown[]).length === 0 ? [] : [name];
  return [
    {
      type: "dataset",
      run: facts.run,
      name,
      version: base(facts) + (online ? 1 : 42 + position),
      at: online ? created(facts) : moved(facts, 1, "SIGNOFF"),
      values,
      gui,
      deleted: false,
    },
  ];
}

/** Lumisections as they were when a dataset was made. OMS' belong to the online dataset alone; the others inherit them. */
export function generatedSpans(facts: RunFacts, name: string, kind: "rr" | "oms", seed: number): Span[] {
  if (kind === "oms") return name === "online" ? omsSpans(facts, seed) : [];
  return generatedDatasets(facts).includes(name) ? rrSpans(facts, seed, name) : [];
}

/** The same as events; luminosity of single lumisections is left out of the event's values. */
export function generatedLumisectionEvents(facts: RunFacts, name: string, kind: "rr" | "oms", seed: number): LumisectionEvent[] {
  return generatedSpans(facts, name, kind, seed).map((span, index) => ({
    type: kind,
    run: facts.run,
    name,
    version: base(facts) + (kind === "rr" ? 2 : 20) + index,
    at: name === "online" ? created(facts) : moved(facts, 1, "SIGNOFF"),
    start: span.start,
    end: span.end,
    values: span.values,
    manual: false,
  }));
}
