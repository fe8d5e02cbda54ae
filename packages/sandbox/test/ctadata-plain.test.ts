import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startSandbox } from "@sci/sandbox";
import { putWaiting, responses, useStorage } from "./ctadata-support.ts";

const store = useStorage({ profile: "plain" });
const lockBody = (scope = "exclusive"): string =>
  `<?xml version="1.0"?><lockinfo xmlns="DAV:"><lockscope><${scope}/></lockscope><locktype><write/></locktype><owner><href>mailto:me</href></owner></lockinfo>`;
const statuses = async (...asked: Promise<{ status: number }>[]): Promise<number[]> =>
  (await Promise.all(asked)).map(({ status }) => status);

describe("files", () => {
  test("PUT, GET, HEAD, DELETE at the door itself, without a token", async () => {
    const bare = (method: string, body?: string): Promise<Response> =>
      fetch(`${store.door}/lst/a.txt`, { method, redirect: "manual", ...(body === undefined ? {} : { body }) });
    expect((await bare("PUT", "one")).status).toBe(201);
    expect((await bare("PUT", "two!")).status).toBe(204);
    const got = await bare("GET");
    expect([got.status, got.headers.get("content-length"), await got.text()]).toEqual([200, "4", "two!"]);
    expect((await bare("HEAD")).headers.get("content-length")).toBe("4");
    expect((await bare("HEAD")).headers.get("digest")).toBeNull();
    expect((await bare("DELETE")).status).toBe(204);
    expect((await bare("GET")).status).toBe(404);
  });

  test("conditions: tags and times", async () => {
    await store.control.put("/lst/c.txt", "content", { modified: Date.UTC(2024, 0, 1) });
    const tag = (await store.ask("HEAD", "/lst/c.txt")).headers.get("etag") as string;
    const at = "Mon, 01 Jan 2024 00:00:00 GMT";
    expect((await store.ask("HEAD", "/lst/c.txt")).headers.get("last-modified")).toBe(at);
    const get = (headers: Record<string, string>, method = "GET"): Promise<{ status: number }> => store.ask(method, "/lst/c.txt", headers);
    expect(
      await statuses(get({ "If-None-Match": tag }), get({ "If-None-Match": '"x"' }), get({ "If-Match": tag }), get({ "If-Match": '"x"' })),
    ).toEqual([304, 200, 200, 412]);
    expect(await statuses(get({ "If-Modified-Since": at }), get({ "If-Unmodified-Since": "Sun, 31 Dec 2023 00:00:00 GMT" }))).toEqual([
      304, 412,
    ]);
    expect(await statuses(get({ "If-Match": '"x"' }, "DELETE"), get({ "If-None-Match": "*" }, "PUT"))).toEqual([412, 412]);
    expect((await store.control.read("/lst/c.txt")).toString()).toBe("content");
  });

  test("ranges: one, from the end, several, none that fits", async () => {
    await store.control.put("/lst/r.txt", "0123456789");
    const get = (range: string, more = {}): ReturnType<typeof store.ask> => store.ask("GET", "/lst/r.txt", { Range: range, ...more });
    expect(await get("bytes=2-4")).toMatchObject({ status: 206, text: "234" });
    expect(await get("bytes=-3")).toMatchObject({ status: 206, text: "789" });
    expect(await get("bytes=8-")).toMatchObject({ status: 206, text: "89" });
    expect(await get("bytes=20-30")).toMatchObject({ status: 416 });
    expect(await get("lines=1-2")).toMatchObject({ status: 200, text: "0123456789" });
    const several = await get("bytes=0-1,5-6");
    expect(several.headers.get("content-type")).toMatch(/^multipart\/byteranges; boundary=/);
    expect(several.text).toMatch(/Content-Range: bytes 0-1\/10\r\n\r\n01\r\n--.*Content-Range: bytes 5-6\/10\r\n\r\n56\r\n--/s);
    const date = (await get("bytes=0-0")).headers.get("last-modified") as string;
    expect((await get("bytes=1-1", { "If-Range": date })).status).toBe(206);
    expect((await get("bytes=1-1", { "If-Range": "Mon, 01 Jan 2001 00:00:00 GMT" })).status).toBe(200);
  });

  test("refused before a byte is sent; asked for when it will be taken", async () => {
    expect(await putWaiting(`${store.door}/none/x`, Buffer.from("x"))).toMatchObject({ status: 409, continued: false });
    expect(await putWaiting(`${store.door}/lst/w.txt`, Buffer.from("x"))).toMatchObject({ status: 201, continued: true });
    expect(await statuses(store.ask("PUT", "/lst/", {}, "x"), store.ask("MKCOL", "/lst"), store.ask("MKCOL", "/a/b"))).toEqual([
      409, 405, 409,
    ]);
  });

  test("an upload that breaks off leaves what was there", async () => {
    await store.control.put("/lst/stay.bin", "before");
    await expect(putWaiting(`${store.door}/lst/stay.bin`, Buffer.alloc(100_000), {}, 50_000)).rejects.toThrow();
    await expect(putWaiting(`${store.door}/lst/gone.bin`, Buffer.alloc(100_000), {}, 50_000)).rejects.toThrow();
    expect((await store.control.read("/lst/stay.bin")).toString()).toBe("before");
    expect(await store.control.stat("/lst/gone.bin")).toBeUndefined();
  });

  test("what happens to the name while the data come counts", async () => {
    let first: () => void = () => undefined;
    const slow = (path: string, headers = {}): Promise<Response> => {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from("slow"));
          first = () => controller.close();
        },
      });
      return fetch(store.door + path, { method: "PUT", headers, body, duplex: "half" } as RequestInit);
    };
    const begun = (): Promise<void> => expect.poll(() => store.box.sandbox.requests.at(-1)?.bodyBytes).toBe(4);
    const late = slow("/lst/race.txt", { "If-None-Match": "*" });
    await begun();
    await store.control.put("/lst/race.txt", "fast");
    first();
    expect([(await late).status, (await store.control.read("/lst/race.txt")).toString()]).toEqual([412, "fast"]);
    store.control.makeFolder("/lst/goes");
    const lost = slow("/lst/goes/x.txt");
    await begun();
    store.control.remove("/lst/goes");
    first();
    expect([(await lost).status, await store.control.stat("/lst/goes")]).toEqual([409, undefined]);
  });

  test("a full storage: 507, before and while the data come", async () => {
    store.control.setQuota(store.control.bytes + 1000);
    const chunks = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.alloc(2000));
        controller.close();
      },
    });
    const streamed = await fetch(`${store.door}/lst/full2`, { method: "PUT", body: chunks, duplex: "half" } as RequestInit);
    const known = await store.ask("PUT", "/lst/full1", {}, Buffer.alloc(2000));
    store.control.setQuota(undefined);
    expect([known.status, streamed.status]).toEqual([507, 507]);
    expect(await store.control.stat("/lst/full2")).toBeUndefined();
  });

  test("names that cannot be are refused", async () => {
    expect(await statuses(store.ask("GET", "/lst/%2e%2e%2fx"), store.ask("GET", "/lst/%00"), store.ask("GET", "/lst/%zz"))).toEqual([
      400, 400, 400,
    ]);
  });
});

describe("folders", () => {
  test("COPY and MOVE of a tree; Overwrite; what overlaps", async () => {
    await store.control.put("/cta/tree/sub/a", "A");
    await store.control.put("/cta/tree/b", "B");
    const to = (path: string, more = {}): Record<string, string> => ({ Destination: store.door + path, ...more });
    expect((await store.ask("COPY", "/cta/tree", to("/cta/copy"))).status).toBe(201);
    expect(store.control.paths("/cta/copy")).toEqual(["/cta/copy/sub/", "/cta/copy/sub/a", "/cta/copy/b"]);
    expect((await store.ask("COPY", "/cta/tree", to("/cta/flat", { Depth: "0" }))).status).toBe(201);
    expect(store.control.paths("/cta/flat")).toEqual([]);
    expect((await store.ask("MOVE", "/cta/copy", to("/cta/flat", { Overwrite: "F" }))).status).toBe(412);
    expect((await store.ask("MOVE", "/cta/copy", to("/cta/flat"))).status).toBe(204);
    expect((await store.control.read("/cta/flat/sub/a")).toString()).toBe("A");
    expect((await store.ask("MOVE", "/cta/flat", to("/cta/flat/sub/inside"))).status).toBe(403);
    expect((await store.ask("MOVE", "/cta/flat", to("/none/x"))).status).toBe(409);
    expect((await store.ask("MOVE", "/cta/flat", { Destination: "http://other.example/x" })).status).toBe(502);
    expect((await store.ask("MOVE", "/cta/flat", { Destination: "/cta/x" })).status).toBe(400);
  });

  test("PROPFIND: Depth infinity is refused, bad bodies too; a folder is HTML for people", async () => {
    expect((await store.ask("PROPFIND", "/", { Depth: "infinity" })).text).toContain("propfind-finite-depth");
    expect(await statuses(store.ask("PROPFIND", "/", { Depth: "2" }), store.ask("PROPFIND", "/", { Depth: "0" }, "<a>"))).toEqual([
      400, 400,
    ]);
    const page = await store.ask("GET", "/cta/DL1/v0.1/sub/");
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.text).toContain('href="/cta/DL1/v0.1/sub/run%2011112%231%20(50%25).h5"');
  });

  test("properties of clients: set, kept through a move, removed; all or none", async () => {
    await store.control.put("/lst/p.txt", "x");
    const patch = (inside: string, path = "/lst/p.txt"): ReturnType<typeof store.ask> =>
      store.ask("PROPPATCH", path, {}, `<D:propertyupdate xmlns:D="DAV:" xmlns:m="urn:mine">${inside}</D:propertyupdate>`);
    const read = async (path: string): Promise<{ found: Record<string, string>; missing: string[] }> =>
      [
        ...responses(
          (await store.ask("PROPFIND", path, { Depth: "0" }, '<propfind xmlns="DAV:"><prop><c xmlns="urn:mine"/></prop></propfind>')).text,
        ).values(),
      ][0] as never;
    expect((await patch("<D:set><D:prop><m:c>red &amp; blue</m:c></D:prop></D:set>")).status).toBe(207);
    await store.ask("MOVE", "/lst/p.txt", { Destination: `${store.door}/lst/p2.txt` });
    expect((await read("/lst/p2.txt")).found).toEqual({ c: "red &amp; blue" });
    const mixed = await patch("<D:set><D:prop><m:c>green</m:c><D:getetag>x</D:getetag></D:prop></D:set>", "/lst/p2.txt");
    expect(mixed.text).toContain("424 Failed Dependency");
    expect(mixed.text).toContain("403 Forbidden");
    expect((await read("/lst/p2.txt")).found).toEqual({ c: "red &amp; blue" });
    await patch("<D:remove><D:prop><m:c/></D:prop></D:remove>", "/lst/p2.txt");
    expect((await read("/lst/p2.txt")).missing).toEqual(["c"]);
  });
});

describe("locks", () => {
  const lock = (path: string, scope?: string, headers = {}): ReturnType<typeof store.ask> =>
    store.ask("LOCK", path, { Depth: "0", Timeout: "Second-100", ...headers }, lockBody(scope));

  test("a locked file changes only with its token", async () => {
    await store.control.put("/lst/l.txt", "x");
    const made = await lock("/lst/l.txt");
    const token = made.headers.get("lock-token") as string;
    expect([made.status, made.text.includes("<d:timeout>Second-100</d:timeout>")]).toEqual([200, true]);
    expect(
      await statuses(store.ask("PUT", "/lst/l.txt", {}, "y"), store.ask("DELETE", "/lst/l.txt"), lock("/lst/l.txt", "shared")),
    ).toEqual([423, 423, 423]);
    expect((await store.ask("PUT", "/lst/l.txt", { If: `(${token})` }, "y")).status).toBe(204);
    expect((await store.ask("PUT", "/lst/l.txt", { If: `(${token} ["no"])` }, "y")).status).toBe(412);
    expect((await store.ask("LOCK", "/lst/l.txt", { If: `(${token})`, Timeout: "Second-9" })).text).toContain("Second-9<");
    expect((await store.ask("UNLOCK", "/lst/l.txt", { "Lock-Token": "<opaquelocktoken:other>" })).status).toBe(409);
    expect((await store.ask("UNLOCK", "/lst/l.txt", { "Lock-Token": token })).status).toBe(204);
    expect((await store.ask("DELETE", "/lst/l.txt")).status).toBe(204);
  });

  test("a folder with all that is in it; a name that is not there yet", async () => {
    await store.control.put("/lst/deep/a", "x");
    const token = (await lock("/lst/deep", undefined, { Depth: "infinity" })).headers.get("lock-token") as string;
    expect(
      await statuses(store.ask("PUT", "/lst/deep/a", {}, "y"), store.ask("PUT", "/lst/deep/new", {}, "y"), store.ask("DELETE", "/lst")),
    ).toEqual([423, 423, 423]);
    expect((await store.ask("PUT", "/lst/deep/new", { If: `<${store.door}/lst/deep> (${token})` }, "y")).status).toBe(201);
    const empty = await lock("/lst/later.txt");
    expect([empty.status, (await store.control.read("/lst/later.txt")).length]).toEqual([201, 0]);
  });
});

describe("sizes and the folder for the state", () => {
  const folder = mkdtempSync(join(tmpdir(), "sci-sandbox-ctadata-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("100,000 entries in one answer", async () => {
    const big = await startSandbox({ facilities: ["ctadata"], ctadata: { profile: "plain", files: 0 } });
    for (let index = 0; index < 100_000; index++) await big.ctadata.put(`/big/f${index}`, { size: 1 });
    const text = await (await fetch(`${big.ctadata.doorUrl}/big/`, { method: "PROPFIND", headers: { Depth: "1" } })).text();
    expect(text.match(/<d:response>/g)).toHaveLength(100_001);
    await big.stop();
  });

  test("the sample follows from the seed and grows with the scale", async () => {
    const of = async (scale: number, seed: number): Promise<{ count: number; sum: string | undefined }> => {
      const box = await startSandbox({ facilities: ["ctadata"], scale, seed });
      const first = box.ctadata.paths("/lst/DL1").find((path) => path.endsWith(".h5")) as string;
      const result = {
        count: box.ctadata.paths("/lst/DL1").filter((path) => path.endsWith(".h5")).length,
        sum: (await box.ctadata.stat(first))?.adler32,
      };
      await box.stop();
      return result;
    };
    const small = await of(50, 3);
    expect(small).toEqual(await of(50, 3));
    expect(small.count).toBe(50);
    expect((await of(20_000, 4)).count).toBe(20_000);
    expect((await of(50, 4)).sum).not.toBe(small.sum);
  });

  test("changes are there again after a new start, with their tags", async () => {
    const start = (): ReturnType<typeof startSandbox> =>
      startSandbox({ facilities: ["ctadata"], state: folder, ctadata: { profile: "plain" } });
    const ask = (url: string, method: string, headers = {}, body?: string): Promise<Response> =>
      fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const one = await start();
    const door = one.ctadata.doorUrl;
    await ask(`${door}/lst/kept.txt`, "PUT", {}, "kept");
    await ask(`${door}/lst/dir`, "MKCOL");
    await ask(`${door}/lst/kept.txt`, "COPY", { Destination: `${door}/lst/dir/copy.txt` });
    await ask(`${door}/cta/DL3`, "MOVE", { Destination: `${door}/cta/DL4` });
    await ask(`${door}/cta/DL1/empty`, "DELETE");
    const tag = (await ask(`${door}/lst/kept.txt`, "HEAD")).headers.get("etag");
    const before = one.ctadata.paths();
    await one.stop();
    const two = await start();
    expect(two.ctadata.paths().sort()).toEqual(before.sort());
    expect((await two.ctadata.read("/lst/dir/copy.txt")).toString()).toBe("kept");
    expect((await ask(`${two.ctadata.doorUrl}/lst/kept.txt`, "HEAD")).headers.get("etag")).toBe(tag);
    await two.stop();
  });
});
