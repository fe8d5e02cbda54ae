import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCtaData } from "@sci/ctadata";
import { startSandbox } from "@sci/sandbox";
import { afterAll, describe, expect, test } from "vitest";
import { compareTrees, downloadTree, listTree, makeTree, remote, uploadTree } from "../storage.mjs";

const folder = mkdtempSync(join(tmpdir(), "demo-storage-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the step with the storage of CTAO", () => {
  test("a tree comes back as it was, and a difference is found", async () => {
    const sandbox = await startSandbox({ facilities: ["ctadata"] });
    const cta = createCtaData({ baseUrl: sandbox.ctadata.doorUrl, token: sandbox.ctadata.token() });
    const [source, back] = [join(folder, "source"), join(folder, "back")];
    const { files } = await makeTree(source, 2);
    expect(await uploadTree(cta, source, files)).toMatchObject({ done: files, failed: 0, verifiedByChecksum: files });
    expect((await listTree(cta)).map(({ path }) => path)).toEqual(
      sandbox.ctadata
        .paths(remote)
        .filter((path) => !path.endsWith("/"))
        .sort(),
    );
    expect(await downloadTree(cta, back, files)).toMatchObject({ done: files, verifiedByChecksum: files });
    expect(await compareTrees(source, back)).toBe(files);
    writeFileSync(join(back, "README.txt"), "other");
    await expect(compareTrees(source, back)).rejects.toThrow("They differ: README.txt");
    await expect(uploadTree(cta, source, files + 1)).rejects.toThrow("of");
    await cta.close();
    await sandbox.stop();
  });
});
