import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withSandbox } from "./support/sandbox.ts";

describe("a token that lets files be made, not renamed or removed", () => {
  it("leaves the large file under its name at once, and nothing beside it", () =>
    withSandbox(
      async ({ client, storage, folder }) => {
        const home = "lst/users/cta-user";
        const content = randomBytes(17 * 1024 * 1024);
        await writeFile(join(folder, "big.bin"), content);
        const maker = client({ token: storage.token({ scope: "storage.read:/ storage.create:/" }) });
        const report = await maker.upload(join(folder, "big.bin"), `${home}/new-folder/`);
        expect(report).toMatchObject({ done: 1, verifiedByChecksum: 1, failed: 0 });
        expect((await storage.read(`/${home}/new-folder/big.bin`)).equals(content)).toBe(true);
        const names: string[] = [];
        for await (const { name } of client().list(`${home}/new-folder`)) names.push(name);
        expect(names).toEqual(["big.bin"]);
        await writeFile(join(folder, "big.bin"), "other");
        const again = await maker.upload(join(folder, "big.bin"), `${home}/new-folder/big.bin`, { conflict: "overwrite" });
        expect(again.failures[0]?.error).toMatchObject({ code: "FORBIDDEN" });
        expect((await storage.read(`/${home}/new-folder/big.bin`)).equals(content)).toBe(true);
      },
      { scopes: ["storage.read:/", "storage.create:/"] },
    ));
});
