import { getEventListeners } from "node:events";
import { operation } from "@sci/http-core";
import { html, json, reset, startServer, text, type Handler, type TestServer } from "@sci/http-core/testing";
import { afterEach, describe, expect, test } from "vitest";
import { createThing, failure, getThing, recordingLogger, testCore } from "./support.ts";

let server: TestServer;
afterEach(() => server.stop());

/** Answers in turn; the last one for ever. */
function inTurn(...replies: ReturnType<typeof json>[]): Handler {
  let count = 0;
  return () => replies[Math.min(count++, replies.length - 1)] ?? json(null);
}

test("a call sends what its operation says and gives the parsed answer", async () => {
  server = await startServer({ "GET /api/things/7": json({ id: 7 }) });
  const core = testCore(`${server.url}/api/`, { userAgent: "my-app/2", headers: { "X-Extra": "1", accept: undefined } });
  await expect(core.request(getThing, { id: 7 }, { headers: { "x-call": "2" } })).resolves.toEqual({ id: 7 });
  const { headers } = server.requests[0]!;
  expect(headers["user-agent"]).toMatch(/^my-app\/2 sci-thing\/1\.0\.0 sci-http-core\/\d+\.\d+\.\d+ node\/\d+/);
  expect(headers).toMatchObject({ "x-extra": "1", "x-call": "2" });
  await core.close();
  expect(await failure(core.request(getThing, { id: 7 }))).toMatchObject({ message: "The client of thing is closed." });
});

describe("retries", () => {
  test("a repeatable call is sent again until it works", async () => {
    server = await startServer(inTurn(text("busy", { status: 503 }), reset(), json({ ok: 1 })));
    await expect(testCore(server.url).request(getThing, { id: 1 })).resolves.toEqual({ ok: 1 });
    expect(server.requests).toHaveLength(3);
  });

  test("the final error lists every attempt", async () => {
    server = await startServer(inTurn(text("busy", { status: 503 }), text("gateway", { status: 502 })));
    const error = await failure(testCore(server.url, { retry: { attempts: 3 } }).request(getThing, { id: 1 }));
    expect(error).toMatchObject({ code: "UNAVAILABLE", status: 502, service: "thing", operation: "things.get", method: "GET" });
    expect(error["attempts"]).toMatchObject([
      { attempt: 1, status: 503 },
      { attempt: 2, status: 502 },
      { attempt: 3, status: 502 },
    ]);
    expect(error.message).toContain("3 attempts");
  });

  test.each([408, 425, 429, 502, 503, 504])("%i is worth another attempt", async (status) => {
    server = await startServer(inTurn(text("", { status }), json(1)));
    await expect(testCore(server.url).request(getThing, { id: 1 })).resolves.toBe(1);
  });

  test.each([400, 401, 403, 404, 500, 501])("%i is not", async (status) => {
    server = await startServer(inTurn(text("", { status }), json(1)));
    await expect(failure(testCore(server.url).request(getThing, { id: 1 }))).resolves.toMatchObject({ status });
    expect(server.requests).toHaveLength(1);
  });

  test("a POST is sent once, unless its operation may be repeated", async () => {
    server = await startServer(inTurn(text("", { status: 503 }), json(1)));
    await expect(failure(testCore(server.url).request(createThing, { name: "a" }))).resolves.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(1);
    await expect(testCore(server.url).request({ ...createThing, repeatable: true }, { name: "a" })).resolves.toBe(1);
  });

  test("a POST whose connection was reset is not sent again: it may have been done", async () => {
    server = await startServer(inTurn(reset(), json(1)));
    await expect(failure(testCore(server.url).request(createThing, { name: "a" }))).resolves.toMatchObject({ code: "NETWORK" });
    expect(server.requests).toHaveLength(1);
  });

  test("an answer that breaks off is asked for again", async () => {
    server = await startServer(inTurn(json({ long: "x".repeat(1000) }, { truncate: 100 }), json(1)));
    await expect(testCore(server.url).request(getThing, { id: 1 })).resolves.toBe(1);
  });

  test("operations and services say which statuses are final", async () => {
    server = await startServer(inTurn(json({ err: "bad" }, { status: 500 }), json(1)));
    await expect(testCore(server.url, {}, { retryStatuses: [500] }).request(getThing, { id: 1 })).resolves.toBe(1);
    await server.stop();
    server = await startServer(inTurn(text("", { status: 503 }), json(1)));
    await expect(failure(testCore(server.url).request({ ...getThing, retryStatuses: [] }, { id: 1 }))).resolves.toMatchObject({
      status: 503,
    });
  });

  test("Retry-After is heeded, and refused at once where it is beyond the limit", async () => {
    server = await startServer(inTurn(text("slow down", { status: 429, headers: { "retry-after": "0" } }), json(1)));
    await expect(testCore(server.url).request(getThing, { id: 1 })).resolves.toBe(1);
    await server.stop();
    server = await startServer(
      text("slow down", { status: 429, headers: { "retry-after": "3600" } }) &&
        (() => text("slow down", { status: 429, headers: { "retry-after": "3600" } })),
    );
    const error = await failure(testCore(server.url, { timeout: { total: 60_000 } }).request(getThing, { id: 1 }));
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfter: 3_600_000, status: 429 });
    expect(error.message).toContain("asks to wait 3600000 ms (Retry-After)");
    expect(server.requests).toHaveLength(1);
  });
});

describe("limits and cancelling", () => {
  test("the total limit spans all attempts and the body", async () => {
    server = await startServer(() => json({ a: 1 }, { hold: "body" }));
    const error = await failure(testCore(server.url).request(getThing, { id: 1 }, { timeout: { total: 200 } }));
    expect(error).toMatchObject({ code: "TIMEOUT", operation: "things.get" });
    expect(error.message).toContain("total limit of 200 ms");
  });

  test("the idle limit is told with its name", async () => {
    server = await startServer(() => json({ a: 1 }, { hold: "all" }));
    const error = await failure(testCore(server.url, { retry: { attempts: 1 } }).request(getThing, { id: 1 }, { timeout: { idle: 150 } }));
    expect(error).toMatchObject({ code: "TIMEOUT" });
    expect(error.message).toMatch(/idle/);
  });

  test("an abort ends the call, its wait for a retry too, and says so", async () => {
    server = await startServer(() => text("", { status: 503, headers: { "retry-after": "20" } }));
    const controller = new AbortController();
    const work = failure(testCore(server.url).request(getThing, { id: 1 }, { signal: controller.signal }));
    await server.received(1);
    controller.abort(new Error("shift is over"));
    expect(await work).toMatchObject({ code: "ABORTED", cause: expect.objectContaining({ message: "shift is over" }) });
    expect(await failure(testCore(server.url).request(getThing, { id: 1 }, { signal: controller.signal }))).toMatchObject({
      code: "ABORTED",
    });
    expect(server.requests).toHaveLength(1);
  });

  test("a signal shared by many calls collects no listeners", async () => {
    server = await startServer(() => json(1));
    const { signal } = new AbortController();
    const core = testCore(server.url);
    for (let i = 0; i < 50; i++) await core.request(getThing, { id: 1 }, { signal });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});

describe("answers", () => {
  test("a log-in page is told as such, not as bad JSON", async () => {
    server = await startServer(() => html("<!DOCTYPE html><title>Sign in to CERN</title><form>"));
    const error = await failure(testCore(server.url, {}, { signInHelp: "Set THING_TOKEN." }).request(getThing, { id: 1 }));
    expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", status: 200 });
    expect(error.message).toMatch(
      /Not authenticated: thing GET .* answered with a web page \("Sign in to CERN"\) instead of data\. Set THING_TOKEN\./,
    );
    expect(error.message).not.toContain("<");
  });

  test("the web page of an error keeps the status's meaning", async () => {
    server = await startServer(() => html("<html><head><title>Error</title></head><body><pre>Cannot GET</pre>", { status: 404 }));
    expect(await failure(testCore(server.url).request(getThing, { id: 1 }))).toMatchObject({ code: "NOT_FOUND", status: 404 });
  });

  test("what is not JSON is quoted, cut and with its type", async () => {
    server = await startServer(() => text("oops ".repeat(2000)));
    const error = await failure(testCore(server.url).request(getThing, { id: 1 }));
    expect(error).toMatchObject({ code: "NOT_JSON" });
    expect(error.message).toContain("text/plain");
    expect(String(error["body"]).length).toBeLessThanOrEqual(2048);
  });

  test("the service words its failures itself, also behind status 200", async () => {
    const failureOf = ({ data }: { data: unknown }) => {
      const err = (data as { err?: string } | null)?.err;
      return err === undefined ? undefined : { code: "SERVICE_ERROR", message: `thing says: ${err}` };
    };
    server = await startServer(inTurn(json({ err: "no such column" }, { status: 500 }), json({ err: "hidden" })));
    const core = testCore(server.url, {}, { failure: failureOf });
    expect(await failure(core.request(getThing, { id: 1 }))).toMatchObject({
      code: "SERVICE_ERROR",
      message: "thing says: no such column",
      status: 500,
    });
    expect(await failure(core.request(getThing, { id: 1 }))).toMatchObject({
      code: "SERVICE_ERROR",
      message: "thing says: hidden",
      status: 200,
    });
  });

  test("an answer over the limit is an error, not memory", async () => {
    server = await startServer(() => json("x".repeat(5000)));
    expect(await failure(testCore(server.url).request({ ...getThing, maxBytes: 1000 }, { id: 1 }))).toMatchObject({
      code: "RESPONSE_TOO_LARGE",
    });
  });

  test("integers beyond 2^53 arrive exactly: bigint where the operation says so, text with one warning elsewhere", async () => {
    server = await startServer(() => json('{"train_id":9007199254740993,"other":9007199254740995,"small":7}'));
    const logger = recordingLogger();
    const core = testCore(server.url, { logger });
    const call = { ...getThing, bigints: ["train_id"] };
    for (let i = 0; i < 2; i++) {
      await expect(core.request(call, { id: 1 })).resolves.toEqual({ train_id: 9007199254740993n, other: "9007199254740995", small: 7 });
    }
    expect(logger.lines).toEqual([expect.stringMatching(/^warn: thing things\.get: "other" holds an integer beyond 2\^53/)]);
  });

  test("an empty body is undefined; statuses of meaning go to the operation", async () => {
    const poll = operation<void, string>({
      name: "poll",
      method: "POST",
      path: "/poll",
      statuses: [409],
      read: ({ status, data }) => `${status} ${JSON.stringify(data)}`,
    });
    server = await startServer(
      inTurn(text("", { status: 203 }), json({ progress: 0.5 }, { status: 202 }), json({ done: 1 }, { status: 409 })),
    );
    const core = testCore(server.url);
    const answers = [await core.request(poll, undefined), await core.request(poll, undefined), await core.request(poll, undefined)];
    expect(answers).toEqual(["203 undefined", '202 {"progress":0.5}', '409 {"done":1}']);
  });
});

test("what would be sent can be seen without sending it", async () => {
  server = await startServer(() => json(1));
  const core = testCore(`${server.url}/api`);
  expect(core.describe(createThing, { name: "a" })).toEqual({ method: "POST", url: `${server.url}/api/things`, body: { name: "a" } });
  expect(server.requests).toHaveLength(0);
});
