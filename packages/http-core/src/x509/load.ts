import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { stat } from "node:fs/promises";
import { checkNames } from "../check.ts";
import { describeCause, SciError } from "../errors.ts";
import { checkValidity, orderChain } from "./check.ts";
import { describeParsed, parseCertificate, type CertificateDescription } from "./describe.ts";
import { fileError, isCertificateBlock, isKeyBlock, pemText, readMaterial, splitPem, type Material, type PemBlock } from "./pem.ts";
import { looksLikePkcs12, openPkcs12 } from "./pkcs12.ts";

export interface LoadCertificateOptions {
  /** PEM text or bytes, or a path: the certificate, with its chain behind it; may hold the key, too. Or a PKCS#12 container. */
  readonly cert: string | Uint8Array;
  /** @default in `cert` */
  readonly key?: string | Uint8Array;
  /** Asked for only when the key is encrypted. */
  readonly passphrase?: string | (() => string | Promise<string>);
  /** Accepts an unencrypted key file that others can read, with a warning. @default false */
  readonly allowOpenKey?: boolean;
  /** Accepts a certificate outside its time of validity, with a warning. @default false */
  readonly allowInvalidTime?: boolean;
  /** Milliseconds before its end from which a warning is given. @default the smaller of 30 days and a tenth of its life */
  readonly warnAhead?: number;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  readonly warn?: (message: string) => void;
}

/** A certificate with its key, checked. The key shows neither in `inspect` nor in JSON. */
export interface LoadedCertificate {
  /** PEM: the certificate, then its chain in order. */
  readonly cert: string;
  /** PEM (PKCS#8), not encrypted: a secret. Not enumerable. */
  readonly key: string;
  /** For the option `tls` of a client. Not enumerable. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly description: CertificateDescription;
  readonly chain: readonly CertificateDescription[];
  readonly warnings: readonly string[];
}

/**
 * Loads a certificate, its chain and its key from PEM and checks them: that they belong together, that the certificate is
 * valid now, that the chain is in order, and that nobody else can read the key.
 *
 * An unencrypted key file that group or others can read or write is an error (`allowOpenKey` makes it a warning); an
 * encrypted one is a warning. A chain in the wrong order is put right with a warning.
 * @throws CERTIFICATE; FILE when a file cannot be read; MISSING_CREDENTIALS when the key is encrypted and there is no passphrase
 */
export async function loadCertificate(options: LoadCertificateOptions): Promise<LoadedCertificate> {
  const names = ["cert", "key", "passphrase", "allowOpenKey", "allowInvalidTime", "warnAhead", "now", "warn"];
  checkNames(options, names, "option of loadCertificate()");
  const warnings: string[] = [];
  const warn = (message: string): void => {
    warnings.push(message);
    options.warn?.(message);
  };
  const certMaterial = await readMaterial(options.cert, "certificate");
  const opened = looksLikePkcs12(certMaterial)
    ? await openContainer(certMaterial, options, warn)
    : await openPem(certMaterial, options, warn);
  const { certificates, keys, keyMaterial } = opened;
  const [first, key] = matching(certificates, keys, keyMaterial);
  const ordered = orderChain(certificates, first, nameOf(certMaterial, "The certificate"), warn);
  const chain = ordered.map(describeParsed);
  for (const one of chain) {
    checkValidity(one, (options.now ?? Date.now)(), {
      warn,
      ...pick(options.warnAhead, "ahead"),
      strict: options.allowInvalidTime !== true,
    });
  }
  return present(ordered, key, chain, warnings);
}

interface Opened {
  readonly certificates: readonly X509Certificate[];
  readonly keys: readonly KeyObject[];
  readonly keyMaterial: Material;
}

async function openContainer(material: Material, options: LoadCertificateOptions, warn: (message: string) => void): Promise<Opened> {
  const source = nameOf(material, "The PKCS#12 container");
  if (options.key !== undefined && options.key !== options.cert)
    throw new SciError("INVALID_ARGUMENT", `${source} is a PKCS#12 container, which holds its key itself; leave the option key out.`);
  const { certificates, keys, encrypted } = await openPkcs12(material.bytes, source, options.passphrase);
  if (certificates.length === 0) throw new SciError("CERTIFICATE", `${source} holds no certificate.`);
  if (keys.length === 0) throw new SciError("CERTIFICATE", `${source} holds no private key; export the certificate again, with its key.`);
  await checkModes(material, encrypted, options.allowOpenKey === true, warn);
  return { certificates, keys, keyMaterial: material };
}

async function openPem(certMaterial: Material, options: LoadCertificateOptions, warn: (message: string) => void): Promise<Opened> {
  const keyMaterial = options.key === undefined || options.key === options.cert ? certMaterial : await readMaterial(options.key, "key");
  const certificates = blocksOf(certMaterial, "certificate")
    .filter(isCertificateBlock)
    .map(({ text }, index) => parseCertificate(text, `${nameOf(certMaterial, "The certificate")}, certificate ${index + 1},`));
  if (certificates.length === 0)
    throw new SciError("CERTIFICATE", `${nameOf(certMaterial, "What was given as certificate")} holds no certificate.`);
  const block = blocksOf(keyMaterial, "key").find(isKeyBlock);
  if (block === undefined) throw new SciError("CERTIFICATE", `${nameOf(keyMaterial, "What was given as key")} holds no private key.`);
  await checkModes(keyMaterial, isEncrypted(block), options.allowOpenKey === true, warn);
  return { certificates, keys: [await openKey(block, keyMaterial, options.passphrase)], keyMaterial };
}

function present(
  ordered: readonly X509Certificate[],
  key: KeyObject,
  chain: readonly CertificateDescription[],
  warnings: readonly string[],
): LoadedCertificate {
  const cert = ordered.map((one) => one.toString()).join("");
  const pem = key.export({ type: "pkcs8", format: "pem" }) as string;
  const visible = { cert, description: chain[0] as CertificateDescription, chain, warnings };
  return Object.defineProperties(visible as LoadedCertificate, {
    key: { value: pem, enumerable: false },
    tls: { get: () => ({ cert, key: pem }), enumerable: false },
  });
}

function blocksOf(material: Material, what: string): PemBlock[] {
  const text = pemText(material.bytes);
  if (text !== undefined) return splitPem(text);
  if (looksLikePkcs12(material))
    throw new SciError(
      "INVALID_ARGUMENT",
      `${nameOf(material, `What was given as ${what}`)} is a PKCS#12 container; give it as cert, without a key.`,
    );
  throw new SciError("CERTIFICATE", `${nameOf(material, `What was given as ${what}`)} is not PEM ("-----BEGIN …").`);
}

function isEncrypted({ label, text }: PemBlock): boolean {
  return label === "ENCRYPTED PRIVATE KEY" || /^Proc-Type: 4,ENCRYPTED/m.test(text);
}

async function openKey(block: PemBlock, material: Material, passphrase: LoadCertificateOptions["passphrase"]): Promise<KeyObject> {
  const name = nameOf(material, "The key");
  if (!isEncrypted(block)) return parseKey(block, name, undefined);
  const phrase = typeof passphrase === "function" ? await passphrase() : passphrase;
  if (phrase === undefined || phrase === "") {
    throw new SciError(
      "MISSING_CREDENTIALS",
      `${name} is encrypted: give its passphrase (option passphrase, text or a function that asks for it).`,
    );
  }
  return parseKey(block, name, phrase);
}

function parseKey({ text }: PemBlock, name: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: text, format: "pem", ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    const reason = describeCause(cause) ?? "";
    const why =
      passphrase === undefined
        ? `cannot be read: ${reason}`
        : /unsupported/i.test(reason)
          ? `is encrypted in a way that this OpenSSL does not know (${reason}); encrypt it anew: "openssl pkcs8 -topk8 -in key.pem -out new.pem"`
          : "cannot be opened: the passphrase is wrong, or the file is damaged";
    throw new SciError("CERTIFICATE", `${name} ${why}.`, { cause, secrets: passphrase === undefined ? [] : [passphrase] });
  }
}

/** The certificate that belongs to a key, and the key: the first ones, unless the file has another order. */
function matching(certificates: readonly X509Certificate[], keys: readonly KeyObject[], material: Material): [X509Certificate, KeyObject] {
  for (const key of keys) {
    const found = certificates.find((one) => one.checkPrivateKey(key));
    if (found !== undefined) return [found, key];
  }
  const subject = describeParsed(certificates[0] as X509Certificate).subject;
  throw new SciError(
    "CERTIFICATE",
    `${nameOf(material, "The key")} does not belong to the certificate of ${subject}. Take both from the same place.`,
  );
}

async function checkModes({ path }: Material, encrypted: boolean, allowOpen: boolean, warn: (message: string) => void): Promise<void> {
  if (path === undefined || process.platform === "win32") return;
  let mode: number;
  try {
    ({ mode } = await stat(path));
  } catch (cause) {
    throw fileError(path, "key file", cause);
  }
  if ((mode & 0o077) === 0) return;
  const message = `The key file ${path} can be read or written by others (mode 0${(mode & 0o777).toString(8)}). Run "chmod 400 ${path}"`;
  if (!encrypted && !allowOpen)
    throw new SciError("CERTIFICATE", `${message}; if others may have read it, ask for a new certificate.`, { details: { path } });
  warn(`${message}.`);
}

function nameOf({ path }: Material, otherwise: string): string {
  return path ?? otherwise;
}

function pick<Name extends string>(value: number | undefined, name: Name): Partial<Record<Name, number>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, number>);
}
