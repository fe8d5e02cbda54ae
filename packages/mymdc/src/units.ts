import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, searchesApi, type ListsAll, type Writes, writesApi, type All } from "./resource.ts";

/** A unit of measurement. */
export interface Unit {
  readonly id: number;
  /** At most 60 characters, unique. */
  readonly name: string;
  /** Unique. */
  readonly identifier: string;
  readonly symbol: string | null;
  /** The system it belongs to: "SI". */
  readonly origin: string | null;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What can be written to an unit. */
export type UnitFields = Writable<Unit, "id">;

/** Calls on units. */
export interface UnitsApi extends Gets<Unit>, ListsAll<Unit, All>, Writes<Unit, UnitFields> {}

export const unit = define<Unit>({
  name: "units",
  collection: "units",
  wrapper: "unit",
  kinds: {
    id: "id",
    name: "text",
    identifier: "text",
    symbol: "text",
    origin: "text",
    flg_available: "flag",
    description: "text",
  },
  server: [],
  routes: "CRUD",
  searches: [{ by: [] }],
});

export function unitsApi(core: Core): UnitsApi {
  return { ...getsApi(core, unit), ...searchesApi(core, unit), ...writesApi(core, unit) };
}
