import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { upload, type TransferEvent } from "@sci/http-core/transfer";
import { adler32 } from "./transfer-adler.ts";
import { startDavStorage, type DavStorage, type Manners } from "./transfer-dav-storage.ts";
import { failure } from "./support.ts";

let folder: string;
const storages: DavStorage[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sci-upload-"));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  for (const one of storages.splice(0)) await one.stop();
});

async function storage(manners: Partial<Manners> = {}): Promise<DavStorage> {
  const one = await startDavStorage(manners);
  storages.push(one);
  return one;
}

function file(name: string, content: string | Uint8Array, mtime?: number): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  if (mtime !== undefined) utimesSync(path, mtime / 1000, mtime / 1000);
  return path;
}

const past = Date.UTC(2020, 1, 2, 3, 4, 5);
const large = 17 * 1024 * 1024;
const methods = ({ seen }: DavStorage): string[] => seen.map(({ method }) => method);

describe("a small new file", () => {
  it("goes straight to its name, only if nothing has it, and is looked at afterwards", async () => {
    const one = await storage();
    const report = await upload(one.door(), file("a.txt", "hello"), "/a.txt");
    expect(report).toMatchObject({ direction: "upload", files: 1, done: 1, failed: 0, verifiedByLength: 1, bytes: 5 });
    expect(one.text("/a.txt")).toBe("hello");
    const put = one.seen.find(({ method }) => method === "PUT");
    expect(put?.headers).toMatchObject({ "if-none-match": "*", "content-length": "5", expect: "100-continue" });
  });

  it("gets the name of its source below a path that ends in a slash, and the directories that are missing", async () => {
    const one = await storage();
    const report = await upload(one.door(), file("a #1 ü%.txt", "x"), "/deep/er/");
    expect(report.failures).toEqual([]);
    expect(one.names()).toEqual(["/deep/er/a #1 ü%.txt"]);
  });

  it("is left where its directory is missing and none may be made", async () => {
    const one = await storage();
    const report = await upload(one.door(), file("a", "x"), "/none/a", { parents: false });
    expect(report.failures[0]?.error).toMatchObject({ code: "CONFLICT", status: 409 });
    expect(report.failures[0]?.error?.message).toMatch(/parents: true/);
    expect(one.files.has("/none")).toBe(false);
  });

  it.each(["answer", "head", "property"] as const)("is verified by the checksum that the storage gives in its %s", async (digests) => {
    const one = await storage({ digests });
    const content = randomBytes(3000);
    const events: TransferEvent[] = [];
    const report = await upload(one.door(), file("a.bin", content), "/a.bin", { onEvent: (event) => events.push(event) });
    expect(report).toMatchObject({ verifiedByChecksum: 1, verifiedByLength: 0 });
    const outcome = events.find(({ type }) => type === "file");
    expect(outcome).toMatchObject({ status: "done", verification: { by: "checksum", algorithm: "adler32", value: adler32(content) } });
  });

  it("without a checksum where one is required fails, and leaves nothing", async () => {
    const one = await storage();
    const report = await upload(one.door(), file("a", "x"), "/a", { requireChecksum: true });
    expect(report.failures[0]?.error).toMatchObject({ code: "CHECKSUM_UNAVAILABLE" });
    expect(one.names()).toEqual([]);
  });

  it("gives its time to a storage that takes it", async () => {
    const one = await storage({ takesTimes: true });
    await upload(one.door(), file("a", "x", past), "/a");
    expect(one.files.get("/a")?.mtime).toBe(past);
    await upload(one.door(), file("b", "x", past), "/b", { times: false });
    expect(one.files.get("/b")?.mtime).not.toBe(past);
  });

  it("that has no bytes is uploaded like any other", async () => {
    const one = await storage({ digests: "answer" });
    expect(await upload(one.door(), file("a", ""), "/a")).toMatchObject({ done: 1, failed: 0 });
    expect(one.text("/a")).toBe("");
  });
});

describe("a name that is taken", () => {
  const other = async (conflict: "error" | "skip" | "overwrite" | "newer" | "rename", mtime: number, manners: Partial<Manners> = {}) => {
    const one = await storage(manners);
    one.put("/a.txt", "old and longer", mtime);
    const report = await upload(one.door(), file("a.txt", "new"), "/a.txt", { conflict });
    return { one, report };
  };

  it("is an error unless something else is said, also where the storage would replace it", async () => {
    const { one, report } = await other("error", past, { preconditions: false });
    expect(report.failures[0]?.error).toMatchObject({ code: "CONFLICT" });
    expect(one.text("/a.txt")).toBe("old and longer");
    expect(methods(one)).not.toContain("PUT");
  });

  it("stays with skip", async () => {
    const { one, report } = await other("skip", past);
    expect(report).toMatchObject({ skipped: 1, failed: 0 });
    expect(one.text("/a.txt")).toBe("old and longer");
  });

  it("is replaced with overwrite by a file that was complete under another name before", async () => {
    const { one, report } = await other("overwrite", past);
    expect(report).toMatchObject({ done: 1, failed: 0 });
    expect(one.names()).toEqual(["/a.txt"]);
    expect(one.text("/a.txt")).toBe("new");
    expect(methods(one)).toContain("MOVE");
    expect(one.seen.find(({ method }) => method === "PUT")?.target).toMatch(/^\/\.a\.txt\.[0-9a-f]{12}\.part$/);
  });

  it("is written over where files cannot be renamed, if it is still what was seen", async () => {
    const { one, report } = await other("overwrite", past, { move: 403 });
    expect(report.failures).toEqual([]);
    expect(one.text("/a.txt")).toBe("new");
    expect(one.names()).toEqual(["/a.txt"]);
    expect(one.seen.filter(({ method }) => method === "PUT").at(-1)?.headers["if-match"]).toMatch(/^"e/);
  });

  it("is replaced with newer only by a newer one", async () => {
    expect((await other("newer", past)).report).toMatchObject({ done: 1 });
    const { one, report } = await other("newer", Date.now() + 60_000);
    expect(report).toMatchObject({ skipped: 1 });
    expect(one.text("/a.txt")).toBe("old and longer");
  });

  it("leaves the new one a name with a number", async () => {
    const { one, report } = await other("rename", past);
    expect(report).toMatchObject({ done: 1 });
    expect(one.names()).toEqual(["/a (1).txt", "/a.txt"]);
  });

  it("by the same file, uploaded before, is passed over", async () => {
    const one = await storage();
    const source = file("a", "same", past);
    await upload(one.door(), source, "/a");
    expect(await upload(one.door(), source, "/a")).toMatchObject({ skipped: 1, failed: 0, bytes: 0 });
  });

  it("by other contents of the same length is seen by the checksum", async () => {
    const one = await storage({ digests: "property" });
    one.put("/a", "same");
    const report = await upload(one.door(), file("a", "emas", past), "/a", { compareChecksums: true });
    expect(report.failures[0]?.error).toMatchObject({ code: "CONFLICT" });
    expect(await upload(one.door(), file("a", "same", past), "/a", { compareChecksums: true })).toMatchObject({ skipped: 1 });
  });

  it("by a directory is told, with the slash that it takes", async () => {
    const one = await storage();
    one.mkdir("/a");
    const report = await upload(one.door(), file("a", "x"), "/a", { conflict: "overwrite" });
    expect(report.failures[0]?.error?.message).toMatch(/directory .* slash/);
  });
});

describe("a large file", () => {
  it("gets its name only when it is complete and verified; what the storage offers is asked with a small one", async () => {
    const one = await storage({ digests: "head" });
    const content = randomBytes(large);
    const report = await upload(one.door(), file("big", content), "/big");
    expect(report).toMatchObject({ done: 1, verifiedByChecksum: 1, failed: 0 });
    expect(one.names()).toEqual(["/big"]);
    expect(one.files.get("/big")?.content?.equals(content)).toBe(true);
    const move = one.seen.findIndex(({ method }) => method === "MOVE");
    expect(methods(one).slice(0, move)).toContain("HEAD");
  });

  it("goes straight to its name where files cannot be renamed", async () => {
    const one = await storage({ move: 501 });
    const report = await upload(one.door(), file("big", randomBytes(large)), "/big");
    expect(report.failures).toEqual([]);
    expect(one.names()).toEqual(["/big"]);
  });

  it("goes straight to its name when that is asked for", async () => {
    const one = await storage();
    await upload(one.door(), file("big", randomBytes(large)), "/big", { temporary: "never" });
    expect(methods(one)).not.toContain("MOVE");
    expect(one.names()).toEqual(["/big"]);
  });

  it("does not replace what got its name meanwhile", async () => {
    const one = await storage({ preconditions: false });
    one.manners.store = (content) => (one.put("/big", "of somebody else"), content);
    const report = await upload(one.door(), file("big", randomBytes(large)), "/big");
    expect(report.failures[0]?.error).toMatchObject({ code: "CONFLICT" });
    expect(one.names()).toEqual(["/big"]);
    expect(one.text("/big")).toBe("of somebody else");
  });
});

describe("bytes and streams", () => {
  async function* stream(text: string): AsyncGenerator<Uint8Array, void, undefined> {
    for (const part of text) yield await Promise.resolve(new TextEncoder().encode(part));
  }

  it("are uploaded with their length and without", async () => {
    const one = await storage();
    const door = one.door();
    await upload(door, new TextEncoder().encode("bytes"), "/bytes");
    await upload(door, stream("known"), "/known", { size: 5 });
    await upload(door, () => stream("unknown"), "/unknown");
    expect(["/bytes", "/known", "/unknown"].map((name) => one.text(name))).toEqual(["bytes", "known", "unknown"]);
    expect(one.names()).toEqual(["/bytes", "/known", "/unknown"]);
  });

  it("that end early or late are errors, and leave nothing", async () => {
    const one = await storage({ halves: true });
    for (const size of [3, 9]) {
      const report = await upload(one.door(), () => stream("12345"), "/a", { size });
      expect(report.failures[0]?.error).toMatchObject({ code: "CHANGED" });
      expect(one.names()).toEqual([]);
    }
  });

  it("that can be read once are not sent twice, unless they are kept in a file", async () => {
    const one = await storage();
    let cuts = 0;
    one.manners.cutBody = ({ method }) => (method === "PUT" && cuts++ === 0 ? 1 : undefined);
    const report = await upload(one.door(), stream("text"), "/a", { size: 4 });
    expect(report.failures[0]?.error).toMatchObject({ code: "FILE" });
    expect(report.failures[0]?.error?.message).toMatch(/cannot be read again/);
    cuts = 0;
    expect(await upload(one.door(), stream("text"), "/a", { spool: folder })).toMatchObject({ done: 1, failed: 0 });
    expect(one.text("/a")).toBe("text");
  });

  it("that fail end the upload with their reason", async () => {
    const one = await storage();
    const broken = (async function* () {
      yield await Promise.resolve(new Uint8Array(3));
      throw new Error("the tape tore");
    })();
    const report = await upload(one.door(), broken, "/a");
    expect(report.failures[0]?.error?.message).toMatch(/the tape tore/);
    expect(one.names()).toEqual([]);
  });
});

describe("what cannot be meant", () => {
  it.each([
    [{ recursiv: true }, /recursive/],
    [{ temporary: "sometimes" }, /temporary/],
    [{ continueTimeout: -1 }, /continueTimeout/],
  ])("is refused: %j", async (options, message) => {
    const one = await storage();
    expect(() => upload(one.door(), file("a", "x"), "/a", options as object)).toThrow(message);
  });

  it("is refused by the job where only the source tells: folders unasked, no such file, dots in the path", async () => {
    const one = await storage();
    const door = one.door();
    expect((await failure(upload(door, folder, "/a"))).message).toMatch(/recursive: true/);
    expect((await upload(door, join(folder, "none"), "/a")).error).toMatchObject({ code: "FILE" });
    expect(await failure(upload(door, file("a", "x"), "/x/../a"))).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(one.seen).toEqual([]);
  });

  it("does not follow links of a folder into itself", async () => {
    const one = await storage();
    file("tree/a", "x");
    symlinkSync(join(folder, "tree"), join(folder, "tree/loop"));
    const report = await upload(one.door(), join(folder, "tree"), "/t", { recursive: true });
    expect(report).toMatchObject({ done: 1, failed: 1 });
    expect(report.failures[0]?.error?.message).toMatch(/link to a folder that it lies in/);
  });
});
