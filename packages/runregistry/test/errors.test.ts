import { isSciError } from "@sci/http-core";
import { html, json, redirect, startServer, type Handler, type TestServer } from "@sci/http-core/testing";
import { afterEach, describe, expect, it } from "vitest";
import { createRunRegistry, type RunRegistry, type RunRegistryOptions } from "../src/index.ts";
import { refusal } from "@sci/http-core/testing";
import { nowhere, silent } from "@sci/http-core/testing";
import { withEnvironment } from "./support/replayed.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function served(handler: Handler): Promise<TestServer> {
  const server = await startServer(handler);
  open.push({ close: () => server.stop() });
  return server;
}

function client(options: RunRegistryOptions): RunRegistry {
  const rr = createRunRegistry({ retry: { attempts: 1 }, logger: silent, auth: false, ...options });
  open.push(rr);
  return rr;
}

const run = (number: number) => ({
  run_number: number,
  oms_attributes: {},
  rr_attributes: {},
  DatasetTripletCache: { triplet_summary: {} },
});

describe("what goes wrong is told", () => {
  it("missing credentials: the variables, before anything is sent", async () => {
    await withEnvironment({}, async () => {
      const rr = createRunRegistry({ baseUrl: nowhere });
      const error = await refusal(() => rr.run(327600), "MISSING_CREDENTIALS");
      expect(error.message).toContain("Run Registry needs credentials, and SSO_CLIENT_ID and SSO_CLIENT_SECRET are not set.");
      expect(error.operation).toBe("runs.list");
    });
    await withEnvironment({ SSO_CLIENT_ID: "my-client" }, async () => {
      const error = await refusal(() => createRunRegistry({ baseUrl: nowhere }).run(327600), "MISSING_CREDENTIALS");
      expect(error.message).toContain("SSO_CLIENT_SECRET is not set.");
    });
  });

  it("a wrong secret, without naming it", async () => {
    const cern = await served(() =>
      json({ error: "unauthorized_client", error_description: "Invalid client or Invalid client credentials" }, { status: 401 }),
    );
    const registry = await served(() => json({}));
    await withEnvironment({ SSO_CLIENT_ID: "my-client", SSO_CLIENT_SECRET: "wrong-secret", CERN_AUTH_URL: cern.url }, async () => {
      const rr = createRunRegistry({ baseUrl: registry.url, retry: { attempts: 1 }, logger: silent });
      const error = await refusal(() => rr.run(327600), "NOT_AUTHENTICATED");
      expect(error.message).toContain("Invalid client credentials");
      expect(JSON.stringify(error)).not.toContain("wrong-secret");
      await rr.close();
    });
    expect(registry.requests.length).toBe(0);
  });

  it("a service that is down", async () => {
    const server = await startServer(() => json({}));
    await server.stop();
    const error = await refusal(() => client({ baseUrl: server.url }).runs(), "NETWORK");
    expect(error.message).toMatch(/cannot be reached.*ECONNREFUSED/);
  });

  it("the log-in page instead of JSON", async () => {
    const server = await served(() => html("<!doctype html><title>Sign in to CERN</title>"));
    const error = await refusal(() => client({ baseUrl: server.url }).runs(), "NOT_AUTHENTICATED");
    expect(error.message).toMatch(/"Sign in to CERN".*SSO_CLIENT_ID and SSO_CLIENT_SECRET/);
  });

  it("a redirect to the log-in", async () => {
    const server = await served(() => redirect("https://auth.cern.ch/auth/realms/cern/protocol/openid-connect/auth?client_id=x"));
    const error = await refusal(() => client({ baseUrl: server.url }).runs(), "NOT_AUTHENTICATED");
    expect(error.message).toContain("SSO_CLIENT_ID");
    expect(server.requests.length).toBe(1);
  });

  it("the service's own words, once: its 500 is an answer and not repeated", async () => {
    const server = await served(() => json({ err: "column Run.nosuch does not exist" }, { status: 500 }));
    const error = await refusal(
      () => client({ baseUrl: server.url, retry: { attempts: 3 } }).runs({ filter: { nosuch: 1 }, unchecked: true }),
      "SERVICE_ERROR",
    );
    expect(error).toMatchObject({
      message: "column Run.nosuch does not exist",
      service: "runregistry",
      operation: "runs.list",
      method: "POST",
      status: 500,
    });
    expect(server.requests.length).toBe(1);
  });

  it("an err in an answer with 200", async () => {
    const server = await served(() => json({ err: "no such table" }));
    expect((await refusal(() => client({ baseUrl: server.url }).cycles(), "SERVICE_ERROR")).message).toBe("no such table");
  });

  it("a missing right, without the markup around it, and without asking for another token", async () => {
    const server = await served(() => json({ message: "<p>You need the e-group <b>cms-dqm</b></p>" }, { status: 401 }));
    const auth = () => ({ headers: { authorization: "Bearer token-of-cern" } });
    const error = await refusal(() => client({ baseUrl: server.url, auth }).lastUpdatedRuns(), "FORBIDDEN");
    expect(error.message).toContain("You need the e-group cms-dqm");
    expect(server.requests.length).toBe(1);
  });

  it("a page that fails half way: its number, and the rows before it are delivered", async () => {
    const server = await served((request) => {
      const { page } = request.json as { page: number };
      return page === 1
        ? json({ err: "timeout" }, { status: 500 })
        : json({ runs: [run(10 - 2 * page), run(9 - 2 * page)], pages: 3, count: 6 });
    });
    const seen: number[] = [];
    let failed: unknown;
    try {
      for await (const { run_number } of client({ baseUrl: server.url }).runs({ pageSize: 2 })) seen.push(run_number);
    } catch (error) {
      failed = error;
    }
    expect(seen).toEqual([10, 9]);
    if (!isSciError(failed, "SERVICE_ERROR")) throw failed;
    expect(failed.page).toBe(1);
    expect(failed.message).toContain("Page 1 failed, the pages before it were delivered: timeout");
  });

  it("an answer without rows, or without their number", async () => {
    const server = await served((request) =>
      json(request.path.startsWith("/runs") ? { runs: [run(1)], pages: 1 } : { pages: 1, count: 1 }),
    );
    const rr = client({ baseUrl: server.url });
    expect((await refusal(() => rr.runs(), "INVALID_RESPONSE")).message).toContain("does not tell how many runs there are");
    expect((await refusal(() => rr.datasets(), "INVALID_RESPONSE")).message).toContain('holds no list "datasets"');
  });

  it("a run or dataset that does not exist", async () => {
    const server = await served((request) =>
      json(request.path.startsWith("/runs") ? { runs: [], pages: 0, count: 0 } : { datasets: [], pages: 0, count: 0 }),
    );
    const rr = client({ baseUrl: server.url });
    expect((await refusal(() => rr.run(1), "NOT_FOUND")).message).toBe("Run Registry has no run 1.");
    expect((await refusal(() => rr.dataset(1, "/a/b/DQM"), "NOT_FOUND")).message).toBe("Run Registry has no dataset /a/b/DQM of run 1.");
  });

  it("misspelt options and wrong arguments, before anything is sent", async () => {
    const rr = client({ baseUrl: nowhere });
    expect((await refusal(() => rr.runs({ pagesize: 3 } as never))).message).toContain(
      'Unknown option of runs() "pagesize". Did you mean "pageSize"?',
    );
    expect((await refusal(() => rr.datasets({ compres: true } as never))).message).toContain('Did you mean "compress"?');
    expect((await refusal(() => rr.run(1, { filter: {} } as never))).message).toContain('Unknown option of run() "filter"');
    expect((await refusal(() => rr.run("327600" as never))).message).toContain(
      'The run number must be a whole number from 1 to 2147483647, not "327600"',
    );
    expect((await refusal(() => rr.dataset(1, ""))).message).toContain("The dataset name must be text");
    expect((await refusal(() => rr.get({ run_number: 1 }, { workspace: "trakcer" }))).message).toContain('Unknown workspace "trakcer"');
    expect((await refusal(() => rr.get({}, { flatt: true } as never))).message).toContain('Did you mean "flat"?');
    expect((await refusal(() => rr.get({}, { api: "v3" as never }))).message).toContain('api must be "today" or "v4"');
  });
});
