import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, searchesApi, type Searches, type Writes, writesApi } from "./resource.ts";

/** A kind of parameter. */
export interface ParameterType {
  readonly id: number;
  /** At most 60 characters, unique. */
  readonly name: string;
  /** Unique. */
  readonly identifier: string;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What can be written to a parameter type. */
export type ParameterTypeFields = Writable<ParameterType, "id">;

/** What parameter types can be searched by. */
export type ParameterTypeSearch = { readonly name: string };

/** Calls on parameter types. */
export interface ParameterTypesApi
  extends Gets<ParameterType>, Searches<ParameterType, ParameterTypeSearch>, Writes<ParameterType, ParameterTypeFields> {}

export const parameterType = define<ParameterType>({
  name: "parameterTypes",
  collection: "parameter_types",
  wrapper: "parameter_type",
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

export function parameterTypesApi(core: Core): ParameterTypesApi {
  return { ...getsApi(core, parameterType), ...searchesApi(core, parameterType), ...writesApi(core, parameterType) };
}
