import { type Core, operation } from "@sci/http-core";
import * as z from "zod/mini";
import { checkFields, checkMove, checkText } from "./batch-inputs.ts";
import { createWrite, type Write } from "./batch-write.ts";
import { checkRunNumber, type Run } from "./runs.ts";
import { shape } from "./schema.ts";

/** States of a run in the online workspace. */
export const runStates = ["OPEN", "SIGNOFF", "COMPLETED"] as const;
export type RunState = (typeof runStates)[number];

export interface RunMove {
  /** The service does not compare it with the run's state. */
  readonly from: RunState;
  readonly to: RunState;
}

/** What shifters do with runs. Each takes one run number or a list of them; all take `dryRun`. */
export interface OnlineApi {
  /**
   * Moves runs to another state. Signing off needs a class and a status in every component that is certified, and makes the offline datasets.
   * @throws INVALID_ARGUMENT, SERVICE_ERROR with the service's reason, FORBIDDEN without the e-group; PARTIAL, see {@link Write}
   */
  move: Write<number, [move: RunMove], Run>;
  /** Marks runs significant, so that shifters see them. The run must be OPEN and not significant yet. */
  markSignificant: Write<number, [], Run>;
  /** Gives runs another class. The run must be OPEN. */
  changeClass: Write<number, [runClass: string], Run>;
  /** Asks OMS again and computes the components' statuses anew; what shifters set stays. The run must be OPEN. */
  refresh: Write<number, [], Run>;
  /** As `refresh`, after setting the run's attributes (class, …) back; statuses of lumisections set by hand stay. The run must be OPEN. */
  reset: Write<number, [], Run>;
}

interface RunInput {
  readonly run_number: number;
}

// Each of them makes a new version of the run: none may be sent twice unasked.
const repeatable = false;
// Every write answers the run as it is afterwards.
const response = shape<Run>(z.looseObject({ run_number: z.number() }));
const runBody = ({ run_number }: RunInput) => ({ json: { run_number } });

const moveRun = operation<RunInput & RunMove, Run>({
  name: "online.move",
  method: "POST",
  path: "/runs/move_run/{from}/{to}",
  repeatable,
  response,
  body: runBody,
});

const markSignificant = operation<RunInput, Run>({
  name: "online.markSignificant",
  method: "POST",
  path: "/runs/mark_significant",
  repeatable,
  response,
  body: runBody,
});

const changeClass = operation<RunInput & { readonly class: string }, Run>({
  name: "online.changeClass",
  method: "PUT",
  path: "/manual_run_edit/{run_number}/class",
  repeatable,
  response,
  // The service stores whatever else stands here, without asking for the right to it.
  body: (input) => ({ json: { class: input.class } }),
});

const refresh = operation<RunInput, Run>({
  name: "online.refresh",
  method: "POST",
  path: "/runs/refresh_run/{run_number}",
  repeatable,
  response,
});
const reset = operation<RunInput, Run>({
  name: "online.reset",
  method: "POST",
  path: "/runs/reset_and_refresh_run/{run_number}",
  repeatable,
  response,
});

export function onlineApi(core: Core): OnlineApi {
  const label = (run: number): string => `run ${run}`;
  const prepare = (run: number) => ({ run_number: checkRunNumber(run) });
  return {
    move: createWrite(core, {
      name: "online.move",
      operation: moveRun,
      arity: 1,
      prepare(run, move: RunMove) {
        checkFields(move, ["from", "to"], "the move in online.move()");
        checkMove(move, runStates, "online.move()");
        return { run_number: checkRunNumber(run), from: move.from, to: move.to };
      },
      label,
    }),
    markSignificant: createWrite(core, {
      name: "online.markSignificant",
      operation: markSignificant,
      arity: 0,
      prepare,
      label,
    }),
    changeClass: createWrite(core, {
      name: "online.changeClass",
      operation: changeClass,
      arity: 1,
      prepare: (run, runClass: string) => ({
        run_number: checkRunNumber(run),
        class: checkText(runClass, "The class in online.changeClass()"),
      }),
      label,
    }),
    refresh: createWrite(core, { name: "online.refresh", operation: refresh, arity: 0, prepare, label }),
    reset: createWrite(core, { name: "online.reset", operation: reset, arity: 0, prepare, label }),
  };
}
