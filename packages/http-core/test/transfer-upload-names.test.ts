import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { createWebDav, upload } from "@sci/http-core/transfer";
import { failure } from "./support.ts";
import { startDavStorage, type DavStorage, type Manners } from "./transfer-dav-storage.ts";

const storages: DavStorage[] = [];

afterEach(async () => {
  for (const one of storages.splice(0)) await one.stop();
});

async function storage(manners: Partial<Manners> = {}): Promise<DavStorage> {
  const one = await startDavStorage(manners);
  storages.push(one);
  return one;
}

/** As WsgiDAV 4.4 reads a Destination. */
const cut = { reads: (path: string): string => path.replace(/[#?;].*$/s, "") };

describe("on a storage that takes the new name of a file for another", () => {
  it("uploads go straight to names that it may take so, and to others as ever", async () => {
    const one = await storage(cut);
    const door = one.door();
    one.put("/a", "of somebody else");
    one.put("/a#b", "before");
    const content = randomBytes(100);
    for (const name of ["/a#b", "/a;c", "/a?d", "/caf\u00e9"])
      expect(await upload(door, content, name, { conflict: "overwrite", temporary: "always" })).toMatchObject({ done: 1, failed: 0 });
    expect(one.names()).toEqual(["/a", "/a#b", "/a;c", "/a?d", "/caf\u00e9"]);
    expect(one.text("/a")).toBe("of somebody else");
    expect(one.files.get("/a#b")?.content?.equals(content)).toBe(true);
    expect(one.seen.map(({ method }) => method)).not.toContain("MOVE");
    await upload(door, content, "/plain name (1).txt", { temporary: "always" });
    expect(one.seen.map(({ method }) => method)).toContain("MOVE");
  });

  it("a replacement gets its name from another where the storage puts no file over one", async () => {
    const one = await storage({ overwrite: false });
    one.put("/a#b", "before");
    const content = randomBytes(100);
    expect(await upload(one.door(), content, "/a#b", { conflict: "overwrite" })).toMatchObject({ done: 1, failed: 0 });
    expect(one.names()).toEqual(["/a#b"]);
    expect(one.files.get("/a#b")?.content?.equals(content)).toBe(true);
  });

  it("a replacement is made only of what was seen", async () => {
    const one = await storage(cut);
    one.put("/a#b", "before");
    one.manners.early = ({ method }) => (method === "PUT" ? (one.put("/a#b", "of somebody else"), undefined) : undefined);
    const report = await upload(one.door(), randomBytes(10), "/a#b", { conflict: "overwrite" });
    expect(report.failures[0]?.error).toMatchObject({ code: "CONFLICT" });
    expect(one.text("/a#b")).toBe("of somebody else");
  });

  it("move and copy replace nothing else, and do not say that they did what they did not", async () => {
    const one = await storage(cut);
    one.put("/a", "of somebody else");
    one.put("/from", "moved");
    const dav = createWebDav(one.door());
    expect(await failure(dav.move("/from", "/a#b", { overwrite: true }))).toMatchObject({ code: "CONFLICT" });
    expect(one.text("/a")).toBe("of somebody else");
    expect(await failure(dav.move("/from", "/c#d"))).toMatchObject({
      code: "INVALID_RESPONSE",
      message: expect.stringContaining("there is no /c#d") as string,
    });
    expect(one.text("/c")).toBe("moved");
  });

  it.each(["Apache/2.4.66 (Debian)", "dCache/10.2.4"])("%s is trusted with every name", async (server) => {
    const one = await storage({ server, reads: decodeURIComponent });
    await upload(one.door(), randomBytes(10), "/a#b?c;d%41 \u00e9", { temporary: "always" });
    expect(one.names()).toEqual(["/a#b?c;d%41 \u00e9"]);
    expect(one.seen.map(({ method }) => method)).toContain("MOVE");
  });
});

describe("XRootD, which ends names at a question mark", () => {
  const xrootd = { server: "XrootD/v5.5.3", digests: "head", literal: true, preconditions: false, makesParents: true } as const;

  it("is given none that has one, and what has the shorter name stays", async () => {
    const one = await storage(xrootd);
    one.put("/a", "of somebody else");
    // It answers for the shorter name.
    one.put("/a?b", "of somebody else");
    const door = one.door();
    const dav = createWebDav(door);
    const report = await upload(door, randomBytes(10), "/a?b", { conflict: "overwrite" });
    expect(report.failures[0]?.error).toMatchObject({
      code: "UNSAFE_NAME",
      message: expect.stringContaining("taken for /a there") as string,
    });
    expect(await failure(dav.remove("/a?b"))).toMatchObject({ code: "UNSAFE_NAME" });
    expect(await failure(dav.move("/a?b", "/c"))).toMatchObject({ code: "UNSAFE_NAME" });
    expect(await failure(dav.move("/a", "/c?d"))).toMatchObject({ code: "UNSAFE_NAME" });
    expect(await failure(dav.mkdir("/d?e"))).toMatchObject({ code: "UNSAFE_NAME" });
    expect(one.seen.map(({ method }) => method).filter((method) => method !== "PROPFIND")).toEqual([]);
  });

  it("is sent no stream of unknown length, which it would refuse with a file left", async () => {
    const one = await storage(xrootd);
    const stream = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield await Promise.resolve(new Uint8Array(3));
    };
    const report = await upload(one.door(), stream, "/s");
    expect(report.failures[0]?.error).toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringMatching(/size.*spool/) as string });
    expect(one.names()).toEqual([]);
    expect(await upload(one.door(), stream, "/s", { size: 3 })).toMatchObject({ done: 1 });
  });

  it("is not asked to rename a file to a name beyond ASCII", async () => {
    const one = await storage(xrootd);
    const door = one.door();
    for (const name of ["/caf\u00e9", "/c%41#d"])
      expect(await upload(door, randomBytes(10), name, { temporary: "always" })).toMatchObject({ done: 1 });
    expect(one.seen.filter(({ method }) => method === "MOVE")).toHaveLength(1);
    expect(one.names()).toEqual(["/c%41#d", "/caf\u00e9"]);
  });
});
