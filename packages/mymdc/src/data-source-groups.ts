import type { CallOptions, Core } from "@sci/http-core";
import { define } from "./definition.ts";
import { type Searches, searchesApi } from "./resource.ts";

/** A group of data sources, which has versions. */
export interface DataSourceGroup {
  readonly id: number;
  readonly name: string;
  readonly identifier: string | null;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What data source groups can be searched by. */
export interface DataSourceGroupSearch {
  readonly name: string;
}

/** Calls on data source groups; they are not written here. */
export interface DataSourceGroupsApi extends Searches<DataSourceGroup, DataSourceGroupSearch> {
  /** The one group of this name. @throws NOT_FOUND, AMBIGUOUS */
  byName(name: string, options?: CallOptions): Promise<DataSourceGroup>;
}

export const dataSourceGroup = define<DataSourceGroup>({
  name: "dataSourceGroups",
  collection: "data_source_groups",
  wrapper: "data_source_group",
  kinds: { id: "id", name: "text", identifier: "text", flg_available: "flag", description: "text" },
  server: [],
  routes: "",
  searches: [{ by: ["name"], paged: false }],
});

export function dataSourceGroupsApi(core: Core): DataSourceGroupsApi {
  const searches = searchesApi<DataSourceGroup, DataSourceGroupSearch>(core, dataSourceGroup);
  return { ...searches, byName: (name, options) => searches.find({ name }, options) };
}
