import { describe, expect, test } from "vitest";
import { type Answer, expert, useSandbox } from "./support.ts";

const box = useSandbox();
const put = (path: string, body: unknown, headers: Record<string, string> = expert): Promise<Answer> =>
  box.post(path, body, headers, "PUT");
const move = (run_number: number, to: string, headers: Record<string, string> = expert): Promise<Answer> =>
  box.post(`/runs/move_run/ANY/${to}`, { run_number }, headers);
const edit = (run_number: number, range: Record<string, unknown>, dataset_name = "online", headers = expert): Promise<Answer> =>
  put(
    "/lumisections/edit_rr_lumisections",
    {
      run_number,
      dataset_name,
      component: "dt-dt",
      new_lumisection_range: { start: 1, end: 2, status: "GOOD", comment: "", cause: "", ...range },
    },
    headers,
  );
const err = (text: string | RegExp): object => ({
  status: 500,
  json: { err: typeof text === "string" ? text : expect.stringMatching(text) },
});

describe("rights", () => {
  test("e-mail and groups are wanted; a wrong group is refused with a word in HTML", async () => {
    for (const headers of [{}, { email: "a@cern.ch" }, { egroups: "cms-dqm-runregistry-experts" }]) {
      expect(await move(362761, "SIGNOFF", headers)).toMatchObject(err("Request must provide email and egroups"));
    }
    const refused = await move(362761, "SIGNOFF", { email: "a@cern.ch", egroups: "cms-members,others" });
    expect(refused.status).toBe(401);
    expect(Object.keys(refused.json)).toEqual(["message"]);
    expect(refused.json.message).toContain("<strong>");
    expect(refused.json.message).toContain("cms-dqm-runregistry-shifters");
  });

  test("the patterns of a group are searched in the address", async () => {
    const shifter = { email: "s@cern.ch", egroups: "cms-dqm-runregistry-shifters" };
    expect((await put("/manual_run_edit/362762/stop_reason", { stop_reason: "Beam dump" }, shifter)).status).toBe(200);
    expect((await put("/manual_run_edit/362762/class", { class: "Commissioning22" }, shifter)).status).toBe(401);
  });

  test("programs and an open back end pass", async () => {
    expect((await put("/manual_run_edit/362762/stop_reason", { stop_reason: "x" }, { email: "auto@auto" })).status).toBe(200);
    box.sandbox.runregistry.checkRights = false;
    expect((await put("/manual_run_edit/362762/stop_reason", { stop_reason: "y" }, { email: "api@api" })).status).toBe(200);
    box.sandbox.runregistry.checkRights = true;
  });

  test("refreshing asks for no rights, only for an author", async () => {
    expect((await box.post("/runs/refresh_run/362762", {}, { email: "a@b" })).status).toBe(200);
    expect(await box.post("/runs/refresh_run/362762", {})).toMatchObject(err(/email/));
  });
});

describe("moving runs", () => {
  test("to sign a run off every component needs a value; then the offline datasets wait for the DQM GUI", async () => {
    expect(await move(362761, "ELSEWHERE")).toMatchObject(
      err("The final state must be SIGNOFF, OPEN OR COMPLETED, no other option is valid"),
    );
    expect(await move(362761, "OPEN")).toMatchObject(err("Run 362761 state is already in state OPEN"));
    await edit(362761, { status: "EMPTY", start: 4, end: 4 });
    expect(await move(362761, "SIGNOFF")).toMatchObject(err(/^There is a EMPTY lumisection at position 4 of this run in component dt\./));
    await edit(362761, { status: "GOOD", start: 4, end: 4 });
    const { status, json } = await move(362761, "SIGNOFF");
    expect(status).toBe(200);
    expect(json).toMatchObject({ run_number: 362761, rr_attributes: { state: "SIGNOFF" } });
    const names = (await box.get("/get_all_dataset_names_of_run/362761")).json;
    expect(names).toEqual(expect.arrayContaining(["online", "/Express/Collisions2022/DQM", "/PromptReco/Collisions2022G/DQM"]));
    const dataset = (await box.post("/datasets/get_dataset", { run_number: 362761, dataset_name: "/PromptReco/Collisions2022G/DQM" })).json;
    expect(dataset.dataset_attributes).toMatchObject({
      global_state: "waiting dqm gui",
      tracker_state: "waiting dqm gui",
      appeared_in: [],
    });
    expect(await edit(362761, {})).toMatchObject(err("Run must be in state OPEN to be edited"));
  });

  test("a run without lumisections or without a class cannot be signed off; one that is not there fails as in the service", async () => {
    expect(await move(362764, "SIGNOFF")).toMatchObject(
      err("There is no run lumisection data for run 362764, therefore it cannot be signed off"),
    );
    expect(await move(1, "SIGNOFF")).toMatchObject(err("Cannot read property 'rr_attributes' of null"));
    box.sandbox.runregistry.addRun(500_001, { rr: { class: "" } });
    expect(await move(500_001, "SIGNOFF")).toMatchObject(err("The class of run must not be empty "));
  });
});

describe("editing runs", () => {
  test("the attribute of the address must be in the body; others of the body are stored too", async () => {
    expect(await put("/manual_run_edit/362763/class", { stop_reason: "x" })).toMatchObject(
      err("Requested to change class but no suitable data was supplied"),
    );
    const { json } = await put("/manual_run_edit/362763/class", { class: "Commissioning22", stop_reason: "also" });
    expect(json.rr_attributes).toMatchObject({ class: "Commissioning22", stop_reason: "also" });
    expect(await put("/manual_run_edit/315257/class", { class: "x" })).toMatchObject(err("Run must be in state OPEN to be edited"));
    expect(await put("/manual_run_edit/True/class", { class: "x" })).toMatchObject(err('invalid input syntax for type integer: "True"'));
    expect(await put("/manual_run_edit/1/class", { class: "x" })).toMatchObject(err("Run not found"));
    const history = (await box.get("/run_with_history/362763")).json;
    expect(history.at(-1)).toMatchObject({ class: "Commissioning22", by: "expert@cern.ch" });
  });

  test("a change by a person survives automatic updates, refresh and reset", async () => {
    await put("/manual_run_edit/362763/class", { class: "Cosmics22" });
    box.sandbox.runregistry.changeRun(362763, { rr: { class: "Collisions22" }, oms: { energy: 1 } });
    for (const route of ["refresh_run", "reset_and_refresh_run"]) {
      const { json } = await box.post(`/runs/${route}/362763`, {}, expert);
      expect(json).toMatchObject({ rr_attributes: { class: "Cosmics22" }, oms_attributes: { energy: 1 } });
    }
    expect(await box.post("/runs/refresh_run/315257", {}, expert)).toMatchObject(err("Run must be in state OPEN to be refreshed"));
  });

  test("marking significant gives the run its lumisections, once", async () => {
    expect((await box.post("/lumisections/rr_lumisections", { run_number: 362760, dataset_name: "online" })).json).toEqual([]);
    const before = (await box.get("/runs/362760")).json.version;
    const { json } = await box.post("/runs/mark_significant", { run_number: 362760 }, expert);
    expect(json.rr_attributes.significant).toBe(true);
    expect(json.version).toBeGreaterThan(before);
    expect(json.DatasetTripletCache.triplet_summary["dt-dt"].GOOD).toBeGreaterThan(0);
    expect(await box.post("/runs/mark_significant", { run_number: 362760 }, expert)).toMatchObject(err("Run is already significant"));
    expect(await box.post("/runs/mark_significant", { run_number: 315257 }, expert)).toMatchObject(
      err("Run must be in state OPEN to be marked significant"),
    );
    expect(await box.post("/runs/mark_significant", { run_number: 5 }, expert)).toMatchObject(err("Run not found"));
  });
});

describe("editing lumisections", () => {
  test("rules", async () => {
    expect(await edit(362762, { status: "" })).toMatchObject(err("No status present when trying to edit lumisections"));
    expect(await edit(362762, { status: "BAD", comment: "no" })).toMatchObject(
      err("When setting lumisections as BAD, there MUST be a comment for this action."),
    );
    expect(await edit(362762, { start: 3, end: 2 })).toMatchObject(err(/Start Lumisection must be less than end lumisection$/));
    expect(await edit(315257, {})).toMatchObject(err("Run must be in state OPEN to be edited"));
    expect(await edit(315257, {}, "/nosuch")).toMatchObject(err(/^Error updating lumisections of \/nosuch dataset, run number: 315257/));
    expect((await edit(315257, { status: "STANDBY" }, "/PromptReco/Collisions2018A/DQM")).status).toBe(200);
  });

  test("the answer is the event", async () => {
    const { json } = await edit(362762, { status: "BAD", comment: "trip", cause: "HV" });
    expect(Object.keys(json)).toEqual(["version", "run_number", "name", "lumisection_metadata_id", "manual_change"]);
    expect(json).toMatchObject({ run_number: 362762, name: "online", manual_change: true });
  });
});

describe("moving datasets", () => {
  const moveDataset = (workspace: string, to: string, name = "/PromptReco/Collisions2022G/DQM"): Promise<Answer> =>
    box.post(`/datasets/${workspace}/move_dataset/ANY/${to}`, { run_number: 362758, dataset_name: name, workspace }, expert);

  test("from waiting to OPEN in global opens every workspace that waits; otherwise one", async () => {
    expect((await moveDataset("dt", "SIGNOFF")).json.dataset_attributes).toMatchObject({
      dt_state: "SIGNOFF",
      global_state: "waiting dqm gui",
    });
    const { json } = await moveDataset("global", "OPEN");
    expect(json.dataset_attributes).toMatchObject({ dt_state: "SIGNOFF", global_state: "OPEN", tracker_state: "OPEN" });
    expect((await moveDataset("global", "COMPLETED")).json.dataset_attributes).toMatchObject({
      global_state: "COMPLETED",
      tracker_state: "OPEN",
    });
    expect((await moveDataset("global", "OPEN", "/nosuch")).status).toBe(500);
  });
});

test("runs that come, go and change show in the next page", async () => {
  const list = async (): Promise<number[]> =>
    (
      await box.post("/runs_filtered_ordered", { filter: { run_number: { ">": 600_000 } }, sortings: [], page: 0, page_size: 50 })
    ).json.runs.map((run: { run_number: number }) => run.run_number);
  const { runregistry } = box.sandbox;
  const before = runregistry.runCount;
  runregistry.addRun(600_001);
  runregistry.addRun(600_002, { lumisections: 3, rr: { class: "Cosmics24" } });
  expect(await list()).toEqual([600_002, 600_001]);
  runregistry.removeRun(600_001);
  expect(await list()).toEqual([600_002]);
  expect(runregistry.runCount).toBe(before + 1);
  expect(() => runregistry.addRun(600_002)).toThrow("exists already");
  expect(() => runregistry.removeRun(7)).toThrow("does not exist");
});
