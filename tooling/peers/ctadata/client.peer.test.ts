import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createCtaData, type CtaData, type CtaDataOptions, type WebdavFileStat } from "@sci/ctadata";
import { isSciError } from "@sci/http-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apacheMissing, startApache, startWsgidav, startXrootd, wsgidavPython, xrootdMissing } from "../../lib/webdav-servers.mjs";
import { makeTree, newFolder, sums } from "./tools.ts";

const token = "peer-token.Abc-123_~+/=";
const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A storage that is running, and the ways to reach it. */
interface Running {
  readonly ways: Readonly<Record<string, CtaDataOptions>>;
  /** Options that are refused, and the codes: from TLS 1.3 on, a server refuses a client's certificate only after the handshake. */
  readonly refused: Readonly<Record<string, readonly [CtaDataOptions, RegExp]>>;
  stop(): Promise<void> | void;
}

interface Peer {
  readonly name: string;
  readonly missing: string | undefined;
  readonly ways: readonly string[];
  /** Whether it keeps checksums, copies within itself, and refuses to write over a file. */
  readonly checksums: boolean;
  readonly copies: boolean;
  start(root: string): Promise<Running>;
}

const wsgidav = await wsgidavPython();
const ci = (missing: string | undefined): string | undefined => {
  if (missing !== undefined && process.env["CI"] === "true") throw new Error(missing);
  return missing;
};

const peers: readonly Peer[] = [
  {
    name: "Apache mod_dav",
    missing: ci(await apacheMissing()),
    ways: ["http and a token", "TLS, a token and a client certificate"],
    checksums: false,
    copies: true,
    async start(root) {
      const { url, tlsUrl, certificates, stop } = await startApache({ root, token, tls: true, clientAuth: "require" });
      const secure = { baseUrl: tlsUrl as string, token };
      const ca = certificates?.ca as string;
      return {
        ways: {
          "http and a token": { baseUrl: url, token },
          "TLS, a token and a client certificate": { ...secure, tls: { ca, ...certificates?.client } },
        },
        refused: {
          "another token": [{ baseUrl: url, token: "another" }, /^NOT_AUTHENTICATED$/],
          "an authority that is not known": [secure, /^TLS$/],
          "no client certificate": [{ ...secure, tls: { ca } }, /^(TLS|NETWORK)$/],
          "a certificate of others": [{ ...secure, tls: { ca, ...certificates?.otherClient } }, /^(TLS|NETWORK)$/],
        },
        stop,
      };
    },
  },
  {
    name: "XRootD",
    missing: ci(await xrootdMissing()),
    ways: ["http"],
    checksums: true,
    copies: false,
    async start(root) {
      const { url, stop } = await startXrootd({ root });
      return { ways: { http: { baseUrl: url, auth: false } }, refused: {}, stop };
    },
  },
  {
    name: "XRootD over TLS",
    missing: ci(await xrootdMissing()),
    ways: ["TLS"],
    checksums: true,
    copies: false,
    async start(root) {
      const { url, certificates, stop } = await startXrootd({ root, tls: true });
      const ca = certificates?.ca as string;
      return {
        ways: { TLS: { baseUrl: url, auth: false, tls: { ca } } },
        refused: { "an authority that is not known": [{ baseUrl: url, auth: false }, /^TLS$/] },
        stop,
      };
    },
  },
  {
    name: "WsgiDAV",
    missing: ci("missing" in wsgidav ? wsgidav.missing : undefined),
    ways: ["http and a token"],
    checksums: false,
    copies: true,
    async start(root) {
      const { url, stop } = await startWsgidav({ root, token, python: "python" in wsgidav ? (wsgidav.python as string) : "" });
      return {
        ways: { "http and a token": { baseUrl: url, token } },
        refused: { "another token": [{ baseUrl: url, token: "another" }, /^NOT_AUTHENTICATED$/] },
        stop,
      };
    },
  },
];

const folder = newFolder();
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(peers)("$name", (peer) => {
  const { name, missing, ways, checksums, copies } = peer;
  const title = missing === undefined ? "" : ` (skipped: ${missing})`;
  const here = join(folder, name.replaceAll(/\W/g, "-"));
  const source = join(here, "source");
  let running: Running;
  beforeAll(async () => {
    if (missing !== undefined) return;
    mkdirSync(here, { recursive: true });
    makeTree(source);
    running = await peer.start(join(here, "root"));
  });
  afterAll(() => running?.stop());

  async function using(options: CtaDataOptions, use: (cta: CtaData) => Promise<void>): Promise<void> {
    const cta = createCtaData({ mode: "direct", logger, ...options });
    try {
      await use(cta);
    } finally {
      await cta.close();
    }
  }

  test.skipIf(missing !== undefined).each([...ways])(`by %s: a tree up, listed, down, compared by checksum${title}`, (way) =>
    using(running.ways[way] as CtaDataOptions, async (cta) => {
      const root = `tree ${ways.indexOf(way)}`;
      const up = await cta.upload(source, root, { recursive: true });
      expect(up.failures).toEqual([]);
      expect(up.done).toBe(Object.keys(sums(source)).length);
      if (checksums) expect(up.verifiedByChecksum).toBe(up.done);
      const names: string[] = [];
      for await (const { name: found, type } of cta.list(root, { recursive: true })) if (type === "file") names.push(found);
      expect(names.sort()).toEqual(Object.keys(sums(source)).sort());
      const back = join(here, `back-${ways.indexOf(way)}`);
      const down = await cta.download(root, back, { recursive: true });
      expect(down.failures).toEqual([]);
      expect(sums(back)).toEqual(sums(source));
      // Once more: all of it is there.
      expect(await cta.download(root, back, { recursive: true })).toMatchObject({ done: 0, failed: 0 });
      expect(await cta.upload(source, root, { recursive: true, compareChecksums: checksums })).toMatchObject({ failed: 0 });
    }),
  );

  test.skipIf(missing !== undefined).each([...ways])(`by %s: single calls, and the webdav library as a witness${title}`, (way) =>
    using(running.ways[way] as CtaDataOptions, async (cta) => {
      const root = `calls ${ways.indexOf(way)}`;
      expect(await cta.mkdir(`${root}/a/b`)).toBe(true);
      await cta.uploadFile(join(source, "a.txt"), `${root}/a/b/`);
      const dav = await cta.webdav();
      const names = ((await dav.getDirectoryContents(`/${root}/a/b`)) as readonly WebdavFileStat[]).map(({ basename }) => basename);
      expect(names).toEqual(["a.txt"]);
      expect(await cta.stat(`${root}/a/b/a.txt`)).toMatchObject({ type: "file", size: 6 });
      await cta.move(`${root}/a/b/a.txt`, `${root}/a/moved.txt`);
      if (copies) {
        expect(await cta.copy(`${root}/a/moved.txt`, `${root}/a/b/`)).toMatchObject({ by: "storage" });
        expect(await dav.getFileContents(`/${root}/a/b/moved.txt`, { format: "text" })).toBe("hello\n");
      }
      const existing = await cta.uploadFile(join(source, "sub/two words.txt"), `${root}/a/moved.txt`).catch((error: unknown) => error);
      expect(isSciError(existing, "CONFLICT")).toBe(true);
      expect(await dav.getFileContents(`/${root}/a/moved.txt`, { format: "text" })).toBe("hello\n");
      const sum = await cta.checksum(`${root}/a/moved.txt`).catch((error: unknown) => error);
      if (checksums) expect(sum).toEqual({ algorithm: "adler32", value: "084b021f" });
      else expect(isSciError(sum, "CHECKSUM_UNAVAILABLE")).toBe(true);
      const full = await cta.remove(root).catch((error: unknown) => error);
      expect(isSciError(full, "CONFLICT")).toBe(true);
      await cta.remove(root, { recursive: true });
      expect(isSciError(await cta.stat(root).catch((error: unknown) => error), "NOT_FOUND")).toBe(true);
    }),
  );

  test.skipIf(missing !== undefined)(`what may not enter does not${title}`, async () => {
    for (const [what, [options, code]] of Object.entries(running.refused)) {
      await using({ ...options, retry: { attempts: 1 } }, async (cta) => {
        const error = await cta.stat("").catch((caught: unknown) => caught);
        expect(isSciError<string>(error) ? error.code : String(error), what).toMatch(code);
      });
    }
  });
});
