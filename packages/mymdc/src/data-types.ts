import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, searchesApi, type Searches, type Writes, writesApi } from "./resource.ts";

/** The type of a value of a parameter. */
export interface DataType {
  readonly id: number;
  /** At most 60 characters, unique. */
  readonly name: string;
  /** Unique. */
  readonly identifier: string;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What can be written to a data type. */
export type DataTypeFields = Writable<DataType, "id">;

/** What data types can be searched by. */
export type DataTypeSearch = { readonly name: string };

/** Calls on data types. */
export interface DataTypesApi extends Gets<DataType>, Searches<DataType, DataTypeSearch>, Writes<DataType, DataTypeFields> {}

export const dataType = define<DataType>({
  name: "dataTypes",
  collection: "data_types",
  wrapper: "data_type",
  kinds: {
    id: "id",
    name: "text",
    identifier: "text",
    flg_available: "flag",
    description: "text",
  },
  server: [],
  routes: "CRUD",
  searches: [{ by: ["name"] }],
});

export function dataTypesApi(core: Core): DataTypesApi {
  return { ...getsApi(core, dataType), ...searchesApi(core, dataType), ...writesApi(core, dataType) };
}
