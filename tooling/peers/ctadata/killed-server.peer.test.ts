import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { createCtaData } from "@sci/ctadata";
import { afterAll, expect, test } from "vitest";
import { apacheMissing, startApache } from "../../lib/webdav-servers.mjs";
import { newFolder, sums } from "./tools.ts";

const missing = await apacheMissing();
if (missing !== undefined && process.env["CI"] === "true") throw new Error(missing);
const folder = newFolder();
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** 300 small files in ten folders, and two of 20 MB. */
function makeLargeTree(at: string): void {
  for (let index = 0; index < 302; index++) {
    const path = join(at, `folder ${index % 10}`, `file-${index}.dat`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, randomBytes(index < 300 ? 2000 + index : 20_000_000));
  }
}

test.skipIf(missing !== undefined)(
  `Apache is killed in the middle of a tree up, and of one down: run again, both end with the same files${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  async () => {
    const [source, root, back] = ["source", "root", "back"].map((name) => join(folder, name)) as [string, string, string];
    makeLargeTree(source);
    const wanted = sums(source);

    /** Runs a job and kills the server after so many files of it. */
    const broken = async (up: boolean): Promise<void> => {
      const server = await startApache({ root });
      const cta = createCtaData({ mode: "direct", baseUrl: server.url, auth: false, logger, retry: { attempts: 1 } });
      let files = 0;
      const onEvent = ({ type }: { readonly type: string }): void => {
        if (type === "file" && ++files === 60) process.kill(-(server.pid as number), "SIGKILL");
      };
      const options = { recursive: true, concurrency: 4, onEvent };
      const report = await (up ? cta.upload(source, "tree", options) : cta.download("tree", back, options));
      expect(report.failed > 0 || report.error !== undefined).toBe(true);
      expect(report.done).toBeLessThan(302);
      await cta.close();
      await server.stop();
    };

    await broken(true);
    const server = await startApache({ root });
    const cta = createCtaData({ mode: "direct", baseUrl: server.url, auth: false, logger });
    const up = await cta.upload(source, "tree", { recursive: true, conflict: "overwrite" });
    expect(up.failures).toEqual([]);
    await cta.close();
    await server.stop();

    await broken(false);
    const again = await startApache({ root });
    const reader = createCtaData({ mode: "direct", baseUrl: again.url, auth: false, logger });
    const down = await reader.download("tree", back, { recursive: true });
    expect(down.failures).toEqual([]);
    expect(down.skipped).toBeGreaterThan(0);
    expect(sums(back)).toEqual(wanted);
    const names: string[] = [];
    for await (const { name, type } of reader.list("tree", { recursive: true })) if (type === "file") names.push(name);
    expect(names.sort()).toEqual(Object.keys(wanted).sort());
    await reader.close();
    await again.stop();
  },
);
