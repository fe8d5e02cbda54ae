import { json } from "@sci/http-core/testing";
import { expect, it } from "vitest";
import { outcomesOf } from "../src/batch.ts";
import { offlineApi } from "../src/offline.ts";
import { bench, errorOf } from "./batch-support.ts";

const name = "/PromptReco/Collisions2022G/DQM";
const first = { run_number: 362761, dataset_name: name };
const second = { run_number: 362762, dataset_name: name };
const answer = { run_number: 362761, name, dataset_attributes: { global_state: "SIGNOFF" } };
const route = "POST /datasets/{workspace}/move_dataset/{from}/{to}";

it("moves a dataset, in the workspace global unless told otherwise", async () => {
  const { core, sent } = await bench({ [route]: json(answer) });
  const api = offlineApi(core);
  expect(await api.move(first, { from: "OPEN", to: "SIGNOFF" })).toEqual(answer);
  await api.move(first, { workspace: "tracker", from: "waiting dqm gui", to: "OPEN" });
  const body = (workspace: string): string => JSON.stringify({ ...first, workspace });
  expect(sent()).toEqual([
    `POST /datasets/global/move_dataset/OPEN/SIGNOFF ${body("global")}`,
    `POST /datasets/tracker/move_dataset/waiting%20dqm%20gui/OPEN ${body("tracker")}`,
  ]);
});

it("moves several and keeps what became of each", async () => {
  const { core } = await bench((request) =>
    (request.json as { run_number: number }).run_number === 362762 ? json({ err: "Dataset not found" }, { status: 500 }) : json(answer),
  );
  const error = await errorOf(offlineApi(core).move([first, second], { from: "OPEN", to: "SIGNOFF" }));
  expect(error.code).toBe("PARTIAL");
  expect(error.message).toContain(`run 362762, dataset ${name}: Dataset not found`);
  expect(outcomesOf(error)?.succeeded).toEqual([{ item: first, ok: true, value: answer }]);
});

it("plans with dryRun", async () => {
  const { core, server } = await bench({});
  expect(await offlineApi(core).move([first], { from: "OPEN", to: "SIGNOFF" }, { dryRun: true })).toEqual([
    { method: "POST", url: `${server.url}/datasets/global/move_dataset/OPEN/SIGNOFF`, body: { ...first, workspace: "global" } },
  ]);
  expect(server.requests).toEqual([]);
});

const bad: [dataset: unknown, move: unknown, message: string][] = [
  [first, { from: "OPEN", to: "DONE" }, 'Unknown state ("to" of offline.move()) "DONE"'],
  [first, { from: "open", to: "SIGNOFF" }, 'Did you mean "OPEN"?'],
  [first, { from: "WAITING DQM GUI", to: "OPEN" }, 'Did you mean "waiting dqm gui"?'],
  [first, { from: "not significant for workspace", to: "OPEN" }, "Unknown state"],
  [first, { workspace: "trakcer", from: "OPEN", to: "SIGNOFF" }, 'Unknown workspace in offline.move() "trakcer". Did you mean "tracker"?'],
  [first, { workspaces: "dt", from: "OPEN", to: "SIGNOFF" }, 'Did you mean "workspace"?'],
  [{ run_number: 362761 }, { from: "OPEN", to: "SIGNOFF" }, "dataset_name of offline.move() must be text that is not empty"],
  [{ run_number: 362761, name }, { from: "OPEN", to: "SIGNOFF" }, 'Unknown field of a dataset in offline.move() "name"'],
  [{ run_number: "362761", dataset_name: name }, { from: "OPEN", to: "SIGNOFF" }, "The run number must be a whole number"],
  [362761, { from: "OPEN", to: "SIGNOFF" }, "a dataset in offline.move() must be an object with run_number, dataset_name"],
  [[first, { ...first }], { from: "OPEN", to: "SIGNOFF" }, "is listed twice"],
];
it.each(bad)("refuses %j with %j before anything is sent", async (dataset, move, message) => {
  const { core, server } = await bench({ [route]: json(answer) });
  const error = await errorOf(offlineApi(core).move(dataset as typeof first, move as never));
  expect(error.code).toBe("INVALID_ARGUMENT");
  expect(error.message).toContain(message);
  expect(server.requests).toEqual([]);
});
