import { json, silence } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { attributes } from "../src/index.ts";
import { serving } from "./support/oms-server.ts";
import { refusal } from "@sci/http-core/testing";

const described = (fields: object) => () => json({ meta: { fields } });
const row = { id: "1", attributes: { brand_new: 1 } };

describe("names of attributes", () => {
  it("are not looked up where they are known here", async () => {
    await serving({ runs: [row] }, async ({ oms, server }) => {
      await oms.query("runs").fields("run_number").where("energy", "GT", 1).sort("-fill_number");
      expect(server.requests.map(({ path }) => path)).toEqual(["/agg/api/v1/runs"]);
    });
  });

  it("are looked up once per resource otherwise, however many queries wait", async () => {
    await serving({ runs: [row], "runs/meta": described({ brand_new: "a new one" }) }, async ({ oms, server }) => {
      const query = oms.query("runs").fields("brand_new");
      const pages = await Promise.all([query, query.sort("brand_new"), oms.query("runs").where("brand_new", "GT", 0)]);
      expect(pages.map(({ items }) => items)).toEqual([[{ brand_new: 1 }], [{ brand_new: 1 }], [{ brand_new: 1 }]]);
      for await (const _one of query) break;
      expect(server.requests.filter(({ path }) => path.endsWith("/meta"))).toHaveLength(1);
    });
  });

  it("are refused where neither knows them, naming the nearest of both lists", async () => {
    await serving({ runs: [row], "runs/meta": described({ brand_new: {}, recorded_lumi: {} }) }, async ({ oms, server }) => {
      expect((await refusal(() => oms.query("runs").fields("brandnew"))).message).toMatch(
        /runs have no attribute "brandnew"\. Did you mean "brand_new"\?/,
      );
      expect((await refusal(() => oms.query("runs").where("delivred_lumi", 1))).message).toMatch(/Did you mean "delivered_lumi"\?/);
      const error = await refusal(() => oms.query("runs").sort("-zzzzzzzzzz").collect({ limit: 5 }));
      expect(error.message).toMatch(/oms\.meta\("runs"\) lists them/);
      expect(server.requests.filter(({ path }) => !path.endsWith("/meta"))).toEqual([]);
    });
  });

  it("are sent as they are with unchecked", async () => {
    await serving({ runs: [row] }, async ({ oms, server }) => {
      await oms.query("runs", { unchecked: true }).fields("nono");
      await oms.run(1, { fields: ["nono"], unchecked: true });
      expect(server.requests.map(({ path }) => path)).toEqual(["/agg/api/v1/runs", "/agg/api/v1/runs"]);
    });
  });

  it("a list that could not be had is asked for again, and the error says why it was asked for", async () => {
    let asked = 0;
    const meta = () =>
      ++asked === 1
        ? json({ errors: [{ title: "Overload", detail: "later" }] }, { status: 500 })
        : json({ meta: { fields: { brand_new: "" } } });
    await serving({ runs: [row], "runs/meta": meta }, async ({ oms }) => {
      const error = await refusal(() => oms.query("runs").fields("brand_new"), "SERVICE_ERROR");
      expect(error.message).toMatch(/Overload: later.*"brand_new" is not known here.*unchecked: true/);
      expect((await oms.query("runs").fields("brand_new")).items).toEqual([{ brand_new: 1 }]);
    });
  });

  it("one waiter that gives up leaves the others waiting", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const meta = async () => {
      await held;
      return json({ meta: { fields: { brand_new: "" } } });
    };
    await serving({ runs: [row], "runs/meta": meta }, async ({ oms, server }) => {
      const stop = new AbortController();
      const first = refusal(() => oms.query("runs", { signal: stop.signal }).fields("brand_new"), "ABORTED");
      const second = oms.query("runs").fields("brand_new").collect({ limit: 5 });
      await server.received(1).catch(() => undefined);
      stop.abort();
      await first;
      release();
      expect(await second).toEqual([{ brand_new: 1 }]);
    });
  });

  it("a call that is aborted already asks for nothing", async () => {
    await serving({ "runs/meta": () => silence() }, async ({ oms }) => {
      await refusal(() => oms.query("runs", { signal: AbortSignal.abort() }).fields("brand_new"), "ABORTED");
    });
  });
});

describe("descriptions", () => {
  it("come in the service's order, from objects and from plain texts", async () => {
    const fields = {
      run_number: { type: "LONG", units: null, description: "the run", searchable: true, sortable: false },
      energy: { type: "DOUBLE", units: "GeV" },
      note: "a text",
      bare: "",
    };
    await serving({ "runs/meta": described(fields) }, async ({ oms }) => {
      expect(await oms.meta("runs")).toEqual({
        resource: "runs",
        fields: [
          { name: "run_number", type: "LONG", description: "the run", searchable: true, sortable: false },
          { name: "energy", type: "DOUBLE", units: "GeV" },
          { name: "note", description: "a text" },
          { name: "bare" },
        ],
      });
    });
  });

  it("of a misspelt resource name the one that was meant", async () => {
    await serving({}, async ({ oms }) => {
      expect((await refusal(() => oms.meta("lumisection"), "NOT_FOUND")).message).toMatch(/Did you mean "lumisections"\?/);
      expect((await refusal(() => oms.meta("runs/meta"))).message).toMatch(/A resource is a name/);
    });
  });

  it("list the resources and the version", async () => {
    const endpoints = () => json({ data: [{ id: "runs" }, { id: "fills" }, {}] });
    await serving({ "version/endpoints": endpoints, version: () => json({ version: "1" }) }, async ({ oms }) => {
      expect(await oms.endpoints()).toEqual(["runs", "fills"]);
      expect(await oms.version()).toEqual({ version: "1" });
    });
    await serving({ "version/endpoints": () => json({ data: {} }) }, async ({ oms }) => {
      await refusal(() => oms.endpoints(), "INVALID_RESPONSE");
    });
  });

  it("known here are offered without the service", async () => {
    expect(attributes("lumisections", { word: "lumi" }).map(({ name }) => name)).toContain("delivered_lumi");
    expect(attributes("runs").find(({ name }) => name === "energy")).toEqual({ name: "energy", type: "number", units: "GeV" });
    expect(attributes("runs").find(({ name }) => name === "recorded_lumi")?.units).toMatch(/per row/);
    expect((await refusal(() => attributes("run" as "runs"))).message).toMatch(/Did you mean "runs"/);
    await refusal(() => attributes("runs", { words: "x" } as never));
  });
});
