import { createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from "node:crypto";
import { resolve } from "node:path";
import { checkInteger, checkNames, shown } from "../check.ts";
import { SciError } from "../errors.ts";
import { withFileLock } from "../node/file-lock.ts";
import { writeSecretFile } from "../node/secret-file.ts";
import { checkValidity } from "./check.ts";
import { derElements, extensionsOf, subjectOf } from "./der.ts";
import { describeParsed, type CertificateDescription } from "./describe.ts";
import type { LoadedCertificate } from "./load.ts";
import { oids } from "./names.ts";
import { isCertificateBlock, splitPem } from "./pem.ts";

export interface CreateProxyOptions {
  /** `"12h"`, `"30m"`, `"2d"`, `"90s"`, or milliseconds; never beyond the end of the certificate. @default "12h" */
  readonly lifetime?: string | number;
  /** How many further proxies may follow it. @default any number, or what the proxy it is made from allows */
  readonly pathLength?: number;
  /** May not start jobs (Globus). A proxy of a limited proxy is limited always. @default false */
  readonly limited?: boolean;
  /** "rsa" has 2048 bits, "ec" is P-256, which not every service of the grid takes. @default "rsa" */
  readonly keyType?: "rsa" | "ec";
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  readonly warn?: (message: string) => void;
}

/** A new proxy with its key and chain. The key shows neither in `inspect` nor in JSON. */
export interface ProxyCertificate extends LoadedCertificate {
  /** The file of a proxy: the certificate, its key, the chain. A secret. Not enumerable. */
  readonly pem: string;
  /**
   * Writes it with mode 0600, whole or not at all; gives the path.
   * @param path @default X509_USER_PROXY, else `/tmp/x509up_u<uid>`, where grid tools look
   */
  save(path?: string): Promise<string>;
}

/** Clocks differ: a proxy that is used at once must not be "not yet valid" elsewhere. */
const backdate = 300_000;

/**
 * Makes an RFC 3820 proxy certificate: a short-lived key that acts for its owner, from a user's certificate or from a proxy of it.
 * VOMS attributes are not made; those in the proxy it is made from stay in the chain, where services find them.
 * @throws CERTIFICATE for an issuer that cannot make proxies (a CA, a proxy of the drafts before RFC 3820, a key that may not sign, a
 * path that ends) or is not valid now; INVALID_ARGUMENT
 */
export async function createProxyCertificate(
  issuer: Pick<LoadedCertificate, "cert" | "key">,
  options: CreateProxyOptions = {},
): Promise<ProxyCertificate> {
  checkNames(options, ["lifetime", "pathLength", "limited", "keyType", "now", "warn"], "option of createProxyCertificate()");
  const { keyType = "rsa", pathLength } = options;
  if (keyType !== "rsa" && keyType !== "ec")
    throw new SciError("INVALID_ARGUMENT", `keyType must be "rsa" or "ec", not ${shown(keyType)}.`);
  if (pathLength !== undefined) checkInteger(pathLength, "pathLength", { max: 0x7fff_ffff });
  const lifetime = lifetimeOf(options.lifetime ?? "12h");
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
    options.warn?.(message);
  };
  const now = (options.now ?? Date.now)();
  const chain = splitPem(issuer.cert)
    .filter(isCertificateBlock)
    .map(({ text }) => new X509Certificate(text));
  const owner = chain[0];
  if (owner === undefined) throw new SciError("CERTIFICATE", "There is no certificate to make a proxy from.");
  const ownerKey = keyOf(issuer.key);
  if (!owner.checkPrivateKey(ownerKey))
    throw new SciError("CERTIFICATE", "The key does not belong to the certificate that the proxy is to be made from.");
  const about = describeParsed(owner);
  checkValidity(about, now, { warn, strict: true, ahead: 0 });
  const path = pathOf(owner, about, pathLength);
  const keys = keyType === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const validTo = Math.min(now + lifetime, about.validTo.getTime());
  if (validTo < now + lifetime) warn(`The proxy ends with the certificate it is made from, on ${about.validTo.toISOString()}.`);
  const der = await build({
    owner,
    ownerKey,
    publicKey: keys.publicKey,
    validFrom: new Date(Math.max(now - backdate, about.validFrom.getTime())),
    validTo: new Date(validTo),
    limited: options.limited === true || about.proxy?.policy === "limited",
    pathLength: path,
    mayEncipher: keyType === "rsa" && usageOf(owner, 2) !== false,
  });
  return present([new X509Certificate(der), ...chain], keys.privateKey, warnings);
}

function keyOf(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new SciError(
      "CERTIFICATE",
      "The key of the certificate cannot be read; open both with loadCertificate(), which knows encrypted keys.",
      { cause },
    );
  }
}

function lifetimeOf(given: string | number): number {
  const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const found = typeof given === "string" ? /^(\d+(?:\.\d+)?)([smhd])$/.exec(given) : undefined;
  const value = typeof given === "number" ? given : Number(found?.[1]) * (units[found?.[2] ?? ""] ?? Number.NaN);
  if (!Number.isFinite(value) || value < 1000) {
    throw new SciError(
      "INVALID_ARGUMENT",
      `lifetime must be a time such as "12h", "30m" or "2d", or milliseconds (1000 at least), not ${shown(given)}.`,
    );
  }
  return value;
}

/** RFC 3820 §3: who may make a proxy, and how many may follow it. */
function pathOf(owner: X509Certificate, about: CertificateDescription, wanted: number | undefined): number | undefined {
  const refuse = (why: string): never => {
    throw new SciError("CERTIFICATE", `No proxy can be made from the certificate of ${about.subject}: ${why}.`);
  };
  if (about.isCa) refuse("it is that of a CA");
  const found = extensionsOf(owner.raw).map(({ oid }) => oid);
  const oldName = !about.isProxy && /^(limited )?proxy$/.test(about.commonName ?? "");
  if (found.includes(oids.draftProxyCertInfo) || oldName)
    refuse("it is a proxy of before RFC 3820, which services no longer take; make one from the user's certificate");
  if (usageOf(owner, 0) === false) refuse("its key usage does not allow signatures");
  const rest = about.proxy?.pathLength;
  if (rest === undefined) return wanted;
  if (rest === 0) refuse("it is a proxy that no other may follow (path length 0)");
  if (wanted !== undefined && wanted > rest - 1)
    throw new SciError(
      "INVALID_ARGUMENT",
      `pathLength can be ${rest - 1} at most, since the proxy it is made from allows ${rest}; not ${wanted}.`,
    );
  return wanted ?? rest - 1;
}

/** One bit of the extension keyUsage (0 digitalSignature, 2 keyEncipherment); undefined without the extension, which allows all. */
function usageOf(certificate: X509Certificate, bit: number): boolean | undefined {
  const usage = extensionsOf(certificate.raw).find(({ oid }) => oid === oids.keyUsage);
  // A BIT STRING: the number of unused bits, then the bits from the highest.
  const bits = usage && derElements(usage.value)?.[0]?.content;
  return bits === undefined ? undefined : ((bits[1] ?? 0) & (0x80 >> bit)) !== 0;
}

interface Plan {
  readonly owner: X509Certificate;
  readonly ownerKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly limited: boolean;
  readonly pathLength: number | undefined;
  readonly mayEncipher: boolean;
}

/** Lays the certificate out with node-forge; Node makes keys and signature, since forge knows RSA only. */
async function build(plan: Plan): Promise<Buffer> {
  const loaded = (await import("node-forge")) as unknown as { readonly default?: typeof import("node-forge") };
  const { asn1 } = loaded.default ?? (loaded as unknown as typeof import("node-forge"));
  type Node = import("node-forge").asn1.Asn1;
  const { Type, Class } = asn1;
  const make = (type: number, value: Node[] | string, tagClass: number = Class.UNIVERSAL): Node =>
    asn1.create(tagClass as never, type as never, typeof value !== "string", value);
  const sequence = (...inner: Node[]): Node => make(Type.SEQUENCE, inner);
  const oid = (dots: string): Node => make(Type.OID, asn1.oidToDer(dots).getBytes());
  const bytes = (value: Uint8Array): string => Buffer.from(value).toString("binary");
  const raw = (value: Uint8Array): Node =>
    (asn1.fromDer as unknown as (der: string, options: object) => Node)(bytes(value), { decodeBitStrings: false });
  const integer = (value: Uint8Array): Node => make(Type.INTEGER, bytes((value[0] ?? 0) < 0x80 ? value : Buffer.from([0, ...value])));
  const time = (date: Date): Node =>
    date.getUTCFullYear() < 2050
      ? make(Type.UTCTIME, asn1.dateToUtcTime(date))
      : make(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));
  const toDer = (node: Node): Buffer => Buffer.from(asn1.toDer(node).getBytes(), "binary");
  const extension = (id: string, value: Node): Node =>
    sequence(oid(id), make(Type.BOOLEAN, "\u00ff"), make(Type.OCTETSTRING, toDer(value).toString("binary")));

  const algorithm = signatureOf(plan.ownerKey);
  const signedWith = sequence(oid(algorithm.oid), ...(algorithm.hasNull ? [make(Type.NULL, "")] : []));
  // A first byte from 1 to 127: positive and without leading zeros. The name is the serial number, as grid tools do.
  const random = randomBytes(8);
  const serial = Buffer.from([((random[0] ?? 0) & 0x7f) | 0x01, ...random.subarray(1)]);
  const commonName = sequence(oid("2.5.4.3"), make(Type.PRINTABLESTRING, BigInt(`0x${serial.toString("hex")}`).toString()));
  const ownName = derElements(subjectOf(plan.owner.raw) ?? new Uint8Array()) ?? [];
  const name = (): Node[] => ownName.map(({ tag, content }) => raw(Buffer.concat([header(tag, content.length), content])));
  const policy = sequence(oid(plan.limited ? oids.limited : oids.inheritAll));
  const length = plan.pathLength === undefined ? [] : [integer(minimal(plan.pathLength))];
  // digitalSignature, and keyEncipherment where key and owner have it; the number of unused bits in front.
  const usage = plan.mayEncipher ? "\u0005\u00a0" : "\u0007\u0080";
  const tbs = sequence(
    make(0, [make(Type.INTEGER, "\u0002")], Class.CONTEXT_SPECIFIC),
    integer(serial),
    signedWith,
    sequence(...name()),
    sequence(time(plan.validFrom), time(plan.validTo)),
    sequence(...name(), make(Type.SET, [commonName])),
    raw(plan.publicKey.export({ type: "spki", format: "der" })),
    make(
      3,
      [sequence(extension(oids.proxyCertInfo, sequence(...length, policy)), extension(oids.keyUsage, make(Type.BITSTRING, usage)))],
      Class.CONTEXT_SPECIFIC,
    ),
  );
  const signature = sign(algorithm.hash, toDer(tbs), plan.ownerKey);
  return toDer(sequence(tbs, signedWith, make(Type.BITSTRING, `\u0000${bytes(signature)}`)));
}

/** @throws CERTIFICATE for kinds of keys that the grid does not know */
function signatureOf(key: KeyObject): { readonly oid: string; readonly hash: string; readonly hasNull: boolean } {
  if (key.asymmetricKeyType === "rsa") return { oid: "1.2.840.113549.1.1.11", hash: "sha256", hasNull: true };
  if (key.asymmetricKeyType === "ec") {
    const large = key.asymmetricKeyDetails?.namedCurve === "secp384r1" || key.asymmetricKeyDetails?.namedCurve === "secp521r1";
    return large
      ? { oid: "1.2.840.10045.4.3.3", hash: "sha384", hasNull: false }
      : { oid: "1.2.840.10045.4.3.2", hash: "sha256", hasNull: false };
  }
  throw new SciError("CERTIFICATE", `Proxies are made with RSA and EC keys, not with ${key.asymmetricKeyType ?? "this kind of key"}.`);
}

function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.from([tag, length]);
  const size = minimal(length);
  return Buffer.from([tag, 0x80 | size.length, ...size]);
}

function minimal(value: number): Buffer {
  const text = value.toString(16);
  return Buffer.from(text.length % 2 === 0 ? text : `0${text}`, "hex");
}

function present(chain: readonly X509Certificate[], privateKey: KeyObject, warnings: readonly string[]): ProxyCertificate {
  const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const [own = "", ...rest] = chain.map((one) => one.toString());
  const cert = [own, ...rest].join("");
  const pem = [own, key, ...rest].join("");
  const described = chain.map(describeParsed);
  const visible = { cert, description: described[0] as CertificateDescription, chain: described, warnings };
  return Object.defineProperties(visible as unknown as ProxyCertificate, {
    key: { value: key, enumerable: false },
    pem: { value: pem, enumerable: false },
    tls: { get: () => ({ cert, key }), enumerable: false },
    save: {
      enumerable: false,
      value: async (path?: string): Promise<string> => {
        const file = { path: resolve(path ?? defaultProxyPath()), what: "proxy certificate" };
        await withFileLock(file.path, () => writeSecretFile(file, pem));
        return file.path;
      },
    },
  });
}

function defaultProxyPath(): string {
  const variable = process.env["X509_USER_PROXY"];
  if (variable !== undefined && variable !== "") return variable;
  const uid = process.getuid?.();
  if (uid === undefined) throw new SciError("INVALID_ARGUMENT", "There is no usual place for proxies on this system; give a path.");
  return `/tmp/x509up_u${uid}`;
}
