import { fieldsOf } from "../fields.ts";
import { type Draft, isTaken, type Resource } from "../resource.ts";

const described = fieldsOf("name identifier flg_available? description");

/** Names and identifiers that occur once among all records of the kind. */
function unique(draft: Draft, collection: string, ...fields: readonly string[]): void {
  for (const field of fields) if (draft.taken(collection, field)) draft.add(field, isTaken);
}

function typeOf(collection: string, wrapper: string): Resource {
  return {
    collection,
    wrapper,
    fields: described,
    check(draft) {
      if (draft.present("name")) draft.atMost("name", 60);
      unique(draft, collection, "name", "identifier");
    },
  };
}

/** Kinds of things: what other records point at. */
export const types: readonly Resource[] = [
  typeOf("data_group_types", "data_group_type"),
  typeOf("data_types", "data_type"),
  typeOf("experiment_types", "experiment_type"),
  typeOf("parameter_types", "parameter_type"),
  {
    collection: "units",
    wrapper: "unit",
    fields: fieldsOf("name identifier symbol origin flg_available? description"),
    check(draft) {
      if (draft.present("name")) draft.atMost("name", 60);
      unique(draft, "units", "name", "identifier");
    },
  },
  {
    collection: "techniques",
    wrapper: "technique",
    fields: fieldsOf("identifier name url flg_xfel_available? flg_available? description"),
    check(draft) {
      if (draft.present("name")) draft.atMost("name", 80);
      unique(draft, "techniques", "name", "identifier");
    },
  },
  {
    collection: "repositories",
    wrapper: "repository",
    fields: fieldsOf(
      "name identifier img_url mount_point transfer_agent_identifier transfer_agent_server_url flg_context",
      "flg_available? description",
    ),
    check(draft) {
      if (draft.present("name")) draft.atMost("name", 60);
      unique(draft, "repositories", "identifier", "name");
      for (const field of ["transfer_agent_identifier", "transfer_agent_server_url"])
        if (draft.row[field] !== "") unique(draft, "repositories", field);
    },
  },
];
