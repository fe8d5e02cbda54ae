import { fieldsOf, isBlank, type Row, type Value } from "../fields.ts";
import { isTaken, type Resource } from "../resource.ts";

/** Numbers that `[{run_id}]` and the like name. */
function linked(attributes: Value | undefined, name: string): number[] {
  return Array.isArray(attributes)
    ? (attributes as readonly Row[]).filter((entry) => !isBlank(entry[name])).map((entry) => Number(entry[name]))
    : [];
}

function attributes(row: Row, kept: string, name: string): Value {
  const ids = (row[kept] ?? []) as readonly number[];
  return ids.length === 0 ? null : ids.map((id) => ({ [name]: id }));
}

/** Adds the links that are sent to those that are there. */
function link(row: Row, before: Row | undefined, kept: string, ids: readonly number[]): void {
  row[kept] = [...new Set([...((before?.[kept] ?? []) as readonly number[]), ...ids])];
}

const dataGroups: Resource = {
  collection: "data_groups",
  wrapper: "data_group",
  fields: fieldsOf(
    "name language data_group_type_id experiment_id user_id prefix_path flg_available? flg_writing? flg_public?",
    "format data_passport removed_at description",
  ),
  derive: (row, before, _store, sent) => link(row, before, "_runs", linked(sent["runs_data_groups_attributes"], "run_id")),
  check(draft) {
    for (const field of ["name", "data_group_type_id", "prefix_path"]) {
      draft.fixed(field);
      if (field === "name") draft.atMost("name", 60);
      if (field === "prefix_path") {
        draft.present("prefix_path");
        draft.atLeast("prefix_path", 2);
      }
    }
    draft.exists("experiment_id", "experiments");
  },
  shown: (row) => ({ runs_data_groups_attributes: attributes(row, "_runs", "run_id"), doi: `xfel.mdc.dg.${row.id}` }),
};

const replicas: Resource = {
  collection: "data_groups_repositories",
  wrapper: "data_group_repository",
  fields: fieldsOf("data_group_id repository_id flg_available?"),
  check(draft) {
    draft.exists("data_group_id", "data_groups");
    draft.exists("repository_id", "repositories");
    if (draft.taken("data_groups_repositories", "data_group_id", "repository_id"))
      for (const field of ["data_group_id", "repository_id"]) draft.add(field, isTaken);
  },
};

const dataFiles: Resource = {
  collection: "data_files",
  wrapper: "data_file",
  fields: fieldsOf("data_group_id files"),
  check(draft) {
    draft.present("files");
    draft.atLeast("files", 40);
    draft.exists("data_group_id", "data_groups");
  },
};

const datasetFiles: Resource = {
  collection: "dataset_files",
  wrapper: "dataset_file",
  fields: fieldsOf(
    "filename flg_available? flg_immutable? file_creation_at data_group_id data_group_type_id byte_size#",
    "checksum format year#",
  ),
  check(draft) {
    const checksum = String(draft.row["checksum"] as string);
    draft.present("filename");
    draft.exists("data_group_id", "data_groups");
    draft.present("checksum");
    if (checksum.length !== 8) draft.add("checksum", "is the wrong length (should be 8 characters)");
    if (!/^[0-9a-f]{8}$/i.test(checksum)) draft.add("checksum", "Invalid checksum");
    if (!["hdf5", "tiff"].includes(String(draft.row["format"] as string))) draft.add("format", "is not included in the list");
  },
};

const parameters: Resource = {
  collection: "parameters",
  wrapper: "parameter",
  fields: fieldsOf(
    "data_source name value minimum maximum mean standard_deviation data_type_id parameter_type_id unit_id",
    "unit_prefix flg_available? description",
  ),
  derive(row, before, _store, sent) {
    link(row, before, "_groups", linked(sent["data_groups_parameters_attributes"], "data_group_id"));
    link(row, before, "_runs", linked(sent["runs_parameters_attributes"], "run_id"));
  },
  check(draft) {
    if (draft.present("name")) draft.atMost("name", 255);
  },
  shown: (row) => ({ data_groups_parameters_attributes: attributes(row, "_groups", "data_group_id") }),
};

/** Data, where they are, and what is known of them. */
export const dataResources: readonly Resource[] = [
  dataGroups,
  replicas,
  dataFiles,
  datasetFiles,
  parameters,
  {
    collection: "data_source_groups",
    wrapper: "data_source_group",
    fields: fieldsOf("name identifier flg_available? description"),
  },
  {
    collection: "data_source_group_versions",
    wrapper: "data_source_group_version",
    fields: fieldsOf("name data_source_group_id flg_status last_deployed_at"),
    check(draft) {
      draft.fixed("name");
      draft.fixed("data_source_group_id");
      if (!["N", "D", "A"].includes(String(draft.row["flg_status"] as string))) draft.add("flg_status", "is not included in the list");
    },
  },
];
