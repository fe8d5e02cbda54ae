import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Agent, request } from "undici";
import { type Fault, startSandbox } from "@sci/sandbox";
import { useSandbox } from "./support.ts";

const box = useSandbox({ facilities: ["runregistry"] });
afterEach(() => box.sandbox.setFaults([]));

interface Seen {
  status?: number;
  text?: string;
  headers?: Record<string, string | string[] | undefined>;
  code?: string;
}

/** One request over a connection of its own. */
async function ask(path = "/runs/315257", headers: Record<string, string> = {}, idle = 10_000): Promise<Seen> {
  const dispatcher = new Agent({ bodyTimeout: idle, pipelining: 0 });
  try {
    const reply = await request(box.origin() + path, { dispatcher, headers });
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  } catch (error) {
    return { code: (error as { code?: string }).code ?? String(error) };
  } finally {
    await dispatcher.destroy();
  }
}

/** Bytes of the answer as they stand on the wire. */
function raw(path: string): Promise<{ bytes: Buffer; reset: boolean }> {
  const { hostname, port } = new URL(box.origin());
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", () => resolve({ bytes: Buffer.concat(chunks), reset: false }));
    socket.on("error", () => resolve({ bytes: Buffer.concat(chunks), reset: true }));
  });
}

async function whole(): Promise<string> {
  await box.sandbox.setFaults([]);
  return (await ask()).text as string;
}

describe("what each fault does", () => {
  test("refuse: nobody listens; afterwards the same port answers again", async () => {
    const before = box.origin();
    await box.sandbox.setFaults(["refuse@runregistry"]);
    expect(await ask()).toEqual({ code: "ECONNREFUSED" });
    await box.sandbox.setFaults([]);
    expect((await ask()).status).toBe(200);
    expect(box.origin()).toBe(before);
  });

  test("refuse now and then: the connection is reset", async () => {
    await box.sandbox.setFaults(["refuse%1/2"]);
    expect((await ask()).status).toBe(200);
    expect((await ask()).code).toMatch(/UND_ERR_SOCKET|ECONNRESET/);
  });

  test("reset-before: nothing was done; reset-after: it was done, but nobody hears of it", async () => {
    const { runregistry } = box.sandbox;
    const stop = (reason: string): Promise<unknown> =>
      box
        .post("/manual_run_edit/362762/stop_reason", { stop_reason: reason }, { email: "auto@auto" }, "PUT")
        .catch((error: unknown) => error);
    const now = async (): Promise<string> => JSON.parse((await ask("/runs/362762")).text as string).rr_attributes.stop_reason;
    expect(runregistry.checkRights).toBe(true);
    await box.sandbox.setFaults([{ kind: "reset-before", times: 1 }]);
    expect(await stop("first")).toBeInstanceOf(Error);
    expect(await now()).not.toBe("first");
    await box.sandbox.setFaults([{ kind: "reset-after", times: 1 }]);
    expect(await stop("second")).toBeInstanceOf(Error);
    expect(await now()).toBe("second");
  });

  test("truncate: the announced length, half of the body, an orderly end", async () => {
    const body = await whole();
    await box.sandbox.setFaults(["truncate"]);
    const { bytes, reset } = await raw("/runs/315257");
    const text = bytes.toString();
    expect(reset).toBe(false);
    expect(text).toContain(`Content-Length: ${body.length}\r\n`);
    expect(text.split("\r\n\r\n")[1]).toBe(body.slice(0, Math.floor(body.length / 2)));
    expect((await ask()).code).toMatch(/UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH/);
    await box.sandbox.setFaults(["truncate:10"]);
    expect((await raw("/runs/315257")).bytes.toString().split("\r\n\r\n")[1]).toBe(body.slice(0, 10));
  });

  test("reset-in: the connection is reset in the middle of the body", async () => {
    await box.sandbox.setFaults(["reset-in"]);
    expect((await ask()).code).toMatch(/UND_ERR_SOCKET|ECONNRESET/);
  });

  test("wrong-length: too small cuts the body, too large keeps the client waiting", async () => {
    const body = await whole();
    await box.sandbox.setFaults(["wrong-length:-20"]);
    const cut = await ask();
    if (cut.text !== undefined) expect(cut.text).toBe(body.slice(0, -20));
    else expect(cut.code).toBeDefined();
    await box.sandbox.setFaults(["wrong-length:+5"]);
    expect((await ask("/runs/315257", {}, 300)).code).toBe("UND_ERR_BODY_TIMEOUT");
  });

  test("drip: the whole body, in pieces", async () => {
    const body = await whole();
    await box.sandbox.setFaults(["drip:1ms"]);
    expect((await ask()).text).toBe(body);
  });

  test("latency: the answer is the same", async () => {
    const body = await whole();
    await box.sandbox.setFaults(["latency:1ms"]);
    expect(await ask()).toMatchObject({ status: 200, text: body });
  });

  test("status: a page of the server in front", async () => {
    await box.sandbox.setFaults(["status:502"]);
    expect(await ask()).toMatchObject({ status: 502, text: expect.stringContaining("<h1>502 Bad Gateway</h1>") });
    await box.sandbox.setFaults(["status"]);
    expect((await ask()).status).toBe(503);
  });

  test("retry-after: 429 or the status given, with the header", async () => {
    await box.sandbox.setFaults(["retry-after"]);
    expect(await ask()).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    await box.sandbox.setFaults(["retry-after:503,7"]);
    expect(await ask()).toMatchObject({ status: 503, headers: { "retry-after": "7" } });
  });

  test("html: a log-in page where JSON is due", async () => {
    await box.sandbox.setFaults(["html"]);
    expect(await ask()).toMatchObject({
      status: 200,
      headers: { "content-type": expect.stringContaining("text/html") },
      text: expect.stringContaining("Sign in"),
    });
  });

  test("redirect-loop: on and on to the same address", async () => {
    await box.sandbox.setFaults(["redirect-loop"]);
    expect(await ask()).toMatchObject({ status: 307, headers: { location: "/runs/315257?loop=1" } });
    expect(await ask("/runs/315257?loop=1")).toMatchObject({ status: 307, headers: { location: "/runs/315257?loop=2" } });
  });

  test("redirect-away: to another host, which tells what it was sent", async () => {
    await box.sandbox.setFaults(["redirect-away"]);
    const { headers } = await ask("/runs/315257?x=1");
    expect(headers?.["location"]).toBe(`${box.sandbox.elsewhere}/runs/315257?x=1`);
    await fetch(`${box.origin()}/runs/315257`);
    expect(box.sandbox.requests.at(-1)).toMatchObject({ facility: "elsewhere", path: "/runs/315257", authorization: undefined });
    await box.sandbox.setFaults(["redirect-away:https://other.example/x"]);
    expect((await ask()).headers?.["location"]).toBe("https://other.example/x");
  });

  test("garbage: no HTTP at all, or a body that is no JSON", async () => {
    await box.sandbox.setFaults(["garbage"]);
    expect((await ask()).code).toMatch(/^HPE_|HTTPParserError|UND_ERR/);
    await box.sandbox.setFaults(["garbage:body"]);
    const { status, text } = await ask();
    expect(status).toBe(200);
    expect(() => JSON.parse(text as string)).toThrow();
  });

  test("expire-token: the token of the request has ended, a new one works", async () => {
    const bearer = (): Record<string, string> => ({ Authorization: `Bearer ${box.sandbox.cern.token()}` });
    await box.sandbox.setFaults([{ kind: "expire-token", facility: "runregistry", times: 1 }]);
    const first = bearer();
    expect((await ask("/api/runs/1", first)).status).toBe(302);
    expect((await ask("/api/runs/1", first)).status).toBe(302);
    expect((await ask("/api/runs/1", bearer())).status).toBe(200);
  });
});

describe("which requests a fault meets", () => {
  test("facility, path, number of times, every n-th", async () => {
    await box.sandbox.setFaults(["status@cern"]);
    expect((await ask()).status).toBe(200);
    expect((await fetch(box.sandbox.env["CERN_AUTH_URL"] as string)).status).toBe(503);
    await box.sandbox.setFaults([{ kind: "status", path: "/runs/3", times: 2 }]);
    expect([(await ask("/runs/1")).status, (await ask()).status, (await ask()).status, (await ask()).status]).toEqual([200, 503, 503, 200]);
    await box.sandbox.setFaults(["status%1/3"]);
    const seen: (number | undefined)[] = [];
    for (let step = 0; step < 6; step++) seen.push((await ask()).status);
    expect(seen).toEqual([200, 200, 503, 200, 200, 503]);
  });

  test("a share is drawn from the seed: the same every time", async () => {
    const draw = async (): Promise<string> => {
      const other = await startSandbox({ facilities: ["cern"], seed: 5, faults: ["status:500%50"] });
      const statuses: number[] = [];
      for (let step = 0; step < 20; step++) statuses.push((await fetch(other.urls["cern"] as string)).status);
      await other.stop();
      return statuses.join();
    };
    const first = await draw();
    expect(first).toBe(await draw());
    expect(first).toContain("500");
    expect(first).toContain("404");
  });

  test("the record tells which faults a request met", async () => {
    await box.sandbox.setFaults(["latency:1ms", "html"]);
    await ask();
    expect(box.sandbox.requests.at(-1)).toMatchObject({ faults: ["latency", "html"], status: 200 });
  });
});

describe("rules that are refused", () => {
  test.each([
    ["statu", 'unknown fault "statu" (did you mean "status"?)'],
    ["status:9999", 'the status of fault "status" must be an integer of 200 to 599'],
    ["latency:soon", 'the argument of fault "latency" must be a duration such as 20ms or 1.5s'],
    ["html:x", 'fault "html" takes no argument'],
    ["html@runregistri", 'unknown facility of a fault "runregistri" (did you mean "runregistry"?)'],
    ["html%200", "must be a percentage of 0 to 100"],
    ["truncate:100%", "must be a number of bytes or a share below 100%"],
    ["retry-after:x", "must be SECONDS or STATUS,SECONDS"],
    ["redirect-away:other", "must be a URL"],
    ["garbage:all", 'can only be "body"'],
    [{ kind: "html", colour: 1 } as unknown as Fault, 'unknown field of a fault "colour"'],
  ])("%j", async (fault, message) => {
    await expect(box.sandbox.setFaults([fault as Fault])).rejects.toThrow(message);
  });
});
