import type { Core, Listing } from "@sci/http-core";
import { define } from "./definition.ts";
import { type Gets, getsApi, type ListsAll, searchesApi, type SearchOptions } from "./resource.ts";

/** An instrument of a facility. */
export interface Instrument {
  readonly id: number;
  readonly name: string;
  /** "SPB", "FXE", … */
  readonly identifier: string;
  readonly url: string | null;
  /** 1 is European XFEL. */
  readonly facility_id: number | null;
  readonly topic_id: number | null;
  readonly instrument_type_id: number | null;
  readonly repository_id: number | null;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What instruments can be searched by. */
export type InstrumentSearch =
  { readonly identifier: string } | { readonly facility_id: number | string } | { readonly topic_id: number | string };

/** Calls on instruments; they are not written here. The active proposal of one: `mdc.proposals.active`. */
export interface InstrumentsApi extends Gets<Instrument>, ListsAll<Instrument, InstrumentSearch> {
  /** The instruments of European XFEL. */
  xfel(options?: SearchOptions): Listing<Instrument>;
}

export const instrument = define<Instrument>({
  name: "instruments",
  collection: "instruments",
  wrapper: "instrument",
  kinds: {
    id: "id",
    name: "text",
    identifier: "text",
    url: "text",
    facility_id: "id",
    topic_id: "id",
    instrument_type_id: "id",
    repository_id: "id",
    flg_available: "flag",
    description: "text",
  },
  server: [],
  routes: "R",
  searches: [{ by: [] }, { by: ["identifier"] }, { by: ["facility_id"] }, { by: ["topic_id"] }],
});

/** The number of European XFEL among the facilities. */
const europeanXfel = 1;

export function instrumentsApi(core: Core): InstrumentsApi {
  const searches = searchesApi<Instrument, InstrumentSearch>(core, instrument);
  return {
    ...getsApi(core, instrument),
    ...searches,
    xfel: (options) => searches.list({ facility_id: europeanXfel }, options),
  };
}
