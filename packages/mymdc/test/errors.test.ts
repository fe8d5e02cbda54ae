import { isSciError } from "@sci/http-core";
import { html, json, refusal, reset, silent } from "@sci/http-core/testing";
import { describe, expect, test } from "vitest";
import { createMyMdc, validationOf } from "../src/index.ts";
import { alone } from "./support/replayed.ts";
import { serving } from "./support/serving.ts";

const credentials = { clientId: "a-client", clientSecret: "a-secret-of-a-client" };

describe("what the service says", () => {
  test.each([
    [401, { info: "Not authorized" }, "NOT_AUTHENTICATED"],
    [403, { info: "You may not" }, "FORBIDDEN"],
    [404, { info: "Resource not found!" }, "NOT_FOUND"],
    [404, { error: "no info" }, "NOT_FOUND"],
    [409, { info: "Locked" }, "CONFLICT"],
    [429, { info: "slow down" }, "RATE_LIMITED"],
    [500, { info: "Broken" }, "HTTP_STATUS"],
    [503, { error: "maintenance" }, "UNAVAILABLE"],
  ] as const)("%i %j is %s, with its words", (status, body, code) =>
    serving({ "GET runs/{id}": json(body, { status }) }, async ({ mdc }) => {
      const error = await refusal(() => mdc.runs.get(7), code);
      expect(error).toMatchObject({ status, service: "mymdc", operation: "runs.get" });
      expect(error.message).toContain(Object.values(body)[0]);
    }),
  );

  test("500 with a web page is told by status and title, and is no JSON error", () =>
    serving(
      { "GET runs/{id}": html("<!DOCTYPE html><html><head><title>Internal error</title></head></html>", { status: 500 }) },
      async ({ mdc }) => {
        const error = await refusal(() => mdc.runs.get(7), "HTTP_STATUS");
        expect(error.message).toContain("500");
        expect(error.message).toContain("Internal error");
      },
    ));

  test("a web page where data are due is a log-in page", () =>
    serving({ "GET me": html("<html><title>Sign in</title></html>") }, ({ mdc }) => refusal(() => mdc.users.me(), "NOT_AUTHENTICATED")));

  test.each([
    [
      { name: ["has already been taken", "is too long"], base: ["Locked"] },
      { name: ["has already been taken", "is too long"], base: ["Locked"] },
      ["name has already been taken", "name is too long", "Locked"],
    ],
    ["Validation failed", {}, ["Validation failed"]],
    [["one", "two"], {}, ["one", "two"]],
    [{ name: "is odd" }, { name: ["is odd"] }, ["name is odd"]],
  ])("422 %j gives fields and messages", (info, fields, messages) =>
    serving({ "POST units/": json({ info }, { status: 422 }) }, async ({ mdc }) => {
      const error = await refusal(() => mdc.units.create({ name: "metre" }), "VALIDATION");
      expect(validationOf(error)).toEqual({ fields, messages });
      for (const message of messages) expect(error.message).toContain(message);
      expect(error.message).toMatch(/[^.]\.$/);
    }),
  );

  test.each([
    [{ errors: { name: ["is odd"] } }, { name: ["is odd"] }, ["name is odd"]],
    [{ errors: ["one", "two"] }, {}, ["one", "two"]],
    [{ name: ["is odd"], url: ["is long"] }, { name: ["is odd"], url: ["is long"] }, ["name is odd", "url is long"]],
    [["one"], {}, ["one"]],
    [{ error: "unprocessable" }, {}, ["unprocessable"]],
    [{ info: null, message: "no" }, {}, ["no"]],
    ["plain", {}, ["plain"]],
  ])("422 %j, which has no info, gives its reasons as well", (body, fields, messages) =>
    serving({ "POST units/": json(body, { status: 422 }) }, async ({ mdc }) => {
      const error = await refusal(() => mdc.units.create({ name: "metre" }), "VALIDATION");
      expect(validationOf(error)).toEqual({ fields, messages });
      for (const message of messages) expect(error.message).toContain(message);
    }),
  );

  test("several that are created and not all told back are an error, not a success", () =>
    serving(
      { "POST dataset_files/bulk_create": json([{ id: 1 }], { status: 201 }), "POST parameters/bulk_create": json([], { status: 201 }) },
      async ({ mdc }) => {
        const error = await refusal(() => mdc.datasetFiles.createMany([{ filename: "a" }, { filename: "b" }]), "INVALID_RESPONSE");
        expect(error.message).toMatch(/2 records.*1/);
        await refusal(() => mdc.parameters.createMany([{ name: "a" }]), "INVALID_RESPONSE");
      },
    ));

  test("an id that a number cannot hold is refused, not rounded to that of something else", () =>
    serving({}, async ({ mdc, server }) => {
      await refusal(() => mdc.parameters.deleteOfDataGroup("9007199254740993"), "INVALID_ARGUMENT");
      await refusal(() => mdc.runs.delete("9007199254740993"), "INVALID_ARGUMENT");
      expect(server.requests).toEqual([]);
    }));

  test("422 with a web page is a refusal of the record, told by its title", () =>
    serving({ "POST units/": html("<html><title>The change was rejected</title></html>", { status: 422 }) }, async ({ mdc }) => {
      const error = await refusal(() => mdc.units.create({ name: "metre" }), "VALIDATION");
      expect(error.message).toContain("The change was rejected");
    }));

  test.each([[[null]], [[{ id: 3 }]], [[7, "x"]], [{}]])("raw data groups told as %j are an error, not ids to write to", (body) =>
    serving({ "GET runs/all_raw_data_groups_ids": json(body) }, async ({ mdc }) => {
      await refusal(() => mdc.runs.rawDataGroupIds({ proposal: 1, run: 2 }), "INVALID_RESPONSE");
    }),
  );

  test("422 without a reason is still told as one, and other errors have no fields", () =>
    serving({ "POST units/": json({}, { status: 422 }), "GET units/{id}": json({}, { status: 404 }) }, async ({ mdc }) => {
      expect(validationOf(await refusal(() => mdc.units.create({ name: "m" }), "VALIDATION"))).toEqual({ fields: {}, messages: [] });
      expect(validationOf(await refusal(() => mdc.units.get(1), "NOT_FOUND"))).toBeUndefined();
    }));

  test.each([400, 401, 403, 422])("a wrong e-mail address is USER_EMAIL, whatever the status (%i)", (status) =>
    serving({ "GET me": json({ info: "Incorrect request header: 'X-User-Email'!" }, { status }) }, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.users.me(), "USER_EMAIL");
      expect(error.message).toContain("MYMDC_USER_EMAIL");
      expect(server.requests).toHaveLength(1);
    }),
  );

  test.each([
    ["a list where a record is due", json([]), "INVALID_RESPONSE"],
    ["nothing where a record is due", { status: 200 }, "INVALID_RESPONSE"],
    ["text that is no JSON", json("{"), "NOT_JSON"],
  ])("%s is an error", (_what, answer, code) =>
    serving({ "GET runs/{id}": answer }, async ({ mdc }) => void (await refusal(() => mdc.runs.get(1), code))),
  );

  test("an object where a list is due is an error, and a listing that has it says which", () =>
    serving({ "GET units/": json({ id: 1 }), "GET data_files/search_data_files": json({}) }, async ({ mdc }) => {
      await refusal(() => mdc.units.list(), "INVALID_RESPONSE");
      await refusal(() => mdc.dataFiles.search({ proposal: 1, run: 1 }), "INVALID_RESPONSE");
    }));
});

describe("what is sent again", () => {
  test("reads and changes are, creations and what may do harm are not", async () => {
    let failures = 0;
    const flaky =
      (answer: unknown, status = 200) =>
      () =>
        failures++ % 2 === 0 ? json({ info: "later" }, { status: 503 }) : json(answer, { status });
    await serving(
      {
        "GET units/{id}": flaky({ id: 1 }),
        "PUT units/{id}": flaky({ id: 1 }),
        "POST units/": json({ info: "later" }, { status: 503 }),
        "POST parameters/bulk_delete": json({ info: "later" }, { status: 503 }),
        "POST dataset_files/bulk_update": flaky([]),
      },
      async ({ mdc, server }) => {
        await mdc.units.get(1);
        await mdc.units.update(1, { name: "m" });
        await mdc.datasetFiles.updateMany([{ filename: "a" }]);
        expect(server.requests).toHaveLength(6);
        await refusal(() => mdc.units.create({ name: "m" }), "UNAVAILABLE");
        await refusal(() => mdc.parameters.deleteOfDataGroup(7), "UNAVAILABLE");
        expect(server.requests).toHaveLength(8);
      },
      { retry: { attempts: 3, baseDelay: 0 } },
    );
  });

  test("a deletion whose answer was lost is done where the record is gone afterwards, and only there", async () => {
    let lost = 0;
    const gone = json({ info: "Resource not found!" }, { status: 404 });
    const answers = { "DELETE units/{id}": () => (lost++ === 0 ? reset() : gone) };
    await serving(answers, ({ mdc }) => mdc.units.delete(3), { retry: { attempts: 2, baseDelay: 0 } });
    expect(lost).toBe(2);
    await serving({ "DELETE units/{id}": gone }, ({ mdc }) => refusal(() => mdc.units.delete(3), "NOT_FOUND"));
  });

  test("429 with Retry-After is waited for, and told where that is too long", () =>
    serving({ "GET me": json({ info: "slow down" }, { status: 429, headers: { "retry-after": "3600" } }) }, async ({ mdc }) => {
      const error = await refusal(() => mdc.users.me({ retry: { attempts: 3 } }), "RATE_LIMITED");
      expect(error.retryAfter).toBe(3_600_000);
    }));
});

describe("the token endpoint", () => {
  test("down: the error names it, and the call is not tried without a token", () =>
    alone(async () => {
      const mdc = createMyMdc({ baseUrl: "http://127.0.0.1:9/metadata", ...credentials, retry: { attempts: 1 }, logger: silent });
      const error = await refusal(() => mdc.users.me(), "NETWORK");
      expect(error.message).toContain("127.0.0.1:9");
      expect(JSON.stringify(error)).not.toContain(credentials.clientSecret);
      await mdc.close();
    }));

  test("its refusal is told with its reason, and what to check", () =>
    serving(
      { "POST oauth/token": json({ error: "invalid_client", error_description: "Client authentication failed" }, { status: 401 }) },
      async ({ mdc, server }) => {
        const error = await refusal(() => mdc.users.me(), "NOT_AUTHENTICATED");
        expect(error.message).toContain("Client authentication failed");
        expect(error.message).toContain("MYMDC_CLIENT_SECRET");
        expect(server.requests).toHaveLength(1);
      },
      { ...credentials, token: { access_token: "old", expires_at: 1 } },
    ));

  test("another scope than the one asked for is a warning", async () => {
    const warnings: string[] = [];
    await serving(
      { "POST oauth/token": json({ access_token: "t", token_type: "Bearer", scope: "public" }), "GET me": json({ id: 5 }) },
      async ({ mdc }) => expect((await mdc.users.me()).id).toBe(5),
      {
        ...credentials,
        token: { access_token: "old", expires_at: 1 },
        scope: "public write",
        logger: { ...silent, warn: (text) => void warnings.push(text) },
      },
    );
    expect(warnings.join()).toMatch(/scope "public", not "public write"/);
  });

  test("without credentials nothing is sent off this machine, and the error names the variables", () =>
    alone(async () => {
      const mdc = createMyMdc({ baseUrl: "https://mymdc.invalid/metadata", logger: silent });
      const error = await refusal(() => mdc.users.me(), "MISSING_CREDENTIALS");
      expect(error.message).toContain("MYMDC_CLIENT_ID");
      await refusal(() => mdc.token(), "MISSING_CREDENTIALS");
      await mdc.close();
    }));
});

test("errors of several clients are one family", () =>
  serving({ "GET me": json({}, { status: 403 }) }, async ({ mdc }) => {
    const error: unknown = await mdc.users.me().catch((reason: unknown) => reason);
    expect(isSciError(error, "FORBIDDEN", "NOT_FOUND")).toBe(true);
  }));
