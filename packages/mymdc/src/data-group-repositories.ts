import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import { type Ensured, ensure } from "./ensure.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, type Searches, searchesApi, type Writes, writesApi } from "./resource.ts";
import type { WriteFields } from "./writes.ts";

/** That a data group lies in a repository: a replica. */
export interface DataGroupRepository {
  readonly id: number;
  readonly data_group_id: number;
  readonly repository_id: number;
  /** Whether the replica is there; one that was taken away keeps its record. */
  readonly flg_available: boolean;
}

/** What can be written to a replica. */
export type DataGroupRepositoryFields = Writable<DataGroupRepository, "id">;

/** What replicas can be searched by. */
export type DataGroupRepositorySearch =
  { readonly data_group_id: number | string } | { readonly data_group_id: number | string; readonly repository_id: number | string };

/** Calls on the replicas of data groups. Those of a whole run: `mdc.runs.registerReplica`, `unregisterReplica`, `replicas`. */
export interface DataGroupRepositoriesApi
  extends
    Gets<DataGroupRepository>,
    Searches<DataGroupRepository, DataGroupRepositorySearch>,
    Writes<DataGroupRepository, DataGroupRepositoryFields> {
  /**
   * The replica of this data_group_id and repository_id with these fields: updated if there is one, else created.
   * @throws INVALID_ARGUMENT without both ids, AMBIGUOUS for several, VALIDATION
   */
  set: WriteFields<[], DataGroupRepositoryFields, Ensured<DataGroupRepository>>;
}

export const dataGroupRepository = define<DataGroupRepository>({
  name: "dataGroupRepositories",
  collection: "data_groups_repositories",
  wrapper: "data_group_repository",
  kinds: { id: "id", data_group_id: "id", repository_id: "id", flg_available: "flag" },
  server: [],
  routes: "CRUD",
  searches: [{ by: ["data_group_id"] }, { by: ["data_group_id", "repository_id"] }],
});

export function dataGroupRepositoriesApi(core: Core): DataGroupRepositoriesApi {
  return {
    ...getsApi(core, dataGroupRepository),
    ...searchesApi(core, dataGroupRepository),
    ...writesApi(core, dataGroupRepository),
    set: ensure<DataGroupRepository, DataGroupRepositoryFields>(core, dataGroupRepository, {
      name: "set",
      by: ["data_group_id", "repository_id"],
      update: true,
    }),
  };
}
