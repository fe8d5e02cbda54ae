import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { refusal } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import type { WebdavFileStat } from "../src/index.ts";
import { readTree } from "./support/folder.ts";
import { makeTree, sum, sumsBelow, withSandbox } from "./support/sandbox.ts";

describe.each(["dcache", "plain"] as const)("direct mode at a storage of kind %s", (profile) => {
  it("a tree goes up, is listed, comes down, and is the same", () =>
    withSandbox(
      async ({ client, folder }) => {
        const cta = client();
        expect(cta.mode).toBe("direct");
        const sums = await makeTree(join(folder, "tree"));
        await cta.mkdir("lst/users/cta-user/up");
        const up = await cta.upload(join(folder, "tree"), "lst/users/cta-user/up", { recursive: true });
        expect(up).toMatchObject({ failed: 0, done: Object.keys(sums).length, failures: [] });
        if (profile === "dcache") expect(up.verifiedByChecksum).toBe(up.done);
        const names: string[] = [];
        for await (const { name, type } of cta.list("lst/users/cta-user/up", { recursive: true })) if (type === "file") names.push(name);
        expect(names.sort()).toEqual(Object.keys(sums).sort());
        const down = await cta.download("lst/users/cta-user/up", join(folder, "down"), { recursive: true });
        expect(down).toMatchObject({ failed: 0, done: Object.keys(sums).length });
        expect(await sumsBelow(join(folder, "down"))).toEqual(sums);
        // Again: nothing moves.
        expect(await cta.download("lst/users/cta-user/up", join(folder, "down"), { recursive: true })).toMatchObject({
          done: 0,
          bytes: 0,
          skipped: up.done,
        });
      },
      { profile },
    ));

  it("one file: completed names, no silent replacement, stat, move, copy, remove", () =>
    withSandbox(
      async ({ client, folder, storage }) => {
        const cta = client();
        const home = "lst/users/cta-user";
        await writeFile(join(folder, "latest.txt"), "first");
        await cta.mkdir(`${home}/your-folder`);
        expect(await cta.uploadFile(join(folder, "latest.txt"), `${home}/your-folder/`)).toEqual({
          path: `${home}/your-folder/latest.txt`,
          status: "uploaded",
          total_written: 5,
        });
        expect(await cta.stat(`${home}/your-folder/latest.txt`)).toMatchObject({ type: "file", size: 5 });
        await writeFile(join(folder, "latest.txt"), "second");
        await refusal(() => cta.uploadFile(join(folder, "latest.txt"), `${home}/your-folder/`), "CONFLICT");
        await cta.uploadFile(join(folder, "latest.txt"), `${home}/your-folder/`, { overwrite: true });
        expect((await storage.read(`/${home}/your-folder/latest.txt`)).toString()).toBe("second");
        await cta.move(`${home}/your-folder/latest.txt`, `${home}/your-folder/moved.txt`);
        const copied = await cta.copy(`${home}/your-folder/moved.txt`, `${home}/your-folder/copy.txt`);
        expect(["storage", "pull", "push"]).toContain(copied.by);
        expect((await storage.read(`/${home}/your-folder/copy.txt`)).toString()).toBe("second");
        await refusal(() => cta.copy(`${home}/your-folder/moved.txt`, `${home}/your-folder/copy.txt`), "CONFLICT");
        await refusal(() => cta.remove(`${home}/your-folder`), "CONFLICT");
        await cta.remove(`${home}/your-folder`, { recursive: true });
        await refusal(() => cta.stat(`${home}/your-folder`), "NOT_FOUND");
        expect(
          await cta.fetchAndSaveFile((await cta.listDir("lst")).length > 0 ? await firstFile(cta) : "", { to: join(folder, "got") }),
        ).toBeGreaterThan(0);
      },
      { profile },
    ));

  it("webdav() sees the same", () =>
    withSandbox(
      async ({ client, folder }) => {
        const cta = client();
        const dav = await cta.webdav();
        await dav.createDirectory("/lst/users/cta-user/dav", { recursive: true });
        await dav.putFileContents("/lst/users/cta-user/dav/a.txt", "by the library");
        const [entry] = (await dav.getDirectoryContents("/lst/users/cta-user/dav")) as readonly WebdavFileStat[];
        expect(entry).toMatchObject({ basename: "a.txt", size: 14 });
        await cta.download("lst/users/cta-user/dav/a.txt", join(folder, "a.txt"));
        expect(await readFile(join(folder, "a.txt"), "utf8")).toBe("by the library");
        const stream = dav.createWriteStream("/lst/users/cta-user/dav/b.txt");
        const written = new Promise((resolve) => stream.on("error", resolve));
        stream.end("a stream");
        const read = async (): Promise<string> => String(await dav.getFileContents("/lst/users/cta-user/dav/b.txt", { format: "text" }));
        await expect.poll(async () => read().catch(() => ""), { timeout: 20_000 }).toBe("a stream");
        void written;
      },
      { profile },
    ));
});

async function firstFile(cta: ReturnType<Parameters<Parameters<typeof withSandbox>[0]>[0]["client"]>): Promise<string> {
  for await (const { path, type, size } of cta.list("", { recursive: true })) if (type === "file" && (size ?? 0) > 0) return path;
  throw new Error("no file");
}

describe("direct mode at dCache", () => {
  it("checksums, quota, locality, staging, macaroons", () =>
    withSandbox(
      async ({ client, storage, folder }) => {
        const cta = client();
        await storage.put("/lst/tape.dat", "on tape", { locality: "NEARLINE" });
        expect(await cta.checksum("lst/tape.dat")).toEqual({ algorithm: "adler32", value: (await storage.stat("/lst/tape.dat"))?.adler32 });
        await refusal(() => cta.checksum("lst"), "CHECKSUM_UNAVAILABLE");
        expect(await cta.locality("lst/tape.dat")).toEqual([{ path: "lst/tape.dat", locality: "NEARLINE" }]);
        const status = await cta.stage("lst/tape.dat", { lifetime: "PT1H" });
        expect(status).toMatchObject({ finished: true, files: [{ path: "/lst/tape.dat", onDisk: true }] });
        await cta.release("lst/tape.dat", status.requestId);
        expect((await cta.locality(["lst/tape.dat"]))[0]?.locality).toMatch(/ONLINE/);
        const { macaroon } = await cta.macaroon("lst", { activities: ["DOWNLOAD", "LIST"] });
        const guest = client({ token: macaroon });
        expect(await guest.fetchAndSaveFile("lst/tape.dat", { to: join(folder, "tape.dat") })).toBe(7);
        await refusal(() => guest.remove("lst/tape.dat"), "FORBIDDEN");
        await storage.put("/lst/lost.dat", "gone", { locality: "UNAVAILABLE" as never });
        const error = await refusal(() => cta.fetchAndSaveFile("lst/lost.dat", { to: join(folder, "lost.dat") }), "OFFLINE");
        expect(error.message).toMatch(/stage\(\)/);
      },
      { stageTime: 0 },
    ));

  it("403 tells what the token may and what is needed", () =>
    withSandbox(
      async ({ client, storage, folder }) => {
        await storage.put("/lst/a.txt", "a");
        await writeFile(join(folder, "b.txt"), "b");
        const reader = client({ token: storage.token({ scope: "storage.read:/lst" }) });
        expect(await reader.fetchAndSaveFile("lst/a.txt", { to: join(folder, "a.txt") })).toBe(1);
        const error = await refusal(() => reader.uploadFile(join(folder, "b.txt"), "lst/b.txt"), "FORBIDDEN");
        expect(error.message).toMatch(/needs storage\.create.*has only: storage\.read:\/lst/s);
        expect(error.details).toMatchObject({ needed: expect.stringContaining("storage.create") as string });
        const closed = await refusal(async () => {
          for await (const _entry of client().list("cta/private")) void _entry;
        }, "FORBIDDEN");
        expect(closed.message).toMatch(/rights of its user/);
      },
      { scopes: ["storage.read:/lst"] },
    ));

  it("507 stops the job and says so", () =>
    withSandbox(async ({ client, storage, folder }) => {
      await makeTree(join(folder, "tree"), 5);
      storage.setQuota(storage.bytes + 10);
      const report = await client().upload(join(folder, "tree"), "lst/users/cta-user/full", { recursive: true });
      expect(report.error?.code).toBe("DISK_FULL");
      expect(report.error?.message).toMatch(/full/);
    }));

  it("a tree is verified over TLS with a client certificate, and a certificate of others is refused", () =>
    withSandbox(
      async ({ client, storage, folder }) => {
        const { cert, key } = storage.certificate();
        const pem = join(folder, "usercert.pem");
        await writeFile(pem, `${cert}${key}`, { mode: 0o600 });
        const cta = client({ certificate: pem, tls: { ca: storage.ca } });
        await mkdir(join(folder, "t"));
        await writeFile(join(folder, "t", "x.txt"), "x");
        expect(await cta.upload(join(folder, "t"), "lst/users/cta-user/t", { recursive: true })).toMatchObject({
          done: 1,
          verifiedByChecksum: 1,
        });
        await cta.download("lst/users/cta-user/t", join(folder, "back"), { recursive: true });
        expect(await readTree(join(folder, "back"))).toEqual({ "x.txt": "x" });
        // Without the authority the server is not trusted: nothing is sent to it.
        const error = await refusal(() => client({ certificate: pem, retry: { attempts: 1 } }).stat("lst"), "TLS");
        expect(error.message).toMatch(/certificate/i);
      },
      { tls: "optional" },
    ));

  it("copies to another storage without a byte through this machine", () =>
    withSandbox(async ({ client, storage }) => {
      await withSandbox(async ({ storage: other, sandbox }) => {
        await storage.put("/lst/a.txt", "from here");
        const cta = client({ baseUrl: storage.doorUrl, token: storage.token() });
        const result = await cta.copy("lst/a.txt", `${sandbox.env["CTADATA_URL"] ?? ""}/lst/users/cta-user/`, {
          otherToken: other.token(),
          requireChecksum: false,
        });
        expect(result.by).toBe("push");
        expect(sum(await other.read("/lst/users/cta-user/a.txt"))).toBe(sum(Buffer.from("from here")));
      });
    }));
});
