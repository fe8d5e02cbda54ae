import { describe, expect, test } from "vitest";
import { type Loose, useSandbox } from "./support.ts";

const { post } = useSandbox();
const ask = async (filter: Record<string, unknown>, workspace = "tracker", page: number | string = 0): Promise<Loose> =>
  (await post(`/datasets/${workspace}/editable/${page}/`, { page_size: 25, sortings: [], filter })).json;

describe("the listing of the fourth version", () => {
  test("rows hold values as objects, with the columns of the workspace", async () => {
    const { datasets, count, pages } = await ask({ run_number: { "=": "327600" } });
    expect({ count, pages }).toEqual({ count: 3, pages: 1 });
    const [row] = datasets;
    expect(row).toMatchObject({
      run_number: 327600,
      workspace: "tracker",
      class: { value: "Cosmics18" },
      "tracker-strip": { status: { value: expect.any(String) }, comment: {}, cause: {} },
      "tracker-pix": {},
    });
    expect(row).not.toHaveProperty("dt-dt");
    expect(row.lumisections[0]).toEqual({ from: 1, to: expect.any(Number), status: expect.any(String) });
    const [global] = (await ask({ run_number: { "=": "327600" } }, "global")).datasets;
    expect(global).toMatchObject({ pix: { status: {} }, strip: {}, dt: {}, es: {} });
  });

  test("every value is text, operators as in runreg", async () => {
    const range = { and: [{ ">=": "327596" }, { "<=": "327744" }, { "<>": "327600" }] };
    const { datasets, count, pages } = await ask({ run_number: range, name: { like: "%prompt%" } });
    expect(count).toBe(20);
    expect(pages).toBe(1);
    expect(datasets.every((row: Loose) => row.run_number !== 327600 && row.name.startsWith("/PromptReco"))).toBe(true);
    expect((await ask({ run_number: range, name: { notlike: "%express%" } })).count).toBe(20);
    expect(
      (await ask({ run_number: { "=": "327600" }, class: { "=": "Cosmics18" }, state: { "=": "COMPLETED" } })).count,
    ).toBeLessThanOrEqual(3);
    const good = await ask({ run_number: range, "tracker-strip.status": { "=": "GOOD" } });
    const bad = await ask({ run_number: range, "tracker-strip.status": { "<>": "GOOD" } });
    expect(good.count + bad.count).toBe((await ask({ run_number: range })).count);
  });

  test("pages", async () => {
    const first = await ask({ class: { "=": "Cosmics18" } });
    const second = await ask({ class: { "=": "Cosmics18" } }, "tracker", 1);
    expect(first.datasets).toHaveLength(25);
    expect(first.pages).toBe(Math.ceil(first.count / 25));
    expect(second.datasets[0]).not.toEqual(first.datasets[0]);
  });

  test("refusals", async () => {
    expect(await ask({ run_number: { GTE: "1" } })).toHaveProperty("err");
    expect(await ask({ nonsense: { "=": "1" } })).toHaveProperty("err");
  });
});
