import type { CallOptions, Core } from "@sci/http-core";
import { define, listOperation } from "./definition.ts";
import type { Writable } from "./kinds.ts";
import { callOptions, type Gets, getsApi, type Searches, searchesApi, type Writes, writesApi } from "./resource.ts";
import { checkRunRef, type RunRef, type RunRefInput, runRefQuery } from "./run-ref.ts";

/** A list of files of a data group, kept as one text. */
export interface DataFile {
  readonly id: number;
  readonly data_group_id: number;
  /** A Python literal of at least 40 characters; `parseFileList()` reads it, `formatFileList()` makes it. */
  readonly files: string;
}

/** What can be written to a data file. */
export type DataFileFields = Writable<DataFile, "id">;

/** What data files can be searched by. */
export interface DataFileSearch {
  readonly data_group_id: number | string;
}

/** Calls on data files. */
export interface DataFilesApi extends Gets<DataFile>, Searches<DataFile, DataFileSearch>, Writes<DataFile, DataFileFields> {
  /** The data files of a run. @throws NOT_FOUND for a run or proposal that is not there */
  search(run: RunRef, options?: CallOptions): Promise<readonly DataFile[]>;
}

const kinds = { id: "id", data_group_id: "id", files: "text" } as const;

const operations = {
  search: listOperation<RunRefInput, DataFile>(kinds, {
    name: "dataFiles.search",
    method: "GET",
    path: "/data_files/search_data_files",
    query: runRefQuery,
  }),
};

export const dataFile = define<DataFile>({
  name: "dataFiles",
  collection: "data_files",
  wrapper: "data_file",
  kinds,
  server: [],
  routes: "CRUD",
  searches: [{ by: ["data_group_id"] }],
  operations,
});

export function dataFilesApi(core: Core): DataFilesApi {
  return {
    ...getsApi(core, dataFile),
    ...searchesApi(core, dataFile),
    ...writesApi(core, dataFile),
    search: async (run, options) =>
      core.request(operations.search, checkRunRef(run, "dataFiles.search"), callOptions(options, "dataFiles.search")),
  };
}
