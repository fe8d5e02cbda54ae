import { readFileSync } from "node:fs";
import { certificationLogic, type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonEnvironment } from "../python.ts";
import { type Original, type Outcome, startOriginal, tuple } from "./original.ts";

const environment = await pythonEnvironment(["runregistry==3.1.2", "runregistryclient==0.3.0", "cernrequests==0.5.0", "requests==2.32.5"]);
const title = environment.missing === undefined ? "" : ` (skipped: ${environment.missing})`;

describe.skipIf(environment.missing !== undefined)(`the original Run Registry clients against the sandbox${title}`, () => {
  let sandbox: Sandbox;
  let original: Original;
  let production: Original;
  const rr = (name: string, args: unknown[] = [], kwargs: Record<string, unknown> = {}): Promise<Outcome> =>
    original.call("runregistry", name, args, kwargs);
  const old = (kwargs: Record<string, unknown>): Promise<Outcome> => original.call("runreg", "get", [], kwargs);

  beforeAll(async () => {
    // The local target of the original is fixed to port 9500; where that is taken, its address is overridden.
    const fixed = await startSandbox({ ports: { runregistry: 9500 } }).catch(() => undefined);
    sandbox = fixed ?? (await startSandbox());
    const origin = new URL(sandbox.urls["runregistry"] as string).origin;
    const shared = { RUNREG_URL_FORMAT: `${origin}/datasets/{workspace}/editable/{page}/` };
    const python = environment.python as string;
    original = startOriginal(python, { ...shared, ENVIRONMENT: "local", ...(fixed === undefined ? { RUNREGISTRY_API_URL: origin } : {}) });
    production = startOriginal(python, {
      ...shared,
      ENVIRONMENT: "production",
      RUNREGISTRY_API_URL: sandbox.env["RUNREGISTRY_URL"] as string,
      CERN_TOKEN_URL: `${sandbox.env["CERN_AUTH_URL"] as string}/api-access/token`,
      SSO_CLIENT_ID: sandbox.env["SSO_CLIENT_ID"] as string,
      SSO_CLIENT_SECRET: sandbox.env["SSO_CLIENT_SECRET"] as string,
    });
  });
  afterAll(async () => {
    await original?.end();
    await production?.end();
    await sandbox?.stop();
  });

  describe("runregistry 3.1.2, reading", () => {
    test("one run, and one that is not there", async () => {
      const { returns } = await rr("get_run", [327600]);
      expect(returns).toMatchObject({ run_number: 327600, class: "Cosmics18", significant: true, oms_attributes: { run_number: 327600 } });
      expect(returns.lumisections["dt-dt"]).toMatchObject({ causes: expect.any(Array), EMPTY: expect.any(Number) });
      expect((await rr("get_run", [1])).returns).toEqual({});
    });

    test("runs by number, attribute and component; all pages", async () => {
      const numbers = async (filter: object): Promise<number[]> =>
        ((await rr("get_runs", [], { filter })).returns as { run_number: number }[]).map((run) => run.run_number);
      expect(await numbers({ run_number: { or: [327600, 327604, 327743] } })).toEqual([327743, 327604, 327600]);
      expect(await numbers({ run_number: { and: [{ ">": 327599 }, { "<": 327602 }] } })).toEqual([327601, 327600]);
      const certified = await numbers({ class: "Collisions18", "tracker-strip": "GOOD" });
      expect(certified.length).toBeGreaterThan(400);
      expect(new Set(certified).size).toBe(certified.length);
      expect(await numbers({ hlt_key: { like: "%commissioning2018%" }, significant: { "=": true }, run_number: { ">": 327743 } })).toEqual([
        327744,
      ]);
      expect(await numbers({ "dt-dt": "BAD", run_number: { ">": 327000 } })).not.toContain(362764);
    });

    test("an error of the service becomes a ValueError with its words", async () => {
      expect(await rr("get_runs", [], { filter: { run_number: "abc" } })).toEqual({
        raises: "ValueError",
        message: 'invalid input syntax for type integer: "abc"',
      });
      expect(await rr("get_runs", [], { filter: { class: "x" }, sortings: [["nosuch", "ASC"]] })).toMatchObject({
        raises: "ValueError",
        message: "column Run.nosuch does not exist",
      });
    });

    test("datasets", async () => {
      const { returns } = await rr("get_dataset", [], { run_number: 327604, dataset_name: "/PromptReco/HICosmics18A/DQM" });
      expect(returns).toMatchObject({
        run_number: 327604,
        name: "/PromptReco/HICosmics18A/DQM",
        class: "Cosmics18",
        dataset_attributes: { global_state: "COMPLETED" },
      });
      expect(returns.lumisections).toHaveProperty("tracker-track");
      const names = (await rr("get_dataset_names_of_run", [], { run_number: 327604 })).returns;
      expect(names).toEqual(["/Express/Cosmics18/DQM", "/PromptReco/Cosmics18/DQM", "/PromptReco/HICosmics18A/DQM", "online"]);
      const all = (
        await rr("get_datasets", [], {
          filter: { run_number: { and: [{ ">=": 327596 }, { "<=": 327604 }] }, dataset_name: { like: "%Cosmics18/DQM" } },
        })
      ).returns;
      expect(all).toHaveLength(18);
    });

    test("lumisections in all forms", async () => {
      const list = (await rr("get_lumisections", [327743, "online"])).returns;
      const oms = (await rr("get_oms_lumisections", [327743, "online"])).returns;
      expect(list).toHaveLength(78);
      expect(oms).toHaveLength(78);
      for (const name of ["get_lumisection_ranges", "get_joint_lumisection_ranges", "get_oms_lumisection_ranges"]) {
        const ranges = (await rr(name, [327743])).returns;
        expect(ranges[0].start).toBe(1);
        expect(ranges.at(-1).end).toBe(78);
      }
      expect((await rr("get_lumisection_ranges_by_component", [327743])).returns["dt-dt"][0]).toMatchObject({ status: "GOOD", start: 1 });
      expect((await rr("get_lumisections", [1])).returns).toEqual([]);
    });

    test("cycles and accepted datasets", async () => {
      expect((await rr("get_cycles")).returns[0]).toMatchObject({ id_cycle: 1, datasets: expect.any(Array) });
      expect((await rr("get_datasets_accepted")).returns[0]).toMatchObject({
        id: 1,
        regexp: expect.any(String),
        run_from: expect.any(Number),
      });
    });

    test("golden JSON, polled for: exactly the certified ranges", async () => {
      const certified: unknown = JSON.parse(
        readFileSync(new URL("../../../packages/sandbox/src/runregistry/world/collisions18-certified.json", import.meta.url), "utf8"),
      );
      const { returns } = await rr("create_json", [], {
        json_logic: certificationLogic,
        dataset_name_filter: "/PromptReco/Collisions2018_/DQM",
      });
      expect(returns.generated_json).toEqual(certified);
      expect(await rr("create_json", [], { json_logic: certificationLogic, dataset_name_filter: "/nosuch" })).toMatchObject({
        raises: "KeyError",
        message: "'id'",
      });
    });
  });

  describe("runregistry 3.1.2, changing", () => {
    test("without groups the service refuses, with an open back end it changes", async () => {
      const refused = await rr("move_runs", ["OPEN", "SIGNOFF"], { run: 362761 });
      expect(refused).toEqual({
        raises: "Exception",
        message: expect.stringContaining('Got response 500 when moving datasets: {"err":"Request must provide email and egroups"}'),
      });
      sandbox.runregistry.checkRights = false;
      await rr("change_run_class", [362762, "Cosmics22"]);
      expect((await rr("get_run", [362762])).returns.class).toBe("Cosmics22");
      await rr("move_runs", ["OPEN", "SIGNOFF"], { run: 362761 });
      expect((await rr("get_run", [362761])).returns.state).toBe("SIGNOFF");
      await rr("move_datasets", ["waiting dqm gui", "OPEN", "/PromptReco/Collisions2022G/DQM"], { run: 362761, workspace: "global" });
      const dataset = (await rr("get_dataset", [], { run_number: 362761, dataset_name: "/PromptReco/Collisions2022G/DQM" })).returns;
      expect(dataset.dataset_attributes.global_state).toBe("OPEN");
      sandbox.runregistry.checkRights = true;
    });
  });

  describe("runregistry 3.1.2 through the log-in", () => {
    test("a token for each page, from the client's id and secret", async () => {
      const before = sandbox.cern.tokensIssued;
      const runs = (await production.call("runregistry", "get_runs", [], { filter: { class: "Cosmics18" }, page_size: 10 })).returns;
      expect(runs.length).toBeGreaterThan(30);
      expect(sandbox.cern.tokensIssued - before).toBe(Math.ceil(runs.length / 10));
      const changed = (await production.call("runregistry", "change_run_class", [362763, "Cosmics22"])).returns;
      expect(JSON.stringify(changed)).toContain("Cosmics22");
    });
  });

  describe("runreg 0.3.0", () => {
    test("every spelling of a filter", async () => {
      const numbers = async (kwargs: Record<string, unknown>): Promise<number[]> => [
        ...new Set(((await old(kwargs)).returns as { run_number: number }[]).map((row) => row.run_number)),
      ];
      expect(await numbers({ run_number: 327600 })).toEqual([327600]);
      expect(await numbers({ run_number: tuple(327743, "gte"), name: tuple("%Cosmics%", "like") })).toEqual([327744, 327743]);
      expect(await numbers({ run_number: [tuple(327600, ">="), tuple(327602, "<")] })).toEqual([327601, 327600]);
      expect(await numbers({ run_number__gt: 327599, run_number__lt: 327602, name__like: "%prompt%" })).toEqual([327601, 327600]);
      expect(
        await numbers({ "tracker-strip.status": "GOOD", run_number__gte: 327596, run_number__lte: 327744, workspace: "tracker" }),
      ).toEqual(expect.any(Array));
    });

    test("all pages, nested and flat", async () => {
      const rows = (await old({ class: "Cosmics18" })).returns;
      expect(rows.length).toBeGreaterThan(50);
      const [flat] = (await old({ run_number: 327600, flat: true })).returns;
      expect(flat).toMatchObject({ run_number: 327600, class__value: "Cosmics18" });
      expect(Object.keys(flat).some((name) => name.startsWith("lumisections"))).toBe(false);
    });

    test("an error of the service becomes a ValueError", async () => {
      expect(await old({ nonsense: 1 })).toMatchObject({ raises: "ValueError" });
    });
  });
});
