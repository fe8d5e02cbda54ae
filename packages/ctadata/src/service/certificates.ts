import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type CallOptions, callOptionNames, checkNames, type Core, operation, type Schema, SciError, shown } from "@sci/http-core";
import * as z from "zod/mini";

/** What the certificate service answers, with its own names. */
export interface CertificateAnswer {
  readonly message?: string;
  /** Seconds. */
  readonly validity?: number;
  readonly [field: string]: unknown;
}

/** A certificate: the name of its file, or its PEM text (with its key, as the service needs it). */
export type CertificateSource = string | { readonly pem: string };

export interface CertificateOptions extends CallOptions {
  /** Sends a certificate whatever its time of validity: the service has the last word. @default false */
  readonly unchecked?: boolean;
}

export interface PersonalCertificateOptions extends CertificateOptions {
  /** User whose certificate it is; only administrators may name another. @default the user of the token */
  readonly user?: string | null;
}

const answerSchema = z.looseObject({}) as Schema<CertificateAnswer>;

/** The service refuses certificates that are valid for longer. */
const longest = 7 * 86_400_000;

interface Personal {
  readonly certificate: string;
  readonly key: string;
  readonly user: string | null;
}

const personal = operation({
  name: "certificate.personal",
  method: "POST",
  path: "/certificate",
  body: ({ certificate, key, user }: Personal) => ({ json: { certificate, certificate_key: key, user } }),
  // The same certificate again is the same certificate.
  repeatable: true,
  statuses: [],
  failure: onlyOk,
  response: answerSchema,
});

const shared = operation({
  name: "certificate.shared",
  method: "POST",
  path: "/main-certificate",
  body: ({ certificate }: { readonly certificate: string }) => ({ json: { certificate } }),
  repeatable: true,
  failure: onlyOk,
  response: answerSchema,
});

/** 200 is the service's only success. */
function onlyOk({ status, ok }: { readonly status: number; readonly ok: boolean }): { code: string; message: string } | undefined {
  return ok && status !== 200
    ? { code: "SERVICE_ERROR", message: `The certificate service answered ${status} instead of 200: the certificate may not be stored.` }
    : undefined;
}

/** The keys under which the service keeps certificates: CTACS_ALLOWED_CERT_KEYS, or these. */
export function allowedKeys(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const set = environment["CTACS_ALLOWED_CERT_KEYS"];
  return (set ? set.split(",") : ["cta", "lst", "arc"]).map((key) => key.trim()).filter((key) => key !== "");
}

export async function uploadPersonal(
  core: Core,
  source: CertificateSource,
  key: string,
  options: PersonalCertificateOptions,
  keys: readonly string[],
): Promise<CertificateAnswer> {
  checkNames(options, [...callOptionNames, "unchecked", "user"], "option of uploadPersonalCertificate()");
  const { unchecked = false, user = null, ...call } = options;
  if (typeof key !== "string" || !keys.includes(key)) {
    throw new SciError(
      "INVALID_ARGUMENT",
      `The key of a certificate is one of ${keys.join(", ")}, not ${shown(key)} (CTACS_ALLOWED_CERT_KEYS).`,
    );
  }
  if (user !== null && (typeof user !== "string" || user === ""))
    throw new SciError("INVALID_ARGUMENT", `user is the name of a user, not ${shown(user)}.`);
  const certificate = await pemOf(source, unchecked);
  return core.request(personal, { certificate, key, user }, call);
}

export async function uploadShared(core: Core, source: CertificateSource, options: CertificateOptions): Promise<CertificateAnswer> {
  checkNames(options, [...callOptionNames, "unchecked"], "option of uploadSharedCertificate()");
  const { unchecked = false, ...call } = options;
  return core.request(shared, { certificate: await pemOf(source, unchecked) }, call);
}

/** @throws FILE, INVALID_ARGUMENT, CERTIFICATE before anything is sent */
async function pemOf(source: CertificateSource, unchecked: boolean): Promise<string> {
  const text = typeof source === "string" ? await read(source) : (source as { pem?: unknown } | null)?.pem;
  if (typeof text !== "string")
    throw new SciError("INVALID_ARGUMENT", `A certificate is given as the name of its file or as { pem }, not ${shown(typeof source)}.`);
  if (!text.includes("-----BEGIN CERTIFICATE-----"))
    throw new SciError("CERTIFICATE", 'What was given as certificate is not PEM ("-----BEGIN CERTIFICATE-----").');
  if (!unchecked) checkLife(text);
  return text;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const why = (cause as { code?: string }).code === "ENOENT" ? "there is no such file" : (cause as Error).message;
    throw new SciError("FILE", `The certificate ${path} cannot be read: ${why}.`, { cause, details: { path } });
  }
}

/**
 * The first certificate is the one that counts: a proxy is short-lived although the certificate behind it is not. One that cannot be
 * read here is left to the service.
 */
function checkLife(pem: string): void {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return;
  }
  const end = Date.parse(certificate.validTo);
  const left = end - Date.now();
  if (left <= 0) throw new SciError("CERTIFICATE", `The certificate ended at ${new Date(end).toISOString()}; make a new proxy.`);
  if (left > longest) {
    throw new SciError(
      "CERTIFICATE",
      `The certificate is valid for another ${Math.floor(left / 86_400_000)} days. It was not sent: whoever gets hold of it could use it that long, and the service takes 7 days at most. Send a short-lived proxy of it (createProxyCertificate of @sci/http-core/x509, "voms-proxy-init", "grid-proxy-init"), never the certificate itself.`,
      { details: { validTo: new Date(end).toISOString() } },
    );
  }
}
