import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { datasetXml, investigationXml, StompSocket } from "./icat-support.ts";
import type { Loose } from "./support.ts";

// What pyicat_plus sends, as it was recorded, is taken by the sandbox: requests get the status that was recorded and an answer of the
// fields that the original reads; messages get into the catalogue. The recorded answers were scripted, and hold other data.
function cases(name: string): Loose[] {
  return (JSON.parse(readFileSync(new URL(`../../../tooling/recordings/icat-plus/${name}.json`, import.meta.url), "utf8")) as Loose).cases;
}

interface Sent {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: [string, string][];
  readonly json: unknown;
  readonly bearer: boolean;
  readonly expected: Loose;
}

const rest: Sent[] = cases("rest").flatMap(({ id, exchanges }: Loose) =>
  exchanges
    .filter(({ request, response }: Loose) => request !== undefined && [200, 201].includes(response?.status as number))
    .map(({ request, response }: Loose) => ({
      id,
      method: request.method,
      path: request.path,
      query: request.query,
      json: request.body?.json,
      bearer: request.headers?.authorization !== undefined,
      expected: response.body?.json,
    })),
);
const frames: { id: string; queue: string; body: string }[] = ["stomp", "serialisation"].flatMap((name) =>
  cases(name).flatMap(({ id, exchanges }: Loose) =>
    exchanges
      .filter(({ stomp }: Loose) => stomp?.command === "SEND")
      .map(({ stomp }: Loose) => ({
        id: `${name}: ${id as string}`,
        queue: stomp.headers.destination.slice("/queue/".length),
        body: stomp.body.text,
      })),
  ),
);

/** Requests that the sandbox answers in another way than the scripted server, which said yes to everything. */
const otherwise: Readonly<Record<string, [number, string]>> = {
  "send_message/no-defaults": [400, "the service cannot tell what it belongs to"],
  "send_message/url-with-path": [404, "the sandbox has no prefix before its paths"],
};
/** Messages that no ingester of the sandbox can use, and the reason. */
const unusable: Readonly<Record<string, unknown>> = {
  "serialisation: date/start-word": "<startDate> is no date: today",
  "serialisation: several/invalid-required-date": "<startDate> is no date: today",
  "serialisation: text/control-character": expect.stringContaining("disallowed character"),
  "stomp: store_dataset_from_file/no-suffix": "<investigation> is missing or empty",
  "stomp: store_dataset_from_file/other-suffix": expect.stringContaining("the message is no XML"),
  "stomp: store_dataset_from_file/sent-as-is": "<investigation> is missing or empty",
};

let box: Sandbox;
let socket: StompSocket;
const now = "2024-03-01T10:00:00.000000+01:00";
const fill = (text: string): string => text.replaceAll("<now>", now).replaceAll("<host>", "host").replaceAll("<software>", "software");

beforeAll(async () => {
  box = await startSandbox({ facilities: ["icat-plus"] });
  socket = await StompSocket.connect(box, { "accept-version": "1.1" });
  const pairs = new Set<string>();
  for (const { query } of rest) {
    const [name, instrument] = ["investigationName", "instrumentName"].map((key) => query.find(([found]) => found === key)?.[1]);
    if (name !== undefined && instrument !== undefined) pairs.add(`${name}\n${instrument}`);
  }
  for (const { body } of frames) {
    const match = /<tns:investigation>([^<]*)<\/tns:investigation><tns:instrument>([^<]*)</.exec(body);
    if (match !== null) pairs.add(`${match[1] as string}\n${match[2] as string}`);
  }
  // Sessions that everything recorded falls into.
  for (const pair of pairs) {
    const [name, instrument] = pair.replaceAll("&", "&amp;").split("\n") as [string, string];
    await socket.confirmed(
      "SEND",
      { destination: "/queue/icatIngest", persistent: "true" },
      investigationXml(name, instrument, "1990-01-01T00:00:00Z"),
    );
  }
  // Those whose fields recorded messages change.
  for (const [proposal, beamline] of [
    ["ma1234", "id00"],
    ["hg1", "id01"],
  ] as const) {
    await socket.confirmed(
      "SEND",
      { destination: "/queue/icatIngest", persistent: "true" },
      investigationXml(proposal, beamline, "1990-01-01T00:00:00Z"),
    );
    for (const location of ["/data/a", "/data/b"])
      await socket.confirmed(
        "SEND",
        { destination: "/queue/icatIngest", persistent: "true" },
        datasetXml({ proposal, beamline, location, start: "1990-02-01T00:00:00Z" }),
      );
  }
  await box.icatPlus.settled();
});
afterAll(async () => {
  socket?.end();
  await box?.stop();
});

/** A sample that exists in place of the recorded one, and a file of it. */
async function fileOf(session: string): Promise<string> {
  const form = new FormData();
  form.set("file", new File(["content"], "a.pdb"));
  const reply = await fetch(`${box.urls["icat-plus"] as string}/catalogue/${session}/files/upload?sampleId=20001`, {
    method: "POST",
    body: form,
  });
  return ((await reply.json()) as Loose).resources[0]._id as string;
}

describe("requests", () => {
  test.each(rest.map((sent) => [sent.id, sent] as const))("%s", async (id, { method, path, query, json, bearer, expected }) => {
    const session = box.icatPlus.session();
    const resource = path.includes("/files") ? await fileOf(session) : "";
    const known: Record<string, string> = { sampleId: "20001", resourceId: resource, investigationId: "1001" };
    const target = path
      .replace(/dataacquisition\/[^/]+/, `dataacquisition/${box.icatPlus.elogbookToken}`)
      .replace(/session-\d+/, session)
      .replace(/^\/session\/session.*$/, `/session/${session}`);
    const parameters = new URLSearchParams(query.map(([name, value]): [string, string] => [name, known[name] ?? value]));
    const credentials = target === "/session" ? { ...(json as object), username: "sandbox-user", password: "sandbox-password" } : json;
    const reply = await fetch(`${box.urls["icat-plus"] as string}${target}?${parameters.toString()}`, {
      method,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        ...(bearer ? { Authorization: `Bearer ${session}` } : {}),
      },
      ...(credentials === undefined || credentials === null ? {} : { body: fill(JSON.stringify(credentials)) }),
    });
    expect(reply.status).toBe(otherwise[id]?.[0] ?? 200);
    if (reply.status !== 200 || expected === undefined) return;
    const answer = (await reply.json()) as Loose;
    expect(Array.isArray(answer)).toBe(Array.isArray(expected));
    const [first, wanted] = Array.isArray(answer) ? [answer[0], expected[0]] : [answer, expected];
    if (first === undefined || wanted === undefined) return;
    // What only some records have, and what the original drops.
    const optional = [
      "unknown",
      "endDate",
      "doi",
      "releaseDate",
      "summary",
      "title",
      "type",
      "canAccessDatasets",
      "description",
      "datasets",
    ];
    for (const name of Object.keys(wanted as object).filter((key) => !optional.includes(key))) expect(first, name).toHaveProperty(name);
  });
});

describe("messages", () => {
  test("every recorded one is taken, or refused for its content", async () => {
    const refused: Record<string, string> = {};
    for (const { id, queue, body } of frames) {
      const before = box.icatPlus.broker.deadLetters.length;
      // Datasets and investigations of the recordings are numbered otherwise.
      const text = fill(body)
        .replace(/"datasetId": "?\d+"?/, '"datasetId": 100001')
        .replace(/<tns:investigationId>\d+</, "<tns:investigationId>1001<");
      await socket.confirmed("SEND", { destination: `/queue/${queue}`, persistent: "true", ack: "client-individual" }, text);
      await box.icatPlus.settled();
      const reason = box.icatPlus.broker.deadLetters.slice(before).at(-1)?.reason;
      if (reason !== undefined) refused[id] = reason;
    }
    expect(refused).toEqual(unusable);
    expect(frames.length).toBeGreaterThan(200);
  });
});
