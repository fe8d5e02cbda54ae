import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, type Writes, writesApi } from "./resource.ts";

/** A period of user operation at one instrument. */
export interface InstrumentCycle {
  readonly id: number;
  /** Year and half-year: 202601. */
  readonly identifier: number;
  readonly instrument_id: number;
  readonly instrument_identifier: string | null;
  readonly begin_at: string | null;
  readonly end_at: string | null;
  /** Proposals are taken from then … */
  readonly start_call_at: string | null;
  /** … until then. */
  readonly close_call_at: string | null;
  readonly url: string | null;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  /** The system that proposals come from. */
  readonly flg_proposal_system: string | null;
  readonly description: string | null;
}

/** What can be written to an instrument cycle. */
export type InstrumentCycleFields = Writable<InstrumentCycle, "id">;

/** Calls on instrument cycles. */
export interface InstrumentCyclesApi extends Gets<InstrumentCycle>, Writes<InstrumentCycle, InstrumentCycleFields> {}

export const instrumentCycle = define<InstrumentCycle>({
  name: "instrumentCycles",
  collection: "instrument_cycles",
  wrapper: "instrument_cycle",
  kinds: {
    id: "id",
    identifier: "integer",
    instrument_id: "id",
    instrument_identifier: "text",
    begin_at: "time",
    end_at: "time",
    start_call_at: "time",
    close_call_at: "time",
    url: "text",
    flg_available: "flag",
    flg_proposal_system: "text",
    description: "text",
  },
  server: [],
  routes: "CRUD",
  searches: [],
});

export function instrumentCyclesApi(core: Core): InstrumentCyclesApi {
  return { ...getsApi(core, instrumentCycle), ...writesApi(core, instrumentCycle) };
}
