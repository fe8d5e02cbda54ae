import { generateKeyPairSync, randomBytes } from "node:crypto";
import { isIP } from "node:net";

/** A certificate for a test and its private key. */
export interface TestCertificate {
  /** PEM of the certificate. */
  readonly cert: string;
  /** PEM of the private key, not encrypted. */
  readonly key: string;
  /** The key encrypted with a passphrase (PKCS#8). */
  encryptedKey(passphrase: string): string;
  /** PKCS#12 with the certificate, its key and its CA. */
  pfx(passphrase: string): Uint8Array;
}

export interface IssueOptions {
  readonly commonName: string;
  /** DNS names and IP addresses. @default localhost and 127.0.0.1 */
  readonly hosts?: readonly string[];
  /** @default an hour ago */
  readonly notBefore?: Date;
  /** @default in a day */
  readonly notAfter?: Date;
  /** @default 2048 */
  readonly bits?: number;
}

export interface TestCa {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** A certificate for servers and clients. */
  issue(options: IssueOptions): TestCertificate;
}

/** Makes a throw-away certificate authority. The keys it makes are for tests only. */
export async function createCa(commonName = "Test CA"): Promise<TestCa> {
  const { default: forge } = await import("node-forge");
  const { pki } = forge;

  const keyPair = (bits: number) => {
    // Node makes RSA keys a hundred times faster than the JavaScript of forge.
    const { privateKey, publicKey } = generateKeyPairSync("rsa", {
      modulusLength: bits,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    return { privateKey: pki.privateKeyFromPem(privateKey), publicKey: pki.publicKeyFromPem(publicKey) };
  };
  const subject = (name: string) => [
    { shortName: "O", value: "Test" },
    { shortName: "CN", value: name },
  ];
  const fill = (certificate: ReturnType<typeof pki.createCertificate>, name: string, notBefore: Date, notAfter: Date): void => {
    // A first byte of 1: positive, and without leading zeros, which OpenSSL refuses.
    certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
    certificate.validity.notBefore = notBefore;
    certificate.validity.notAfter = notAfter;
    certificate.setSubject(subject(name));
    certificate.setIssuer(subject(commonName));
  };
  const hour = 3_600_000;
  const now = Date.now();

  const caKeys = keyPair(2048);
  const ca = pki.createCertificate();
  ca.publicKey = caKeys.publicKey;
  fill(ca, commonName, new Date(now - 24 * hour), new Date(now + 7 * 24 * hour));
  ca.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ]);
  ca.sign(caKeys.privateKey, forge.md.sha256.create());

  return {
    cert: pki.certificateToPem(ca),
    key: pki.privateKeyToPem(caKeys.privateKey),
    issue(options) {
      const { hosts = ["localhost", "127.0.0.1"], notBefore = new Date(now - hour), notAfter = new Date(now + 24 * hour) } = options;
      const keys = keyPair(options.bits ?? 2048);
      const certificate = pki.createCertificate();
      certificate.publicKey = keys.publicKey;
      fill(certificate, options.commonName, notBefore, notAfter);
      certificate.setExtensions([
        { name: "basicConstraints", cA: false },
        { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
        { name: "extKeyUsage", serverAuth: true, clientAuth: true },
        { name: "subjectAltName", altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host })) },
      ]);
      certificate.sign(caKeys.privateKey, forge.md.sha256.create());
      return {
        cert: pki.certificateToPem(certificate),
        key: pki.privateKeyToPem(keys.privateKey),
        encryptedKey: (passphrase) => pki.encryptRsaPrivateKey(keys.privateKey, passphrase, { algorithm: "aes256" }),
        pfx(passphrase) {
          const container = forge.pkcs12.toPkcs12Asn1(keys.privateKey, [certificate, ca], passphrase, { algorithm: "aes256" });
          return Buffer.from(forge.asn1.toDer(container).getBytes(), "binary");
        },
      };
    },
  };
}
