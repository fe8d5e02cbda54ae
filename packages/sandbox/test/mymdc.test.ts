import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startSandbox } from "@sci/sandbox";
import { endpoints } from "../src/mymdc/endpoints.ts";
import reference from "../src/mymdc/world/mymdc-instruments.json" with { type: "json" };
import { useCatalogue } from "./mymdc-support.ts";
import type { Loose } from "./support.ts";

const box = useCatalogue();
const { call } = box;
const folder = mkdtempSync(join(tmpdir(), "sci-sandbox-mymdc-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ids = async (path: string): Promise<number[]> => (await call("GET", path)).json.map(({ id }: { id: number }) => id);

test("the table holds 117 endpoints, each once", () => {
  const names = endpoints.map(([method, path]) => `${method} ${path}`);
  expect(names).toHaveLength(117);
  expect(new Set(names).size).toBe(117);
});

describe("who may ask", () => {
  const tokenUrl = (): string => `${box.sandbox.env["MYMDC_URL"] as string}/oauth/token`;
  const ask = async (form: Record<string, string>, headers: Record<string, string> = {}): Promise<[number, Loose]> => {
    const reply = await fetch(tokenUrl(), { method: "POST", headers, body: new URLSearchParams(form) });
    return [reply.status, await reply.json()];
  };
  const secret = { client_id: "sandbox-mymdc", client_secret: "sandbox-mymdc-secret" };

  test("a token: no scope in the answer, unless one is asked for", async () => {
    const [status, json] = await ask({ grant_type: "client_credentials", ...secret });
    expect(status).toBe(200);
    expect(Object.keys(json).sort()).toEqual(["access_token", "created_at", "expires_in", "token_type"]);
    const other = await startSandbox({ facilities: ["mymdc"], mymdc: { scope: "public" } });
    const reply = await fetch(`${other.env["MYMDC_URL"] as string}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "client_credentials", ...secret }),
    });
    expect(await reply.json()).toMatchObject({ scope: "public" });
    await other.stop();
  });

  test.each([
    [{ grant_type: "client_credentials" }, 401, "invalid_client"],
    [{ grant_type: "client_credentials", ...secret, client_secret: "wrong" }, 401, "invalid_client"],
    [{ ...secret }, 400, "invalid_request"],
    [{ grant_type: "password", ...secret }, 400, "unsupported_grant_type"],
  ])("%j is refused", async (form, status, error) => {
    expect(await ask(form)).toEqual([status, expect.objectContaining({ error })]);
  });

  test("no token, another one, one that has ended, another address", async () => {
    for (const headers of [{ Authorization: "" }, { Authorization: "Bearer nonsense" }]) {
      const { status, text, headers: got } = await call("GET", "me", undefined, headers);
      expect([status, text, got.get("www-authenticate")]).toEqual([401, "", expect.stringContaining('error="invalid_token"')]);
    }
    const token = await box.token();
    const bearer = { Authorization: `Bearer ${token}` };
    expect((await call("GET", "me", undefined, bearer)).status).toBe(200);
    await box.sandbox.setFaults([{ kind: "expire-token", facility: "mymdc", times: 1 }]);
    expect((await call("GET", "me", undefined, bearer)).headers.get("www-authenticate")).toContain("expired");
    await box.sandbox.setFaults([]);
    expect((await call("GET", "me", undefined, bearer)).status).toBe(401);
    const wrong = await call("GET", "data_group_types/", undefined, { "X-User-Email": "xxxxxxxxxxxxxx" });
    expect([wrong.status, wrong.json]).toEqual([403, { info: "Incorrect request header: 'X-User-Email'!" }]);
  });

  test("expireTokens ends what was issued; new tokens work", async () => {
    const own = { Authorization: `Bearer ${await box.token()}` };
    const issued = box.sandbox.mymdc.tokensIssued;
    box.sandbox.mymdc.expireTokens();
    expect((await call("GET", "me", undefined, own)).status).toBe(401);
    box.forgetToken();
    expect((await call("GET", "me")).status).toBe(200);
    expect(box.sandbox.mymdc.tokensIssued).toBe(issued + 1);
  });
});

describe("what is documented", () => {
  test("instruments with their techniques, and who asks", async () => {
    const { json } = await call("GET", "instruments/?page=1&page_size=100");
    expect(json).toHaveLength(reference.instruments.length + 2);
    for (const stated of reference.instruments) expect(json.find(({ id }: { id: number }) => id === stated.id)).toMatchObject(stated);
    expect(json[0].name).toBe("Functional Tests Instrument 2");
    expect((await call("GET", "me")).json).toMatchObject({
      email: box.sandbox.env["MYMDC_USER_EMAIL"],
      nickname: "maial",
      provider: "ldap",
    });
    expect((await call("GET", "users/-7")).json.id).toBe(-7);
  });

  test("data group types, in their order", async () => {
    const { json } = await call("GET", "data_group_types/");
    expect(json.slice(0, 6).map(({ id, identifier, name }: Loose) => ({ id, identifier, name }))).toEqual(reference.data_group_types);
    expect(json[6]).toMatchObject({ id: 145, identifier: "OPK_1" });
  });

  test("the active proposal of an instrument; one that has none", async () => {
    expect((await call("GET", "instruments/1/active_proposal")).json.number).toBe(1234);
    const none = await call("GET", "instruments/-2/active_proposal");
    expect([none.status, none.json]).toEqual([404, { info: "Resource not found!" }]);
  });
});

describe("lists", () => {
  test("pages: 100 unless told, never more than 500, with the headers that say which", async () => {
    const paging = async (path: string): Promise<unknown[]> => {
      const { json, headers } = await call("GET", path);
      const header = ["Total-Pages", "Count-Per-Page", "Current-Page", "Total-Count"].map((name) => headers.get(`x-${name}`));
      expect(headers.get("date")).not.toBeNull();
      return [json.length, ...header.map(Number)];
    };
    expect(await paging("runs/")).toEqual([100, 7, 100, 1, 602]);
    expect(await paging("runs/?page=7")).toEqual([2, 7, 100, 7, 602]);
    expect(await paging("runs/?page_size=5000")).toEqual([500, 2, 500, 1, 602]);
    expect(await paging("units/?page=4&page_size=1")).toEqual([0, 1, 1, 4, 1]);
    box.sandbox.mymdc.pagingHeaders = false;
    expect((await call("GET", "runs/")).headers.get("x-total-pages")).toBeNull();
    box.sandbox.mymdc.pagingHeaders = true;
  });

  test("a page past the end is exactly []; a page that is no number is refused", async () => {
    expect((await call("GET", "units/?page=9")).text).toBe("[]");
    expect((await call("GET", "units/?page=x")).json).toEqual({ info: { page: ["is not a number"] } });
    expect((await call("GET", "units/?page=1&page_size=0")).json).toEqual({ info: { page_size: ["is not a number"] } });
  });

  test("conditions, ascending numbers, numerals as numbers", async () => {
    const [proposal] = await ids("proposals/?number=001234");
    const experiments = await ids(`experiments/?proposal_id=${String(proposal)}`);
    expect(experiments).toEqual([...experiments].sort((a, b) => a - b));
    expect((await ids(`experiments/?proposal_id=${String(proposal)}&name=Main+beamtime`)).length).toBe(1);
    expect(await ids("runs/?run_number=1&experiment_id=-1")).toEqual([-1]);
    expect(await ids("dark_runs/?proposal_id=-1&page=1&page_size=100")).toEqual([-12, -11]);
    expect(await ids("repositories/?identifier=XFEL_GPFS_OFFLINE_RAW_CC")).toEqual([11]);
    expect(await ids("instruments/?facility_id=3")).toEqual([-2, -1]);
  });

  test("repeated slashes count as one", async () => {
    expect((await call("GET", "proposals//by_number/900061")).json).toMatchObject({ id: -2, instrument_identifier: "SPB", last_run: 0 });
    expect((await call("GET", "/proposals///by_number_daq_info//900061")).json.id).toBe(-2);
  });
});

describe("looking up by proposal and run", () => {
  test.each([
    ["proposals//by_number/-99", 404, "Proposal number -99 not found"],
    ["proposals//by_number_daq_info/12345", 404, "Proposal number 12345 not found"],
    ["proposals//by_number_daq_info/900966", 422, "The proposal has no Samples defined yet in myMdC!"],
    ["proposals/by_number/-99/runs?page=1&page_size=100", 404, "Proposal number -99 not found"],
    ["proposals/by_number/1234/runs/9999", 404, "Run number 9999 not found"],
    ["runs/all_raw_data_groups_ids?run_number=9999&proposal_number=1234", 404, "Run number 9999 not found"],
    ["data_files/search_data_files?run_number=1&proposal_number=12345", 404, "Proposal number 12345 not found"],
    ["runs/runs_by_proposal", 400, "Missing search criteria"],
    ["runs/nonsense", 404, "Resource not found!"],
    ["nonsense/", 404, "Resource not found!"],
  ])("%s", async (path, status, info) => {
    const reply = await call("GET", path);
    expect([reply.status, reply.json]).toEqual([status, { info }]);
  });

  test("runs of a proposal with their replicas, by number, paged", async () => {
    const { json, headers } = await call("GET", "proposals/by_number/0/runs?page=2&page_size=1");
    expect([json.runs.map(({ id }: Loose) => id), headers.get("x-total-pages")]).toEqual([[-2], "2"]);
    const [first] = (await call("GET", "proposals/by_number/0/runs/1")).json.runs;
    expect(first).toMatchObject({ id: -1, flg_status: 2, flg_run_quality: 1, num_files: 0, size: null });
    expect(first.repositories).toEqual({
      XFEL_TESTS_REPO: { name: "XFEL Tests Repository", mount_point: "/webstorage/XFEL", data_groups: 1 },
    });
    const { json: all } = await call("GET", "proposals/by_number/1234/runs/0");
    expect(all.runs[1]).toMatchObject({ run_number: 2, num_files: 4, repositories: { XFEL_GPFS_ONLINE_SASE_1: { data_groups: 1 } } });
    expect(all.runs[1].size).toBeGreaterThan(4_000_000_000);
  });

  test("raw data groups and files of a run", async () => {
    const query = "run_number=5&proposal_number=1234";
    const { json: groups } = await call("GET", `runs/all_raw_data_groups_ids?${query}`);
    expect(groups).toHaveLength(1);
    const files = (await call("GET", `data_files/search_data_files?${query}`)).json;
    expect(files).toEqual([{ id: expect.any(Number), data_group_id: groups[0], files: expect.stringContaining("R0005") }]);
    const dataset = (await call("GET", `dataset_files/search_dataset_files?${query}`)).json;
    expect(dataset.map(({ data_group_id }: Loose) => data_group_id)).toEqual([groups[0], groups[0], groups[0], groups[0]]);
    expect((await call("GET", "runs/runs_by_proposal?proposal_number=000000&page=1&page_size=10")).json.map(({ id }: Loose) => id)).toEqual(
      [-2, -1],
    );
  });

  test("train numbers that a double cannot hold are exact", async () => {
    const { text } = await call("GET", "proposals/by_number/1234/runs/2");
    const id = (JSON.parse(text) as Loose).runs[0].id;
    expect((await call("GET", `runs/${String(id)}`)).text).toContain('"first_train":9007199254740993,');
    const sent = '{"run":{"first_train":9223372036854775802,"last_train":"9223372036854775807"}}';
    expect((await call("PUT", `runs/${String(id)}`, sent)).text).toContain(
      '"first_train":9223372036854775802,"last_train":9223372036854775807',
    );
  });
});

describe("size and state", () => {
  test("half of any number of runs belongs to proposal 1234; everything adds up", async () => {
    const big = await startSandbox({ facilities: ["mymdc"], scale: 20_000, seed: 7 });
    expect(big.mymdc.count("runs")).toBe(20_002);
    expect(big.mymdc.count("data_groups")).toBe(40_002);
    expect(big.mymdc.count("proposals")).toBe(3 + 201);
    await big.stop();
  });

  test("the same seed gives the same records, another one others", async () => {
    const samples = async (seed: number): Promise<unknown[]> => {
      const other = await startSandbox({ facilities: ["mymdc"], seed });
      const rows = [1001, 1002, 1003, 1004].map((id) => other.mymdc.read("samples", id)?.["name"]);
      await other.stop();
      return rows;
    };
    expect(await samples(1)).toEqual(await samples(1));
    expect(await samples(1)).not.toEqual(await samples(2));
  });

  test("changes are there again after the next start, deletions and exact integers too", async () => {
    const options = { facilities: ["mymdc"], state: folder };
    const first = await startSandbox(options);
    const run = first.mymdc.create("runs", {
      run_number: 77,
      experiment_id: -1,
      begin_at: "2026-01-01T00:00:00.000+01:00",
      first_train: 2n ** 62n,
      runs_techniques_attributes: [{ technique_id: -1 }],
    });
    const sample = first.mymdc.create("samples", { name: "gone", proposal_id: -1 });
    first.mymdc.remove("samples", sample["id"] as number);
    const count = first.mymdc.count("samples");
    await first.stop();
    const second = await startSandbox(options);
    expect(second.mymdc.count("samples")).toBe(count);
    expect(() => second.mymdc.create("runs", { run_number: 77, experiment_id: -1, begin_at: "x", first_train: 1 })).toThrow(
      "must be unique per proposal",
    );
    expect(second.mymdc.create("runs", { run_number: 78, experiment_id: -1, begin_at: "x", first_train: 2n ** 62n })).toMatchObject({
      id: (run["id"] as number) + 1,
      first_train: 2n ** 62n,
    });
    await second.stop();
  });

  test("the control refuses what is not there", () => {
    expect(() => box.sandbox.mymdc.create("run", {})).toThrow('unknown collection of mymdc "run" (did you mean "runs"?)');
    expect(() => box.sandbox.mymdc.remove("runs", 7)).toThrow("runs has no record 7");
    expect(() => box.sandbox.mymdc.create("samples", { name: "" })).toThrow('"name":["can\'t be blank"]');
  });
});
