import { existsSync, readFileSync } from "node:fs";
import * as tls from "node:tls";
import { describeCause, SciError } from "../errors.ts";
import { readCaMaterial } from "../x509/ca-folder.ts";
import type { TlsOptions } from "./types.ts";

/** What connections are made with; undefined stands for Node's own defaults. */
export interface TlsMaterial {
  /** With the client certificate, for the origins that may see it. */
  readonly own: tls.SecureContext | undefined;
  /** Without it, for all others and for proxies. */
  readonly plain: tls.SecureContext | undefined;
  readonly rejectUnauthorized: boolean;
}

/**
 * Reads the certificates and keys, once. A context is shared by all connections: reading 150 roots for each would cost more
 * than the handshake.
 * @throws CERTIFICATE or FILE, naming the file and what to do
 */
export async function loadTls(options: TlsOptions, warn: (message: string) => void): Promise<TlsMaterial> {
  const ca = options.ca === undefined ? undefined : [...(await defaultRoots(warn)), ...(await readCaMaterial(options.ca, { warn }))];
  const shared: tls.SecureContextOptions = ca === undefined ? {} : { ca };
  const hasOwn = options.cert !== undefined || options.pfx !== undefined;
  return {
    plain: ca === undefined ? undefined : context(shared, options),
    own: hasOwn ? context({ ...shared, ...clientCertificate(options) }, options) : undefined,
    rejectUnauthorized: options.rejectUnauthorized !== false,
  };
}

function clientCertificate({ cert, key, pfx, passphrase }: TlsOptions): tls.SecureContextOptions {
  const secret = passphrase === undefined ? {} : { passphrase };
  if (pfx !== undefined) return { pfx: typeof pfx === "string" ? readFile(pfx, "tls.pfx") : Buffer.from(pfx), ...secret };
  const certificate = readPem(cert as string | Uint8Array, "tls.cert");
  // One file may hold both, as grid proxies do.
  return { cert: certificate, key: key === undefined ? certificate : readPem(key, "tls.key"), ...secret };
}

function context(material: tls.SecureContextOptions, options: TlsOptions): tls.SecureContext {
  try {
    return tls.createSecureContext(material);
  } catch (cause) {
    throw certificateError(cause, options);
  }
}

function certificateError(cause: unknown, options: TlsOptions): SciError<"CERTIFICATE"> {
  const chain = describeCause(cause) ?? String(cause);
  const text = `${chain} ${String((cause as { code?: unknown }).code)}`.toLowerCase();
  const name = (value: string | Uint8Array | undefined, what: string): string =>
    typeof value === "string" && !value.includes("-----BEGIN") ? value : `the one given as ${what}`;
  const key =
    options.pfx !== undefined
      ? name(options.pfx, "tls.pfx")
      : name(options.key ?? options.cert, options.key === undefined ? "tls.cert" : "tls.key");
  const given = options.passphrase !== undefined && options.passphrase !== "";
  const say = (message: string): SciError<"CERTIFICATE"> =>
    new SciError("CERTIFICATE", message, { cause, ...(given ? { secrets: [options.passphrase as string] } : {}) });

  if (/bad decrypt|mac verify|bad_decrypt|bad password|passphrase|interrupted or cancelled|password/.test(text)) {
    return given
      ? say(`The passphrase does not open the private key ${key}. Check tls.passphrase. (${chain})`)
      : say(`The private key ${key} is encrypted. Give its passphrase as tls.passphrase. (${chain})`);
  }
  if (/values mismatch|key_values_mismatch|key type mismatch/.test(text)) {
    return say(
      `The private key ${key} does not belong to the certificate ${name(options.cert, "tls.cert")}. Give the pair that was issued together. (${chain})`,
    );
  }
  if (options.pfx !== undefined && /unsupported|pkcs12/.test(text)) {
    return say(
      `The PKCS#12 file ${key} uses an encryption that OpenSSL 3 no longer reads. Convert it: openssl pkcs12 -legacy -in OLD.p12 -nodes -out both.pem, then give both.pem as tls.cert. (${chain})`,
    );
  }
  const what =
    options.pfx !== undefined ? `the PKCS#12 file ${key}` : `the certificate ${name(options.cert, "tls.cert")} with the key ${key}`;
  return say(`Could not use ${what}: ${chain}. ${options.pfx !== undefined ? "A PKCS#12 container" : "PEM text"} is expected.`);
}

/** Node's roots and those of NODE_EXTRA_CA_CERTS: an own list would replace them. */
async function defaultRoots(warn: (message: string) => void): Promise<readonly string[]> {
  const { getCACertificates } = tls as { getCACertificates?: (type: "default") => string[] };
  if (getCACertificates !== undefined) return getCACertificates("default");
  const extra = process.env["NODE_EXTRA_CA_CERTS"];
  // Node itself starts without a file that it cannot read.
  return [...tls.rootCertificates, ...(extra !== undefined && existsSync(extra) ? await readCaMaterial(extra, { warn }) : [])];
}

function readPem(value: string | Uint8Array, what: string): Buffer {
  if (typeof value !== "string") return Buffer.from(value);
  return value.includes("-----BEGIN") ? Buffer.from(value) : readFile(value, what);
}

function readFile(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadable(path, what, cause);
  }
}

function unreadable(path: string, what: string, cause: unknown): SciError<"CERTIFICATE"> {
  return new SciError("CERTIFICATE", `Could not read ${path}, given as ${what}: ${describeCause(cause) ?? String(cause)}`, { cause });
}
