import { SqlError } from "./query/sql.ts";
import { expand, filledPieces, lastOf } from "./segments.ts";
import type { Draft, Store } from "./store.ts";
import { datasetNamesFor } from "./world/accepted.ts";
import { datasetComponents, onlineComponents, workspaces } from "./world/components.ts";
import { jsonb, type JsonObject } from "./jsonb.ts";

/** Refuses a run that cannot be signed off: a component without a value, or no class. */
export function checkSignOff(store: Store, run: number, state: string, cls: unknown): void {
  const lumisections = expand(filledPieces(store.segments(run, "online", "rr")));
  if (lumisections.length === 0) throw new SqlError(`There is no run lumisection data for run ${run}, therefore it cannot be signed off`);
  if (state === "SIGNOFF" || state === "COMPLETED") {
    lumisections.forEach((lumisection, index) => {
      for (const [name, value] of Object.entries(lumisection)) {
        const { status } = value as { status: string };
        if (!onlineComponents.includes(name) || !["", "EMPTY", "NO VALUE FOUND"].includes(status)) continue;
        const subsystem = name.split("-")[1] as string;
        throw new SqlError(
          `There is a ${status || "empty"} lumisection at position ${index + 1} of this run in component ${subsystem}.\n` +
            `                           Please wait until this component is updated automatically (<5 mins), or ask ${subsystem} expert, then change the value in the 'manage' menu.`,
        );
      }
    });
  }
  if (cls === "") throw new SqlError("The class of run must not be empty ");
}

const notSet = { cause: "", status: "NOTSET", comment: "" };

/** Events that make the offline datasets of a run that is signed off, waiting for the DQM GUI. Those that exist stay as they are. */
export function offlineDatasets(store: Store, run: number, cls: string): Draft[] {
  const segments = store.segments(run, "online", "rr");
  if (lastOf(segments) !== lastOf(store.segments(run, "online", "oms"))) {
    throw new SqlError("Error SIGNING OFF run, creating the datasets from run in OFFLINE");
  }
  const waiting: JsonObject = { global_state: "waiting dqm gui", appeared_in: [] };
  for (const workspace of workspaces) waiting[`${workspace}_state`] = "waiting dqm gui";
  const missing = datasetNamesFor(cls, run).filter((name) => store.dataset(run, name) === undefined);
  return missing.flatMap((name): Draft[] => [
    { type: "dataset", run, name, values: jsonb(waiting), gui: [], deleted: false },
    ...segments.map((segment): Draft => {
      const values = Object.fromEntries(datasetComponents.map((component) => [component, segment.values[component] ?? notSet]));
      return { type: "rr", run, name, start: segment.start, end: segment.end, values, manual: false };
    }),
  ]);
}
