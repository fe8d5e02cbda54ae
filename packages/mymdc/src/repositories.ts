import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, searchesApi, type ListsAll, type Writes, writesApi } from "./resource.ts";

/** A place where data groups lie. */
export interface Repository {
  readonly id: number;
  /** At most 60 characters, unique. */
  readonly name: string;
  /** Unique: "XFEL_GPFS_OFFLINE_RAW_CC". */
  readonly identifier: string;
  readonly img_url: string | null;
  readonly mount_point: string | null;
  readonly transfer_agent_identifier: string | null;
  readonly transfer_agent_server_url: string | null;
  /** "Local" or "Remote". */
  readonly flg_context: string | null;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What can be written to a repository. */
export type RepositoryFields = Writable<Repository, "id">;

/** What repositories can be searched by. */
export type RepositorySearch = { readonly name: string } | { readonly identifier: string };

/** Calls on repositories. */
export interface RepositoriesApi extends Gets<Repository>, ListsAll<Repository, RepositorySearch>, Writes<Repository, RepositoryFields> {}

export const repository = define<Repository>({
  name: "repositories",
  collection: "repositories",
  wrapper: "repository",
  kinds: {
    id: "id",
    name: "text",
    identifier: "text",
    img_url: "text",
    mount_point: "text",
    transfer_agent_identifier: "text",
    transfer_agent_server_url: "text",
    flg_context: "text",
    flg_available: "flag",
    description: "text",
  },
  server: [],
  routes: "CRUD",
  searches: [{ by: [] }, { by: ["name"] }, { by: ["identifier"], paged: false }],
});

export function repositoriesApi(core: Core): RepositoriesApi {
  return { ...getsApi(core, repository), ...searchesApi(core, repository), ...writesApi(core, repository) };
}
