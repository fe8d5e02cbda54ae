import { checkInteger, checkNames, SciError, shown, type TlsOptions } from "@sci/http-core";
import { checkEndpoint } from "@sci/http-core/node";
import { findCertificate, loadCertificate, type LoadCertificateOptions, type LoadedCertificate } from "@sci/http-core/x509";
import type { ConnectionOptions } from "../connection.ts";
import { defaultRealm, realmOf, type Environment } from "../realm.ts";
import type { Negotiate } from "./kerberos.ts";

/** A secret, or a function that is asked for it when it is needed: at a prompt, from a file. */
export type SecretSource = string | (() => string | Promise<string>);

interface CommonSessionOptions extends Omit<ConnectionOptions, "retry" | "tls" | "timeout"> {
  /** An address of the site that needs the log-in. Cookies are given for its origin only. */
  readonly url: string;
  /** The realm. @default CERN_AUTH_URL, else https://auth.cern.ch/auth/realms/cern */
  readonly authUrl?: string | undefined;
  /** Further origins that the log-in may lead over. They may get credentials: name only those that log people in. */
  readonly trustedOrigins?: readonly string[];
  /** Keeps the cookies in a file in Netscape's format, mode 0600, and starts with those that are in it. @default in memory */
  readonly cookieFile?: string;
  /** CA certificates; a client certificate is given as `certificate`. */
  readonly tls?: Pick<TlsOptions, "ca" | "rejectUnauthorized">;
  /** Milliseconds: `connect` 10 s, `idle` 60 s, `total` for the whole log-in 120 s. */
  readonly timeout?: { readonly connect?: number; readonly idle?: number; readonly total?: number };
  /** Told e.g. of a certificate that ends soon. @default process.emitWarning */
  readonly warn?: (message: string) => void;
  /** Where the variables are read. @default process.env */
  readonly environment?: Environment;
}

export interface PasswordSessionOptions extends CommonSessionOptions {
  readonly username: string;
  /** Asked for at each log-in, when it is a function. */
  readonly password: SecretSource;
  /** One-time password, where the account has a second factor. */
  readonly otp?: SecretSource;
}

export interface CertificateSessionOptions extends CommonSessionOptions {
  /** true looks in the usual places (`findCertificate()`). */
  readonly certificate: true | LoadedCertificate | Pick<LoadCertificateOptions, "cert" | "key" | "passphrase" | "allowOpenKey">;
}

export interface KerberosSessionOptions extends CommonSessionOptions {
  /** true uses the ticket of `kinit` through the package `kerberos`; a function makes the Negotiate token for a host itself. */
  readonly kerberos: true | Negotiate;
}

export type CernSessionOptions = PasswordSessionOptions | CertificateSessionOptions | KerberosSessionOptions;

const commonNames = [
  "url",
  "authUrl",
  "trustedOrigins",
  "cookieFile",
  "tls",
  "timeout",
  "proxy",
  "fetch",
  "userAgent",
  "allowInsecureHttp",
  "warn",
  "environment",
];

/** @throws INVALID_ARGUMENT, INSECURE */
export function checkSessionOptions(options: CernSessionOptions): URL {
  const what = "cernSession()";
  checkNames(options, [...commonNames, "username", "password", "otp", "certificate", "kerberos"], `option of ${what}`);
  const ways = (["username", "certificate", "kerberos"] as const).filter(
    (name) => (options as unknown as Record<string, unknown>)[name] !== undefined,
  );
  if (ways.length !== 1) {
    const said = ways.length === 0 ? "none is given" : `${ways.join(" and ")} are given`;
    throw new SciError("INVALID_ARGUMENT", `${what} needs one way to log in: username and password, certificate, or kerberos; ${said}.`);
  }
  if ("username" in options) {
    if (typeof options.username !== "string" || options.username === "")
      throw new SciError("INVALID_ARGUMENT", `The username must be text, not ${shown(options.username)}.`);
    for (const name of ["password", "otp"] as const) {
      const value: unknown = options[name];
      if (value === undefined && name === "otp") continue;
      if (typeof value !== "function" && (typeof value !== "string" || value === ""))
        throw new SciError("MISSING_CREDENTIALS", `${what} needs the ${name} as text or as a function that asks for it.`);
    }
  }
  if ("kerberos" in options && options.kerberos !== true && typeof options.kerberos !== "function")
    throw new SciError("INVALID_ARGUMENT", `kerberos must be true or a function, not ${shown(options.kerberos)}.`);
  checkNames(options.tls, ["ca", "rejectUnauthorized"], `option in tls of ${what} (a client certificate is given as certificate)`);
  checkNames(options.timeout, ["connect", "idle", "total"], `time limit of ${what}`);
  for (const [name, value] of Object.entries(options.timeout ?? {})) checkInteger(value, `timeout.${name}`, { min: 1 });
  for (const origin of options.trustedOrigins ?? []) checkEndpoint(origin, "trustedOrigins", options);
  return checkEndpoint(options.url, "url", options);
}

/** The origins that log people in, and so may get credentials. */
export function loginOriginsOf(options: CernSessionOptions): Set<string> {
  const realm = realmOf(options, options.environment ?? process.env);
  // The sign-on of before, which some sites still have.
  const old = realm === defaultRealm ? ["https://login.cern.ch"] : [];
  return new Set([realm, ...old, ...(options.trustedOrigins ?? [])].map((one) => new URL(one).origin));
}

/** @throws CERTIFICATE, FILE, MISSING_CREDENTIALS */
export async function certificateOf(
  options: CertificateSessionOptions,
  warn: (message: string) => void,
): Promise<{ cert: string; key: string }> {
  const { certificate, environment } = options;
  if (certificate === true) {
    const { cert, key } = await findCertificate(environment === undefined ? {} : { environment });
    return (await loadCertificate({ cert, key, warn })).tls;
  }
  if ("chain" in certificate) return certificate.tls;
  return (await loadCertificate({ ...certificate, warn })).tls;
}

export async function secretOf(source: SecretSource, what: string): Promise<string> {
  const secret: unknown = typeof source === "function" ? await source() : source;
  if (typeof secret !== "string" || secret === "") throw new SciError("MISSING_CREDENTIALS", `The ${what} is missing or empty.`);
  return secret;
}
