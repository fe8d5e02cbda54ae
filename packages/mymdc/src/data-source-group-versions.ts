import { type CallOptions, checkNames, type Core, SciError, shown } from "@sci/http-core";
import { define } from "./definition.ts";
import { dataSourceGroup, type DataSourceGroup } from "./data-source-groups.ts";
import { checkFields, checkNumber, type Id, type Writable } from "./kinds.ts";
import { callOptions, operationsOf, rulesOf, type Searches, searchesApi } from "./resource.ts";
import { createWrite, type Write, type WriteFields } from "./writes.ts";

/** A version of a data source group. */
export interface DataSourceGroupVersion {
  readonly id: number;
  readonly name: string;
  readonly data_source_group_id: number;
  /** A letter: "D" is deployed. */
  readonly flg_status: string | null;
  readonly last_deployed_at: string | null;
}

/** What can be written to a version. */
export type DataSourceGroupVersionFields = Writable<DataSourceGroupVersion, "id">;

/** What versions can be searched by. */
export interface DataSourceGroupVersionSearch {
  readonly data_source_group_id: number | string;
  readonly name: string;
}

/** A version by names. */
export interface VersionByName {
  /** Name of the data source group. */
  readonly group: string;
  /** Name of its version. */
  readonly version: string;
}

/** What became of a deployment. */
export interface Deployment {
  readonly version: DataSourceGroupVersion;
  /** False where it was deployed already: then nothing is sent. */
  readonly changed: boolean;
}

/** Calls on versions of data source groups. */
export interface DataSourceGroupVersionsApi extends Searches<DataSourceGroupVersion, DataSourceGroupVersionSearch> {
  /** Changes only the fields that are given. @throws VALIDATION, NOT_FOUND, INVALID_ARGUMENT */
  update: WriteFields<[id: Id], DataSourceGroupVersionFields, DataSourceGroupVersion>;
  /** The version of a group, both by name. @throws NOT_FOUND, naming which of them is not there; AMBIGUOUS */
  byName(names: VersionByName, options?: CallOptions): Promise<DataSourceGroupVersion>;
  /** Marks a version as deployed. @throws NOT_FOUND, AMBIGUOUS before anything is written; VALIDATION */
  deploy: Write<[names: VersionByName], Deployment>;
}

export const dataSourceGroupVersion = define<DataSourceGroupVersion>({
  name: "dataSourceGroupVersions",
  collection: "data_source_group_versions",
  wrapper: "data_source_group_version",
  kinds: { id: "id", name: "text", data_source_group_id: "id", flg_status: "text", last_deployed_at: "time" },
  server: [],
  routes: "U",
  searches: [{ by: ["data_source_group_id", "name"], paged: false }],
});

const deployed = "D";

export function dataSourceGroupVersionsApi(core: Core): DataSourceGroupVersionsApi {
  const { update } = operationsOf(dataSourceGroupVersion);
  const groups = searchesApi<DataSourceGroup, { readonly name: string }>(core, dataSourceGroup);
  const versions = searchesApi<DataSourceGroupVersion, DataSourceGroupVersionSearch>(core, dataSourceGroupVersion);

  async function byName(names: VersionByName, options: CallOptions, of: string): Promise<DataSourceGroupVersion> {
    checkNames(names, ["group", "version"], `name in ${of}()`);
    const { group, version } = (names as Partial<VersionByName> | undefined) ?? {};
    for (const [name, value] of Object.entries({ group, version })) {
      if (typeof value !== "string" || value === "")
        throw new SciError("INVALID_ARGUMENT", `${name} in ${of}() must be a name, not ${shown(value)}.`);
    }
    const { id } = await groups.find({ name: group as string }, options);
    return versions.find({ data_source_group_id: id, name: version as string }, options);
  }

  return {
    list: versions.list,
    find: versions.find,
    update: createWrite<[Id, DataSourceGroupVersionFields], DataSourceGroupVersion>(
      core,
      "dataSourceGroupVersions.update",
      2,
      (writer, id, given) => {
        const of = "dataSourceGroupVersions.update()";
        const fields = checkFields(given, rulesOf(dataSourceGroupVersion), of, writer.unchecked);
        // Sent without a wrapper key, the only form of it that is known.
        const input = { id: checkNumber(id, `The id in ${of}`), fields, bare: true };
        return writer.write(update, input, { id } as DataSourceGroupVersion);
      },
    ) as DataSourceGroupVersionsApi["update"],
    byName: async (names, options) => {
      const of = "dataSourceGroupVersions.byName";
      return byName(names, callOptions(options, of), of);
    },
    deploy: createWrite<[VersionByName], Deployment>(core, "dataSourceGroupVersions.deploy", 1, async (writer, names) => {
      const version = await byName(names, writer.options, "dataSourceGroupVersions.deploy");
      if (version.flg_status === deployed) return { version, changed: false };
      // The server puts the time in where none is given.
      const fields = { last_deployed_at: null, flg_status: deployed };
      return { version: await writer.write(update, { id: version.id, fields, bare: true }, { ...version, ...fields }), changed: true };
    }),
  };
}
