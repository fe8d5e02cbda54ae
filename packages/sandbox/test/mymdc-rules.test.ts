import { describe, expect, test } from "vitest";
import { useCatalogue } from "./mymdc-support.ts";
import type { Loose } from "./support.ts";

const { call } = useCatalogue();
const taken = ["has already been taken"];
let serial = 0;
const name = (): string => `rule ${++serial}`;

async function created(collection: string, sent: object): Promise<Loose> {
  const { status, json, text } = await call("POST", `${collection}/`, sent);
  expect(status, text).toBe(201);
  return json;
}
/** The exact text of a refusal: the order of its keys counts. */
async function refused(method: string, path: string, sent: object): Promise<Loose> {
  const { status, text } = await call(method, path, sent);
  expect(status, text).toBe(422);
  return text;
}
const info = (value: object): string => JSON.stringify({ info: value });
const run = (number: number, more: object = {}): object => ({
  run: { run_number: number, experiment_id: "-1", sample_id: "-1", begin_at: "2026-01-01T08:00:00.000+01:00", first_train: "126", ...more },
});
const group = (more: object = {}): object => ({
  data_group: { name: "", data_group_type_id: "1", experiment_id: -1, user_id: "-1", prefix_path: "/gpfs/x/", ...more },
});

describe("single records", () => {
  test("created, read, changed with and without the key around, deleted; then there is none", async () => {
    const made = await created("units", { unit: { name: name(), identifier: name(), symbol: "s", flg_available: "true", unknown: 1 } });
    expect(made).toMatchObject({ flg_available: true, symbol: "s", origin: "", description: "" });
    expect(made).not.toHaveProperty("unknown");
    const path = `units/${String(made.id)}`;
    expect((await call("PUT", path, { unit: { symbol: "m" } })).json).toEqual({ ...made, symbol: "m" });
    expect((await call("PUT", path, { flg_available: "false" })).json).toEqual({ ...made, symbol: "m", flg_available: false });
    const gone = await call("DELETE", path);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    for (const method of ["GET", "PUT", "DELETE"]) {
      const { status, text } = await call(method, path, method === "PUT" ? { symbol: "x" } : undefined);
      expect([status, text]).toEqual([404, '{"info":"Resource not found!"}']);
    }
  });

  test("a body that is none", async () => {
    expect((await call("POST", "units/", "{")).status).toBe(400);
    expect((await call("POST", "units/", {})).json).toEqual({ info: "param is missing" });
    expect((await call("POST", "instruments/", { instrument: { name: "x" } })).status).toBe(404);
  });

  test("records that others need stay", async () => {
    expect(await refused("DELETE", "experiments/-1", {})).toBe(info({ base: ["Cannot delete record because dependent runs exist"] }));
  });
});

describe("what may be there once", () => {
  test.each(["data_group_type", "data_type", "experiment_type", "parameter_type", "unit", "technique"])("%s", async (wrapper) => {
    const sent = { [wrapper]: { name: name(), identifier: name() } };
    await created(`${wrapper}s`, sent);
    expect(await refused("POST", `${wrapper}s/`, sent)).toBe(info({ name: taken, identifier: taken }));
  });

  test("repositories, but not mount points", async () => {
    const sent = {
      repository: {
        name: name(),
        identifier: name(),
        mount_point: "/webstorage/XFEL",
        transfer_agent_identifier: name(),
        transfer_agent_server_url: name(),
      },
    };
    await created("repositories", sent);
    expect(JSON.parse(await refused("POST", "repositories/", sent))).toEqual({
      info: { identifier: taken, name: taken, transfer_agent_identifier: taken, transfer_agent_server_url: taken },
    });
  });

  test("names of experiments and samples within a proposal", async () => {
    const sent = { experiment: { name: name(), proposal_id: "-1", experiment_type_id: 1, doi: null } };
    const made = await created("experiments", sent);
    expect(made).toMatchObject({ doi: `xfel.mdc.exp.${String(made.id)}`, experiment_number: 2, experiment_folder: "e0002" });
    expect(await refused("POST", "experiments/", sent)).toBe(info({ name: taken }));
    await created("experiments", { experiment: { ...sent.experiment, proposal_id: -2 } });
    const sample = { sample: { name: name(), proposal_id: -1, proposal_system_id: "-123" } };
    await created("samples", sample);
    expect(await refused("POST", "samples/", sample)).toBe(
      info({ name: taken, flg_proposal_system: taken, proposal_id: taken, proposal_system_id: taken }),
    );
  });

  test("proposals, cycles, reports, replicas", async () => {
    const proposal = { proposal: { number: 700_001, title: "t", url: "https://x/700001", instrument_id: "2", instrument_cycle_id: "-1" } };
    expect(await created("proposals", proposal)).toMatchObject({ proposal_folder: "p700001", instrument_identifier: "FXE" });
    expect(JSON.parse(await refused("POST", "proposals/", proposal))).toEqual({
      info: { def_proposal_path: taken, number: taken, proposal_folder: taken, url: taken },
    });
    const cycle = { instrument_cycle: { identifier: 209901, instrument_id: "-1" } };
    await created("instrument_cycles", cycle);
    expect(JSON.parse(await refused("POST", "instrument_cycles/", cycle))).toEqual({
      info: { identifier: taken, url: taken, instrument_id: taken },
    });
    const report = { report: { name: "a.pdf", cal_report_path: "/r/", run_id: "-1" } };
    await created("reports", report);
    expect(await refused("POST", "reports/", report)).toBe(info({ name: taken, cal_report_path: taken, run_id: taken }));
    const replica = { data_group_repository: { data_group_id: "-1", repository_id: "-1" } };
    expect(await refused("POST", "data_groups_repositories/", replica)).toBe(info({ data_group_id: taken, repository_id: taken }));
  });

  test("run numbers within a proposal", async () => {
    await created("runs", run(200));
    expect(await refused("POST", "runs/", run(200))).toBe(
      info({ experiment_id: taken, run_number: ["must be unique per proposal", "has already been taken"] }),
    );
    await created("runs", run(200, { experiment_id: "-2" }));
  });
});

describe("what is not valid", () => {
  test.each([
    ["units", "unit", 60],
    ["repositories", "repository", 60],
    ["data_group_types", "data_group_type", 60],
    ["techniques", "technique", 80],
    ["experiments", "experiment", 60],
    ["samples", "sample", 127],
    ["parameters", "parameter", 255],
  ])("names of %s that are too long", async (collection, wrapper, most) => {
    const made = await created(collection, { [wrapper]: { name: name(), identifier: name(), proposal_id: -1 } });
    const path = `${collection}/${String(made.id)}`;
    expect((await call("PUT", path, { [wrapper]: { name: "n".repeat(most) } })).status).toBe(200);
    expect(await refused("PUT", path, { [wrapper]: { name: "n".repeat(most + 1) } })).toBe(
      info({ name: [`is too long (maximum is ${most} characters)`] }),
    );
  });

  test("reports", async () => {
    const { id } = await created("reports", { report: { name: "b.pdf", run_id: -1 } });
    expect(await refused("PUT", `reports/${String(id)}`, { report: { name: "x".repeat(270) } })).toBe(
      info({ name: ["is too long (maximum is 128 characters)", "cannot contain spaces and must end with .pdf"] }),
    );
  });

  test("data groups", async () => {
    expect(await refused("POST", "data_groups/", group({ prefix_path: null }))).toBe(
      info({ prefix_path: ["can't be blank", "is too short (minimum is 2 characters)"] }),
    );
    const made = await created("data_groups", group({ doi: null, runs_data_groups_attributes: [{ run_id: -2 }] }));
    expect(made).toMatchObject({ doi: `xfel.mdc.dg.${String(made.id)}`, runs_data_groups_attributes: [{ run_id: -2 }] });
    const path = `data_groups/${String(made.id)}`;
    const no = ["cannot be updated"];
    expect(await refused("PUT", path, { prefix_path: "bla_bla", name: "new", creator_id: -999, data_group_type_id: 2 })).toBe(
      info({ name: no, data_group_type_id: no, prefix_path: no }),
    );
    expect(await refused("PUT", path, group({ name: "n".repeat(61) }))).toBe(
      info({ name: ["cannot be updated", "is too long (maximum is 60 characters)"] }),
    );
    expect((await call("PUT", path, { data_group_type_id: "1", creator_id: -1, flg_writing: "true" })).json.flg_writing).toBe(true);
  });

  test("files", async () => {
    const short = { data_file: { data_group_id: -1, files: "x".repeat(38) } };
    expect(await refused("POST", "data_files/", short)).toBe(info({ files: ["is too short (minimum is 40 characters)"] }));
    const { id } = await created("data_files", { data_file: { data_group_id: -1, files: "x".repeat(40) } });
    expect(await refused("PUT", `data_files/${String(id)}`, { files: "" })).toBe(
      info({ files: ["can't be blank", "is too short (minimum is 40 characters)"] }),
    );
    const dataset = await created("dataset_files", {
      dataset_file: { filename: "a.h5", data_group_id: -1, checksum: "0badcafe", format: "hdf5" },
    });
    expect(await refused("PUT", `dataset_files/${String(dataset.id)}`, { dataset_file: { checksum: "" } })).toBe(
      info({ checksum: ["can't be blank", "is the wrong length (should be 8 characters)", "Invalid checksum"] }),
    );
  });

  test("runs: trains, numbers, techniques", async () => {
    expect(await refused("POST", "runs/", run(201, { first_train: null }))).toBe(
      info({ first_train: ["can't be blank", "is not a number"] }),
    );
    const made = await created("runs", run(202, { runs_techniques_attributes: [{ technique_id: -1 }] }));
    expect(made).toMatchObject({ run_folder: "r0202", run_alias: "", techniques: [{ id: -1, identifier: "TECHNIQUE-TEST-1" }] });
    const path = `runs/${String(made.id)}`;
    expect(await refused("PUT", path, { run_number: 1234, last_train: -1 })).toBe(
      info({ run_number: ["cannot be updated"], run_folder: ["cannot be updated"], last_train: ["must be greater than or equal to 126"] }),
    );
    expect(JSON.parse(await refused("PUT", path, run("x" as unknown as number)))).toMatchObject({
      info: { run_number: ["cannot be updated", "is not a number"] },
    });
    const added = (await call("PUT", path, { runs_techniques_attributes: [{ technique_id: -2 }] })).json.techniques;
    expect(added.map(({ id }: Loose) => id)).toEqual([-1, -2]);
    const left = (await call("PUT", path, { runs_techniques_attributes: [{ id: added[0].runs_techniques_id, _destroy: 1 }] })).json
      .techniques;
    expect(left).toEqual([added[1]]);
    expect((await call("PUT", path, { runs_techniques_attributes: "", run_number: "202" })).json.techniques).toEqual(left);
  });

  test("proposals, dark runs, versions of data source groups", async () => {
    expect(JSON.parse(await refused("PUT", "proposals/-2", { proposal: { number: 5 } })).info.number).toEqual(["cannot be updated"]);
    expect(await refused("PUT", "dark_runs/-11", { report_url: "#".repeat(251) })).toBe(
      info({ report_url: ["URL length allows only 250 characters"] }),
    );
    const { json } = await call("PUT", "dark_runs/-12", { dark_run: { detector_id: 99, size: "1,5Gb", runs_info: "[9]" } });
    expect(json).toMatchObject({ detector_id: -2, runs_info: "[2]", size: "1,5Gb" });
    expect(await refused("PUT", "data_source_group_versions/2", { flg_status: "X" })).toBe(
      info({ flg_status: ["is not included in the list"] }),
    );
    expect((await call("PUT", "data_source_group_versions/2", { last_deployed_at: null, flg_status: "D" })).json.flg_status).toBe("D");
  });

  test("what does not exist cannot be named", async () => {
    expect(await refused("POST", "runs/", run(203, { experiment_id: -99 }))).toBe(info({ experiment_id: ["must exist"] }));
  });
});

describe("many at once", () => {
  const file = (filename: string, more: object = {}): object => ({
    filename,
    data_group_id: -2,
    checksum: "0badcafe",
    format: "hdf5",
    ...more,
  });

  test("dataset files: all or none, matched by name, deleted by number", async () => {
    const bad = { dataset_files: [file("1.h5"), file("2.h5", { checksum: "zz" })] };
    expect(JSON.parse(await refused("POST", "dataset_files/bulk_create", bad)).info.checksum).toHaveLength(2);
    expect((await call("GET", "dataset_files/?data_group_id=-2")).json).toEqual([]);
    const { status, json: made } = await call("POST", "dataset_files/bulk_create", { dataset_files: [file("2.h5"), file("1.h5")] });
    expect([status, made.map(({ filename }: Loose) => filename)]).toEqual([201, ["2.h5", "1.h5"]]);
    const changed = await call("POST", "dataset_files/bulk_update", { dataset_files: [file("1.h5", { year: 2026 })] });
    expect([changed.status, changed.json[0].id, changed.json[0].year]).toEqual([200, made[1].id, 2026]);
    const check = await call("POST", "dataset_files/bulk_check", { dataset_files: [file("1.h5"), file("9.h5")] });
    expect([check.status, check.json.map(({ id }: Loose) => id)]).toEqual([200, [made[1].id]]);
    expect((await call("POST", "dataset_files/bulk_update", { dataset_files: [file("9.h5")] })).status).toBe(404);
    const remove = (sent: object): Promise<Loose> => call("POST", "dataset_files/bulk_delete", { dataset_file: sent });
    expect((await remove({ ids: [made[0].id], data_group_id: -1 })).status).toBe(404);
    expect((await remove({ ids: [made[0].id, made[1].id], data_group_id: -2 })).status).toBe(204);
    expect((await call("GET", "dataset_files/?data_group_id=-2")).json).toEqual([]);
  });

  test("parameters of a data group", async () => {
    const parameters = ["a", "b"].map((each) => ({ name: each, data_groups_parameters_attributes: [{ data_group_id: -2 }] }));
    const { status, json } = await call("POST", "parameters/bulk_create", { parameters });
    expect([status, json.map(({ name: each }: Loose) => each)]).toEqual([201, ["a", "b"]]);
    expect(await refused("POST", "parameters/bulk_create", { parameters: [{}] })).toBe(info({ name: ["can't be blank"] }));
    expect((await call("POST", "parameters/bulk_delete", { parameter: { data_group_id: -2 } })).status).toBe(204);
    expect((await call("GET", `parameters/${String(json[0].id)}`)).status).toBe(404);
    expect((await call("POST", "parameters/bulk_delete", { parameter: { data_group_id: -99 } })).status).toBe(404);
  });
});
