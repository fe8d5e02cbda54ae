import { type CallOptions, checkNames, type Core, SciError, shown } from "@sci/http-core";
import { define, emptyOperation, listOperation } from "./definition.ts";
import { checkEach } from "./each.ts";
import { checkNumber, type Id, type Writable } from "./kinds.ts";
import { callOptions, type Gets, getsApi, rulesOf, type Searches, searchesApi, type Writes, writesApi } from "./resource.ts";
import { checkRunRef, type RunRef, type RunRefInput, runRefQuery } from "./run-ref.ts";
import { createWrite, type Write, type WriteFields } from "./writes.ts";

/** One file of a data group, with its checksum. */
export interface DatasetFile {
  readonly id: number;
  readonly filename: string;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly flg_immutable: boolean;
  readonly file_creation_at: string | null;
  readonly data_group_id: number;
  readonly data_group_type_id: number | null;
  /** Bytes. */
  readonly byte_size: number | null;
  /** 8 hexadecimal digits. */
  readonly checksum: string | null;
  /** "hdf5" or "tiff". */
  readonly format: string | null;
  readonly year: number | null;
}

/** What can be written to a dataset file. */
export type DatasetFileFields = Writable<DatasetFile, "id">;
/** A file among several to be changed or looked for: by its id, or by the fields that tell it apart. */
export type DatasetFileChange = DatasetFileFields & { readonly id?: Id };

/** What dataset files can be searched by. */
export interface DatasetFileSearch {
  readonly data_group_id: number | string;
}

/** Files of one data group. */
export interface DatasetFileIds {
  readonly data_group_id: Id;
  readonly ids: readonly Id[];
}

/** Calls on dataset files; those on many send one request, which the service does as a whole or refuses. */
export interface DatasetFilesApi
  extends Gets<DatasetFile>, Searches<DatasetFile, DatasetFileSearch>, Writes<DatasetFile, DatasetFileFields> {
  /** The dataset files of a run. @throws NOT_FOUND for a run or proposal that is not there */
  search(run: RunRef, options?: CallOptions): Promise<readonly DatasetFile[]>;
  /** @throws INVALID_ARGUMENT naming the file and the field; VALIDATION */
  createMany: WriteFields<[], readonly DatasetFileFields[], readonly DatasetFile[]>;
  /** @throws INVALID_ARGUMENT naming the file and the field; VALIDATION, NOT_FOUND */
  updateMany: WriteFields<[], readonly DatasetFileChange[], readonly DatasetFile[]>;
  /** Asks the service what it has of these files; nothing is written. */
  checkMany(files: readonly DatasetFileChange[], options?: CallOptions & { readonly unchecked?: boolean }): Promise<readonly DatasetFile[]>;
  /** @throws NOT_FOUND, INVALID_ARGUMENT for no ids */
  deleteMany: Write<[files: DatasetFileIds], void>;
}

const kinds = {
  id: "id",
  filename: "text",
  flg_available: "flag",
  flg_immutable: "flag",
  file_creation_at: "time",
  data_group_id: "id",
  data_group_type_id: "id",
  byte_size: "integer",
  checksum: "text",
  format: "text",
  year: "integer",
} as const;

interface Many {
  readonly files: readonly Readonly<Record<string, unknown>>[];
}
const body = ({ files }: Many) => ({ json: { dataset_files: files } });

const operations = {
  search: listOperation<RunRefInput, DatasetFile>(kinds, {
    name: "datasetFiles.search",
    method: "GET",
    path: "/dataset_files/search_dataset_files",
    query: runRefQuery,
  }),
  createMany: listOperation<Many, DatasetFile>(kinds, {
    name: "datasetFiles.createMany",
    method: "POST",
    path: "/dataset_files/bulk_create",
    body,
    repeatable: false,
    created: true,
    count: ({ files }) => files.length,
  }),
  // Sent again, these two leave the same behind.
  updateMany: listOperation<Many, DatasetFile>(kinds, {
    name: "datasetFiles.updateMany",
    method: "POST",
    path: "/dataset_files/bulk_update",
    body,
    repeatable: true,
  }),
  deleteMany: emptyOperation<DatasetFileIds>({
    name: "datasetFiles.deleteMany",
    method: "POST",
    path: "/dataset_files/bulk_delete",
    body: ({ ids, data_group_id }) => ({ json: { dataset_file: { ids, data_group_id } } }),
    repeatable: true,
  }),
  checkMany: listOperation<Many, DatasetFile>(kinds, {
    name: "datasetFiles.checkMany",
    method: "POST",
    path: "/dataset_files/bulk_check",
    body,
    repeatable: true,
  }),
};

export const datasetFile = define<DatasetFile>({
  name: "datasetFiles",
  collection: "dataset_files",
  wrapper: "dataset_file",
  kinds,
  server: [],
  routes: "CRUD",
  searches: [{ by: ["data_group_id"] }],
  operations,
});

export function datasetFilesApi(core: Core): DatasetFilesApi {
  const rules = rulesOf(datasetFile);
  // Those that exist may be named by their id.
  const changeRules = { ...rules, server: [], further: { id: "id" } as const };
  return {
    ...getsApi(core, datasetFile),
    ...searchesApi(core, datasetFile),
    ...writesApi(core, datasetFile),
    search: async (run, options) =>
      core.request(operations.search, checkRunRef(run, "datasetFiles.search"), callOptions(options, "datasetFiles.search")),
    createMany: createWrite<[readonly DatasetFileFields[]], readonly DatasetFile[]>(core, "datasetFiles.createMany", 1, (writer, given) =>
      writer.write(operations.createMany, { files: checkEach(given, rules, "datasetFiles.createMany", writer.unchecked) }, []),
    ) as DatasetFilesApi["createMany"],
    updateMany: createWrite<[readonly DatasetFileChange[]], readonly DatasetFile[]>(core, "datasetFiles.updateMany", 1, (writer, given) =>
      writer.write(operations.updateMany, { files: checkEach(given, changeRules, "datasetFiles.updateMany", writer.unchecked) }, []),
    ) as DatasetFilesApi["updateMany"],
    async checkMany(given, options = {}) {
      const { unchecked = false, ...rest } = options;
      const files = checkEach(given, changeRules, "datasetFiles.checkMany", unchecked);
      return core.request(operations.checkMany, { files }, callOptions(rest, "datasetFiles.checkMany"));
    },
    deleteMany: createWrite<[DatasetFileIds], void>(core, "datasetFiles.deleteMany", 1, (writer, given) =>
      writer.write(operations.deleteMany, checkIds(given), undefined),
    ),
  };
}

function checkIds(given: DatasetFileIds): DatasetFileIds {
  const of = "datasetFiles.deleteMany()";
  checkNames(given, ["data_group_id", "ids"], `name in ${of}`);
  const { data_group_id, ids } = (given as Partial<DatasetFileIds> | undefined) ?? {};
  if (!Array.isArray(ids) || ids.length === 0)
    throw new SciError("INVALID_ARGUMENT", `ids in ${of} must be a list of ids, not ${shown(ids)}.`);
  return {
    data_group_id: checkNumber(data_group_id, `data_group_id in ${of}`),
    ids: ids.map((id: unknown, index) => checkNumber(id, `ids[${index}] in ${of}`)),
  };
}
