import { operation } from "@sci/http-core";
import { describe, expect, test } from "vitest";
import { buildRequest } from "../src/engine/build-request.ts";

const get = operation<{ run: unknown; name?: string }, unknown>({
  name: "runs.get",
  method: "GET",
  path: "/runs/{run}",
  params: ({ run }) => ({ run: run as string }),
});

describe("path parameters", () => {
  test.each<[unknown, string]>([
    [327600, "/runs/327600"],
    [12345678901234567890n, "/runs/12345678901234567890"],
    ["/PromptReco/Cosmics18/DQM", "/runs/%2FPromptReco%2FCosmics18%2FDQM"],
    ["327600/../1?x=1", "/runs/327600%2F..%2F1%3Fx%3D1"],
    ["a b#c%", "/runs/a%20b%23c%25"],
    ["...", "/runs/..."],
  ])("%s is encoded", (run, target) => {
    expect(buildRequest(get, { run }).target).toBe(target);
  });

  test.each([["" as unknown], [null], [undefined], ["."], [".."], ["%2e%2E"], [Number.NaN], [Infinity], [{}], [true]])(
    "%j is refused",
    (run) => {
      expect(() => buildRequest(get, { run })).toThrow(/run of runs.get goes into the path.*must be a text or number/);
    },
  );
});

test("query keeps order and repeats, leaves out undefined, writes null", () => {
  const find = operation<void, unknown>({
    name: "find",
    method: "GET",
    path: "/find",
    query: () => [
      ["filter[run][GT]", 7],
      ["b", undefined],
      ["tag", "a&b=c"],
      ["tag", "d e"],
      ["none", null],
      ["on", true],
    ],
  });
  expect(buildRequest(find, undefined).target).toBe("/find?filter%5Brun%5D%5BGT%5D=7&tag=a%26b%3Dc&tag=d%20e&none=null&on=true");
});

test("bodies carry their type; a form is encoded as browsers do", () => {
  const post = (body: Parameters<typeof operation>[0]["body"]) =>
    buildRequest(operation({ name: "p", method: "POST", path: "/p", ...(body === undefined ? {} : { body }) }), undefined as never);
  expect(post(() => ({ json: { a: 1, b: 2n ** 60n } }))).toMatchObject({
    body: '{"a":1,"b":1152921504606846976}',
    headers: { "content-type": "application/json" },
  });
  expect(
    post(() => ({
      form: [
        ["grant_type", "client credentials"],
        ["x", "&="],
      ],
    })),
  ).toMatchObject({
    body: "grant_type=client+credentials&x=%26%3D",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(post(() => undefined).body).toBeUndefined();
});

test("values of secret parameters and query keys are known as secrets", () => {
  const secret = operation<{ sessionId: string }, unknown>({
    name: "s",
    method: "GET",
    path: "/catalogue/{sessionId}/x",
    secretParams: ["sessionId"],
    query: () => [["apiKey", "key-1"]],
    secretQuery: ["apiKey"],
  });
  expect(buildRequest(secret, { sessionId: "abc-def" }).secrets).toEqual(["abc-def", "key-1"]);
});
