import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import { type Ensured, ensure } from "./ensure.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, type Searches, searchesApi, type Writes, writesApi } from "./resource.ts";
import type { WriteFields } from "./writes.ts";

/** A sample of a proposal. */
export interface Sample {
  readonly id: number;
  /** At most 127 characters, unique in its proposal. */
  readonly name: string;
  readonly url: string | null;
  readonly sample_type_id: number | null;
  readonly proposal_id: number;
  /** The system that it comes from: "upex". */
  readonly flg_proposal_system: string | null;
  /** Its number there, as text. */
  readonly proposal_system_id: string | null;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What can be written to a sample. */
export type SampleFields = Writable<Sample, "id">;

/** What samples can be searched by. */
export type SampleSearch = { readonly proposal_id: number | string } | { readonly name: string; readonly proposal_id: number | string };

/** Calls on samples. Those of a proposal by its number: `mdc.proposals.samples`. */
export interface SamplesApi extends Gets<Sample>, Searches<Sample, SampleSearch>, Writes<Sample, SampleFields> {
  /**
   * The sample of this name and proposal_id, created with these fields if there is none. One that exists is left as it is.
   * @throws INVALID_ARGUMENT without name and proposal_id, AMBIGUOUS for several, VALIDATION
   */
  ensure: WriteFields<[], SampleFields, Ensured<Sample>>;
}

export const sample = define<Sample>({
  name: "samples",
  collection: "samples",
  wrapper: "sample",
  kinds: {
    id: "id",
    name: "text",
    url: "text",
    sample_type_id: "id",
    proposal_id: "id",
    flg_proposal_system: "text",
    proposal_system_id: "text",
    flg_available: "flag",
    description: "text",
  },
  server: [],
  routes: "CRUD",
  searches: [{ by: ["proposal_id"] }, { by: ["name", "proposal_id"] }],
});

export function samplesApi(core: Core): SamplesApi {
  return {
    ...getsApi(core, sample),
    ...searchesApi(core, sample),
    ...writesApi(core, sample),
    ensure: ensure<Sample, SampleFields>(core, sample, { by: ["name", "proposal_id"], update: false }),
  };
}
