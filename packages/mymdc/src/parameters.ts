import type { Core } from "@sci/http-core";
import { define, emptyOperation, listOperation } from "./definition.ts";
import { checkEach } from "./each.ts";
import { checkNumber, type Id, type Writable } from "./kinds.ts";
import { type Gets, getsApi, rulesOf, type Searches, searchesApi, type Writes, writesApi } from "./resource.ts";
import { createWrite, type Write, type WriteFields } from "./writes.ts";

/** A value of a data source, as text, with its spread. */
export interface Parameter {
  readonly id: number;
  readonly data_source: string;
  /** At most 255 characters. */
  readonly name: string;
  readonly value: string | null;
  readonly minimum: string | null;
  readonly maximum: string | null;
  readonly mean: string | null;
  readonly standard_deviation: string | null;
  readonly data_type_id: number | null;
  readonly parameter_type_id: number | null;
  readonly unit_id: number | null;
  /** "kilo" */
  readonly unit_prefix: string | null;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What can be written to a parameter. */
export type ParameterFields = Writable<Parameter, "id"> & {
  /** The data groups that it belongs to. */
  readonly data_groups_parameters_attributes?: readonly { readonly data_group_id: Id }[] | null;
  /** The runs that it belongs to. */
  readonly runs_parameters_attributes?: readonly { readonly run_id: Id }[] | null;
};

/** What parameters can be searched by. */
export interface ParameterSearch {
  readonly data_source: string;
  readonly name: string;
}

/** Calls on parameters. */
export interface ParametersApi extends Gets<Parameter>, Searches<Parameter, ParameterSearch>, Writes<Parameter, ParameterFields> {
  /** Creates several in one request, in this order. @throws INVALID_ARGUMENT naming the parameter and the field; VALIDATION */
  createMany: WriteFields<[], readonly ParameterFields[], readonly Parameter[]>;
  /** Deletes all parameters of a data group. @throws NOT_FOUND */
  deleteOfDataGroup: Write<[dataGroupId: Id], void>;
}

const kinds = {
  id: "id",
  data_source: "text",
  name: "text",
  value: "text",
  minimum: "text",
  maximum: "text",
  mean: "text",
  standard_deviation: "text",
  data_type_id: "id",
  parameter_type_id: "id",
  unit_id: "id",
  unit_prefix: "text",
  flg_available: "flag",
  description: "text",
} as const;

const further = { data_groups_parameters_attributes: "any", runs_parameters_attributes: "any" } as const;

const operations = {
  createMany: listOperation<{ readonly parameters: readonly Readonly<Record<string, unknown>>[] }, Parameter>(kinds, {
    name: "parameters.createMany",
    method: "POST",
    path: "/parameters/bulk_create",
    body: ({ parameters }) => ({ json: { parameters } }),
    repeatable: false,
    created: true,
    count: ({ parameters }) => parameters.length,
  }),
  // Sent again, it would also delete what came in between.
  deleteOfDataGroup: emptyOperation<{ readonly data_group_id: number }>({
    name: "parameters.deleteOfDataGroup",
    method: "POST",
    path: "/parameters/bulk_delete",
    body: ({ data_group_id }) => ({ json: { parameter: { data_group_id } } }),
    repeatable: false,
  }),
};

export const parameter = define<Parameter>({
  name: "parameters",
  collection: "parameters",
  wrapper: "parameter",
  kinds,
  server: [],
  routes: "CRUD",
  searches: [{ by: ["data_source", "name"] }],
  operations,
});

export function parametersApi(core: Core): ParametersApi {
  const rules = rulesOf(parameter, further);
  return {
    ...getsApi(core, parameter),
    ...searchesApi(core, parameter),
    ...writesApi(core, parameter, further),
    createMany: createWrite<[readonly ParameterFields[]], readonly Parameter[]>(core, "parameters.createMany", 1, (writer, given) =>
      writer.write(operations.createMany, { parameters: checkEach(given, rules, "parameters.createMany", writer.unchecked) }, []),
    ) as ParametersApi["createMany"],
    deleteOfDataGroup: createWrite<[Id], void>(core, "parameters.deleteOfDataGroup", 1, (writer, id) => {
      const data_group_id = Number(checkNumber(id, "The id of the data group in parameters.deleteOfDataGroup()"));
      return writer.write(operations.deleteOfDataGroup, { data_group_id }, undefined);
    }),
  };
}
