import type { Answer, Failure, ServiceDefinition } from "@sci/http-core";

/** Put in by the build from package.json. */
declare const __PACKAGE_VERSION__: string;

interface ErrorObject {
  readonly status?: unknown;
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly code?: unknown;
  readonly source?: { readonly parameter?: unknown; readonly pointer?: unknown };
}

const codes: Readonly<Record<number, string>> = {
  401: "NOT_AUTHENTICATED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  429: "RATE_LIMITED",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "UNAVAILABLE",
};

function sentence({ title, detail, code, source }: ErrorObject): string {
  const text =
    [title, detail].filter((part) => typeof part === "string" && part !== "").join(": ") || (typeof code === "string" ? code : "");
  const where = source?.parameter ?? source?.pointer;
  return typeof where === "string" && text !== "" ? `${text} (${where})` : text;
}

/**
 * OMS words its errors as JSON:API documents: `{ "errors": [{ status, title, detail, source }] }`, with the status of the answer or,
 * behind its proxy, with 200. Documents without words are left to the status.
 */
export function failure({ status, data, ok }: Answer & { readonly ok: boolean }): Failure | undefined {
  const errors: unknown = typeof data === "object" && data !== null ? (data as { errors?: unknown }).errors : undefined;
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  const objects = errors.filter((one): one is ErrorObject => typeof one === "object" && one !== null);
  const told = ok ? Number(objects[0]?.status) || status : status;
  const words = objects.map(sentence).filter((text) => text !== "");
  if (words.length === 0 && !ok) return undefined;
  const code = codes[told] ?? "SERVICE_ERROR";
  const message = words.length === 0 ? "an error without words" : words.join("; ");
  return { code, message: `OMS answered ${told}: ${message}`, details: { errors: objects } };
}

/** What is the same for every call. The address is production's; options and environment say otherwise. */
export const service: ServiceDefinition = {
  name: "oms",
  userAgent: `sci-oms/${__PACKAGE_VERSION__}`,
  baseUrl: "https://cmsoms.cern.ch/agg/api/v1",
  signInHelp:
    "Set SSO_CLIENT_ID and SSO_CLIENT_SECRET (client credentials from https://application-portal.web.cern.ch with access to OMS), or pass another provider as auth.",
  failure,
};
