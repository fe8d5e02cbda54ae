import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonEnvironment } from "../python.ts";
import { type Original, type Outcome, startOriginal } from "../runregistry/original.ts";

const environment = await pythonEnvironment(["omsapi==0.9.8.1", "requests==2.32.5"]);
const title = environment.missing === undefined ? "" : ` (skipped: ${environment.missing})`;

interface Row {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}
type Step = readonly [method: string, ...args: unknown[]];

describe.skipIf(environment.missing !== undefined)(`omsapi 0.9.8.1 against the sandbox${title}`, () => {
  let sandbox: Sandbox;
  let original: Original;
  let secret: string;
  const ask = (login: string, resource: string, chain: readonly Step[]): Promise<Outcome> =>
    original.call("", "query", [login, resource, chain]);
  const rows = async (resource: string, ...chain: Step[]): Promise<Row[]> => {
    const { returns } = await ask(secret, resource, chain);
    expect(returns.status).toBe(200);
    return returns.json.data as Row[];
  };
  const column = async (name: string, resource: string, ...chain: Step[]): Promise<unknown[]> =>
    (await rows(resource, ...chain)).map(({ attributes }) => attributes[name]);

  beforeAll(async () => {
    sandbox = await startSandbox({ facilities: ["oms"], cern: { deviceInterval: 0 } });
    secret = `secret ${sandbox.env["SSO_CLIENT_SECRET"] as string}`;
    original = startOriginal(environment.python as string, sandbox.env, new URL("driver.py", import.meta.url));
  });
  afterAll(async () => {
    await original?.end();
    await sandbox?.stop();
  });

  test("client credentials: a run, a fill, lumisections", async () => {
    const [run] = await rows("runs", ["filter", "run_number", 327564]);
    expect(run).toMatchObject({ id: "327564", attributes: { fill_number: 7492, delivered_lumi: 8.117866 } });
    expect((await rows("fills", ["filter", "fill_number", 7492]))[0]?.attributes).toMatchObject({ energy: 6369, crossing_angle: 160 });
    expect(await column("lumisection_number", "lumisections", ["filter", "run_number", 319579], ["paginate", 2, 3])).toEqual([4, 5, 6]);
  });

  test("every operator, several filters, filters as a list", async () => {
    const within: Step[] = [
      ["filter", "run_number", 326940, "GE"],
      ["filter", "run_number", 327600, "LE"],
      ["paginate", 1, 100],
    ];
    const runs = (...steps: Step[]): Promise<unknown[]> => column("run_number", "runs", ...within, ...steps);
    expect(await runs(["filter", "run_number", 326942, "LT"])).toEqual([326940, 326941]);
    expect(await runs(["filter", "run_number", 327600, "GT"])).toEqual([]);
    expect(await runs(["filter", "run_number", 327564])).toEqual([327564]);
    expect(await runs(["filter", "run_number", "3269%", "LIKE"])).toEqual([326940, 326941, 326942]);
    expect(await runs(["filter", "run_number", 2726, "ct"])).toEqual([327267]);
    const stable = await runs(["filter", "stable_beam", "true"]);
    expect(await runs(["filter", "stable_beam", true])).toEqual(stable);
    expect(await runs(["filter", "stable_beam", false, "NEQ"])).toEqual(stable);
    expect(await runs(["filters", [{ attribute_name: "sequence", value: "GLOBAL-RUN", operator: "EQ" }]])).toHaveLength(
      (await runs()).length,
    );
  });

  test("order, attributes, include, custom parameters", async () => {
    const numbers = (await column("run_number", "runs", ["sort", "run_number", false], ["paginate", 1, 50])) as number[];
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    const [row] = await rows("runs", ["attrs", ["run_number", "energy"]], ["include", "data_only"]);
    expect(Object.keys(row ?? {})).toEqual(["id", "type", "attributes"]);
    expect(Object.keys(row?.attributes ?? {}).sort()).toEqual(["energy", "run_number"]);
    expect(await rows("lumisections", ["filter", "run_number", 319579], ["custom", "group[size]", 1000])).toHaveLength(4);
    const path = "HLT_TrkMu16_DoubleTrkMu6NoFiltersNoVtx_v12";
    const rates = await ask(secret, "hltpathrates", [
      ["filter", "run_number", 319579],
      ["filter", "path_name", path],
      ["custom", "group[granularity]", "lumisection"],
    ]);
    expect(rates.returns.json.meta.totalResourceCount).toBe(3167);
  });

  test("all pages, as its users walk them", async () => {
    const ids: string[] = [];
    for (let page = 1; ; page++) {
      const { returns } = await ask(secret, "lumisections", [
        ["filter", "run_number", 319579],
        ["paginate", page, 1000],
      ]);
      ids.push(...(returns.json.data as Row[]).map(({ id }) => id));
      if (returns.json.links.next === null) break;
    }
    expect([ids.length, new Set(ids).size]).toEqual([3259, 3259]);
  });

  test("every resource has the meta data that its checks of names need, and nested ones work", async () => {
    const endpoints = (await original.call("", "metadata", [secret, "v1/version/endpoints"])).returns.json.data as { id: string }[];
    for (const { id } of endpoints) {
      const { returns } = await original.call("", "meta", [secret, id]);
      expect(Object.keys(returns as object).length, id).toBeGreaterThan(0);
    }
    expect(await rows("runs/319579/lumisections", ["paginate", 1, 5])).toHaveLength(5);
    expect((await rows("runs", ["filter", "no_such_attribute", 1])).length).toBe(10);
  });

  test("errors arrive as answers", async () => {
    const { returns } = await ask(secret, "runs", [
      ["set_validation", false],
      ["filter", "no_such_attribute", 1],
    ]);
    expect([returns.status, returns.json.errors[0].source.parameter]).toEqual([400, "filter[no_such_attribute][EQ]"]);
  });

  test("without a log-in, and with a wrong secret", async () => {
    expect(await ask("none", "runs", [])).toMatchObject({ raises: "Exception", message: expect.stringContaining("HTTP 302") });
    expect(await ask("secret wrong", "runs", [])).toMatchObject({
      raises: "Exception",
      message: expect.stringContaining("unauthorized_client"),
    });
  });

  test("log-in by device, with the exchange to OMS", async () => {
    const answer = ask("device", "runs", [["filter", "run_number", 327564]]);
    let code: string | undefined;
    while (code === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
      [code] = await sandbox.cern.deviceCodes();
    }
    await sandbox.cern.approveDevice(code);
    expect((await answer).returns).toMatchObject({ status: 200, json: { data: [{ id: "327564" }] } });
  });

  test("a cookie that nobody gave", async () => {
    expect(await ask("cookie nonsense", "runs", [])).toMatchObject({ raises: "Exception" });
  });
});
