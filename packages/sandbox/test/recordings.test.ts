import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { answer, type Answer, expert, useSandbox } from "./support.ts";

// What the original clients sent, as it was recorded, answered by the sandbox: the shape of its answers is compared with what the
// original could read. The recorded answers were scripted and hold other runs; their values are not compared.
const box = useSandbox({ runregistry: { checkRights: false } });

interface Recorded {
  readonly name?: string;
  readonly id?: string;
  readonly exchanges?: readonly {
    request: {
      method: string;
      path: string;
      headers?: Record<string, string>;
      body?: { json?: unknown; form?: [string, string][] } | null;
    };
    response: { status: number | null; body?: { json?: unknown } | null };
  }[];
}

function read(file: string): Recorded[] {
  return (
    JSON.parse(readFileSync(new URL(`../../../tooling/recordings/runregistry/${file}`, import.meta.url), "utf8")) as { cases: Recorded[] }
  ).cases;
}

interface Sent {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly json: unknown;
  readonly expected: unknown;
}

function requestsOf(file: string): Sent[] {
  const sent = new Map<string, Sent>();
  for (const recorded of read(file)) {
    for (const { request, response } of recorded.exchanges ?? []) {
      const path = request.path.replace(/^\/api\//, "/");
      // Only answers that a service in order could have given tell a shape.
      if (
        response.status !== 200 ||
        request.path.includes("/auth/") ||
        request.path.includes("adfs") ||
        request.path.includes("Shibboleth") ||
        request.path === "/"
      )
        continue;
      const key = JSON.stringify([request.method, path, request.body?.json]);
      if (!sent.has(key))
        sent.set(key, {
          name: recorded.name ?? recorded.id ?? "",
          method: request.method,
          path,
          json: request.body?.json,
          expected: response.body?.json,
        });
    }
  }
  return [...sent.values()];
}

/** Requests that the sandbox refuses, as the service would with these data; the recorder's scripted server accepted everything. */
const refused: Readonly<Record<string, string>> = {
  'PUT /manual_run_edit/True/class {"class":"Cosmics22"}': "True is no run number",
  'POST /runs/mark_significant {"run_number":362761}': "the run is significant already",
  'POST /datasets/global/move_dataset/SIGNOFF/COMPLETED {"run_number":362762,"dataset_name":"/PromptReco/Collisions2022G/DQM","workspace":"global"}':
    "the run was not signed off, so it has no such dataset",
};

async function send({ method, path, json }: Sent): Promise<Answer> {
  const body = json === undefined || json === null ? null : JSON.stringify(json);
  return answer(await fetch(box.origin() + path, { method, body, headers: { "Content-Type": "application/json", ...expert } }));
}

/** Names of fields, down to the rows of a listing. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return "list";
  return typeof value === "object" && value !== null ? "object" : value === null ? "null" : typeof value;
}

describe("listings of runregistry 3.1.2", () => {
  const listings = requestsOf("runregistry.json").filter(({ path }) => path.endsWith("_filtered_ordered"));

  test("there are recordings to replay", () => {
    expect(listings.length).toBeGreaterThan(20);
  });

  test.each(listings.map((sent) => [sent.name, sent] as const))("%s", async (_name, sent) => {
    const { status, json } = await send(sent);
    expect(status).toBe(200);
    const rows = sent.path.startsWith("/runs") ? "runs" : "datasets";
    expect(Object.keys(json)).toEqual([rows, "pages", "count"]);
    expect(typeof json.count).toBe("number");
    const [row] = json[rows];
    const [scripted] = ((sent.expected as Record<string, Record<string, unknown>[]>)[rows] ?? []) as Record<string, unknown>[];
    if (row !== undefined && scripted !== undefined)
      expect(Object.keys(row)).toEqual(expect.arrayContaining(Object.keys(scripted).filter((name) => name !== "lumisections")));
  });
});

describe("other calls of runregistry 3.1.2", () => {
  const others = requestsOf("runregistry.json").filter(
    ({ path }) => !path.endsWith("_filtered_ordered") && !path.startsWith("/json_portal/json"),
  );

  test.each(others.map((sent) => [`${sent.name}: ${sent.method} ${sent.path}`, sent] as const))("%s", async (_name, sent) => {
    // Edits were recorded one by one; here an earlier one may have signed the run off.
    if (sent.path.startsWith("/runs/move_run/") === false) await box.post("/runs/move_run/ANY/OPEN", { run_number: 362761 }, expert);
    const reply = await send(sent);
    const reason = refused[`${sent.method} ${sent.path} ${JSON.stringify(sent.json)}`];
    if (reason === undefined)
      expect([reply.status, shape(reply.json)], JSON.stringify(reply.json).slice(0, 300)).toEqual([200, shape(sent.expected)]);
    else expect([reply.status, Object.keys(reply.json)], reason).toEqual([500, ["err"]]);
  });
});

describe("listings of runreg 0.3.0", () => {
  const listings = requestsOf("runreg.json");

  test.each(listings.map((sent) => [sent.name, sent] as const))("%s", async (_name, sent) => {
    const { status, json } = await send(sent);
    expect(status).toBe(200);
    expect(json).toMatchObject({ datasets: expect.any(Array), pages: expect.any(Number), count: expect.any(Number) });
    for (const row of json.datasets)
      expect(row).toMatchObject({
        run_number: expect.any(Number),
        name: expect.any(String),
        class: { value: expect.any(String) },
        lumisections: expect.any(Array),
      });
  });
});
