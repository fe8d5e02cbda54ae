import { json, missingParameter, noContent, notFound } from "../answers.ts";
import { type Context, type Endpoint, isRow } from "../context.ts";
import { isBlank, type Row, type Stored, type Value } from "../fields.ts";
import type { Store } from "../store.ts";

/** The list under a key of the body; undefined when there is none. */
function listOf({ body }: Context, key: string): readonly Row[] | undefined {
  const found = isRow(body) ? body[key] : undefined;
  return Array.isArray(found) && found.length > 0 && found.every(isRow) ? (found as readonly Row[]) : undefined;
}

const shownAll = (store: Store, collection: string, rows: readonly Stored[]): Row[] => rows.map((row) => store.shown(collection, row));

/** Creates all records of a list, in its order, or none. */
export const bulkCreate =
  (collection: string, key: string): Endpoint =>
  (_request, _parameters, context) => {
    const sent = listOf(context, key);
    if (sent === undefined) return missingParameter();
    const rows = context.store.writeAll(
      collection,
      sent.map((row) => ({ sent: row })),
    );
    return json(201, shownAll(context.store, collection, rows));
  };

/** The file that a row means: by its number, or by its name in its data group. */
function stored(store: Store, sent: Row): Stored | undefined {
  const table = store.table("dataset_files");
  if (!isBlank(sent["id"])) return table.get(Number(sent["id"]));
  const [id] = table.find([
    ["data_group_id", sent["data_group_id"] ?? null],
    ["filename", sent["filename"] ?? null],
  ]);
  return id === undefined ? undefined : table.get(id);
}

/** Changes all files of a list, or none. */
export const updateFiles: Endpoint = (_request, _parameters, context) => {
  const { store } = context;
  const sent = listOf(context, "dataset_files");
  if (sent === undefined) return missingParameter();
  const writes = sent.map((row) => ({ sent: row, before: stored(store, row) }));
  if (writes.some(({ before }) => before === undefined)) return notFound();
  return json(200, shownAll(store, "dataset_files", store.writeAll("dataset_files", writes)));
};

/** The files of a list that are known. */
export const checkFiles: Endpoint = (_request, _parameters, context) => {
  const sent = listOf(context, "dataset_files");
  if (sent === undefined) return missingParameter();
  const found = sent.map((row) => stored(context.store, row)).filter((row) => row !== undefined);
  return json(200, shownAll(context.store, "dataset_files", found));
};

/** The data group that a body names under a key; undefined when there is none. */
function group({ body, store }: Context, key: string): { readonly id: number; readonly named: Row } | undefined {
  const named = isRow(body) && isRow(body[key]) ? body[key] : undefined;
  const id = Number(named?.["data_group_id"] as Value);
  return named !== undefined && store.table("data_groups").get(id) !== undefined ? { id, named } : undefined;
}

/** Deletes files of a data group by their numbers, all or none. */
export const deleteFiles: Endpoint = (_request, _parameters, context) => {
  const { store, body } = context;
  const found = group(context, "dataset_file");
  if (!isRow(body) || !isRow(body["dataset_file"])) return missingParameter();
  if (found === undefined) return notFound();
  const ids = found.named["ids"];
  if (!Array.isArray(ids)) return missingParameter();
  const rows = ids.map((id) => store.table("dataset_files").get(Number(id))).filter((row) => row?.["data_group_id"] === found.id);
  if (rows.length < ids.length) return notFound();
  store.removeAll("dataset_files", rows as Stored[]);
  return noContent();
};

/** Deletes all parameters of a data group. */
export const deleteParameters: Endpoint = (_request, _parameters, context) => {
  const { store, body } = context;
  if (!isRow(body) || !isRow(body["parameter"])) return missingParameter();
  const found = group(context, "parameter");
  if (found === undefined) return notFound();
  store.removeAll("parameters", store.rows("parameters", store.table("parameters").find([["_groups", found.id]])));
  return noContent();
};
