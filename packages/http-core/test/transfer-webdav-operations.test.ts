import { afterEach, describe, expect, it } from "vitest";
import { createDoor, createWebDav, type CopyProgress } from "@sci/http-core/transfer";
import { startServer, type Handler } from "@sci/http-core/testing";
import { startDavStorage, type DavStorage, type Manners } from "./transfer-dav-storage.ts";
import { failure } from "./support.ts";

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function storage(manners: Partial<Manners> = {}): Promise<DavStorage> {
  const one = await startDavStorage(manners);
  stops.push(() => one.stop());
  return one;
}

async function answering(answer: Handler) {
  const server = await startServer(answer);
  const door = createDoor({ name: "storage", userAgent: "x/1", baseUrl: server.url }, { proxy: false, retry: { attempts: 1 } });
  stops.push(async () => {
    await door.close();
    await server.stop();
  });
  return { server, dav: createWebDav(door) };
}

const describeFile = (path: string, properties: string): string =>
  `<d:multistatus xmlns:d="DAV:"><d:response><d:href>${path}</d:href><d:propstat><d:prop><d:resourcetype/><d:getcontentlength>3</d:getcontentlength>${properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>`;

describe("mkdir", () => {
  it("makes what is missing above, each directory once, however many ask", async () => {
    const one = await storage();
    const dav = createWebDav(one.door());
    await Promise.all(Array.from({ length: 20 }, (_, index) => dav.mkdir(`/a/b/c/d${index % 4}`)));
    expect([...one.files.keys()].sort()).toEqual(["/", "/a", "/a/b", "/a/b/c", "/a/b/c/d0", "/a/b/c/d1", "/a/b/c/d2", "/a/b/c/d3"]);
    expect(one.seen.filter(({ status, method }) => method === "MKCOL" && status === 201)).toHaveLength(7);
    expect(await dav.mkdir("/a/b/c/d0")).toBe(false);
  });

  it("tells a file in the way, a missing parent, and one that is there", async () => {
    const one = await storage();
    one.put("/file", "x");
    one.mkdir("/dir");
    const dav = createWebDav(one.door());
    expect((await failure(dav.mkdir("/file"))).message).toMatch(/a file has this name/);
    expect(await failure(dav.mkdir("/x/y", { parents: false }))).toMatchObject({ code: "CONFLICT" });
    expect(await failure(dav.mkdir("/dir", { parents: false }))).toMatchObject({ code: "CONFLICT" });
  });

  it("does not mind that what is there may not be made", async () => {
    const one = await storage();
    one.mkdir("/home");
    one.manners.early = ({ method, target }) => (method === "MKCOL" && target === "/home/" ? { status: 403 } : undefined);
    const dav = createWebDav(one.door());
    expect(await dav.mkdir("/home/me")).toBe(true);
    expect(await dav.mkdir("/home")).toBe(false);
  });
});

describe("move and copy", () => {
  it("do not replace unasked, also where the storage would", async () => {
    const one = await storage({ preconditions: false });
    one.put("/a", "a");
    one.put("/b", "b");
    const dav = createWebDav(one.door());
    expect(await failure(dav.move("/a", "/b"))).toMatchObject({ code: "CONFLICT" });
    expect(await failure(dav.copy("/a", "/b"))).toMatchObject({ code: "CONFLICT" });
    expect(one.text("/b")).toBe("b");
    await dav.copy("/a", "/b", { overwrite: true });
    await dav.move("/a", "/deep/er/c", { parents: true });
    expect(one.names()).toEqual(["/b", "/deep/er/c"]);
    expect(one.text("/b")).toBe("a");
  });

  it("take whole directories, and tell what is missing", async () => {
    const one = await storage();
    one.put("/d/x/y", "1");
    const dav = createWebDav(one.door());
    await dav.copy("/d", "/e");
    await dav.move("/d", "/f g");
    expect(one.names()).toEqual(["/e/x/y", "/f g/x/y"]);
    expect(await failure(dav.move("/none", "/x"))).toMatchObject({ code: "NOT_FOUND" });
    expect((await failure(dav.move("/e", "/no/x"))).message).toMatch(/parents: true/);
  });

  it("tell what of a tree failed", async () => {
    const parts = `<d:multistatus xmlns:d="DAV:"><d:response><d:href>/e/x</d:href><d:status>HTTP/1.1 423 Locked</d:status></d:response><d:response><d:href>/e</d:href><d:status>HTTP/1.1 424 Failed Dependency</d:status></d:response></d:multistatus>`;
    const { dav } = await answering(({ method, path }) => {
      if (method !== "PROPFIND") return { status: 207, body: parts };
      return path === "/d" ? { status: 207, body: describeFile("/d", "") } : { status: 404 };
    });
    const error = await failure(dav.copy("/d", "/e"));
    expect(error).toMatchObject({ code: "LOCKED", details: { partial: true, failures: [{ href: "/e/x", status: 423 }] } });
    expect(error.message).toMatch(/1 entry failed/);
  });
});

describe("remove", () => {
  it("leaves directories that hold something, unless all of it is meant", async () => {
    const one = await storage();
    one.put("/d/x", "1");
    one.mkdir("/empty");
    const dav = createWebDav(one.door());
    expect(await failure(dav.remove("/d"))).toMatchObject({ code: "CONFLICT" });
    await dav.remove("/empty");
    await dav.remove("/d", { recursive: true });
    expect([...one.files.keys()]).toEqual(["/"]);
    expect(await failure(dav.remove("/d"))).toMatchObject({ code: "NOT_FOUND" });
    await dav.remove("/d", { missing: true });
    expect(await failure(dav.remove("/", { recursive: true }))).toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("empties directories where the storage wants that", async () => {
    const one = await storage();
    for (const name of ["a/x", "a/b/y", "z"]) one.put(`/d/${name}`, "1");
    one.manners.early = ({ method, target }) => {
      const path = decodeURIComponent(target).replace(/\/$/, "");
      const full = [...one.files.keys()].some((name) => name.startsWith(`${path}/`));
      return method === "DELETE" && full ? { status: 500, body: "directory not empty" } : undefined;
    };
    await createWebDav(one.door()).remove("/d", { recursive: true });
    expect([...one.files.keys()]).toEqual(["/"]);
  });
});

describe("checksums, locality and quota", () => {
  it("come from the storage's properties where its head has none", async () => {
    const { dav } = await answering(({ method }) => {
      if (method === "HEAD") return { status: 200, headers: { "content-length": "3" } };
      const sums = `<c:Checksums xmlns:c="http://www.dcache.org/2013/webdav">adler32=024d0127,md5=kAFQmDzST7DWlj99KOF/cg==</c:Checksums>`;
      const where = `<s:FileLocality xmlns:s="http://srm.lbl.gov/StorageResourceManager">NEARLINE</s:FileLocality>`;
      return { status: 207, body: describeFile("/a", sums + where) };
    });
    expect(await dav.checksums("/a")).toEqual({ adler32: "024d0127", md5: "900150983cd24fb0d6963f7d28e17f72" });
    expect(await dav.locality("/a")).toBe("NEARLINE");
    expect(await dav.stat("/a", { checksums: true, locality: true })).toMatchObject({
      locality: "NEARLINE",
      checksums: { adler32: "024d0127" },
    });
  });

  it.each([
    [
      "ownCloud",
      `<o:checksums xmlns:o="http://owncloud.org/ns"><o:checksum>SHA1:a9 MD5:900150983CD24FB0D6963F7D28E17F72 ADLER32:24d0127</o:checksum></o:checksums>`,
    ],
    ["StoRM", `<t:Checksum xmlns:t="http://storm.italiangrid.org/2014/webdav">24d0127</t:Checksum>`],
  ])("are read as %s writes them", async (_name, property) => {
    const { dav } = await answering(() => ({ status: 207, body: describeFile("/a", property) }));
    expect((await dav.stat("/a", { checksums: true })).checksums.adler32).toBe("024d0127");
  });

  it("ask for the properties by their names", async () => {
    const { dav, server } = await answering(() => ({
      status: 207,
      body: describeFile("/a", "<d:quota-used-bytes>5</d:quota-used-bytes><d:quota-available-bytes>-3</d:quota-available-bytes>"),
    }));
    expect(await dav.quota("/a")).toEqual({ used: 5, available: undefined });
    await dav.stat("/a", { checksums: true, locality: true });
    for (const name of ["http://www.dcache.org/2013/webdav", "Checksums", "http://srm.lbl.gov/StorageResourceManager", "FileLocality"]) {
      expect(server.requests[1]?.text).toContain(name);
    }
  });
});

describe("a copy between storages", () => {
  const marker = (bytes: number): string =>
    `Perf Marker\n Timestamp: 1700000000\n State: running\n Stripe Index: 0\n Stripe Bytes Transferred: ${bytes}\n Total Stripe Count: 1\nEnd\n`;

  it("is pulled by the destination, with the other side's token, and tells how far it is", async () => {
    const { dav, server } = await answering(() => ({
      status: 202,
      body: `${marker(10)}${marker(20)}success: Created\n`,
      drip: { bytes: 7, every: 1 },
    }));
    const told: CopyProgress[] = [];
    const endpoints = { source: "https://other.example/a", destination: `${server.url}/b` };
    const options = { transferHeaders: { authorization: "Bearer other-token" }, onProgress: (one: CopyProgress) => told.push(one) };
    expect(await dav.thirdPartyCopy(endpoints, options)).toEqual({ direction: "pull", bytes: 20 });
    expect(told.map(({ bytes, state }) => [bytes, state])).toEqual([
      [10, "running"],
      [20, "running"],
    ]);
    expect(server.requests[0]).toMatchObject({ method: "COPY", path: "/b" });
    expect(server.requests[0]?.headers).toMatchObject({
      source: "https://other.example/a",
      credential: "none",
      overwrite: "F",
      transferheaderauthorization: "Bearer other-token",
    });
  });

  it("is pushed by the source", async () => {
    const { dav, server } = await answering(() => ({ status: 201 }));
    const endpoints = { source: `${server.url}/a`, destination: "https://other.example/b" };
    expect(await dav.thirdPartyCopy(endpoints, { overwrite: true, requireChecksum: false })).toMatchObject({ direction: "push" });
    expect(server.requests[0]?.headers).toMatchObject({
      destination: "https://other.example/b",
      overwrite: "T",
      requirechecksumverification: "false",
    });
  });

  it.each([202, 201])("that failed is an error although the status is %d, without its secrets", async (status) => {
    const { dav, server } = await answering(() => ({ status, body: `${marker(10)}failure: rejected GET: 401 with other-token-of-mine\n` }));
    const endpoints = { source: "https://other.example/a", destination: `${server.url}/b` };
    const error = await failure(dav.thirdPartyCopy(endpoints, { transferHeaders: { authorization: "Bearer other-token-of-mine" } }));
    expect(error).toMatchObject({ code: "SERVICE_ERROR" });
    expect(error.message).toMatch(/rejected GET: 401/);
    expect(JSON.stringify(error) + error.message).not.toContain("other-token-of-mine");
  });

  it("whose report ends early is not taken for done", async () => {
    const { dav, server } = await answering(() => ({ status: 202, body: marker(10) }));
    const endpoints = { source: "https://other.example/a", destination: `${server.url}/b` };
    expect(await failure(dav.thirdPartyCopy(endpoints))).toMatchObject({ code: "TRUNCATED" });
  });

  it("that stalls is given up", async () => {
    const { dav, server } = await answering(() => ({ status: 202, body: marker(10).repeat(1000), drip: { bytes: 100, every: 10 } }));
    const endpoints = { source: "https://other.example/a", destination: `${server.url}/b` };
    expect(await failure(dav.thirdPartyCopy(endpoints, { stall: 100 }))).toMatchObject({ code: "TIMEOUT" });
  });

  it("needs one side of its own door", async () => {
    const { dav, server } = await answering(() => ({ status: 201 }));
    expect(await failure(dav.thirdPartyCopy({ source: "https://a.example/x", destination: "https://b.example/x" }))).toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    expect(server.requests).toEqual([]);
  });
});
