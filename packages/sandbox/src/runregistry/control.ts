import { SandboxError } from "../names.ts";
import type { Context } from "./context.ts";
import { jsonb, type JsonObject } from "./jsonb.ts";
import { omsBits, onlineComponents } from "./world/components.ts";

/** What tests may do with Run Registry while clients use it. */
export interface RunRegistryControl {
  /** Whether routes that change data ask for rights. */
  checkRights: boolean;
  /** While true, every job of the JSON portal waits (203). */
  pauseJobs: boolean;
  /** Runs that are listed. */
  readonly runCount: number;
  /** Adds a run with its online dataset, all good. Its number must be new. Attributes are laid over plausible ones. */
  addRun(run: number, options?: { lumisections?: number; rr?: JsonObject; oms?: JsonObject }): void;
  /** Takes a run off the listings, as the service's operators can. */
  removeRun(run: number): void;
  /** Changes attributes of a run, as an update from OMS would. */
  changeRun(run: number, change: { rr?: JsonObject; oms?: JsonObject }): void;
  /** How many of the next jobs of the JSON portal shall fail. */
  failJobs(count: number): void;
}

const automatic = "auto@auto";
const good = { cause: "", status: "GOOD", comment: "" };

export function createControl(shared: Omit<Context, "body">): RunRegistryControl {
  const { store, portal, runs } = shared;
  const existing = (run: number): void => {
    if (store.run(run) === undefined) throw new SandboxError("USAGE", `run ${run} does not exist in the sandbox`);
  };
  return {
    get checkRights() {
      return shared.checkRights;
    },
    set checkRights(check) {
      shared.checkRights = check;
    },
    get pauseJobs() {
      return portal.paused;
    },
    set pauseJobs(paused) {
      portal.paused = paused;
    },
    get runCount() {
      return runs.all({}).length;
    },
    addRun(run, { lumisections = 10, rr = {}, oms = {} } = {}) {
      if (!Number.isInteger(run) || run < 1) throw new SandboxError("USAGE", `a run number must be a positive integer, not ${String(run)}`);
      if (store.run(run) !== undefined) throw new SandboxError("USAGE", `run ${run} exists already in the sandbox`);
      store.commit(automatic, `run ${run} creation`, [
        {
          type: "run",
          run,
          oms: jsonb({
            run_number: run,
            ls_duration: lumisections,
            duration: Math.round(lumisections * 23.31),
            energy: 6800,
            b_field: 3.8,
            components: [],
            ...oms,
          }),
          rr: jsonb({ class: "Collisions24", state: "OPEN", short_run: false, significant: true, stop_reason: "", ...rr }),
          manual: false,
          deleted: false,
        },
        { type: "dataset", run, name: "online", values: {}, gui: [], deleted: false },
        {
          type: "oms",
          run,
          name: "online",
          start: 1,
          end: lumisections,
          values: Object.fromEntries(omsBits.map((bit) => [bit, bit.startsWith("prescale") ? 0 : true])),
          manual: false,
        },
        {
          type: "rr",
          run,
          name: "online",
          start: 1,
          end: lumisections,
          values: Object.fromEntries(onlineComponents.map((name) => [name, good])),
          manual: false,
        },
      ]);
    },
    removeRun(run) {
      existing(run);
      store.commit(automatic, `run ${run} removed`, [{ type: "run", run, oms: {}, rr: {}, manual: false, deleted: true }]);
    },
    changeRun(run, { rr = {}, oms = {} }) {
      existing(run);
      store.commit(automatic, `run ${run} automatic update`, [
        { type: "run", run, oms: jsonb(oms), rr: jsonb(rr), manual: false, deleted: false },
      ]);
    },
    failJobs(count) {
      portal.failing = count;
    },
  };
}
