import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { upload } from "@sci/http-core/transfer";
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

/** A sequence that is the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("connections that break at any byte", () => {
  it.each([
    ["a storage that keeps nothing of them", { halves: false }],
    ["a storage that keeps what arrived", { halves: true }],
    ["a storage that keeps it and does not know preconditions", { halves: true, preconditions: false }],
    ["a storage that keeps it and replaces nothing", { halves: true, overwrite: false }],
  ] as const)("leave whole files on %s", async (_name, manners) => {
    const random = numbers(7);
    const one = await storage(manners);
    let broken = 0;
    one.manners.cutBody = ({ method, headers }) =>
      method === "PUT" && random(3) === 0 ? (broken++, random(Number(headers["content-length"] ?? 1)) + 1) : undefined;
    one.manners.loseAnswer = ({ method }) => ["PUT", "MOVE"].includes(method) && random(5) === 0;
    const door = one.door({ retry: { attempts: 20 } });
    const contents = new Map<string, Buffer>();
    for (let index = 0; index < 24; index++) {
      const size = [0, 1, 5000, 300_000, 1_500_000][index % 5] as number;
      const content = randomBytes(size);
      contents.set(`/f${index}`, content);
      const report = await upload(door, content, `/f${index}`, { temporary: index % 3 === 0 ? "always" : "auto" });
      expect(report.failures).toEqual([]);
    }
    expect(broken).toBeGreaterThan(3);
    expect(one.names()).toEqual([...contents.keys()].sort());
    for (const [name, content] of contents) expect(one.files.get(name)?.content?.equals(content), name).toBe(true);
  });

  it("that break always leave nothing, neither under the name nor under another", async () => {
    for (const temporary of ["always", "never"] as const) {
      const one = await storage({ halves: true, cutBody: ({ method }) => (method === "PUT" ? 1000 : undefined) });
      const report = await upload(one.door({ retry: { attempts: 2 } }), randomBytes(5000), "/a", { temporary });
      expect(report.failures[0]?.error).toMatchObject({ code: "NETWORK" });
      expect(one.names()).toEqual([]);
    }
  });
});

describe("an upload that is ended", () => {
  it("removes what it had sent", async () => {
    const one = await storage({ halves: true });
    const controller = new AbortController();
    let pieces = 0;
    const source = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      for (;;) {
        yield randomBytes(100_000);
        if (++pieces === 5) controller.abort();
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const report = await upload(one.door(), source, "/a", { size: 100_000_000, signal: controller.signal, temporary: "never" });
    expect(report.error).toMatchObject({ code: "ABORTED" });
    expect(one.names()).toEqual([]);
  });

  it("tells what it could not remove", async () => {
    const one = await storage({ halves: true, cutBody: ({ method }) => (method === "PUT" ? 10 : undefined) });
    one.manners.early = ({ method }) => (method === "DELETE" ? { status: 403 } : undefined);
    const report = await upload(one.door({ retry: { attempts: 1 } }), randomBytes(5000), "/a");
    expect(report.failures[0]?.error?.message).toMatch(/may remain at \/a/);
  });
});

describe("contents that arrive changed", () => {
  it("are removed and sent again", async () => {
    let times = 0;
    const one = await storage({
      digests: "answer",
      store: (content) => (times++ === 0 ? Buffer.from(content.map((byte) => byte ^ 1)) : content),
    });
    const content = randomBytes(4000);
    expect(await upload(one.door(), content, "/a")).toMatchObject({ done: 1, verifiedByChecksum: 1 });
    expect(one.files.get("/a")?.content?.equals(content)).toBe(true);
  });

  it("and shortened are seen by their length, and fail when they are so every time", async () => {
    const one = await storage({ store: (content) => content.subarray(0, 100) });
    const report = await upload(one.door({ retry: { attempts: 2 } }), randomBytes(4000), "/a");
    expect(report.failures[0]?.error).toMatchObject({ code: "CHECKSUM_MISMATCH" });
    expect(one.names()).toEqual([]);
  });
});

describe("answers that say what is wrong", () => {
  it.each([
    [403, "FORBIDDEN"],
    [423, "LOCKED"],
    [507, "DISK_FULL"],
    [401, "NOT_AUTHENTICATED"],
  ])("%d is %s, and not tried again", async (status, code) => {
    const one = await storage();
    one.manners.early = ({ method }) => (method === "PUT" ? { status } : undefined);
    const report = await upload(one.door(), randomBytes(10), "/a");
    expect(report.error ?? report.failures[0]?.error).toMatchObject({ code, status });
    expect(one.seen.filter(({ method }) => method === "PUT")).toHaveLength(1);
  });

  it("that pass are waited for: 503, 429, 500", async () => {
    const one = await storage();
    const statuses = [503, 429, 500];
    one.manners.early = ({ method }) => {
      const status = method === "PUT" ? statuses.shift() : undefined;
      return status === undefined ? undefined : { status };
    };
    expect(await upload(one.door(), randomBytes(10), "/a")).toMatchObject({ done: 1 });
  });

  it("that are lost are looked up: the file is there, and is not sent again", async () => {
    let lost = 0;
    const one = await storage({ loseAnswer: ({ method }) => method === "PUT" && lost++ === 0 });
    expect(await upload(one.door(), randomBytes(1000), "/a")).toMatchObject({ done: 1, failed: 0 });
    expect(one.seen.filter(({ method, bytes }) => method === "PUT" && bytes > 0)).toHaveLength(1);
  });

  it("a file of somebody else that appears meanwhile stays", async () => {
    const one = await storage();
    one.manners.early = ({ method }) => (method === "PUT" ? (one.put("/a", "theirs"), undefined) : undefined);
    const report = await upload(one.door(), randomBytes(1000), "/a");
    expect(report.failures[0]?.error).toMatchObject({ code: "CONFLICT" });
    expect(one.text("/a")).toBe("theirs");
    one.files.delete("/a");
    expect(await upload(one.door(), randomBytes(1000), "/a", { conflict: "skip" })).toMatchObject({ skipped: 1, failed: 0 });
  });
});
