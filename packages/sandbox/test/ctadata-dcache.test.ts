import { startSandbox } from "@sci/sandbox";
import { describe, expect, test } from "vitest";
import { putWaiting, responses, useStorage } from "./ctadata-support.ts";
import { answer } from "./support.ts";

const store = useStorage({ stageTime: 10, markerInterval: 5 });
const sample = "/cta/DL1/v0.1/dl1_LST-1.Run11111.0100.h5";
const { box } = store;
const bearer = (scope?: string): Record<string, string> => ({
  Authorization: `Bearer ${store.control.token(scope === undefined ? {} : { scope })}`,
});
const hello = Buffer.from("hello world");

describe("door and pool", () => {
  test("GET is sent to a pool, whose address is good once and needs no token", async () => {
    const door = await store.ask("GET", sample, { "Want-Digest": "adler32" });
    expect(door.status).toBe(307);
    const url = door.headers.get("location") as string;
    expect(url.startsWith(`${store.control.poolUrl}${sample}?dcache-http-uuid=`)).toBe(true);
    const first = await fetch(url, { headers: { "Want-Digest": "adler32" } });
    const bytes = Buffer.from(await first.arrayBuffer());
    const entry = await store.control.stat(sample);
    expect(bytes.equals(await store.control.read(sample))).toBe(true);
    expect(first.headers.get("digest")).toBe(`adler32=${entry?.adler32 as string}`);
    expect(first.headers.get("content-length")).toBe(String(entry?.size));
    expect((await fetch(url)).status).toBe(404);
  });

  test("ranges and If-Range at the pool", async () => {
    const ranged = async (headers: Record<string, string>): Promise<Response> =>
      fetch((await store.ask("GET", sample)).headers.get("location") as string, { headers });
    const whole = await store.control.read(sample);
    const part = await ranged({ Range: "bytes=10-19" });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 10-19/${whole.length}`);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(10, 20))).toBe(true);
    const tag = part.headers.get("etag") as string;
    expect((await ranged({ Range: "bytes=10-", "If-Range": tag })).status).toBe(206);
    expect((await ranged({ Range: "bytes=10-", "If-Range": '"other"' })).status).toBe(200);
    expect((await ranged({ Range: `bytes=${whole.length}-` })).status).toBe(416);
  });

  test("PUT that waits is sent to a pool before any byte; without waiting the door takes the data", async () => {
    const door = await putWaiting(`${store.door}/lst/users/new/a.h5`, hello, bearer());
    expect(door).toMatchObject({ status: 307, continued: false });
    expect(await store.control.stat("/lst/users/new/a.h5")).toMatchObject({ complete: false });
    const pool = await putWaiting(door.headers["location"] as string, hello, { "Want-Digest": "adler32" });
    expect(pool).toMatchObject({ status: 201, continued: true, headers: { digest: "adler32=1a0b045d" } });
    expect((await store.control.read("/lst/users/new/a.h5")).toString()).toBe("hello world");
    expect((await store.ask("PUT", "/lst/users/new/b.h5", {}, "direct")).status).toBe(201);
    expect((await store.control.read("/lst/users/new/b.h5")).toString()).toBe("direct");
    expect((await putWaiting(door.headers["location"] as string, hello)).status).toBe(404);
  });

  test("a file that is there is not replaced, unless the storage is set to", async () => {
    await store.control.put("/lst/keep.txt", "old");
    expect((await store.ask("PUT", "/lst/keep.txt", {}, "new")).status).toBe(409);
    expect((await store.ask("PUT", "/lst/keep.txt", { "If-None-Match": "*" }, "new")).status).toBe(412);
    expect((await store.control.read("/lst/keep.txt")).toString()).toBe("old");
  });

  test("an upload that breaks off leaves half a file", async () => {
    const door = await putWaiting(`${store.door}/lst/broken.bin`, Buffer.alloc(100_000, 1), bearer());
    await expect(putWaiting(door.headers["location"] as string, Buffer.alloc(100_000, 1), {}, 30_000)).rejects.toThrow();
    await expect.poll(async () => (await store.control.stat("/lst/broken.bin"))?.complete).toBe(true);
    expect((await store.control.stat("/lst/broken.bin"))?.size).toBe(30_000);
  });

  test("checksums: what is known is told, another kind when the upload asked for it", async () => {
    const head = async (path: string, want: string): Promise<string | null> =>
      (await store.ask("HEAD", path, { "Want-Digest": want })).headers.get("digest");
    await store.ask("PUT", "/lst/sum.txt", { "Want-Digest": "md5" }, "hello world");
    expect(await head("/lst/sum.txt", "adler32")).toBe("adler32=1a0b045d");
    expect(await head("/lst/sum.txt", "md5;q=0.9,adler32;q=0.2")).toBe("md5=XrY7u+Ae7tCTyyK7j1rNww==");
    expect(await head("/lst/sum.txt", "sha-256")).toBeNull();
    expect(await head(sample, "md5")).toBeNull();
    expect((await store.ask("PUT", "/lst/bad.txt", { "Content-MD5": "AAAA" }, "x")).status).toBe(400);
  });
});

describe("properties", () => {
  const ask = (path: string, depth: string, names: string): ReturnType<typeof store.ask> =>
    store.ask(
      "PROPFIND",
      path,
      { Depth: depth, "Content-Type": "application/xml" },
      `<?xml version="1.0"?><propfind xmlns="DAV:" xmlns:c="http://www.dcache.org/2013/webdav" xmlns:s="http://srm.lbl.gov/StorageResourceManager"><prop>${names}</prop></propfind>`,
    );

  test("the entry itself first, then what is in it; checksums and locality where they are named", async () => {
    const { status, text } = await ask("/cta/archive", "1", "<resourcetype/><getcontentlength/><c:Checksums/><s:FileLocality/>");
    expect(status).toBe(207);
    const all = responses(text);
    expect([...all.keys()]).toEqual([
      "/cta/archive/",
      "/cta/archive/on-tape-1.fits.fz",
      "/cta/archive/on-tape-2.fits.fz",
      "/cta/archive/on-tape-and-disk.fits.fz",
    ]);
    expect(all.get("/cta/archive/")).toEqual({
      found: { resourcetype: "<d:collection/>", FileLocality: "NONE" },
      missing: ["getcontentlength", "Checksums"],
    });
    expect(all.get("/cta/archive/on-tape-1.fits.fz")?.found).toMatchObject({
      getcontentlength: "65536",
      FileLocality: "NEARLINE",
      Checksums: expect.stringMatching(/^adler32=[0-9a-f]{8}$/),
    });
    expect(all.get("/cta/archive/on-tape-and-disk.fits.fz")?.found["FileLocality"]).toBe("ONLINE_AND_NEARLINE");
  });

  test("not among all properties; names are escaped; quota where it is named", async () => {
    const all = responses((await store.ask("PROPFIND", "/cta/DL1/v0.1/sub/", { Depth: "1" })).text);
    expect([...all.keys()]).toEqual([
      "/cta/DL1/v0.1/sub/",
      "/cta/DL1/v0.1/sub/run%2011112%231%20(50%25).h5",
      "/cta/DL1/v0.1/sub/%C3%BCber.txt",
    ]);
    expect(Object.keys(all.get("/cta/DL1/v0.1/sub/%C3%BCber.txt")?.found ?? {})).not.toContain("Checksums");
    store.control.setQuota(10_000_000_000);
    const root = responses((await ask("/", "0", "<quota-available-bytes/><quota-used-bytes/>")).text).get("/");
    store.control.setQuota(undefined);
    expect(Number(root?.found["quota-available-bytes"]) + Number(root?.found["quota-used-bytes"])).toBe(10_000_000_000);
  });

  test("a file that is being written has neither length nor checksum", async () => {
    await putWaiting(`${store.door}/lst/writing.h5`, hello, bearer());
    const { found, missing } = responses(
      (await ask("/lst/writing.h5", "0", "<getcontentlength/><c:Checksums/><s:FileLocality/>")).text,
    ).get("/lst/writing.h5") as { found: object; missing: string[] };
    expect(found).toEqual({ FileLocality: "UNAVAILABLE" });
    expect(missing).toEqual(["getcontentlength", "Checksums"]);
  });
});

describe("rights", () => {
  test("without a token 401, with one that has ended 401, with another issuer's 401", async () => {
    const bare = await answer(await fetch(`${store.door}/cta/`, { method: "PROPFIND" }));
    expect([bare.status, bare.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    const ended = bearer();
    store.control.expireTokens();
    expect((await store.ask("HEAD", sample, ended)).status).toBe(401);
    expect((await store.ask("HEAD", sample, { Authorization: "Bearer a.b.c" })).status).toBe(401);
    expect((await store.ask("HEAD", sample)).status).toBe(200);
  });

  test("the token in the query; a closed folder", async () => {
    const url = `${store.door}${sample}?authz=${store.control.token()}`;
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    expect((await store.ask("PROPFIND", "/cta/private", { Depth: "1" })).status).toBe(403);
    const all = [...responses((await store.ask("PROPFIND", "/cta", { Depth: "infinity" })).text).keys()];
    expect(all).toContain("/cta/DL1/v0.1/sub/%C3%BCber.txt");
    expect(all.filter((href) => href.startsWith("/cta/private"))).toEqual(["/cta/private/"]);
  });

  test.each([
    ["storage.read:/cta", "HEAD", sample, 200],
    ["storage.read:/lst", "HEAD", sample, 403],
    ["storage.read:/cta/DL1", "PUT", "/cta/DL1/x", 403],
    ["storage.create:/cta", "PUT", "/cta/rights/x", 201],
    ["storage.create:/cta", "DELETE", "/cta/rights/x", 403],
    ["storage.modify:/cta", "DELETE", "/cta/rights/x", 204],
    ["storage.stage:/", "PUT", "/cta/rights/y", 403],
    ["openid storage.read:/", "MKCOL", "/cta/rights/z", 403],
    ["openid offline_access", "MKCOL", "/cta/rights/z", 201],
  ])("%s: %s %s gives %i", async (scope, method, path, status) => {
    expect((await store.ask(method, path, bearer(scope), method === "PUT" ? "x" : undefined)).status).toBe(status);
  });

  test("a macaroon: narrower than its holder, narrowed further, ended by its time", async () => {
    const ask = async (caveats: unknown, path = "/cta/", more: object = {}): ReturnType<typeof store.ask> =>
      store.ask("POST", path, { "Content-Type": "application/macaroon-request" }, JSON.stringify({ caveats, validity: "PT5M", ...more }));
    const { json } = await ask(["activity:DOWNLOAD,LIST"]);
    expect(json.uri).toMatchObject({ target: `${store.door}/cta`, base: `${store.door}/` });
    const holder = { Authorization: `Bearer ${json.macaroon as string}` };
    expect((await store.ask("HEAD", sample, holder)).status).toBe(200);
    expect((await store.ask("PUT", "/cta/m", holder, "x")).status).toBe(403);
    expect((await store.ask("PROPFIND", "/lst/", holder)).status).toBe(403);
    expect((await store.ask("HEAD", sample, { Authorization: `Bearer ${(json.macaroon as string).slice(0, -3)}AAA` })).status).toBe(401);
    expect((await ask(["colour:red"])).status).toBe(400);
    expect((await ask([], "/cta/", { colour: 1 })).status).toBe(400);
    const past = (await ask([`before:${new Date(0).toISOString()}`])).json.macaroon as string;
    expect((await store.ask("HEAD", sample, { Authorization: `Bearer ${past}` })).status).toBe(401);
  });
});

describe("tape", () => {
  const tape = "/cta/archive/on-tape-1.fits.fz";

  test("the interface: where it is, locality, staging, its end", async () => {
    const { endpoints } = (await answer(await fetch(`${store.door}/.well-known/wlcg-tape-rest-api`))).json as {
      endpoints: { uri: string; version: string }[];
    };
    expect(endpoints).toEqual([{ uri: `${store.door}/api/v1/tape`, version: "v1", metadata: {} }]);
    const post = (path: string, value: unknown): ReturnType<typeof store.ask> =>
      store.ask("POST", `/api/v1/tape/${path}`, {}, JSON.stringify(value));
    const localities = async (): Promise<unknown> => (await post("archiveinfo", { paths: [tape, "/none"] })).json;
    expect(await localities()).toEqual([
      { path: tape, locality: "TAPE" },
      { path: "/none", error: "No such file or directory" },
    ]);
    const begun = await post("stage", { files: [{ path: tape, diskLifetime: "PT1H" }, { path: "/none" }] });
    expect([begun.status, begun.headers.get("location")]).toEqual([
      201,
      `${store.door}/api/v1/tape/stage/${begun.json.requestId as string}`,
    ]);
    const state = async (): Promise<unknown[]> =>
      (await store.ask("GET", `/api/v1/tape/stage/${begun.json.requestId as string}`)).json.files;
    await expect.poll(state).toMatchObject([
      { path: tape, state: "COMPLETED", onDisk: true },
      { path: "/none", state: "FAILED" },
    ]);
    expect(await localities()).toMatchObject([{ locality: "DISK_AND_TAPE" }, {}]);
    expect((await post(`stage/${begun.json.requestId as string}/cancel`, { paths: ["/other"] })).status).toBe(400);
    expect((await store.ask("DELETE", `/api/v1/tape/stage/${begun.json.requestId as string}`)).status).toBe(200);
    expect((await store.ask("GET", `/api/v1/tape/stage/${begun.json.requestId as string}`)).status).toBe(404);
  });

  test("a read waits for the tape; a file that is lost fails", async () => {
    const other = "/cta/archive/on-tape-2.fits.fz";
    expect((await store.ask("GET", other)).status).toBe(307);
    expect((await store.control.stat(other))?.locality).toBe("ONLINE_AND_NEARLINE");
    await store.control.put("/cta/archive/lost", "x", { locality: "LOST" });
    expect((await store.ask("GET", "/cta/archive/lost")).status).toBe(500);
  });
});

describe("third-party copies", () => {
  const last = (text: string): string => text.trim().split("\n").at(-1) as string;
  const copy = (path: string, headers: Record<string, string>): ReturnType<typeof store.ask> =>
    store.ask("COPY", path, { Credential: "none", TransferHeaderAuthorization: bearer()["Authorization"] as string, ...headers });

  test("pull and push between doors, with checksums", async () => {
    const pulled = await copy("/lst/tpc/pulled.h5", { Source: `${store.door}${sample}` });
    expect([pulled.status, pulled.headers.get("content-type"), last(pulled.text)]).toEqual([
      202,
      "text/perf-marker-stream",
      "success: Created",
    ]);
    const pushed = await copy(sample, { Destination: `${store.door}/lst/tpc/pushed.h5` });
    expect(last(pushed.text)).toBe("success: Created");
    const whole = await store.control.read(sample);
    expect((await store.control.read("/lst/tpc/pulled.h5")).equals(whole)).toBe(true);
    expect((await store.control.read("/lst/tpc/pushed.h5")).equals(whole)).toBe(true);
  });

  test("between the doors of two storages, each with its own tokens", async () => {
    const far = await startSandbox({ facilities: ["ctadata"], seed: 9 });
    const theirs = { TransferHeaderAuthorization: `Bearer ${far.ctadata.token()}` };
    await far.ctadata.put("/cta/far.h5", { size: 300_000 });
    expect(last((await copy("/lst/tpc/far.h5", { Source: `${far.ctadata.doorUrl}/cta/far.h5`, ...theirs })).text)).toBe("success: Created");
    expect((await store.control.read("/lst/tpc/far.h5")).equals(await far.ctadata.read("/cta/far.h5"))).toBe(true);
    expect(last((await copy(sample, { Destination: `${far.ctadata.doorUrl}/lst/near.h5`, ...theirs })).text)).toBe("success: Created");
    expect((await far.ctadata.read("/lst/near.h5")).equals(await store.control.read(sample))).toBe(true);
    const token = bearer()["Authorization"] as string;
    const foreign = await copy("/lst/tpc/no.h5", { Source: `${far.ctadata.doorUrl}/cta/far.h5`, TransferHeaderAuthorization: token });
    expect(last(foreign.text)).toBe("failure: rejected GET: 401 Unauthorized");
    await far.stop();
  });

  test("202 is no success: the last line says what went wrong", async () => {
    const refused = await store.ask("COPY", "/lst/tpc/r.h5", { Source: `${store.door}${sample}`, Credential: "none" });
    expect([refused.status, last(refused.text)]).toEqual([202, "failure: rejected GET: 401 Unauthorized"]);
    const nobody = await store.ask("COPY", sample, { Destination: `${store.door}/lst/tpc/q.h5`, Credential: "none" });
    expect(last(nobody.text)).toBe("failure: rejected PUT: 401 Unauthorized");
    expect((await copy("/lst/tpc/pulled.h5", { Source: `${store.door}${sample}`, Overwrite: "F" })).status).toBe(412);
    expect((await copy("/lst/tpc/x", { Source: `${store.door}${sample}`, Credential: "gridsite" })).status).toBe(400);
    expect((await copy("/lst/tpc/x", {})).status).toBe(400);
  });

  test("a source without checksums only when none is required; markers while it lasts", async () => {
    const source = { Source: box.sandbox.elsewhere };
    expect(last((await copy("/lst/tpc/e1", source)).text)).toContain("gives no checksum");
    expect(last((await copy("/lst/tpc/e1", { ...source, RequireChecksumVerification: "false" })).text)).toBe("success: Created");
    await store.control.put("/lst/slow.bin", { size: 200_000 });
    await box.sandbox.setFaults([{ kind: "drip", arg: "10ms", facility: "ctadata-pool" }]);
    const { text } = await copy("/lst/tpc/slow.bin", { Source: `${store.door}/lst/slow.bin` });
    await box.sandbox.setFaults([]);
    expect(text).toMatch(/^Perf Marker\n Timestamp: \d+\n Stripe Index: 0\n Stripe Bytes Transferred: \d+\n Total Stripe Count: 1\nEnd\n/);
    expect(last(text)).toBe("success: Created");
  });
});
