import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeCertificate, loadCertificate, type LoadCertificateOptions } from "@sci/http-core/x509";
import { createCa, json, startServer, type TestCa, type TestCertificate } from "../src/testing/index.ts";
import { failure, getThing, testCore } from "./support.ts";

let ca: TestCa;
let user: TestCertificate;
let stranger: TestCertificate;
let ec: string;
let proxy: string;
let folder: string;
const hour = 3_600_000;
/** Within the life of the files under fixtures. */
const fixtureTime = Date.parse("2030-01-01T00:00:00Z");

beforeAll(async () => {
  ca = await createCa();
  user = ca.issue({ commonName: "Ada" });
  stranger = ca.issue({ commonName: "Bob" });
  ec = await readFile(join(import.meta.dirname, "fixtures/ec-certificate.pem"), "utf8");
  proxy = await readFile(join(import.meta.dirname, "fixtures/ec-proxy.pem"), "utf8");
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "x509-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}
const pairOf = ({ cert, key }: TestCertificate): { cert: string; key: string } => ({ cert, key });
const commonNames = (pem: string): (string | undefined)[] =>
  (pem.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g) ?? []).map((one) => describeCertificate(one).commonName);

describe("loads", () => {
  test("RSA from files, and keeps the key out of sight", async () => {
    const loaded = await loadCertificate({
      cert: await file("usercert.pem", user.cert, 0o644),
      key: await file("userkey.pem", user.key, 0o400),
    });
    expect(loaded.warnings).toEqual([]);
    expect(loaded.description).toMatchObject({ commonName: "Ada", keyType: "rsa", keySize: "2048 bits", isCa: false, isProxy: false });
    expect(new X509Certificate(loaded.cert).checkPrivateKey(createPrivateKey(loaded.key))).toBe(true);
    const body = loaded.key.split("\n")[3] as string;
    expect(inspect(loaded, { depth: 9 }) + JSON.stringify(loaded) + JSON.stringify({ ...loaded })).not.toContain(body);
    expect(loaded.tls).toEqual({ cert: loaded.cert, key: loaded.key });
  });

  test("EC, with the key in the same text", async () => {
    const loaded = await loadCertificate({ cert: ec, now: () => fixtureTime });
    expect(loaded.description).toMatchObject({ keyType: "ec", keySize: "prime256v1" });
    expect(loaded.key).toContain("-----BEGIN PRIVATE KEY-----");
  });

  test("a proxy file: certificate, key, chain", async () => {
    const loaded = await loadCertificate({ cert: await file("x509up", proxy), now: () => fixtureTime });
    expect(loaded.chain.map(({ isProxy, commonName }) => [commonName, isProxy])).toEqual([
      ["12345", true],
      ["Ada Lovelace", false],
    ]);
    expect(loaded.warnings).toEqual([]);
  });

  test("encrypted keys, new and old kind, with text or a function that is asked only then", async () => {
    const traditional = createPrivateKey(user.key).export({
      type: "pkcs1",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "opensesame",
    }) as string;
    expect(traditional).toContain("Proc-Type: 4,ENCRYPTED");
    let asked = 0;
    const passphrase = (): Promise<string> => {
      asked++;
      return Promise.resolve("opensesame");
    };
    for (const key of [user.encryptedKey("opensesame"), traditional]) {
      expect((await loadCertificate({ cert: user.cert, key, passphrase })).key).toContain("-----BEGIN PRIVATE KEY-----");
    }
    expect(asked).toBe(2);
    await loadCertificate({ cert: user.cert, key: user.key, passphrase });
    expect(asked).toBe(2);
  });

  test("a chain in the wrong order, which is put right, without what does not belong to it", async () => {
    const cert = ca.cert + stranger.cert + user.cert;
    const loaded = await loadCertificate({ cert, key: user.key });
    expect(commonNames(loaded.cert)).toEqual(["Ada", "Test CA"]);
    expect(loaded.warnings).toEqual([
      expect.stringMatching(/left out: .*CN=Bob/),
      expect.stringContaining("not in the order of the chain"),
    ]);
    expect((await loadCertificate({ cert: user.cert + ca.cert, key: user.key })).warnings).toEqual([]);
  });

  test("over the wire: a server that asks for a certificate accepts it", async () => {
    const server = await startServer(() => json({ ok: true }), {
      tls: { ...ca.issue({ commonName: "localhost" }), clientCa: ca.cert, requireClientCertificate: true },
    });
    try {
      const { tls } = await loadCertificate({ cert: user.cert, key: user.encryptedKey("pw-12345"), passphrase: "pw-12345" });
      expect(await testCore(server.url, { tls: { ca: ca.cert, ...tls } }).request(getThing, { id: 1 })).toEqual({ ok: true });
    } finally {
      await server.stop();
    }
  });
});

describe("refuses", () => {
  const refusal = async (options: LoadCertificateOptions, code = "CERTIFICATE"): Promise<string> => {
    const error = await failure(loadCertificate(options));
    expect(error).toMatchObject({ code });
    return error.message;
  };

  test("a key of another certificate", async () => {
    expect(await refusal({ cert: user.cert, key: stranger.key })).toMatch(/does not belong to the certificate of .*CN=Ada/);
  });

  test("a missing and a wrong passphrase, without showing it", async () => {
    const key = user.encryptedKey("opensesame");
    expect(await refusal({ cert: user.cert, key }, "MISSING_CREDENTIALS")).toContain("is encrypted: give its passphrase");
    expect(await refusal({ cert: user.cert, key, passphrase: () => "" }, "MISSING_CREDENTIALS")).toContain("passphrase");
    const error = await failure(loadCertificate({ cert: user.cert, key, passphrase: "wrong-passphrase" }));
    expect(error.message).toContain("the passphrase is wrong");
    expect(inspect(error, { depth: 9 })).not.toContain("wrong-passphrase");
  });

  test("a key file that others can read; an encrypted one, and one that is meant so, with a warning", async () => {
    const open = await file("open.pem", user.key, 0o644);
    expect(await refusal({ cert: user.cert, key: open })).toMatch(/mode 0644.*chmod 400/);
    const warned: string[] = [];
    const { warnings } = await loadCertificate({ cert: user.cert, key: open, allowOpenKey: true, warn: (message) => warned.push(message) });
    expect(warnings).toEqual([expect.stringContaining("mode 0644")]);
    expect(warned).toEqual(warnings);
    const encrypted = await file("encrypted.pem", user.encryptedKey("pw-12345"), 0o640);
    expect((await loadCertificate({ cert: user.cert, key: encrypted, passphrase: "pw-12345" })).warnings).toHaveLength(1);
    expect(await refusal({ cert: await file("proxy", proxy, 0o644), now: () => fixtureTime })).toContain("mode 0644");
  });

  test("one that has ended or has not begun, with the clock in the message", async () => {
    const ended = ca.issue({ commonName: "Old", notBefore: new Date(Date.now() - 9 * hour), notAfter: new Date(Date.now() - hour) });
    expect(await refusal(pairOf(ended))).toMatch(/CN=Old ended on .*clock says .*Ask for a new one/);
    const future = ca.issue({ commonName: "New", notBefore: new Date(Date.now() + hour) });
    expect(await refusal(pairOf(future))).toMatch(/CN=New is not valid before .*Check the clock/);
    expect((await loadCertificate({ ...pairOf(ended), allowInvalidTime: true })).warnings).toEqual([expect.stringContaining("ended on")]);
    // A clock a little behind is no reason.
    const fresh = ca.issue({ commonName: "Fresh", notBefore: new Date(Date.now() + 60_000) });
    expect((await loadCertificate(pairOf(fresh))).warnings).toEqual([]);
  });

  test("warns ahead of the end: a tenth of a short life, 30 days of a long one, or as told", async () => {
    const end = Date.now() + 24 * hour;
    const at = (before: number) => loadCertificate({ cert: user.cert, key: user.key, now: () => end - before });
    expect((await at(3 * hour)).warnings).toEqual([]);
    expect((await at(2 * hour)).warnings).toEqual([expect.stringContaining("ends on")]);
    expect((await loadCertificate({ cert: user.cert, key: user.key, warnAhead: 48 * hour })).warnings).toHaveLength(1);
    const days = (count: number) => loadCertificate({ cert: ec, now: () => Date.parse("2126-10-28T00:00:00Z") - count * 24 * hour });
    expect((await days(31)).warnings).toEqual([]);
    expect((await days(29)).warnings).toHaveLength(1);
  });

  test("DER, garbage, the wrong file, no file", async () => {
    expect(await refusal({ cert: new X509Certificate(user.cert).raw })).toContain("is not PEM");
    expect(await refusal({ cert: user.key, key: user.key })).toContain("holds no certificate");
    expect(await refusal({ cert: user.cert })).toContain("holds no private key");
    expect(await refusal({ cert: user.cert, key: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" })).toContain(
      "cannot be read",
    );
    expect(await refusal({ cert: join(folder, "none.pem") }, "FILE")).toContain("does not exist");
    expect(await refusal({ cert: folder }, "FILE")).toContain("is a folder");
    const naked = user.key.replace(/-----.*-----/g, "").replaceAll(/\s/g, "");
    const message = await refusal({ cert: user.cert, key: naked });
    expect(message).toContain("neither PEM text");
    expect(message).not.toContain(naked.slice(0, 20));
    await expect(loadCertificate({ cert: user.cert, certt: "" } as LoadCertificateOptions)).rejects.toThrow(/Did you mean "cert"/);
  });
});

describe("describeCertificate", () => {
  test("says what is in it, names in the grid's form", () => {
    expect(describeCertificate(ec)).toMatchObject({
      subject: "/DC=org/DC=example/O=Test, Inc./OU=Users/Staff/CN=Ada/CN=Ada Lovelace",
      issuer: "/DC=org/DC=example/O=Test, Inc./OU=Users/Staff/CN=Ada/CN=Ada Lovelace",
      commonName: "Ada Lovelace",
      subjectAltNames: ["email:ada@example.org", "DNS:ada.example.org"],
      validTo: new Date("2126-10-28T08:28:55Z"),
      isSelfIssued: true,
      isCa: false,
      isProxy: false,
      fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    });
    expect(describeCertificate(proxy)).toMatchObject({ isProxy: true, serialNumber: "3039", isSelfIssued: false, subjectAltNames: [] });
    expect(describeCertificate(ca.cert)).toMatchObject({ isCa: true });
    expect(describeCertificate(new X509Certificate(user.cert).raw)).toMatchObject({
      commonName: "Ada",
      subjectAltNames: ["DNS:localhost", "IP Address:127.0.0.1"],
    });
  });

  test("refuses what is none", () => {
    for (const input of ["", "hello", ca.key, new Uint8Array([1, 2, 3]), user.pfx("x")]) {
      expect(() => describeCertificate(input)).toThrowError(expect.objectContaining({ code: "CERTIFICATE" }));
    }
  });
});
