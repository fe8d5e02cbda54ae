import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { loadCaFolder, readCaMaterial } from "@sci/http-core/x509";
import { createCa, json, startServer } from "../src/testing/index.ts";
import { failure, getThing, testCore } from "./support.ts";

let a: Awaited<ReturnType<typeof createCa>>;
let b: Awaited<ReturnType<typeof createCa>>;
let folder: string;
beforeAll(async () => {
  a = await createCa("CA A");
  b = await createCa("CA B");
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ca-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const names = (pems: readonly string[]): string[] => pems.map((pem) => /CN=(.*)/.exec(new X509Certificate(pem).subject)?.[1] ?? "").sort();

/** As on the grid: certificates with hash links, revocation lists, policies. */
async function gridFolder(): Promise<void> {
  await writeFile(join(folder, "CA-A.pem"), a.cert);
  await symlink("CA-A.pem", join(folder, "1d879c6c.0"));
  await writeFile(join(folder, "1d879c6d.1"), b.cert);
  for (const name of ["CA-A.info", "CA-A.signing_policy", "1d879c6c.r0", "CA-A.crl_url", "README"])
    await writeFile(join(folder, name), "not a certificate");
  await mkdir(join(folder, "old.pem"));
}

test("a grid folder: each certificate once, by its links too, nothing else", async () => {
  await gridFolder();
  expect(names(await loadCaFolder(folder))).toEqual(["CA A", "CA B"]);
  expect(names(await readCaMaterial(folder))).toEqual(["CA A", "CA B"]);
});

test("text, bytes, DER, a bundle with text between, a file, a list of all", async () => {
  const bundle = `subject=CA A\n${a.cert.replaceAll("\n", "\r\n")}\nsubject=CA B\n${b.cert}`;
  await writeFile(join(folder, "bundle.pem"), bundle);
  expect(names(await readCaMaterial(bundle))).toEqual(["CA A", "CA B"]);
  expect(names(await readCaMaterial(Buffer.from(b.cert)))).toEqual(["CA B"]);
  expect(names(await readCaMaterial(new X509Certificate(a.cert).raw))).toEqual(["CA A"]);
  expect(names(await readCaMaterial([a.cert, join(folder, "bundle.pem"), Buffer.from(b.cert)]))).toEqual(["CA A", "CA B"]);
});

test("a file of the folder that is no certificate is an error that names it, or a warning", async () => {
  await gridFolder();
  await writeFile(join(folder, "broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  const error = await failure(loadCaFolder(folder));
  expect(error).toMatchObject({ code: "CERTIFICATE" });
  expect(error.message).toContain(join(folder, "broken.pem"));
  const warnings: string[] = [];
  expect(names(await loadCaFolder(folder, { warn: (message) => warnings.push(message) }))).toEqual(["CA A", "CA B"]);
  expect(warnings).toEqual([expect.stringContaining("broken.pem is passed over")]);
});

test("what is missing, empty or something else is told apart", async () => {
  await writeFile(join(folder, "empty.txt"), "");
  await writeFile(join(folder, "key.txt"), a.key);
  const cases: [Parameters<typeof readCaMaterial>[0], string, RegExp][] = [
    [join(folder, "none"), "FILE", /does not exist/],
    [folder, "CERTIFICATE", /holds no certificate/],
    [join(folder, "empty.txt"), "CERTIFICATE", /cannot be read/],
    [join(folder, "key.txt"), "CERTIFICATE", /no certificate in/],
    [[], "CERTIFICATE", /empty/],
    ["two\nlines", "CERTIFICATE", /neither PEM text/],
    ["A".repeat(200), "CERTIFICATE", /neither PEM text/],
  ];
  for (const [input, code, message] of cases) {
    const error = await failure(readCaMaterial(input));
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("AAAA");
  }
  expect(await readFile(join(folder, "key.txt"), "utf8")).toBe(a.key);
});

test("over the wire: a client with the CAs of the folder trusts the server, one without does not", async () => {
  await gridFolder();
  const server = await startServer(() => json({ ok: true }), { tls: b.issue({ commonName: "localhost" }) });
  try {
    expect(await testCore(server.url, { tls: { ca: await loadCaFolder(folder) } }).request(getThing, { id: 1 })).toEqual({ ok: true });
    await expect(testCore(server.url, { tls: { ca: a.cert } }).request(getThing, { id: 1 })).rejects.toMatchObject({ code: "TLS" });
  } finally {
    await server.stop();
  }
});
