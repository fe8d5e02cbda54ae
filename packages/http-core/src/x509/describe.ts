import { X509Certificate } from "node:crypto";
import { describeCause, SciError } from "../errors.ts";
import { extensionsOf, isPkcs12 } from "./der.ts";
import { oids } from "./names.ts";
import { isCertificateBlock, looksLikePem, pemText, splitPem } from "./pem.ts";
import { proxyOf, vomsAttributesOf, type ProxyDescription } from "./proxy-info.ts";

/** What a certificate says about itself. */
export interface CertificateDescription {
  /** As on the grid: `/DC=ch/DC=cern/OU=…/CN=…`. */
  readonly subject: string;
  readonly issuer: string;
  /** The last CN of the subject. */
  readonly commonName: string | undefined;
  /** "DNS:host.cern.ch", "email:…", "IP Address:…". */
  readonly subjectAltNames: readonly string[];
  /** Hexadecimal. */
  readonly serialNumber: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** "rsa", "ec", "ed25519", … */
  readonly keyType: string;
  /** "2048 bits", "prime256v1"; undefined where the type says it all. */
  readonly keySize: string | undefined;
  readonly isCa: boolean;
  /** An RFC 3820 proxy: has the extension 1.3.6.1.5.5.7.1.14. */
  readonly isProxy: boolean;
  /** What the proxy may do; undefined for what is none, or says it in a way that is not known. */
  readonly proxy: ProxyDescription | undefined;
  /** Groups and roles that VOMS gave a proxy: `/cms/Role=NULL/Capability=NULL`. */
  readonly vomsAttributes: readonly string[];
  readonly isSelfIssued: boolean;
  /** SHA-256, hexadecimal with colons. */
  readonly fingerprint: string;
}

/**
 * Describes the first certificate of a PEM text, or of bytes (PEM or DER).
 * @throws CERTIFICATE for what is no certificate
 */
export function describeCertificate(certificate: string | Uint8Array): CertificateDescription {
  return describeParsed(parseFirst(certificate));
}

export function describeParsed(certificate: X509Certificate): CertificateDescription {
  const { publicKey } = certificate;
  const details = publicKey.asymmetricKeyDetails;
  const extensions = extensionsOf(certificate.raw);
  return {
    subject: gridName(certificate.subject),
    issuer: gridName(certificate.issuer),
    commonName: /(?:^|\n)CN=(.*)(?![\s\S]*\nCN=)/.exec(certificate.subject ?? "")?.[1],
    subjectAltNames: splitNames(certificate.subjectAltName),
    serialNumber: certificate.serialNumber,
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    keyType: publicKey.asymmetricKeyType ?? "unknown",
    keySize: details?.modulusLength !== undefined ? `${details.modulusLength} bits` : details?.namedCurve,
    isCa: certificate.ca,
    isProxy: extensions.some(({ oid }) => oid === oids.proxyCertInfo),
    proxy: proxyOf(extensions),
    vomsAttributes: vomsAttributesOf(extensions),
    isSelfIssued: certificate.subject === certificate.issuer,
    fingerprint: certificate.fingerprint256,
  };
}

function parseFirst(input: string | Uint8Array): X509Certificate {
  const text = typeof input === "string" ? input : pemText(input);
  if (text === undefined) {
    if (isPkcs12(input as Uint8Array))
      throw new SciError(
        "CERTIFICATE",
        "These bytes are a PKCS#12 container: open it with loadCertificate(), which describes what is in it.",
      );
    return parseCertificate(input, "These bytes");
  }
  const block = looksLikePem(text) ? splitPem(text).find(isCertificateBlock) : undefined;
  if (block === undefined) throw new SciError("CERTIFICATE", 'There is no certificate ("-----BEGIN CERTIFICATE-----") in this text.');
  return parseCertificate(block.text, "This text");
}

/** @throws CERTIFICATE */
export function parseCertificate(raw: string | Uint8Array, source: string): X509Certificate {
  try {
    return new X509Certificate(raw);
  } catch (cause) {
    throw new SciError("CERTIFICATE", `${source} cannot be read as a certificate: ${describeCause(cause) ?? "unknown reason"}`, { cause });
  }
}

/** Node writes one attribute per line, in the order of the certificate, with RFC 2253 escapes. */
function gridName(name: string | undefined): string {
  const lines = (name ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => `/${line.replace(/\\(.)/g, "$1")}`).join("");
}

/** Names are divided by ", "; one that holds a comma is written in quotes. */
function splitNames(names: string | undefined): string[] {
  return names?.match(/(?:"(?:\\.|[^"])*"|[^,"])+/g)?.map((one) => one.trim()) ?? [];
}
