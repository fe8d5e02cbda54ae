import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "@sci/cli-core/testing";
import { describe, expect, it } from "vitest";
import { statusText, amount } from "../src/cli/progress.ts";
import { ctaData, ctaDataDirect } from "../src/cli/program.ts";
import { makeTree, sumsBelow, type Place, withSandbox } from "./support/sandbox.ts";

const home = "lst/users/cta-user";
const cta = (place: Place, ...argv: string[]) =>
  runCommand(ctaData, ["--profile", join(place.folder, "profile"), ...argv], { env: process.env });
const hub = (...argv: string[]) => runCommand(ctaData, ["--mode", "service", ...argv], { env: process.env });

describe("get and put", () => {
  it("a tree, verified, with one line that sums it up; code 0 only then", () =>
    withSandbox(async (place) => {
      const tree = join(place.folder, "tree");
      const sums = await makeTree(tree, 10);
      const up = await cta(place, "put", "-r", "--require-checksum", tree, `${home}/t`);
      expect(up).toMatchObject({ code: 0, stdout: "" });
      expect(up.stderr).toMatch(/^13 files: 13 transferred \(13 verified by checksum\); [\d.]+ kB in [\d.]+ s\n$/);
      const down = join(place.folder, "down");
      expect((await cta(place, "get", "--recursive", "--exclude", "run-*", `${home}/t`, down)).code).toBe(0);
      expect(Object.keys(await sumsBelow(down)).sort()).toEqual(
        Object.keys(sums)
          .filter((name) => !name.startsWith("run-"))
          .sort(),
      );
      const rest = await cta(place, "get", "-r", `${home}/t`, down);
      expect(rest.stderr).toMatch(/10 transferred .* 3 left as they are/);
      expect(await sumsBelow(down)).toEqual(sums);
      // Something else is in the way of one of them.
      await writeFile(join(down, "large.bin"), "mine");
      const partly = await cta(place, "get", "-r", `${home}/t`, down);
      expect(partly.code).toBe(5);
      expect(partly.stderr).toMatch(
        /failed: large\.bin: .*is not the same file.*12 of 13 files are in place, 1 failed\..*Run the same command again/s,
      );
      expect(await readFile(join(down, "large.bin"), "utf8")).toBe("mine");
      expect((await cta(place, "get", "-r", "--overwrite", `${home}/t`, down)).code).toBe(0);
      expect(await sumsBelow(down)).toEqual(sums);
    }));

  it("events as JSON, one a line, without a secret", () =>
    withSandbox(async (place) => {
      await writeFile(join(place.folder, "a.txt"), "a");
      const { code, stdout } = await cta(place, "put", "--json", join(place.folder, "a.txt"), `${home}/`);
      expect(code).toBe(0);
      const events = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { type: string; name?: string; report?: { done: number } });
      expect(events.find(({ type }) => type === "file")).toMatchObject({ name: "a.txt", status: "done", verification: { by: "checksum" } });
      expect(events.at(-1)).toMatchObject({ type: "end", report: { done: 1, failed: 0 } });
      expect(stdout).not.toMatch(/eyJ|Bearer/);
    }));

  it("a directory without -r, what is not there, what may not be, what cannot be verified", () =>
    withSandbox(
      async (place) => {
        expect(await cta(place, "get", "lst")).toMatchObject({ code: 2, stderr: expect.stringContaining("--recursive") as string });
        expect(await cta(place, "get", "lst/none")).toMatchObject({ code: 4 });
        expect(await cta(place, "list", "cta/private")).toMatchObject({
          code: 1,
          stderr: expect.stringContaining("storage.read") as string,
        });
        await place.storage.put(`/${home}/plain.txt`, "plain");
        expect(await cta(place, "get", "--require-checksum", `${home}/plain.txt`, join(place.folder, "plain.txt"))).toMatchObject({
          code: 1,
        });
        expect(await cta(place, "get", "--conflict", "sometimes", "a")).toMatchObject({
          code: 2,
          stderr: expect.stringContaining("rename") as string,
        });
      },
      { profile: "plain", login: true },
    ));

  it("put says who can read what is uploaded, and --dry-run sends nothing", () =>
    withSandbox(async (place) => {
      const help = (await hub("put", "--help")).stdout.replace(/\s+/g, " ");
      expect(help).toContain("user's own folder");
      expect(help).toContain("accessible to all CTAO members");
      await writeFile(join(place.folder, "a.txt"), "a");
      const dry = await hub("put", "--dry-run", join(place.folder, "a.txt"), "folder/");
      expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining("your own folder of the storage, as folder/a.txt") as string });
      expect(place.sandbox.requests).toEqual([]);
      const put = await hub("put", join(place.folder, "a.txt"), "folder/");
      expect(put).toMatchObject({ code: 0, stderr: expect.stringContaining("1 by length only") as string });
      expect((await place.storage.read(`/${home}/folder/a.txt`)).toString()).toBe("a");
    }));
});

describe("the other commands", () => {
  it("list, stat, checksum, quota, mkdir, mv, cp, rm", () =>
    withSandbox(async (place) => {
      await place.storage.put(`/${home}/d/a b.txt`, "hello\n");
      expect((await cta(place, "list", "-r", home)).stdout).toBe("d\nd/a b.txt\n");
      expect((await cta(place, "list", "-l", `${home}/d`)).stdout).toMatch(
        /type\s+size\s+changed\s+name[\s\S]*file\s+6\s+\d{4}-\S+\s+a b\.txt/,
      );
      const rows = (await cta(place, "list", "--format", "ndjson", "--checksums", `${home}/d`)).stdout;
      expect(JSON.parse(rows)).toMatchObject({ name: "a b.txt", size: 6, checksums: { adler32: "084b021f" } });
      expect(JSON.parse((await cta(place, "stat", `${home}/d/a b.txt`)).stdout)).toMatchObject({ type: "file", locality: "ONLINE" });
      expect((await cta(place, "checksum", `${home}/d/a b.txt`)).stdout).toBe(`adler32 084b021f  ${home}/d/a b.txt\n`);
      expect((await cta(place, "locality", "--format", "csv", `${home}/d/a b.txt`)).stdout).toContain("ONLINE");
      expect((await cta(place, "quota")).code).toBe(0);
      expect(await cta(place, "mkdir", "--dry-run", `${home}/new`)).toMatchObject({ code: 0, stdout: `would make ${home}/new\n` });
      for (const argv of [
        ["mkdir", `${home}/new`],
        ["mv", `${home}/d/a b.txt`, `${home}/new/`],
        ["cp", `${home}/new/a b.txt`, `${home}/new/c.txt`],
      ])
        expect(await cta(place, ...argv)).toMatchObject({ code: 0 });
      expect((await place.storage.read(`/${home}/new/c.txt`)).toString()).toBe("hello\n");
      expect(await cta(place, "rm", `${home}/new`)).toMatchObject({ code: 1 });
      expect(await cta(place, "rm", "-r", `${home}/new`)).toMatchObject({ code: 0 });
      expect(await place.storage.stat(`/${home}/new`)).toBeUndefined();
    }));

  it("certificates go to the platform whatever the mode", () =>
    withSandbox(async (place) => {
      const { cert, key } = place.storage.certificate(undefined, 1);
      const file = join(place.folder, "proxy.pem");
      await writeFile(file, `${cert}${key}`, { mode: 0o600 });
      expect(await cta(place, "upload-personal-certificate", file, "lst", "-u", "cta-user")).toMatchObject({ code: 0 });
      expect(await cta(place, "upload-shared-certificate", file)).toMatchObject({ code: 0 });
      expect(await cta(place, "upload-personal-certificate", file, "none")).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("cta, lst, arc") as string,
      });
    }));

  it("cta-data-direct has the commands of the original's", async () => {
    const { stdout } = await runCommand(ctaDataDirect, ["--help"]);
    for (const name of ["start-agent", "stop-agent", "list", "get", "put", "token"])
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    expect((await runCommand(ctaDataDirect, ["start-agent", "--help"])).stdout).toContain("-s, --secret");
  });
});

describe("progress", () => {
  it("is of the whole job", () => {
    const facts = { bytes: 3_400_000, totalBytes: 20_000_000, files: 12, totalFiles: 100, rate: 5_100_000, secondsLeft: 3.2, active: 8 };
    expect(statusText({ ...facts, walked: true })).toBe("12/100 files  3.4 MB of 20.0 MB (17 %)  5.1 MB/s  0:03 left");
    expect(statusText({ ...facts, walked: false })).toBe("12/100+ files  3.4 MB of 20.0 MB+  5.1 MB/s");
    expect([amount(0), amount(999), amount(1000), amount(123_456_789)]).toEqual(["0 B", "999 B", "1.0 kB", "123 MB"]);
  });
});
