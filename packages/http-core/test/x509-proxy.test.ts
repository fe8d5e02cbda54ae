import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  createProxyCertificate,
  describeCertificate,
  loadCertificate,
  type CreateProxyOptions,
  type LoadedCertificate,
} from "@sci/http-core/x509";
import { extensionsOf, subjectOf } from "../src/x509/der.ts";
import { vomsAttributesOf } from "../src/x509/proxy-info.ts";
import { createCa, json, startServer, type TestCa } from "../src/testing/index.ts";
import { failure, getThing, testCore } from "./support.ts";

const hour = 3_600_000;
let ca: TestCa;
let rsa: LoadedCertificate;
let ec: LoadedCertificate;
let folder: string;
const ecTime = (): number => Date.parse("2030-01-01T00:00:00Z");

beforeAll(async () => {
  ca = await createCa();
  rsa = await loadCertificate(pair(ca.issue({ commonName: "Ada" })));
  const containers = JSON.parse(await readFile(join(import.meta.dirname, "fixtures/pkcs12.json"), "utf8")) as Record<string, string>;
  ec = await loadCertificate({ cert: Buffer.from(containers["ec-modern"] as string, "base64"), passphrase: "correct horse", now: ecTime });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "proxy-"));
});
afterEach(() => rm(folder, { recursive: true }));

const pair = ({ cert, key }: { readonly cert: string; readonly key: string }) => ({ cert, key });
const first = (pem: string): X509Certificate => new X509Certificate(pem);

describe("a proxy", () => {
  test.each([
    ["rsa", "rsa"],
    ["rsa", "ec"],
    ["ec", "rsa"],
    ["ec", "ec"],
  ] as const)("of a user's %s certificate with an %s key", async (kind, keyType) => {
    const [issuer, now] = kind === "rsa" ? [rsa, Date.now()] : [ec, ecTime()];
    const proxy = await createProxyCertificate(issuer, { keyType, now: () => now });
    const certificate = first(proxy.cert);
    const owner = first(issuer.cert);
    expect(certificate.verify(owner.publicKey)).toBe(true);
    expect(certificate.checkIssued(owner)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(proxy.key))).toBe(true);
    expect(certificate.issuer).toBe(owner.subject);
    // The name of the owner, byte for byte, and one part more.
    const name = Buffer.from(subjectOf(certificate.raw) ?? []);
    const ownerName = Buffer.from(subjectOf(owner.raw) ?? []);
    expect(name.subarray(0, ownerName.length).equals(ownerName)).toBe(true);
    expect(proxy.description.subject).toBe(`${issuer.description.subject}/CN=${BigInt(`0x${certificate.serialNumber}`)}`);
    expect(proxy.description).toMatchObject({
      isProxy: true,
      isCa: false,
      keyType,
      proxy: { policy: "all", pathLength: undefined },
      vomsAttributes: [],
    });
    expect(proxy.description.validTo.getTime()).toBe(Math.floor((now + 12 * hour) / 1000) * 1000);
    expect(proxy.description.validFrom.getTime()).toBeLessThanOrEqual(now - 299_000);
    const extensions = extensionsOf(certificate.raw);
    expect(extensions.map(({ oid, critical }) => [oid, critical])).toEqual([
      ["1.3.6.1.5.5.7.1.14", true],
      ["2.5.29.15", true],
    ]);
    expect(Buffer.from(extensions[1]?.value ?? []).toString("hex")).toBe(keyType === "rsa" ? "030205a0" : "03020780");
    expect(proxy.chain).toHaveLength(issuer.chain.length + 1);
    expect(proxy.warnings).toEqual([]);
  });

  test("with a lifetime, a path length and limits", async () => {
    const now = Date.now();
    const proxy = await createProxyCertificate(rsa, { lifetime: "30m", pathLength: 2, limited: true, now: () => now });
    expect(proxy.description.proxy).toEqual({ policy: "limited", pathLength: 2 });
    expect(proxy.description.validTo.getTime()).toBe(Math.floor((now + hour / 2) / 1000) * 1000);
    const far = await createProxyCertificate(rsa, { pathLength: 1000 });
    expect(far.description.proxy?.pathLength).toBe(1000);
  });

  test("never outlives the certificate it is made from, and says so", async () => {
    const proxy = await createProxyCertificate(rsa, { lifetime: "40d" });
    expect(proxy.description.validTo).toEqual(rsa.description.validTo);
    expect(proxy.warnings.join()).toContain("ends with the certificate");
    const young = await loadCertificate(pair(ca.issue({ commonName: "New", notBefore: new Date(Date.now() - 1000) })));
    expect((await createProxyCertificate(young)).description.validFrom).toEqual(young.description.validFrom);
  });

  test("of a proxy: the chain grows, limits and lengths are passed on", async () => {
    const one = await createProxyCertificate(rsa, { pathLength: 1, limited: true });
    const two = await createProxyCertificate(one);
    expect(two.description.proxy).toEqual({ policy: "limited", pathLength: 0 });
    expect(two.chain.map(({ subject }) => subject.split("/CN=").length - 1)).toEqual([3, 2, 1]);
    expect(first(two.cert).verify(first(one.cert).publicKey)).toBe(true);
    const error = await failure(createProxyCertificate(two));
    expect(error).toMatchObject({ code: "CERTIFICATE" });
    expect(error.message).toContain("no other may follow (path length 0)");
    expect(await failure(createProxyCertificate(one, { pathLength: 1 }))).toMatchObject({ code: "INVALID_ARGUMENT" });
    const serials = await Promise.all([1, 2, 3].map(async () => (await createProxyCertificate(rsa)).description.serialNumber));
    expect(new Set(serials).size).toBe(3);
  });

  test("is saved with mode 0600 and loaded again, for the grid tools to use", async () => {
    const proxy = await createProxyCertificate(rsa);
    const path = await proxy.save(join(folder, "x509up"));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, "utf8");
    expect(text.match(/-----BEGIN [A-Z ]+-----/g)).toEqual([
      "-----BEGIN CERTIFICATE-----",
      "-----BEGIN PRIVATE KEY-----",
      "-----BEGIN CERTIFICATE-----",
    ]);
    const loaded = await loadCertificate({ cert: path });
    expect(loaded.description).toEqual(proxy.description);
    expect(loaded.warnings).toEqual([]);
    const shown = inspect(proxy, { depth: 9 }) + JSON.stringify(proxy);
    expect(shown).not.toContain("PRIVATE KEY");
  });

  test("a server sees the proxy and its issuer", async () => {
    // Node's own servers accept no proxies, so this one asks and does not insist.
    const server = await startServer(() => json({ id: 1 }), { tls: { ...ca.issue({ commonName: "localhost" }), clientCa: ca.cert } });
    try {
      const proxy = await createProxyCertificate(rsa);
      const core = testCore(server.url, { tls: { ca: ca.cert, ...proxy.tls } });
      await core.request(getThing, { id: 1 });
      expect(server.requests[0]?.clientCertificate?.commonName).toContain(proxy.description.commonName);
      await core.close();
    } finally {
      await server.stop();
    }
  });
});

describe("is refused", () => {
  test.each([
    [{ lifetime: "12" }, /lifetime must be a time/],
    [{ lifetime: 0 }, /lifetime/],
    [{ lifetime: "-1h" }, /lifetime/],
    [{ pathLength: -1 }, /pathLength/],
    [{ keyType: "dsa" }, /"rsa" or "ec"/],
    [{ limitted: true }, /Did you mean "limited"/],
  ])("%j", async (options, message) => {
    const error = await failure(createProxyCertificate(rsa, options as CreateProxyOptions));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(error.message).toMatch(message);
  });

  test("from a CA, from a certificate that has ended, with another key", async () => {
    expect((await failure(createProxyCertificate(ca))).message).toContain("that of a CA");
    const old = ca.issue({ commonName: "Old", notBefore: new Date(Date.now() - 2 * hour), notAfter: new Date(Date.now() - hour) });
    expect((await failure(createProxyCertificate(old))).message).toContain("ended on");
    expect((await failure(createProxyCertificate({ cert: rsa.cert, key: old.key }))).message).toContain("does not belong");
    const sealed = ca.issue({ commonName: "Sealed" });
    expect((await failure(createProxyCertificate({ cert: sealed.cert, key: sealed.encryptedKey("x") }))).message).toContain(
      "loadCertificate()",
    );
    expect((await failure(createProxyCertificate({ cert: "", key: rsa.key }))).message).toContain("no certificate");
  });

  test("from a proxy of before RFC 3820", async () => {
    const legacy = ca.issue({ commonName: "limited proxy" });
    expect((await failure(createProxyCertificate(legacy))).message).toContain("before RFC 3820");
  });
});

test("the groups and roles of VOMS are read", () => {
  const tlv = (tag: number, ...inner: Uint8Array[]): Buffer => {
    const content = Buffer.concat(inner);
    return Buffer.concat([Buffer.from(content.length < 0x80 ? [tag, content.length] : [tag, 0x81, content.length]), content]);
  };
  const fqans = ["/cms/Role=NULL/Capability=NULL", "/cms/itcms/Role=production/Capability=NULL"];
  const oid = Buffer.from("060a2b06010401be45646404", "hex");
  const authority = tlv(0xa0, tlv(0x86, Buffer.from("cms://voms.cern.ch:15002")));
  const attribute = tlv(0x30, oid, tlv(0x31, tlv(0x30, authority, tlv(0x30, ...fqans.map((one) => tlv(0x04, Buffer.from(one)))))));
  const value = tlv(0x30, tlv(0x30, tlv(0x30, tlv(0x30, tlv(0x02, Buffer.from([1])), tlv(0x30, attribute)))));
  expect(vomsAttributesOf([{ oid: "1.3.6.1.4.1.8005.100.100.5", critical: false, value }])).toEqual(fqans);
  expect(vomsAttributesOf([{ oid: "1.3.6.1.4.1.8005.100.100.5", critical: false, value: value.subarray(0, 20) }])).toEqual([]);
});

test("what openssl made is described as a proxy", async () => {
  const pem = await readFile(join(import.meta.dirname, "fixtures/ec-proxy.pem"), "utf8");
  expect(describeCertificate(pem)).toMatchObject({ isProxy: true, proxy: { policy: "all" } });
});
