import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { certificationLogic } from "@sci/sandbox";
import { type Answer, useSandbox } from "./support.ts";

const box = useSandbox();
const certified: unknown = JSON.parse(
  readFileSync(new URL("../src/runregistry/world/collisions18-certified.json", import.meta.url), "utf8"),
);
const author = { email: "somebody@cern.ch" };

const generate = (body: Record<string, unknown>, headers: Record<string, string> = author): Promise<Answer> =>
  box.post(
    "/json_portal/generate",
    { json_logic: JSON.stringify(certificationLogic), dataset_name_filter: "/PromptReco/Collisions2018_/DQM", ...body },
    headers,
  );

async function poll(id: string, until: (reply: Answer) => boolean): Promise<{ last: Answer; statuses: number[] }> {
  const statuses: number[] = [];
  for (;;) {
    const last = await box.post("/json_portal/json", { id_json: id });
    statuses.push(last.status);
    if (until(last) || statuses.length > 5000) return { last, statuses };
  }
}
const done = (reply: Answer): boolean => reply.status === 200;

describe("a job", () => {
  test("waits, runs, and gives exactly the certified ranges", async () => {
    const { json: job } = await generate({ tags: "test", official: true });
    expect(job).toMatchObject({
      id: expect.stringMatching(/^\d+$/),
      name: "__default__",
      progress: 0,
      data: { tags: "test", official: true, json_logic: certificationLogic },
    });
    const { last, statuses } = await poll(job.id, done);
    expect(statuses[0]).toBe(203);
    expect(statuses[1]).toBe(202);
    expect(new Set(statuses.slice(1, -1))).toEqual(new Set([202]));
    const row = last.json.final_json;
    expect(Object.keys(row)).toHaveLength(27);
    expect(row.generated_json).toEqual(certified);
    expect(row.generated_json_with_dataset_names["315257-/PromptReco/Collisions2018A/DQM"]).toEqual([
      [1, 88],
      [91, 92],
    ]);
    expect(row).toMatchObject({
      id: Number(job.id),
      created_by: "somebody@cern.ch",
      runregistry_version: expect.stringMatching(/^\d+$/),
      min_run_number: 315257,
      official: true,
    });
    // The first answer comes before the row is complete.
    expect(row).toMatchObject({ generated_anti_json: {}, total_recorded_luminosity_lost: -1 });
    const later = (await box.post("/json_portal/json", { id_json: job.id })).json.final_json;
    expect(later.generated_anti_json["315257"]).toContainEqual([89, 90]);
    expect(later.total_recorded_luminosity_lost).toBeGreaterThan(0);
    expect(later.total_recorded_luminosity).toBeCloseTo(later.recorded_luminosity_in_json + later.total_recorded_luminosity_lost, 3);
  });

  test("progress grows and is at most 1", async () => {
    const { json: job } = await generate({});
    const seen: number[] = [];
    await poll(job.id, (reply) => {
      if (reply.status === 202) seen.push(reply.json.progress);
      return done(reply);
    });
    expect(seen.length).toBeGreaterThanOrEqual(2);
    expect(seen.every((progress) => progress >= 0 && progress <= 1)).toBe(true);
  });

  test("two matching datasets of a run repeat its ranges", async () => {
    const { json: job } = await generate({
      json_logic: '{"==":[{"var":"run.run_number"},315257]}',
      dataset_name_filter: "/(PromptReco|Express)/Collisions2018A?/DQM",
    });
    const { last } = await poll(job.id, done);
    const ranges = last.json.final_json.generated_json["315257"];
    expect(ranges).toHaveLength(2);
    expect(ranges[0]).toEqual(ranges[1]);
  });

  test("rules may look at single lumisections and at the dataset", async () => {
    const json_logic = JSON.stringify({
      and: [
        { "==": [{ var: "run.run_number" }, 315257] },
        { "<": [{ var: "lumisection.lumisection_number" }, 4] },
        { "==": [{ var: "dataset.global_state" }, "COMPLETED"] },
        { ">": [{ var: "lumisection.oms.recorded" }, 0] },
      ],
    });
    const { json: job } = await generate({ json_logic });
    expect((await poll(job.id, done)).last.json.final_json.generated_json).toEqual({ "315257": [[1, 3]] });
  });

  test("that fails answers 500 without a body; one without an author always fails", async () => {
    box.sandbox.runregistry.failJobs(1);
    const { json: failing } = await generate({});
    const first = (await poll(failing.id, (reply) => reply.status === 500)).last;
    expect(first.text).toBe("");
    const { json: nobody } = await generate({}, {});
    expect((await poll(nobody.id, (reply) => reply.status === 500)).last.status).toBe(500);
  });

  test("waits for ever while jobs are paused", async () => {
    const { json: job } = await generate({});
    box.sandbox.runregistry.pauseJobs = true;
    for (let step = 0; step < 5; step++)
      expect(await box.post("/json_portal/json", { id_json: job.id })).toMatchObject({ status: 203, text: "" });
    box.sandbox.runregistry.pauseJobs = false;
    expect((await poll(job.id, done)).last.status).toBe(200);
  });
});

describe("refusals", () => {
  test.each([
    [{ json_logic: certificationLogic }, "JSON logic sent is not in json format"],
    [{ json_logic: "{}" }, "Empty json logic sent"],
    [{ dataset_name_filter: "" }, "No dataset name specified"],
    [{ dataset_name_filter: "/PromptReco" }, "No datasets matched that dataset name"],
    [{ dataset_name_filter: "(/x" }, "invalid regular expression: parentheses () not balanced"],
  ])("%j", async (body, err) => {
    expect(await generate(body as Record<string, unknown>)).toMatchObject({ status: 500, json: { err } });
  });

  test("an unknown id", async () => {
    expect(await box.post("/json_portal/json", { id_json: 99_999 })).toMatchObject({
      status: 500,
      json: { err: "Cannot read property 'isWaiting' of null" },
    });
    expect((await box.post("/json_portal/json", { id_json: "x" })).json.err).toContain("invalid input syntax for type integer");
  });
});
