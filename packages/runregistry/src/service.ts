import type { Answer, Failure, ServiceDefinition } from "@sci/http-core";

/** Put in by the build from package.json. */
declare const __PACKAGE_VERSION__: string;

/** The service's own words, without the markup that its permission check puts into them. */
function words(text: string): string {
  return text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * Run Registry answers every fault of a call, wrong filters included, with 500 and `{err}`, and a missing right with 401 and `{message}`;
 * both are final. An `err` may also stand in an answer with 200.
 */
export function failure(answer: Answer & { readonly ok: boolean }): Failure | undefined {
  const { data, ok, status } = answer;
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const { err, message } = data as { err?: unknown; message?: unknown };
  if (typeof err === "string" || (!ok && err !== undefined && err !== null)) {
    return { code: "SERVICE_ERROR", message: words(typeof err === "string" ? err : JSON.stringify(err)) };
  }
  if (status === 401 && typeof message === "string") {
    return { code: "FORBIDDEN", message: `${words(message)} (Your account lacks the e-group that this needs.)` };
  }
  return undefined;
}

/** What is the same for every call. The address is production's; options and environment say otherwise. */
export const service: ServiceDefinition = {
  name: "runregistry",
  userAgent: `sci-runregistry/${__PACKAGE_VERSION__}`,
  baseUrl: "https://cmsrunregistry.web.cern.ch/api",
  // Listings may take as long as the proxy in front of the service waits.
  timeout: { idle: 500_000, total: 600_000 },
  retryStatuses: [408, 425, 429, 502, 503, 504],
  signInHelp:
    "Set SSO_CLIENT_ID and SSO_CLIENT_SECRET (client credentials from https://application-portal.web.cern.ch with access to the application of Run Registry), or pass another provider as auth.",
  failure,
};
