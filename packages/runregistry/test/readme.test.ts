import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** The public functions of both originals, as their wheels have them. */
const functions = [
  ...["setup", "get_run", "get_runs", "get_dataset", "get_datasets", "get_dataset_names_of_run", "get_cycles", "get_datasets_accepted"],
  ...["get_lumisections", "get_oms_lumisections", "get_lumisection_ranges", "get_lumisection_ranges_by_component"],
  ...["get_oms_lumisection_ranges", "get_joint_lumisection_ranges", "create_json", "move_runs", "make_significant_runs"],
  ...["reset_RR_attributes_and_refresh_runs", "manually_refresh_components_statuses_for_runs", "edit_rr_lumisections"],
  ...["move_datasets", "change_run_class", "transform_to_rr_run_filter", "transform_to_rr_dataset_filter"],
  ...["get", "utils.create_filter", "utils.convert_lookup_fields", "utils.flatten", "utils.flatten_runs"],
  ...["utils.to_runreg_filter", "utils.attribute_to_run_reg_filter", "utils.to_runreg_filter_operator"],
];

it("the README says what stands for every public function of both Python originals", () => {
  const rows = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|")[1] ?? "");
  const named = new Set(rows.flatMap((cell) => [...cell.matchAll(/`([\w.]+)/g)].map((match) => match[1])));
  expect(functions.filter((name) => !named.has(name))).toEqual([]);
});
