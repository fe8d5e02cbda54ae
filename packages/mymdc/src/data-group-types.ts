import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, searchesApi, type ListsAll, type Writes, writesApi } from "./resource.ts";

/** A kind of data group: raw, calibration, processed, … */
export interface DataGroupType {
  readonly id: number;
  /** At most 60 characters, unique. */
  readonly name: string;
  /** Unique. */
  readonly identifier: string;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What can be written to a data group type. */
export type DataGroupTypeFields = Writable<DataGroupType, "id">;

/** What data group types can be searched by. */
export type DataGroupTypeSearch = { readonly name: string };

/** Calls on data group types. */
export interface DataGroupTypesApi
  extends Gets<DataGroupType>, ListsAll<DataGroupType, DataGroupTypeSearch>, Writes<DataGroupType, DataGroupTypeFields> {}

export const dataGroupType = define<DataGroupType>({
  name: "dataGroupTypes",
  collection: "data_group_types",
  wrapper: "data_group_type",
  kinds: {
    id: "id",
    name: "text",
    identifier: "text",
    flg_available: "flag",
    description: "text",
  },
  server: [],
  routes: "CRUD",
  searches: [{ by: [] }, { by: ["name"] }],
});

export function dataGroupTypesApi(core: Core): DataGroupTypesApi {
  return { ...getsApi(core, dataGroupType), ...searchesApi(core, dataGroupType), ...writesApi(core, dataGroupType) };
}
