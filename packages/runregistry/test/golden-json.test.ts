import { empty, json, type Reply, silence, text } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { goldenJsonApi } from "../src/golden-json.ts";
import type { GoldenJsonOptions, GoldenJsonStep } from "../src/golden-json-types.ts";
import { bench, errorOf } from "./batch-support.ts";

const logic = { and: [{ ">=": [{ var: "run.oms.energy" }, 6000] }, { "==": [{ var: "lumisection.rr.dt-dt" }, "GOOD"] }] };
const request = { logic, datasets: "/PromptReco/Collisions2018(A|B)/DQM" };
const record = {
  id: 4711,
  dataset_name_filter: request.datasets,
  json_logic: logic,
  // Two datasets of one run fit.
  generated_json: {
    "316702": [[1, 9]],
    "316701": [
      [1, 148],
      [1, 148],
      [150, 151],
    ],
  },
  generated_anti_json: { "316701": [[149, 149]] },
  runregistry_version: "71002",
  total_recorded_luminosity_lost: 0.5,
  total_recorded_luminosity_from_run_range: 12.5,
};
const stored = { ...record, generated_anti_json: {}, total_recorded_luminosity_lost: -1, total_recorded_luminosity_from_run_range: -1 };
const done = json({ final_json: record });
const waiting = empty(203);
const running = (progress: number): Reply => json({ progress }, { status: 202 });
const quick: GoldenJsonOptions = { pollInterval: 1, maxPollInterval: 2 };

/** A portal that answers polls with these, the last one again and again. */
async function portal(...polls: Reply[]) {
  let asked = 0;
  const made = await bench({
    "POST /json_portal/generate": json({ id: "4711", name: "__default__", progress: 0 }),
    "POST /json_portal/json": () => polls[Math.min(asked++, polls.length - 1)] as Reply,
  });
  return { ...made, api: goldenJsonApi(made.core) };
}

async function collect(steps: AsyncIterable<GoldenJsonStep>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { state, progress, id, elapsed } of steps) {
    expect(id).toBe("4711");
    expect(elapsed).toBeGreaterThanOrEqual(0);
    seen.push(`${state} ${progress}`);
  }
  return seen;
}

describe("generate", () => {
  it("tells how far the job is, and ends with its record and its mask", async () => {
    const { api, sent, warnings } = await portal(waiting, running(0), running(0.4), done);
    const seen: GoldenJsonStep[] = [];
    for await (const step of api.generate(request, quick)) seen.push(step);
    expect(seen.map(({ state, progress }) => `${state} ${progress}`)).toEqual(["waiting 0", "running 0", "running 0.4", "done 1"]);
    const last = seen.at(-1);
    if (last?.state !== "done") throw new Error("not done");
    expect(last.result).toEqual(record);
    expect(last.result.complete).toBe(true);
    expect(last.result.mask.toText()).toBe('{"316701": [[1, 148], [150, 151]], "316702": [[1, 9]]}');
    expect(JSON.parse(JSON.stringify(last.result))).toEqual(record);
    expect(sent()).toEqual([
      `POST /json_portal/generate ${JSON.stringify({ json_logic: JSON.stringify(logic), dataset_name_filter: request.datasets })}`,
      ...Array.from({ length: 4 }, () => 'POST /json_portal/json {"id_json":"4711"}'),
    ]);
    expect(warnings).toEqual([]);
  });

  it("sends logic given as text as it is, and tags and official where they are given", async () => {
    const { api, server } = await portal(done);
    await api.create({ ...request, logic: '{ "==": [1, 1.0] }', tags: "mine", official: true }, quick);
    expect(server.requests[0]?.json).toEqual({
      json_logic: '{ "==": [1, 1.0] }',
      dataset_name_filter: request.datasets,
      tags: "mine",
      official: true,
    });
  });

  it("sends nothing before the first step is asked for, and one job for all steps", async () => {
    const { api, sent } = await portal(waiting, done);
    const steps = api.generate(request, quick);
    expect(sent()).toEqual([]);
    expect(await collect(steps)).toEqual(["waiting 0", "done 1"]);
    expect(sent().filter((line) => line.includes("generate"))).toHaveLength(1);
  });

  it("takes the first result, and says that figures are missing", async () => {
    const { api } = await portal(json({ final_json: stored }), done);
    const result = await api.create(request, quick);
    expect(result.complete).toBe(false);
    expect(result.mask.lumisectionCount).toBe(159);
    expect(result.generated_anti_json).toEqual({});
  });

  it("waits for the figures when asked to", async () => {
    const { api } = await portal(json({ final_json: stored }), done);
    expect(await collect(api.generate(request, { ...quick, waitForComplete: true }))).toEqual(["running 1", "done 1"]);
  });

  it("gives the result without the figures at the deadline", async () => {
    const { api } = await portal(json({ final_json: stored }));
    const result = await api.create(request, { ...quick, waitForComplete: true, deadline: 60 });
    expect(result.complete).toBe(false);
    expect(result.id).toBe(4711);
  });

  it("asks again where a poll met a moment without service, but never makes a second job", async () => {
    const { api, sent } = await portal({ status: 502 }, { reset: "before" }, done);
    expect((await api.create(request, quick)).id).toBe(4711);
    expect(sent().filter((line) => line.includes("generate"))).toHaveLength(1);
    const away = await bench({ "POST /json_portal/generate": { status: 503 } });
    expect((await errorOf(goldenJsonApi(away.core).create(request))).code).toBe("UNAVAILABLE");
    expect(away.sent()).toHaveLength(1);
  });
});

describe("a job that does not end well", () => {
  it("ends waiting at the deadline and names the job", async () => {
    const { api } = await portal(waiting);
    const error = await errorOf(api.create(request, { ...quick, deadline: 40 }));
    expect(error.code).toBe("TIMEOUT");
    expect(error.details?.["id"]).toBe("4711");
    expect(error.message).toBe(
      'The golden JSON was not ready within 40 ms (deadline). Job 4711 goes on; goldenJson.resume("4711") waits for it.',
    );
  });

  it("ends a poll that hangs at the deadline", async () => {
    const { api } = await portal(silence());
    const error = await errorOf(api.create(request, { ...quick, deadline: 60 }));
    expect(error.code).toBe("TIMEOUT");
    expect(error.message).toContain("not ready within 60 ms (deadline)");
  });

  it("ends between polls and within one when it is aborted", async () => {
    const { api } = await portal(waiting);
    const controller = new AbortController();
    const error = await errorOf(async () => {
      for await (const _step of api.generate(request, { pollInterval: 600_000, signal: controller.signal })) controller.abort();
    });
    expect(error.code).toBe("ABORTED");
    expect(error.details?.["id"]).toBe("4711");

    const hanging = await portal(silence());
    const second = new AbortController();
    const ended = errorOf(hanging.api.create(request, { signal: second.signal }));
    await hanging.server.received(2);
    second.abort();
    expect((await ended).code).toBe("ABORTED");
    expect((await ended).details?.["id"]).toBe("4711");
  });

  it("says that the job failed, where the service says nothing", async () => {
    const { api } = await portal(waiting, empty(500));
    const error = await errorOf(api.create(request, quick));
    expect(error.code).toBe("SERVICE_ERROR");
    expect(error.message).toContain("failed to generate this JSON and gives no reason");
    expect(error.details?.["id"]).toBe("4711");
  });

  it("keeps the service's reason for refusing a job", async () => {
    const { core } = await bench({ "POST /json_portal/generate": json({ err: "No datasets matched that dataset name" }, { status: 500 }) });
    const error = await errorOf(goldenJsonApi(core).create({ ...request, datasets: "/None/DQM" }));
    expect(error.code).toBe("SERVICE_ERROR");
    expect(error.message).toContain("No datasets matched that dataset name");
  });

  it("reports other answers with the job", async () => {
    const { api } = await portal(text("gone", { status: 404 }));
    const error = await errorOf(api.create(request, quick));
    expect(error.code).toBe("NOT_FOUND");
    expect(error.message).toContain("(Job 4711.)");
    const odd = await portal(json({ something: 1 }));
    expect((await errorOf(odd.api.create(request, quick))).code).toBe("INVALID_RESPONSE");
    const nameless = await bench({ "POST /json_portal/generate": json({ name: "__default__" }) });
    expect((await errorOf(goldenJsonApi(nameless.core).create(request))).code).toBe("INVALID_RESPONSE");
  });

  it("delivers a record whose ranges are no ranges, and says so where the mask is asked for", async () => {
    const { api, warnings } = await portal(json({ final_json: { ...record, generated_json: { "1": [[5, 2]] } } }));
    const result = await api.create(request, quick);
    expect(result.id).toBe(4711);
    expect(() => result.mask).toThrow("is no golden JSON: Run 1: range [5,2] ends before it begins.");
    expect(warnings).toEqual([]);
  });
});

describe("resume and status", () => {
  it("goes on with a job made earlier", async () => {
    const { api, sent } = await portal(running(0.9), done);
    expect(await collect(api.resume(4711, quick))).toEqual(["running 0.9", "done 1"]);
    expect(sent().every((line) => line === 'POST /json_portal/json {"id_json":"4711"}')).toBe(true);
  });

  it("asks once", async () => {
    const { api } = await portal(waiting, running(0.25), done);
    expect(await api.status("4711")).toEqual({ state: "waiting", id: "4711", progress: 0, elapsed: 0 });
    expect((await api.status(4711)).progress).toBe(0.25);
    expect((await api.status(4711)).state).toBe("done");
  });

  it("does not find an id that was never given out", async () => {
    const { api } = await portal(json({ err: "Cannot read property 'isWaiting' of null" }, { status: 500 }));
    const error = await errorOf(api.status(99));
    expect(error.code).toBe("NOT_FOUND");
    expect((await errorOf(collect(api.resume(99)))).code).toBe("NOT_FOUND");
  });
});

describe("what is given", () => {
  const bad: [name: string, request: unknown, options: unknown, message: string][] = [
    ["logic that is no JSON", { ...request, logic: "{and" }, {}, "the logic is not JSON"],
    ["empty logic", { ...request, logic: {} }, {}, "the logic must be an object like"],
    ["a list as logic", { ...request, logic: "[1]" }, {}, "the logic must be an object like"],
    ["no logic", { datasets: "x" }, {}, "the logic must be an object like"],
    ["no datasets", { logic }, {}, "datasets of goldenJson (a pattern of dataset names) must be text that is not empty"],
    ["a bracket that is not closed", { logic, datasets: "/X(A|B/DQM" }, {}, 'has a "(" that is not closed'],
    ["a bracket that was not opened", { logic, datasets: "/XA|B)/DQM" }, {}, 'has a ")" that was not opened'],
    ["a trailing backslash", { logic, datasets: "/X\\" }, {}, 'ends with "\\"'],
    ["a misspelt field", { ...request, dataset: "x" }, {}, 'Did you mean "datasets"?'],
    ["official as text", { ...request, official: "yes" }, {}, "official must be true or false"],
    ["no request", undefined, {}, "the request of goldenJson must be an object"],
    ["a misspelt option", request, { dedline: 1 }, 'Did you mean "deadline"?'],
    ["no deadline at all", request, { deadline: Infinity }, "deadline of goldenJson must be a number of milliseconds above 0"],
    ["a poll interval of 0", request, { pollInterval: 0 }, "pollInterval of goldenJson must be a number of milliseconds above 0"],
  ];
  it.each(bad)("refuses %s before anything is sent", async (_name, given, options, message) => {
    const { api, sent } = await portal(done);
    const error = await errorOf(api.create(given as typeof request, options as GoldenJsonOptions));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toContain(message);
    expect(sent()).toEqual([]);
  });

  it("refuses ids that are none", async () => {
    const { api, sent } = await portal(done);
    for (const id of ["", "abc", "1e3", 0, -1, 1.5, true, undefined])
      expect((await errorOf(api.status(id as string))).message).toContain("The id of a generated JSON");
    expect(sent()).toEqual([]);
  });

  it("takes patterns with sets and escapes", async () => {
    const { api } = await portal(done);
    expect((await api.create({ logic, datasets: "/X[(]\\)_%(A|B){1,2}/DQM" }, quick)).id).toBe(4711);
  });
});
