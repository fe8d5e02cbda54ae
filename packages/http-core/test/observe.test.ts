import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { operation, type Schema } from "@sci/http-core";
import { json, startServer, text, type TestServer } from "@sci/http-core/testing";
import * as z from "zod/mini";
import { afterEach, describe, expect, test } from "vitest";
import { failure, getThing, recordingLogger, testCore } from "./support.ts";

let server: TestServer;
afterEach(() => server.stop());

test("requests, answers and retries are told to the listener and to diagnostics channels, without secrets", async () => {
  let count = 0;
  server = await startServer(() => (count++ === 0 ? text("", { status: 503 }) : json(1)));
  const heard: unknown[] = [];
  const seen: unknown[] = [];
  const listen = (event: unknown): void => void heard.push(event);
  for (const type of ["request", "response", "retry"]) subscribe(`sci:${type}`, listen);
  const secretGet = operation<void, unknown>({
    name: "get",
    method: "GET",
    path: "/x",
    query: () => [["key", "tiptop-secret"]],
    secretQuery: ["key"],
  });
  await testCore(server.url, {
    onEvent: (event) => seen.push(event),
    auth: () => ({ headers: { authorization: "Bearer tiptop-secret" } }),
  }).request(secretGet, undefined);
  for (const type of ["request", "response", "retry"]) unsubscribe(`sci:${type}`, listen);
  expect(seen).toMatchObject([
    { type: "request", attempt: 1, service: "thing", operation: "get", method: "GET" },
    { type: "response", attempt: 1, status: 503 },
    { type: "retry", attempt: 1 },
    { type: "request", attempt: 2 },
    { type: "response", attempt: 2, status: 200 },
  ]);
  expect(heard).toEqual(seen);
  expect(JSON.stringify(seen)).not.toContain("tiptop-secret");
});

describe("answers of another shape", () => {
  const shape: Schema<unknown> = z.looseObject({ run_number: z.number(), list: z.array(z.looseObject({ a: z.string() })) });
  const typed = { ...getThing, response: shape };

  test("are delivered, with one warning per shape", async () => {
    let row = 0;
    server = await startServer(() => json({ run_number: "7", list: [{ a: "x" }, { a: row++ }], extra: true }));
    const logger = recordingLogger();
    const core = testCore(server.url, { logger });
    await expect(core.request(typed, { id: 1 })).resolves.toMatchObject({ run_number: "7", extra: true });
    await core.request(typed, { id: 2 });
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toMatch(/warn: The answer of thing things\.get has an unexpected shape .*run_number: .*got "7"; list\.1\.a/);
  });

  test("are an error on request, or nobody's business", async () => {
    server = await startServer(() => json({ run_number: "7", list: [] }));
    const logger = recordingLogger();
    expect(await failure(testCore(server.url, { logger, validate: "error" }).request(typed, { id: 1 }))).toMatchObject({
      code: "INVALID_RESPONSE",
    });
    await testCore(server.url, { logger, validate: "error" }).request(typed, { id: 1 }, { validate: "off" });
    expect(logger.lines).toEqual([]);
  });

  test("that fit keep fields nobody knows", async () => {
    server = await startServer(() => json({ run_number: 7, list: [], extra: { deep: [1] } }));
    await expect(testCore(server.url, { validate: "error" }).request(typed, { id: 1 })).resolves.toEqual({
      run_number: 7,
      list: [],
      extra: { deep: [1] },
    });
  });
});
