import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { bearerToken } from "@sci/http-core";
import { upload } from "@sci/http-core/transfer";
import { createCa, startProxy } from "@sci/http-core/testing";
import { startDavStorage, type DavStorage, type Manners } from "./transfer-dav-storage.ts";

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function storage(manners: Partial<Manners> = {}, tls?: Parameters<typeof startDavStorage>[1]): Promise<DavStorage> {
  const one = await startDavStorage(manners, tls);
  stops.push(() => one.stop());
  return one;
}

/** A door that sends every upload on to a pool, by a URL that works once; both are over the same files. */
async function doorAndPool(
  manners: Partial<Manners> = {},
  poolManners: Partial<Manners> = {},
): Promise<{ door: DavStorage; pool: DavStorage }> {
  const used = new Set<string>();
  const pool = await storage({
    digests: "answer",
    makesParents: true,
    ...poolManners,
    early(seen) {
      const once = new URL(seen.target, "http://pool").searchParams.get("dcache-http-uuid") ?? "";
      if (used.has(once)) return { status: 403, body: "used up" };
      used.add(once);
      return poolManners.early?.(seen);
    },
  });
  let number = 0;
  const door = await storage({ ...manners, pool: ({ target }) => `${pool.url}${target}?dcache-http-uuid=once-${++number}` });
  // What arrives in the pool stands in the name space of the door.
  const set = pool.files.set.bind(pool.files);
  pool.files.set = (path, stored) => {
    door.files.set(path, stored);
    return set(path, stored);
  };
  const remove = door.files.delete.bind(door.files);
  door.files.delete = (path) => {
    pool.files.delete(path);
    return remove(path);
  };
  return { door, pool };
}

const token = bearerToken("the-secret-token");
const puts = ({ seen }: DavStorage): DavStorage["seen"] => seen.filter(({ method }) => method === "PUT");

describe("an upload that a door sends on to a pool", () => {
  it("leaves no byte at the door, and no credential at the pool", async () => {
    const { door, pool } = await doorAndPool();
    const content = randomBytes(300_000);
    const report = await upload(door.door({ auth: token }), content, "/a.bin");
    expect(report).toMatchObject({ done: 1, verifiedByChecksum: 1, bytes: 300_000 });
    expect(puts(door)).toHaveLength(1);
    expect(puts(door)[0]).toMatchObject({ bytes: 0, status: 307 });
    expect(puts(door)[0]?.headers["authorization"]).toBe("Bearer the-secret-token");
    expect(puts(pool)[0]).toMatchObject({ bytes: 300_000, status: 201 });
    expect(puts(pool)[0]?.headers).toMatchObject({ expect: "100-continue", connection: "close", "want-digest": "adler32" });
    expect(JSON.stringify(pool.seen.map(({ headers }) => headers))).not.toContain("the-secret-token");
    expect(pool.files.get("/a.bin")?.content?.equals(content)).toBe(true);
  });

  it("asks before every file once the door is known to send on, and begins at the door again when the pool fails", async () => {
    let failures = 0;
    const { door, pool } = await doorAndPool({}, { early: () => (failures++ === 0 ? { status: 503 } : undefined) });
    const client = door.door();
    expect(await upload(client, randomBytes(10), "/a")).toMatchObject({ done: 1 });
    expect(await upload(client, randomBytes(10), "/b")).toMatchObject({ done: 1 });
    expect(puts(door).map(({ bytes, status }) => [bytes, status])).toEqual([
      [0, 307],
      [0, 307],
      [0, 307],
    ]);
    // Each time another address: one that was used is of no use.
    expect(new Set(puts(pool).map(({ target }) => target)).size).toBe(3);
  });

  it("removes the half that a pool keeps when the connection breaks, and sends it again", async () => {
    let cuts = 0;
    const { door, pool } = await doorAndPool({}, { halves: true, cutBody: () => (cuts++ === 0 ? 100_000 : undefined) });
    const content = randomBytes(400_000);
    const report = await upload(door.door(), content, "/a");
    expect(report).toMatchObject({ done: 1, failed: 0 });
    expect(pool.files.get("/a")?.content?.equals(content)).toBe(true);
    expect(door.seen.map(({ method }) => method)).toContain("DELETE");
  });

  it("refuses to go from https to http", async () => {
    const ca = await createCa();
    const { cert, key } = ca.issue({ commonName: "localhost" });
    const pool = await storage();
    const door = await storage({ pool: () => `${pool.url}/a` }, { cert, key });
    const report = await upload(door.door({ tls: { ca: ca.cert } }), randomBytes(10), "/a");
    expect(report.failures[0]?.error).toMatchObject({ code: "INSECURE" });
    expect(pool.seen).toEqual([]);
  });

  it("goes over TLS with a client certificate for the door and none for the pool", async () => {
    const ca = await createCa();
    const host = ca.issue({ commonName: "localhost" });
    const user = ca.issue({ commonName: "user" });
    const tls = { cert: host.cert, key: host.key, ca: ca.cert, requestCert: true, rejectUnauthorized: true };
    const pool = await storage(
      { digests: "answer" },
      { cert: host.cert, key: host.key, ca: ca.cert, requestCert: true, rejectUnauthorized: false },
    );
    const door = await storage({ pool: ({ target }) => pool.url + target }, { ...tls, minVersion: "TLSv1.3" });
    const client = door.door({ tls: { ca: ca.cert, cert: user.cert, key: user.key } });
    const report = await upload(client, randomBytes(2_000_000), "/a");
    expect(report.failures).toEqual([]);
    expect(pool.files.get("/a")?.content).toHaveLength(2_000_000);
    const refused = await upload(door.door({ tls: { ca: ca.cert }, retry: { attempts: 1 } }), randomBytes(10), "/b");
    expect(refused.failed).toBe(1);
  });
});

describe("the storage's word before the body", () => {
  it("is not waited for without end: then the body is sent, and the question no longer asked", async () => {
    const one = await storage({ silent: true });
    const client = one.door();
    expect(await upload(client, randomBytes(10), "/a", { continueTimeout: 50 })).toMatchObject({ done: 1 });
    expect(await upload(client, randomBytes(3_000_000), "/b", { continueTimeout: 50 })).toMatchObject({ done: 1 });
    expect(puts(one).map(({ headers }) => headers["expect"])).toEqual(["100-continue", undefined]);
  });

  it("is a fault where the door is known to send files on: nothing is sent to it", async () => {
    const { door } = await doorAndPool();
    const client = door.door({ timeout: { idle: 100 }, retry: { attempts: 2 } });
    await upload(client, randomBytes(10), "/a");
    door.manners.early = ({ method }) => (method === "PUT" ? "hold" : undefined);
    const report = await upload(client, randomBytes(10), "/b");
    expect(report.failures[0]?.error).toMatchObject({ code: "TIMEOUT" });
    expect(report.failures[0]?.error?.message).toMatch(/100-continue/);
    expect(puts(door).every(({ bytes }) => bytes === 0)).toBe(true);
  });

  it("saves sending a file that is refused", async () => {
    const one = await storage({ room: 1000 });
    const report = await upload(one.door(), randomBytes(5_000_000), "/a");
    expect(report.error).toMatchObject({ code: "DISK_FULL", details: { where: "remote" } });
    expect(puts(one)[0]).toMatchObject({ bytes: 0, status: 507 });
  });

  it("is asked no more, small files going with their request, once the storage takes files itself", async () => {
    const one = await storage();
    const client = one.door();
    for (const name of ["/a", "/b", "/c"]) await upload(client, randomBytes(10), name);
    expect(puts(one).map(({ headers }) => headers["expect"])).toEqual(["100-continue", undefined, undefined]);
  });

  it("counts again when a storage that took files itself begins to send them on", async () => {
    const { door, pool } = await doorAndPool();
    const sendOn = door.manners.pool;
    door.manners.pool = undefined;
    const client = door.door();
    await upload(client, randomBytes(10), "/a");
    door.manners.pool = sendOn;
    expect(await upload(client, randomBytes(10), "/b")).toMatchObject({ done: 1 });
    await upload(client, randomBytes(10), "/c");
    expect(pool.names()).toEqual(["/b", "/c"]);
    expect(puts(door).at(-1)?.headers["expect"]).toBe("100-continue");
  });
});

describe("XRootD", () => {
  it("is sent headers as it reads them, no body with a question, and files without asking before", async () => {
    const one = await storage({ server: "XrootD/v5.5.3", digests: "head", literal: true, preconditions: false, makesParents: true });
    const client = one.door();
    for (const name of ["/a b", "/c%"])
      expect(await upload(client, randomBytes(100), name)).toMatchObject({ done: 1, verifiedByChecksum: 1 });
    const [first, ...later] = one.seen.filter(({ method }) => method === "PROPFIND");
    expect(first?.headers["connection"]).toBe("close");
    expect(later.every(({ bytes }) => bytes === 0)).toBe(true);
    expect(puts(one).map(({ headers }) => headers["expect"])).toEqual([undefined, undefined]);
    for (const name of ["Depth", "Content-Length", "If-None-Match", "Want-Digest"]) {
      expect(one.seen.flatMap(({ written }) => written)).toContain(name);
    }
    // It makes the name of what stands in the Destination, escapes and all.
    expect(await upload(client, randomBytes(10), "/c%", { conflict: "overwrite" })).toMatchObject({ failed: 0 });
    expect(one.seen.find(({ method }) => method === "MOVE")?.headers["destination"]).toBe(`${one.url}/c%`);
  });
});

describe("through a proxy", () => {
  it("files go by a tunnel to https, and as they are to http", async () => {
    const ca = await createCa();
    const { cert, key } = ca.issue({ commonName: "localhost" });
    const proxy = await startProxy();
    stops.push(() => proxy.stop());
    const secure = await storage({}, { cert, key });
    const plain = await storage();
    const secured = await upload(secure.door({ proxy: proxy.url, tls: { ca: ca.cert } }), randomBytes(2_000_000), "/a");
    const open = await upload(plain.door({ proxy: proxy.url }), randomBytes(2_000_000), "/a");
    expect([...secured.failures, ...open.failures]).toEqual([]);
    expect([...secure.names(), ...plain.names()]).toEqual(["/a", "/a"]);
  });
});
