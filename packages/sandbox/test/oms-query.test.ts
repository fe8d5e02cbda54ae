import { describe, expect, test } from "vitest";
import { Browser } from "./browser.ts";
import { useSandbox } from "./support.ts";

const box = useSandbox({ facilities: ["oms"] });

const url = (path: string): string => `${box.sandbox.env["OMS_URL"] as string}/v1/${path}`;
const ask = (path: string, bearer?: string): Promise<Response> =>
  fetch(url(path), {
    redirect: "manual",
    headers: { Authorization: `Bearer ${bearer ?? box.sandbox.cern.token({ audience: "cmsoms-prod" })}` },
  });

interface Page {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: { id: string; attributes: Record<string, any> }[];
  readonly links: Record<string, string | null>;
  readonly meta: { readonly totalResourceCount: number };
}
const page = async (path: string): Promise<Page> => (await (await ask(path)).json()) as Page;
const numbers = async (query: string, name = "run_number"): Promise<number[]> =>
  (await page(`runs?page[limit]=1000&${query}`)).data.map(({ attributes }) => attributes[name] as number);

describe("filters", () => {
  const base = "filter[run_number][GE]=326941&filter[run_number][LE]=327600";

  test.each([
    ["", 327564, [327564]],
    ["[EQ]", 327564, [327564]],
    ["[eq]", 327564, [327564]],
    ["[LT]", 327267, [326941, 326942]],
    ["[LE]", 327267, [326941, 326942, 327267]],
    ["[CT]", 2726, [327267]],
    ["[LIKE]", "3269%", [326941, 326942]],
    ["[LIKE]", "32694_", [326941, 326942]],
  ])("run_number%s %s", async (operator, value, runs) => {
    expect(await numbers(`${base}&filter[run_number]${operator}=${encodeURIComponent(value)}`)).toEqual(runs);
  });

  test("GT, GE and NEQ together", async () => {
    expect(
      await numbers(
        "filter[run_number][GT]=327267&filter[run_number][GE]=327597&filter[run_number][NEQ]=327598&filter[run_number][LT]=327600",
      ),
    ).toEqual([327597, 327599]);
  });

  test("brackets encoded or not, booleans in any case, times, null, lists", async () => {
    expect(await numbers("filter%5Brun_number%5D%5BEQ%5D=327564")).toEqual([327564]);
    const stable = await numbers(`${base}&filter[stable_beam]=true`);
    expect(await numbers(`${base}&filter[stable_beam][EQ]=True`)).toEqual(stable);
    expect(await numbers(`${base}&filter[stable_beam][NEQ]=true`)).toEqual(await numbers(`${base}&filter[stable_beam]=false`));
    expect(
      await numbers("filter[start_time][GE]=2018-11-30T00:00:00Z&filter[start_time][LE]=2018-11-30T23:59:59Z&filter[run_number]=327564"),
    ).toEqual([327564]);
    expect(await numbers("filter[start_time][EQ]=2018-11-30%2003:12:09")).toEqual([327564]);
    expect(await numbers(`${base}&filter[delivered_lumi]=null`)).toEqual(await numbers(`${base}&filter[stable_beam]=false`));
    expect(await numbers(`${base}&filter[delivered_lumi][NEQ]=null`)).toEqual(stable);
    const all = (await page(`runs?${base}&page[limit]=1000`)).data;
    expect(await numbers(`${base}&filter[components][CT]=GEM`)).toEqual(
      all
        .filter(({ attributes }) => (attributes["components"] as string[]).includes("GEM"))
        .map(({ attributes }) => attributes["run_number"] as number),
    );
  });

  test("values with &, #, %, spaces and Unicode are values", async () => {
    const value = "a&b #c% d ü=[x]";
    const reply = await page(`runs?filter[hlt_key]=${encodeURIComponent(value)}`);
    expect(reply.meta.totalResourceCount).toBe(0);
    expect(new URL(reply.links["self"] as string).searchParams.get("filter[hlt_key]")).toBe(value);
  });

  test("what a filter finds is what the rows say", async () => {
    const all = (await page("lumisections?filter[run_number]=319579&page[limit]=5000")).data;
    const found = (await page("lumisections?filter[run_number]=319579&filter[pileup][GT]=30&filter[beams_stable]=true&page[limit]=5000"))
      .data;
    expect(found.map(({ id }) => id)).toEqual(
      all.filter(({ attributes }) => attributes["pileup"] > 30 && attributes["beams_stable"] === true).map(({ id }) => id),
    );
    expect(found.length).toBeGreaterThan(0);
  });
});

describe("order, projection, include, pages, groups", () => {
  test("orders by weight of the keys, each in its direction; null last", async () => {
    const rows = await page("runs?sort=-energy,fill_number,-run_number&fields=energy,fill_number,run_number&page[limit]=1000");
    const keys = rows.data.map(({ attributes }) => [
      -Number(attributes["energy"]),
      attributes["fill_number"],
      -Number(attributes["run_number"]),
    ]);
    const compare = (a: number[], b: number[]): number =>
      a.map((value, index) => value - (b[index] as number)).find((difference) => difference !== 0) ?? 0;
    expect(keys).toEqual([...keys].sort(compare));
    expect(await numbers("sort=-run_number")).toEqual((await numbers("sort=run_number")).reverse());
    const lumi = await numbers("sort=delivered_lumi", "delivered_lumi");
    expect(lumi.indexOf(null as never)).toBe(lumi.filter((value) => value !== null).length);
  });

  test("only the fields asked for, in that order", async () => {
    const { data } = await page("runs?fields=energy,run_number,energy&page[limit]=2");
    expect(data.map(({ attributes }) => Object.keys(attributes))).toEqual([
      ["energy", "run_number"],
      ["energy", "run_number"],
    ]);
  });

  test("include: other times, data only", async () => {
    const [first] = (await page("runs?filter[run_number]=327564&include=presentation_timestamp,meta")).data;
    expect(first?.attributes["start_time"]).toBe("2018-11-30 03:12:09");
    const [bare] = (await page("runs?include=data_only")).data;
    expect(Object.keys(bare ?? {})).toEqual(["id", "type", "attributes"]);
  });

  test("pages follow each other without gap or repetition, in both directions", async () => {
    for (const sort of ["", "&sort=-run_number,-lumisection_number", "&sort=pileup"]) {
      const filter = "filter[run_number][GE]=327596&filter[run_number][LE]=327599";
      const whole = (await page(`lumisections?${filter}${sort}&page[limit]=5000`)).data.map(({ id }) => id);
      const parts: string[] = [];
      let next: string | null | undefined = url(`lumisections?${filter}${sort}&page[limit]=70`);
      while (next != null) {
        const token = box.sandbox.cern.token({ audience: "cmsoms-prod" });
        const reply = (await (await fetch(next, { headers: { Authorization: `Bearer ${token}` } })).json()) as Page;
        parts.push(...reply.data.map(({ id }) => id));
        next = reply.links["next"];
      }
      expect(parts).toEqual(whole);
      expect(new Set(parts).size).toBe(parts.length);
    }
  });

  test("pages have a default length and a longest, and end with an empty one", async () => {
    expect((await page("lumisections")).data).toHaveLength(100);
    expect((await page("lumisections?page[limit]=99999")).data).toHaveLength(5000);
    expect((await page("runs?page[offset]=100000")).data).toEqual([]);
    const last = await page("runs?filter[run_number]=327564");
    expect([last.links["next"], last.links["prev"]]).toEqual([null, null]);
  });

  test("lumisections in groups: from the first one's number and sums to the end of the last", async () => {
    const single = (await page("lumisections?filter[run_number]=319579&page[limit]=5000")).data;
    const grouped = (await page("lumisections?filter[run_number]=319579&group[size]=100&page[limit]=5000")).data;
    expect(grouped).toHaveLength(33);
    expect(grouped[1]?.attributes).toMatchObject({
      lumisection_number: 101,
      start_time: single[100]?.attributes["start_time"] as string,
      end_time: single[199]?.attributes["end_time"] as string,
      delivered_lumi: single[100]?.attributes["delivered_lumi"] as number,
    });
  });

  test("rates by run, by lumisection and by groups count the same", async () => {
    const sum = async (group: string): Promise<number> => {
      const { data } = await page(`l1triggerrates?filter[run_number]=319579&page[limit]=10000${group}`);
      return data.reduce((all, { attributes }) => all + (attributes["l1a_physics"] as { counter: number }).counter, 0);
    };
    const run = await sum("");
    for (const group of ["&group[granularity]=run", "&group[granularity]=lumisection", "&group[size]=50"])
      expect(await sum(group)).toBe(run);
  });
});

describe("log-in", () => {
  test("without one: to the log-in, by 302; a browser comes back with a cookie that opens the API", async () => {
    const bare = await fetch(url("runs"), { redirect: "manual" });
    expect(bare.status).toBe(302);
    const target = new URL(bare.headers.get("location") as string);
    expect(`${target.origin}${target.pathname}`).toBe(`${box.sandbox.env["CERN_AUTH_URL"] as string}/protocol/openid-connect/auth`);
    expect(target.searchParams.get("client_id")).toBe("cmsoms-prod");
    const browser = new Browser();
    const form = await browser.open(box.sandbox.oms.siteUrl);
    const inside = await browser.submit(form, { username: "sandbox-user", password: "sandbox-password" });
    expect([inside.status, inside.url]).toEqual([200, box.sandbox.oms.siteUrl]);
    const Cookie = `mod_auth_openidc_session=${browser.cookies.get("mod_auth_openidc_session")?.value as string}`;
    expect((await fetch(url("runs"), { headers: { Cookie } })).status).toBe(200);
    await box.sandbox.cern.endSessions();
    expect((await fetch(url("runs"), { headers: { Cookie }, redirect: "manual" })).status).toBe(302);
  });

  test("401 for a token that ended, for another audience, and for nonsense", async () => {
    const old = box.sandbox.cern.token({ audience: "cmsoms-prod" });
    expect((await ask("runs", old)).status).toBe(200);
    box.sandbox.cern.expireTokens();
    for (const token of [old, box.sandbox.cern.token(), box.sandbox.cern.token({ audience: "cmsoms-prod", lifetime: -1 }), "x"]) {
      const reply = await ask("runs", token);
      expect([reply.status, ((await reply.json()) as { errors: unknown[] }).errors.length]).toEqual([401, 1]);
    }
    expect((await ask("runs")).status).toBe(200);
  });

  test("the fault expire-token ends a token in the middle of the work", async () => {
    const token = box.sandbox.cern.token({ audience: "cmsoms-prod" });
    await box.sandbox.setFaults([{ kind: "expire-token", facility: "oms", times: 1 }]);
    expect((await ask("runs", token)).status).toBe(401);
    expect((await ask("runs", token)).status).toBe(401);
    expect((await ask("runs")).status).toBe(200);
  });

  test("the log-in can be switched off", async () => {
    box.sandbox.oms.login = false;
    expect((await fetch(url("runs"))).status).toBe(200);
    box.sandbox.oms.login = true;
  });
});
