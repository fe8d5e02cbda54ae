import { type CallOptions, createCore } from "@sci/http-core";
import { json, type ReceivedRequest, type Reply, silence } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { outcomesOf } from "../src/batch.ts";
import { lumisectionsApi } from "../src/lumisections.ts";
import type { LumisectionEdit } from "../src/lumisections-edit.ts";
import { onlineApi } from "../src/online.ts";
import { service } from "../src/service.ts";
import { bench, errorOf } from "./batch-support.ts";

const runOf = (request: ReceivedRequest): number => (request.json as { run_number: number }).run_number;
const refused = json({ err: "Run must be in state OPEN" }, { status: 500 });
const move = { from: "OPEN", to: "SIGNOFF" } as const;

/** A service that answers the run, or for some runs something else. */
async function online(special: Record<number, Reply> = {}) {
  const made = await bench((request) => special[runOf(request)] ?? json({ run_number: runOf(request), version: 1 }));
  return { ...made, api: onlineApi(made.core), runs: () => made.server.requests.map(runOf) };
}

describe("a write of many", () => {
  it("gives the outcome of each item, in their order", async () => {
    const { api, runs } = await online();
    const batch = await api.move([3, 1, 2], move);
    expect(batch.outcomes).toEqual([3, 1, 2].map((run) => ({ item: run, ok: true, value: { run_number: run, version: 1 } })));
    expect(batch.succeeded).toEqual(batch.outcomes);
    expect(batch.failed).toEqual([]);
    expect(runs().sort()).toEqual([1, 2, 3]);
  });

  it("throws PARTIAL when some failed, and the error keeps what succeeded", async () => {
    const { api } = await online({ 2: refused });
    const error = await errorOf(api.move([1, 2, 3], move));
    expect(error.code).toBe("PARTIAL");
    expect(error.message).toContain("online.move: 2 of 3 done, 1 failed. run 2: Run must be in state OPEN");
    expect(error.details).toEqual({ done: ["run 1", "run 3"], failed: ["run 2"], notSent: [] });
    const batch = outcomesOf<number, { run_number: number }>(error);
    expect(batch?.succeeded.map(({ value }) => value.run_number)).toEqual([1, 3]);
    expect(batch?.failed).toMatchObject([{ item: 2, ok: false, attempted: true, error: { code: "SERVICE_ERROR" } }]);
    expect(JSON.stringify(error)).not.toContain('"version"');
  });

  it("gives the outcomes instead with throwOnFailure: false", async () => {
    const { api } = await online({ 2: refused });
    const batch = await api.markSignificant([1, 2], { throwOnFailure: false });
    expect(batch.outcomes.map(({ ok }) => ok)).toEqual([true, false]);
    expect(outcomesOf(new Error("other"))).toBeUndefined();
    expect(outcomesOf(undefined)).toBeUndefined();
  });

  it("throws the first failure's code when nothing was done", async () => {
    const { api } = await online({ 1: refused, 2: refused });
    const error = await errorOf(api.move([1, 2], move));
    expect(error.code).toBe("SERVICE_ERROR");
    expect(error.message).toContain("0 of 2 done, 2 failed.");
    expect(error.status).toBe(500);
    expect(outcomesOf(error)?.failed).toHaveLength(2);
  });

  it("ends at once where rights are missing: the first goes alone", async () => {
    const forbidden = json({ message: "You are not in the <b>e-group</b>" }, { status: 401 });
    const { api, runs } = await online({ 1: forbidden });
    const error = await errorOf(api.move([1, 2, 3], move));
    expect(error.code).toBe("FORBIDDEN");
    expect(error.message).toContain("0 of 3 done, 1 failed, 2 not sent. run 1: You are not in the e-group");
    expect(runs()).toEqual([1]);
    expect(outcomesOf(error)?.outcomes.map((one) => (one.ok ? "done" : one.attempted))).toEqual([true, false, false]);
  });

  it("ends at once where the log-in is refused", async () => {
    const { api, server } = await online({ 1: { status: 302, headers: { location: "/oauth2/start" } }, 2: { status: 401 } });
    expect((await errorOf(api.move([2, 3], move))).code).toBe("NOT_AUTHENTICATED");
    expect(server.requests).toHaveLength(1);
  });

  it("ends at the first failure with stopOnError", async () => {
    const { api, runs } = await online({ 2: refused });
    const error = await errorOf(api.move([1, 2, 3, 4], move, { stopOnError: true, concurrency: 1 }));
    expect(error.code).toBe("PARTIAL");
    expect(error.details).toEqual({ done: ["run 1"], failed: ["run 2"], notSent: ["run 3", "run 4"] });
    expect(runs()).toEqual([1, 2]);
  });

  it("keeps what is done when it is aborted", async () => {
    const { api, server } = await online({ 2: silence() });
    const controller = new AbortController();
    const ended = errorOf(api.move([1, 2, 3], move, { concurrency: 1, signal: controller.signal }));
    await server.received(2);
    controller.abort();
    const error = await ended;
    expect(error.code).toBe("PARTIAL");
    expect(error.details).toEqual({ done: ["run 1"], failed: ["run 2"], notSent: ["run 3"] });
    expect(outcomesOf(error)?.failed[0]?.error).toMatchObject({ code: "ABORTED" });
  });

  it("has no more under way than asked for", async () => {
    const many = Array.from({ length: 20 }, (_, index) => index + 1);
    const { api, server } = await online();
    expect((await api.move(many, move, { concurrency: 3 })).succeeded.map(({ item }) => item)).toEqual(many);
    expect(server.peakInFlight).toBeLessThanOrEqual(3);
  });

  it("is never sent a second time, whatever came back", async () => {
    for (const reply of [
      { status: 503 },
      { status: 429 },
      { reset: "before" },
      { truncate: 3, body: '{"run_number":1}' },
    ] satisfies Reply[]) {
      const { api, server } = await online({ 1: reply });
      await errorOf(api.move(1, move));
      await errorOf(api.markSignificant([1]));
      expect(server.requests).toHaveLength(2);
    }
  });

  it("marks what may have been done: sent and not answered", async () => {
    const { api } = await online({ 2: { reset: "before" } });
    const error = await errorOf(api.move([1, 2], move));
    expect(outcomesOf(error)?.failed).toMatchObject([{ item: 2, attempted: true, error: { code: "NETWORK" } }]);
  });

  it("marks what was not sent: nobody listens", async () => {
    const { api, server } = await online();
    await server.stop();
    const error = await errorOf(api.move([1, 2], move));
    expect(error.code).toBe("NETWORK");
    expect(outcomesOf(error)?.failed.map(({ attempted }) => attempted)).toEqual([false, false]);
    expect(error.message).toContain("0 of 2 done, 0 failed, 2 not sent.");
  });

  it("takes dryRun as a variable, as a command line has it", async () => {
    const { api } = await online();
    for (const dryRun of [true, false] as boolean[]) {
      const one = await api.move(1, move, { dryRun });
      const many = await api.move([1], move, { dryRun });
      expect("url" in one).toBe(dryRun);
      expect("outcomes" in many).toBe(!dryRun);
    }
  });

  it("sends nothing for an empty list", async () => {
    const { api, server } = await online();
    expect(await api.move([], move)).toEqual({ outcomes: [], succeeded: [], failed: [] });
    expect(server.requests).toEqual([]);
  });

  it("checks every item before it sends the first", async () => {
    const { api, server } = await online();
    for (const runs of [
      [1, 2, 0],
      [1, "2"],
      [1, true],
      [1, null],
      [1, 2.5],
      [1, 1],
    ]) {
      expect((await errorOf(api.move(runs as number[], move))).code).toBe("INVALID_ARGUMENT");
    }
    expect((await errorOf(api.move([1, 2, 1], move))).message).toBe("online.move(): run 1 is listed twice.");
    expect(server.requests).toEqual([]);
  });

  it("names the nearest option, and refuses options that one item has not", async () => {
    const { api } = await online();
    expect((await errorOf(api.move([1], move, { stopOnErorr: true } as never))).message).toContain('Did you mean "stopOnError"?');
    expect((await errorOf(api.move(1, move, { concurrency: 2 } as never))).message).toContain(
      'Unknown option of online.move() "concurrency"',
    );
    expect((await errorOf(api.move([1], move, { concurrency: 0 }))).message).toContain("concurrency of online.move()");
    expect((await errorOf(api.move([1], move, { dryRun: "no" as never }))).message).toContain("dryRun must be true or false");
    expect((await errorOf((api.move as (...given: unknown[]) => Promise<unknown>)([1], move, {}, {}))).message).toContain(
      "takes 3 arguments at most",
    );
  });
});

describe("dryRun", () => {
  it("gives what would be sent, and sends nothing", async () => {
    const core = createCore(service, {
      baseUrl: "https://runregistry.example/api",
      auth: () => Promise.reject(new Error("asked for credentials")),
    });
    const api = onlineApi(core);
    const url = "https://runregistry.example/api/runs/move_run/OPEN/SIGNOFF";
    expect(await api.move(1, move, { dryRun: true })).toEqual({ method: "POST", url, body: { run_number: 1 } });
    expect(await api.move([1, 2], move, { dryRun: true })).toEqual([
      { method: "POST", url, body: { run_number: 1 } },
      { method: "POST", url, body: { run_number: 2 } },
    ]);
    expect((await errorOf(api.move(0, move, { dryRun: true }))).code).toBe("INVALID_ARGUMENT");
  });
});

describe("lumisections.edit", () => {
  const edit: LumisectionEdit = { run_number: 362761, component: "dt-dt", start: 10, end: 20, status: "GOOD" };
  const event = { version: 71002, run_number: 362761, name: "online", lumisection_metadata_id: 88, manual_change: true };

  it("sends the edit as the service wants it", async () => {
    const { core, server } = await bench({ "PUT /lumisections/edit_rr_lumisections": json(event) });
    const api = lumisectionsApi(core);
    expect(await api.edit(edit)).toEqual(event);
    await api.edit({ ...edit, dataset_name: "/P/D/DQM", status: "BAD", comment: "HV trip", cause: "hv" });
    expect(server.requests.map(({ json: body }) => body)).toEqual([
      {
        new_lumisection_range: { start: 10, end: 20, status: "GOOD", comment: "", cause: "" },
        run_number: 362761,
        dataset_name: "online",
        component: "dt-dt",
      },
      {
        new_lumisection_range: { start: 10, end: 20, status: "BAD", comment: "HV trip", cause: "hv" },
        run_number: 362761,
        dataset_name: "/P/D/DQM",
        component: "dt-dt",
      },
    ]);
  });

  it("sends several one after the other, in order", async () => {
    const { core, server } = await bench((request) => json({ ...event, seen: request.json }));
    const edits = Array.from({ length: 12 }, (_, index) => ({ ...edit, start: index + 1, end: index + 1 }));
    await lumisectionsApi(core).edit(edits);
    expect(server.peakInFlight).toBe(1);
    expect(server.requests.map((one) => (one.json as { new_lumisection_range: { start: number } }).new_lumisection_range.start)).toEqual(
      edits.map(({ start }) => start),
    );
    expect((await errorOf(lumisectionsApi(core).edit(edits, { concurrency: 2 } as never))).message).toContain(
      'Unknown option of lumisections.edit() "concurrency"',
    );
  });

  it("is not repeated, although it is a PUT", async () => {
    const { core, server } = await bench({ "PUT /lumisections/edit_rr_lumisections": { status: 503 } });
    expect((await errorOf(lumisectionsApi(core).edit(edit))).code).toBe("UNAVAILABLE");
    expect(server.requests).toHaveLength(1);
  });

  const bad: [name: string, change: object, message: string][] = [
    ["a reversed range", { start: 20, end: 10 }, "lumisections 20 to 10: end lies before start."],
    ["lumisection 0", { start: 0 }, "start and end must be whole numbers from 1"],
    ["a boolean", { start: true }, "start and end must be whole numbers from 1"],
    ["no end", { end: undefined }, "start and end must be whole numbers from 1"],
    ["a status in lower case", { status: "good" }, 'Did you mean "GOOD"?'],
    ["EMPTY", { status: "EMPTY" }, 'Unknown status in lumisections.edit() "EMPTY"'],
    ["BAD without a comment", { status: "BAD" }, "BAD needs a comment of at least 3 characters"],
    ["BAD with blanks", { status: "BAD", comment: "    " }, "BAD needs a comment of at least 3 characters"],
    ["a comment that is no text", { comment: 7 }, "comment of lumisections.edit() must be text"],
    [
      "a component without its workspace",
      { component: "strip" },
      'Unknown component in lumisections.edit() (unchecked: true sends it all the same) "strip"',
    ],
    ["a misspelt component", { component: "tracker-strp" }, 'Did you mean "tracker-strip"?'],
    ["an empty dataset name", { dataset_name: "" }, "dataset_name of lumisections.edit() must be text that is not empty"],
    ["a run as text", { run_number: "362761" }, "The run number must be a whole number"],
    ["a misspelt field", { coment: "x" }, 'Did you mean "comment"?'],
  ];
  it.each(bad)("refuses %s before anything is sent", async (_name, change, message) => {
    const { core, server } = await bench({});
    const error = await errorOf(lumisectionsApi(core).edit({ ...edit, ...change } as LumisectionEdit));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toContain(message);
    expect(server.requests).toEqual([]);
  });

  it("sends a component it does not know with unchecked: true, and not the word itself", async () => {
    const { core, server } = await bench({ "PUT /lumisections/edit_rr_lumisections": json(event) });
    await lumisectionsApi(core).edit({ ...edit, component: "gem-gem", unchecked: true }, {} satisfies CallOptions);
    expect(server.requests[0]?.json).toMatchObject({ component: "gem-gem" });
    expect(server.requests[0]?.text).not.toContain("unchecked");
  });
});
