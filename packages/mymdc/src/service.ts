import type { Answer, Failure, ServiceDefinition } from "@sci/http-core";
import { isRecord } from "./kinds.ts";

/** Put in by the build from package.json. */
declare const __PACKAGE_VERSION__: string;

/** What myMdC said against a record. */
export interface ValidationDetails {
  /** The service's reasons by field; `base` stands for the record as a whole. Empty where it named none. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** All reasons in one list, with the field in front: "name has already been taken". */
  readonly messages: readonly string[];
}

/** `info` of an answer that failed: a text, a list of texts, or texts by field. */
function reasonsIn(info: unknown): ValidationDetails | undefined {
  if (typeof info === "string") return info === "" ? undefined : { fields: {}, messages: [info] };
  if (Array.isArray(info)) return info.length === 0 ? undefined : { fields: {}, messages: info.map(asText) };
  if (!isRecord(info)) return undefined;
  const fields = Object.fromEntries(Object.entries(info).map(([name, one]) => [name, (Array.isArray(one) ? one : [one]).map(asText)]));
  const messages = Object.entries(fields).flatMap(([name, all]) => all.map((one) => (name === "base" ? one : `${name} ${one}`)));
  return messages.length === 0 ? undefined : { fields, messages };
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const codes: Readonly<Record<number, string>> = {
  401: "NOT_AUTHENTICATED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  422: "VALIDATION",
  429: "RATE_LIMITED",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "UNAVAILABLE",
};

/** The reasons of a 422 that came without `info`: as Rails itself writes them, or as text. */
function otherReasons(data: unknown): ValidationDetails | undefined {
  if (!isRecord(data)) return reasonsIn(typeof data === "string" ? titleOf(data) : data);
  const byField = Object.values(data).every((one) => Array.isArray(one)) ? data : undefined;
  return reasonsIn(data["errors"] ?? byField ?? data["message"] ?? data["error_description"] ?? data["error"]);
}

/** What a page is called; a text that is none, shortened. */
function titleOf(text: string): string {
  const title = /<(title|h1)\b[^>]*>([^<]*)</i.exec(text)?.[2];
  return (title ?? text).trim().slice(0, 300);
}

/** myMdC gives its reasons as `info`. Other answers without are left to their status. */
export function failure({ status, data, ok }: Answer & { readonly ok: boolean }): Failure | undefined {
  if (ok) return undefined;
  const reasons = reasonsIn(isRecord(data) ? data["info"] : undefined) ?? (status === 422 ? otherReasons(data) : undefined);
  if (reasons === undefined) {
    if (status !== 422) return undefined;
    return {
      code: "VALIDATION",
      message: "mymdc answered 422: the record is not valid; no reason was given.",
      details: { fields: {}, messages: [] },
    };
  }
  const said = reasons.messages.join("; ").replace(/(?<![.!?])$/, ".");
  if (/X-User-Email/i.test(said)) {
    const help = "Set userEmail (MYMDC_USER_EMAIL) to the address that this client is registered with.";
    return { code: "USER_EMAIL", message: `mymdc answered ${status}: ${said} ${help}`, details: { ...reasons } };
  }
  return { code: codes[status] ?? "HTTP_STATUS", message: `mymdc answered ${status}: ${said}`, details: { ...reasons } };
}

/** What is the same for every call. */
export const service: ServiceDefinition = {
  name: "mymdc",
  userAgent: `sci-mymdc/${__PACKAGE_VERSION__}`,
  baseUrl: "https://in.xfel.eu/metadata/api",
  signInHelp:
    "Set MYMDC_CLIENT_ID and MYMDC_CLIENT_SECRET (from the administrators of myMdC), pass clientId and clientSecret, a token, or another provider as auth.",
  failure,
};
