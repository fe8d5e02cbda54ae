import { createServer } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { putWaiting, useStorage } from "./ctadata-support.ts";

const store = useStorage();
const { box } = store;
const path = "/cta/DL3/dl3_Crab.fits.gz";
afterEach(() => box.sandbox.setFaults([]));

const pool = async (): Promise<string> => (await store.ask("GET", path)).headers.get("location") as string;
const failure = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("faults at the pool alone", () => {
  test("a body that is cut, with the announced length", async () => {
    for (const fault of ["truncate:1000@ctadata-pool", "reset-in:30%@ctadata-pool"]) {
      await box.sandbox.setFaults([fault]);
      const reply = await fetch(await pool());
      expect(reply.headers.get("content-length")).toBe("1500000");
      expect(await failure(reply.arrayBuffer())).toBeInstanceOf(Error);
    }
  });

  test("the right length, but other bytes", async () => {
    await box.sandbox.setFaults(["garbage:body@ctadata-pool"]);
    const bytes = Buffer.from(await (await fetch(await pool())).arrayBuffer());
    const right = await store.control.read(path);
    expect(bytes.length).toBe(right.length);
    expect(bytes.subarray(0, 700_000).equals(right.subarray(0, 700_000))).toBe(true);
    expect(bytes.equals(right)).toBe(false);
  });

  test("drip and latency change nothing; an address is spent even when nothing came of it", async () => {
    await box.sandbox.setFaults(["drip:1ms@ctadata-pool", "latency:1ms"]);
    const url = await pool();
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(await store.control.read(path))).toBe(true);
    await box.sandbox.setFaults(["reset-after@ctadata-pool"]);
    const other = await pool();
    expect(await failure(fetch(other))).toBeInstanceOf(Error);
    await box.sandbox.setFaults([]);
    expect((await fetch(other)).status).toBe(404);
  });

  test("an upload cut at a byte leaves so many; the door stays well", async () => {
    await box.sandbox.setFaults(["reset-in:5000@ctadata-pool"]);
    const body = Buffer.alloc(200_000, 7);
    const door = await putWaiting(`${store.door}/lst/cut.bin`, body, { Authorization: `Bearer ${store.control.token()}` });
    expect(door.status).toBe(307);
    expect(await failure(putWaiting(door.headers["location"] as string, body))).toBeInstanceOf(Error);
    await expect.poll(async () => (await store.control.stat("/lst/cut.bin"))?.size).toBe(5000);
  });
});

describe("faults at the door", () => {
  test("the token of a request has ended; later; elsewhere; a wrong length", async () => {
    const token = { Authorization: `Bearer ${store.control.token()}` };
    await box.sandbox.setFaults([{ kind: "expire-token", facility: "ctadata", times: 1 }]);
    expect((await store.ask("HEAD", path, token)).status).toBe(401);
    expect((await store.ask("HEAD", path, token)).status).toBe(401);
    expect((await store.ask("HEAD", path)).status).toBe(200);
    await box.sandbox.setFaults(["retry-after:503,7@ctadata"]);
    expect((await store.ask("GET", path)).headers.get("retry-after")).toBe("7");
    await box.sandbox.setFaults(["redirect-away@ctadata"]);
    const away = await store.ask("GET", path);
    expect([away.status, away.headers.get("location")]).toEqual([307, `${box.sandbox.elsewhere}${path}`]);
    await box.sandbox.setFaults(["wrong-length:-5@ctadata"]);
    expect((await store.ask("PROPFIND", "/cta/", { Depth: "1" })).text).not.toContain("</d:multistatus>");
  });

  test("what was received is told, without the transfer's id", async () => {
    await fetch(await pool());
    expect(box.sandbox.requests.at(-1)).toMatchObject({
      facility: "ctadata-pool",
      method: "GET",
      path,
      query: "dcache-http-uuid=%E2%80%A6",
      status: 200,
    });
    await store.ask("PUT", "/lst/told.txt", {}, "12345");
    expect(box.sandbox.requests.at(-1)).toMatchObject({
      facility: "ctadata",
      method: "PUT",
      authorization: "Bearer",
      bodyBytes: 5,
      status: 201,
    });
  });
});

test("a third-party copy follows redirects and keeps its credential from other hosts", async () => {
  const seen: (string | undefined)[] = [];
  const other = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end("from elsewhere");
  });
  const first = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(307, { Location: `http://127.0.0.1:${(other.address() as { port: number }).port}/x` }).end();
  });
  for (const server of [first, other]) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const headers = {
    Source: `http://127.0.0.1:${(first.address() as { port: number }).port}/x`,
    TransferHeaderAuthorization: "Bearer secret",
    RequireChecksumVerification: "false",
  };
  const { text } = await store.ask("COPY", "/lst/far.txt", headers);
  expect(text).toBe("success: Created\n");
  expect(seen).toEqual(["Bearer secret", undefined]);
  expect((await store.control.read("/lst/far.txt")).toString()).toBe("from elsewhere");
  first.close();
  other.close();
});
