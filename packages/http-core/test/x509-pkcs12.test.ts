import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findCertificate, loadCertificate } from "@sci/http-core/x509";
import { createCa } from "../src/testing/index.ts";
import { failure } from "./support.ts";

const containers = JSON.parse(await readFile(join(import.meta.dirname, "fixtures/pkcs12.json"), "utf8")) as Readonly<
  Record<string, string>
>;
const passphrase = "correct horse";
/** Within the life of the containers. */
const now = (): number => Date.parse("2030-01-01T00:00:00Z");
const bytes = (name: string): Uint8Array => Buffer.from(containers[name] as string, "base64");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "p12-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, content: Uint8Array, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

describe("opens", () => {
  test.each([
    ["rsa-modern", passphrase, 2],
    ["rsa-rc2", passphrase, 2],
    ["rsa-3des", passphrase, 1],
    ["rsa-nomac", passphrase, 1],
    ["rsa-empty", undefined, 1],
    ["rsa-open", undefined, 1],
    ["rsa-utf8", "pässwörd", 1],
    ["ec-modern", passphrase, 2],
    ["ec-rc2", passphrase, 2],
    ["ec-3des", passphrase, 1],
    ["ec-empty", undefined, 1],
    ["ec-open", undefined, 1],
  ])("%s", async (name, phrase, length) => {
    const loaded = await loadCertificate({ cert: bytes(name), now, ...(phrase === undefined ? {} : { passphrase: phrase }) });
    const kind = name.split("-")[0];
    expect(loaded.description).toMatchObject({ keyType: kind, commonName: `Ada ${kind}` });
    expect(loaded.chain).toHaveLength(length);
    expect(loaded.warnings).toEqual([]);
    const certificate = new X509Certificate(loaded.cert);
    expect(certificate.checkPrivateKey(createPrivateKey(loaded.key))).toBe(true);
    // Byte for byte what its issuer signed.
    if (length === 2)
      expect(certificate.verify(new X509Certificate(loaded.cert.slice(loaded.cert.lastIndexOf("-----BEGIN"))).publicKey)).toBe(true);
  });

  test("what node-forge makes, in both of its ways", async () => {
    const user = (await createCa()).issue({ commonName: "Bob" });
    expect((await loadCertificate({ cert: user.pfx("secret"), passphrase: "secret" })).description.commonName).toBe("Bob");
  });

  test("a file, asking for the passphrase only when it is needed", async () => {
    let asked = 0;
    const ask = (): Promise<string> => {
      asked += 1;
      return Promise.resolve(passphrase);
    };
    await loadCertificate({ cert: await file("open.p12", bytes("ec-open")), passphrase: ask, now });
    expect(asked).toBe(0);
    expect((await loadCertificate({ cert: await file("my.p12", bytes("ec-rc2")), passphrase: ask, now })).key).toContain(
      "BEGIN PRIVATE KEY",
    );
    expect(asked).toBe(1);
  });
});

describe("refuses", () => {
  test.each(["rsa-modern", "rsa-rc2", "rsa-3des", "rsa-nomac", "ec-modern", "ec-rc2", "ec-3des", "rsa-utf8"])(
    "a wrong passphrase of %s, without showing it",
    async (name) => {
      const error = await failure(loadCertificate({ cert: bytes(name), passphrase: "wrong-passphrase", now }));
      expect(error).toMatchObject({ code: "CERTIFICATE" });
      expect(error.message).toContain("the passphrase is wrong, or the file is damaged");
      expect(JSON.stringify(error)).not.toContain("wrong-passphrase");
    },
  );

  test("an encrypted one without a passphrase, naming the file", async () => {
    const path = await file("usercert.p12", bytes("rsa-rc2"));
    const error = await failure(loadCertificate({ cert: path, now }));
    expect(error).toMatchObject({ code: "MISSING_CREDENTIALS" });
    expect(error.message).toContain(`${path} is encrypted`);
  });

  test("one that is damaged, one without key, one without certificate, one that is none", async () => {
    const half = bytes("rsa-modern").subarray(0, 900);
    expect((await failure(loadCertificate({ cert: half, passphrase, now }))).message).toContain("is damaged");
    const flipped = Uint8Array.from(bytes("rsa-modern"));
    flipped[1500] = (flipped[1500] ?? 0) ^ 0xff;
    expect(await failure(loadCertificate({ cert: flipped, passphrase, now }))).toMatchObject({ code: "CERTIFICATE" });
    expect((await failure(loadCertificate({ cert: bytes("certs-only"), passphrase, now }))).message).toContain("holds no private key");
    expect((await failure(loadCertificate({ cert: bytes("key-only"), passphrase, now }))).message).toContain("holds no certificate");
    const text = await file("text.p12", Buffer.from("hello"));
    expect(await failure(loadCertificate({ cert: text, passphrase, now }))).toMatchObject({ code: "CERTIFICATE" });
  });

  test("one that others can read: an error without a passphrase, a warning with one", async () => {
    const open = await file("open.p12", bytes("rsa-open"), 0o644);
    expect((await failure(loadCertificate({ cert: open, now }))).message).toContain("chmod 400");
    const sealed = await file("sealed.p12", bytes("rsa-modern"), 0o644);
    expect((await loadCertificate({ cert: sealed, passphrase, now })).warnings.join()).toContain("chmod 400");
  });

  test("one that has ended, and a key beside it", async () => {
    const late = Date.parse("2060-01-01T00:00:00Z");
    expect((await failure(loadCertificate({ cert: bytes("ec-modern"), passphrase, now: () => late }))).message).toContain("ended on");
    const path = await file("a.p12", bytes("ec-open"));
    expect(await failure(loadCertificate({ cert: path, key: await file("b.p12", bytes("ec-open")), now }))).toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});

test("a folder with a container and no PEM is found", async () => {
  const path = await file("usercert.p12", bytes("rsa-modern"));
  expect(await findCertificate({ path: folder })).toEqual({ cert: path, key: path, place: "path" });
  expect(await findCertificate({ path })).toEqual({ cert: path, key: path, place: "path" });
  // As the original: the two PEM files go first.
  const cert = await file("usercert.pem", Buffer.from("x"));
  const key = await file("userkey.pem", Buffer.from("x"));
  expect(await findCertificate({ path: folder })).toEqual({ cert, key, place: "path" });
});
