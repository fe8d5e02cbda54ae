import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "@sci/sandbox";

let sandbox: Sandbox;
let base: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  base = new URL(sandbox.urls["runregistry"] as string).origin;
});
afterAll(() => sandbox.stop());

async function post(path: string, body: unknown): Promise<{ status: number; json: any }> {
  const response = await fetch(base + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

test("smoke", async () => {
  const t = Date.now();
  const { json } = await post("/runs_filtered_ordered", { filter: {}, sortings: [], page: 0, page_size: 2 });
  console.log(JSON.stringify(json).slice(0, 6000), Date.now() - t);
  const d = await post("/datasets_filtered_ordered", { filter: {}, sortings: [], page: 0, page_size: 2 });
  console.log(d.status, d.json.count, JSON.stringify(d.json).slice(0, 600));
  const r = await post("/lumisections/rr_lumisection_ranges", { run_number: 327743, dataset_name: "online" });
  console.log(JSON.stringify(r.json).slice(0, 600));
  const o = await post("/lumisections/oms_lumisection_ranges", { run_number: 315257 });
  console.log(JSON.stringify(o.json).slice(0, 1600));
  expect(json.count).toBeGreaterThan(500);
});
