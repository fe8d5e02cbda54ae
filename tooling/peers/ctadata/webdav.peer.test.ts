import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTree, missingTools, newFolder, run, sums } from "./tools.ts";

const tools = { litmus: "litmus", rclone: "rclone", "davix-get": "davix" } as const;
const missing = await missingTools(Object.keys(tools), Object.values(tools));
const title = missing === undefined ? "" : ` (skipped: ${missing})`;
const skip = missing !== undefined;
const folder = newFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(skip)(`litmus against the sandbox's plain storage${title}`, () => {
  test("at least 100 of its 104 tests pass", async () => {
    const box = await startSandbox({ facilities: ["ctadata"], ctadata: { profile: "plain" } });
    const { text } = await run("litmus", ["-k", `${box.ctadata.doorUrl}/`], {
      cwd: folder,
      env: { TESTS: "basic copymove props locks http" },
    });
    await box.stop();
    const counts = [...text.matchAll(/of (\d+) tests run: (\d+) passed/g)].map(([, ran, passed]) => [Number(ran), Number(passed)] as const);
    const total = counts.reduce(([a, b], [ran, passed]) => [a + ran, b + passed] as const, [0, 0] as const);
    expect(total[0]).toBe(104);
    expect(total[1], text).toBeGreaterThanOrEqual(100);
  });
});

describe.each(["dcache", "plain"] as const)("programs against the %s storage", (profile) => {
  let box: Sandbox;
  const source = join(folder, `${profile}-source`);
  beforeAll(async () => {
    box = await startSandbox({ facilities: ["ctadata"], ctadata: { profile, login: true, overwrite: true } });
    makeTree(source);
  });
  afterAll(() => box?.stop());
  const token = (): string => box.env["CTADATA_TOKEN"] as string;
  const filesAt = (path: string): string[] =>
    box.ctadata
      .paths(path)
      .filter((found) => !found.endsWith("/"))
      .sort();

  test.skipIf(skip)(`rclone: a tree up, listed, down, compared${title}`, async () => {
    const env = {
      RCLONE_CONFIG: join(folder, "none.conf"),
      RCLONE_WEBDAV_URL: box.ctadata.doorUrl,
      RCLONE_WEBDAV_BEARER_TOKEN: token(),
      RCLONE_LOW_LEVEL_RETRIES: "1",
      RCLONE_RETRIES: "1",
    };
    writeFileSync(env.RCLONE_CONFIG, "");
    expect(await run("rclone", ["copy", source, ":webdav:lst/rclone"], { env })).toMatchObject({ code: 0 });
    expect(filesAt("/lst/rclone")).toEqual(
      Object.keys(sums(source))
        .map((name) => `/lst/rclone/${name}`)
        .sort(),
    );
    const listed = await run("rclone", ["lsf", "-R", "--files-only", ":webdav:lst/rclone"], { env });
    expect(listed.text.trim().split("\n").sort()).toEqual(Object.keys(sums(source)).sort());
    const back = join(folder, `${profile}-rclone`);
    expect(await run("rclone", ["copy", ":webdav:lst/rclone", back], { env })).toMatchObject({ code: 0 });
    expect(sums(back)).toEqual(sums(source));
    expect(await run("rclone", ["moveto", ":webdav:lst/rclone/a.txt", ":webdav:lst/rclone/moved.txt"], { env })).toMatchObject({ code: 0 });
    expect(await run("rclone", ["purge", ":webdav:lst/rclone"], { env })).toMatchObject({ code: 0 });
    expect(await box.ctadata.stat("/lst/rclone")).toBeUndefined();
  });

  test.skipIf(skip)(`davix: put, list, get, tree${title}`, async () => {
    const bearer = ["-H", `Authorization: Bearer ${token()}`];
    const url = (path: string, scheme = "http"): string => box.ctadata.doorUrl.replace("http", scheme) + path;
    expect(await run("davix-mkdir", [...bearer, url("/lst/davix")])).toMatchObject({ code: 0 });
    expect(await run("davix-put", [...bearer, join(source, "sub/large.bin"), url("/lst/davix/large.bin")])).toMatchObject({ code: 0 });
    expect((await run("davix-ls", [...bearer, url("/lst/davix")])).text).toContain("large.bin");
    const back = join(folder, `${profile}-davix`);
    mkdirSync(join(back, "sub"), { recursive: true });
    expect(await run("davix-get", [...bearer, url("/lst/davix/large.bin"), join(back, "sub/large.bin")])).toMatchObject({ code: 0 });
    expect(sums(back)["sub/large.bin"]).toBe(sums(source)["sub/large.bin"]);
    const tree = join(folder, `${profile}-davix-tree`);
    mkdirSync(tree);
    expect(await run("davix-get", [...bearer, "-r", "4", url("/cta/DL1/v0.1", "dav"), tree], { cwd: tree })).toMatchObject({ code: 0 });
    const got = Object.keys(sums(tree)).find((name) => name.endsWith("dl1_LST-1.Run11111.0100.h5")) as string;
    expect(got).toBeDefined();
    expect(await run("davix-rm", [...bearer, url("/lst/davix/large.bin")])).toMatchObject({ code: 0 });
    expect(await box.ctadata.stat("/lst/davix/large.bin")).toBeUndefined();
  });
});
