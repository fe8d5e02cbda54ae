import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { refusal } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import type { TransferEvent } from "@sci/http-core/transfer";
import { readTree } from "./support/folder.ts";
import { makeTree, sumsBelow, withSandbox } from "./support/sandbox.ts";

const service = { mode: "service" } as const;

describe("service mode at the hub", () => {
  it("a tree goes to the user's own folder, is listed, comes down, and is the same", () =>
    withSandbox(async ({ client, folder }) => {
      const cta = client(service);
      expect(cta.mode).toBe("service");
      const sums = await makeTree(join(folder, "tree"), 12);
      const results = await cta.uploadDir(join(folder, "tree"), "up/");
      expect(results).toHaveLength(Object.keys(sums).length);
      const own = /^(lst|cta)\/users\/[^/]+\/up\//.exec(results[0]?.path ?? "")?.[0].replace(/\/$/, "") ?? "";
      expect(results.every(({ path, status }) => path.startsWith(`${own}/`) && status === "uploaded")).toBe(true);
      const names: string[] = [];
      for await (const { name, type } of cta.list(own, { recursive: true })) if (type === "file") names.push(name);
      expect(names.sort()).toEqual(Object.keys(sums).sort());
      const down = await cta.download(own, join(folder, "down"), { recursive: true });
      expect(down).toMatchObject({ failed: 0, verifiedByLength: Object.keys(sums).length });
      expect(await sumsBelow(join(folder, "down"))).toEqual(sums);
      // By checksum, where it is asked for: the relay knows those of the storage.
      const checked = await cta.download(own, join(folder, "checked"), { recursive: true, requireChecksum: true, exclude: ["empty.dat"] });
      expect(checked).toMatchObject({ failed: 0, verifiedByLength: 0 });
      expect(checked.verifiedByChecksum).toBe(Object.keys(sums).length - 1);
    }));

  it("one file, by its path and by its entry; everything else by the relay", () =>
    withSandbox(async ({ client, folder, storage }) => {
      const cta = client(service);
      await writeFile(join(folder, "latest.txt"), "latest");
      const { path, total_written: written } = await cta.uploadFile(join(folder, "latest.txt"), "your-folder/");
      expect(path).toMatch(/\/users\/[^/]+\/your-folder\/latest\.txt$/);
      expect(written).toBe(6);
      expect((await storage.read(`/${path}`)).toString()).toBe("latest");
      const entry = (await cta.listDir(path))[0];
      expect(await cta.fetchAndSaveFile(entry ?? "", { to: join(folder, "back.txt") })).toBe(6);
      expect(await readFile(join(folder, "back.txt"), "utf8")).toBe("latest");
      expect(await cta.stat(path)).toMatchObject({ type: "file", size: 6 });
      const parent = path.replace(/\/latest\.txt$/, "");
      await cta.move(path, `${parent}/renamed.txt`);
      expect((await cta.checksum(`${parent}/renamed.txt`)).algorithm).toBe("adler32");
      expect(await (await cta.webdav()).exists(`/${parent}/renamed.txt`)).toBe(true);
      await cta.remove(parent, { recursive: true });
      await refusal(() => cta.stat(parent), "NOT_FOUND");
      await refusal(() => cta.stage(path), "UNSUPPORTED");
      await refusal(() => cta.upload(join(folder, "latest.txt"), "x", { requireChecksum: true }).report, "CHECKSUM_UNAVAILABLE");
    }));

  it("tokens that are refused, or lack the scope", () =>
    withSandbox(async ({ client, storage }) => {
      const wrong = await refusal(() => client({ ...service, token: "wrong" }).listDir("lst"), "NOT_AUTHENTICATED");
      expect(wrong.message).toMatch(/JUPYTERHUB_API_TOKEN/);
      expect(JSON.stringify(wrong)).not.toContain("wrong-token");
      await refusal(() => client({ ...service, token: storage.hubToken({ services: false }) }).listDir("lst"), "FORBIDDEN");
      const gone = client(service);
      await gone.listDir("lst");
      storage.endHubTokens();
      await refusal(() => gone.fetchAndSaveFile("lst/x"), "NOT_AUTHENTICATED");
    }));

  it("certificates: short-lived ones are stored, others do not leave this machine", () =>
    withSandbox(async ({ client, storage, folder }) => {
      const cta = client(service);
      const short = storage.certificate(undefined, 1);
      const pem = join(folder, "proxy.pem");
      await writeFile(pem, `${short.cert}${short.key}`, { mode: 0o600 });
      await cta.uploadPersonalCertificate(pem, "lst");
      await cta.uploadCertificate({ pem: `${short.cert}${short.key}` });
      expect([...storage.certificates.keys()].sort()).toEqual(expect.arrayContaining(["cta-user/cta", "cta-user/lst"]));
      const long = storage.certificate(undefined, 300);
      const before = storage.certificates.size;
      const error = await refusal(() => cta.uploadPersonalCertificate({ pem: `${long.cert}${long.key}` }, "arc"), "CERTIFICATE");
      expect(error.message).toMatch(/was not sent.*short-lived proxy/s);
      expect(error.message).not.toContain("PRIVATE KEY");
      expect(storage.certificates.size).toBe(before);
      // The service has the last word, where it is asked for.
      await refusal(() => cta.uploadPersonalCertificate({ pem: `${long.cert}${long.key}` }, "arc", { unchecked: true }), "HTTP_STATUS");
      await cta.uploadSharedCertificate(pem);
      expect(storage.certificates.has("main")).toBe(true);
    }));

  it("faults of the service are repeated, and progress is of the whole job", () =>
    withSandbox(async ({ client, folder, sandbox }) => {
      const cta = client({ ...service, retry: { attempts: 20 } });
      const sums = await makeTree(join(folder, "tree"), 20);
      const events: TransferEvent[] = [];
      await sandbox.setFaults(["status:503@ctadata%5", "reset-in@ctadata%5"]);
      const up = await cta.upload(join(folder, "tree"), "faulty", { recursive: true, onEvent: (event) => events.push(event) });
      expect(up).toMatchObject({ failed: 0, done: Object.keys(sums).length });
      const last = events.filter((event) => event.type === "progress").at(-1);
      expect(last).toMatchObject({ files: up.files, totalFiles: up.files, walked: true });
      const down = await cta.download("lst/users/cta-user/faulty", join(folder, "down"), { recursive: true });
      expect(down.failures).toEqual([]);
      expect(Object.keys(await readTree(join(folder, "down"))).sort()).toEqual(Object.keys(sums).sort());
      expect(await sumsBelow(join(folder, "down"))).toEqual(sums);
    }, {}));
});
