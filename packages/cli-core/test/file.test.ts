import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSciError } from "@sci/http-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAtomicFile } from "../src/index.ts";
import { removeTemporaryFiles } from "../src/output/file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-core-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function refusal(path: string): Promise<string> {
  const error: unknown = await openAtomicFile(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isSciError(error, "FILE")) throw new Error("was not refused");
  return error.message;
}

describe("openAtomicFile", () => {
  it("shows the file under its name only when it is complete", async () => {
    const path = join(folder, "out.json");
    const file = await openAtomicFile(path);
    await file.write("one ");
    await file.write(Buffer.from("two"));
    const [temporary, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(temporary).toMatch(/^\.out\.json\.\d+\.[0-9a-f]+\.tmp$/);
    await file.commit();
    expect(await readdir(folder)).toEqual(["out.json"]);
    expect(await readFile(path, "utf8")).toBe("one two");
    await file.discard();
    expect(await readdir(folder)).toEqual(["out.json"]);
  });

  it("leaves nothing behind when it is given up", async () => {
    const file = await openAtomicFile(join(folder, "out.json"));
    await file.write("half");
    await file.discard();
    await file.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it("removes what is open when the program must end at once", async () => {
    const files = [await openAtomicFile(join(folder, "a")), await openAtomicFile(join(folder, "b"))];
    removeTemporaryFiles();
    expect(await readdir(folder)).toEqual([]);
    for (const file of files) await file.discard();
  });

  it.skipIf(process.platform === "win32")("keeps the mode of the file it replaces", async () => {
    const path = join(folder, "out");
    await writeFile(path, "before");
    await chmod(path, 0o640);
    const file = await openAtomicFile(path);
    await file.write("after");
    await file.commit();
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readFile(path, "utf8")).toBe("after");
  });

  it.skipIf(process.platform === "win32")("writes through a symbolic link, and to a device directly", async () => {
    await mkdir(join(folder, "real"));
    await writeFile(join(folder, "real", "out"), "before");
    await symlink(join("real", "out"), join(folder, "link"));
    const file = await openAtomicFile(join(folder, "link"));
    await file.write("after");
    await file.commit();
    expect(await readlink(join(folder, "link"))).toBe(join("real", "out"));
    expect(await readFile(join(folder, "real", "out"), "utf8")).toBe("after");
    const device = await openAtomicFile("/dev/null");
    await device.write("x");
    await device.commit();
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });

  it("says what is wrong with a name", async () => {
    expect(await refusal(folder)).toContain("it is a folder; name a file in it");
    expect(await refusal(join(folder, "no", "out"))).toContain("its folder does not exist");
    expect(await refusal("")).toContain("empty");
  });
});
