import { redactText, redactUrl, SciError } from "@sci/http-core";
import type { Landing } from "./browser.ts";

/** Why a log-in at a web site came to nothing; `details.reason` of the error. */
export type SessionFailure =
  "refused" | "otp-needed" | "consent" | "action-needed" | "certificate-ended" | "no-kerberos" | "error-page" | "unknown-page" | "no-login";

/** The error for a page that ends a log-in; the page's own words are quoted. */
export function failed(
  reason: SessionFailure,
  message: string,
  { url, status, page }: Landing,
  secrets: readonly string[] = [],
): SciError<"NOT_AUTHENTICATED"> {
  const title = page?.title ?? "";
  return new SciError("NOT_AUTHENTICATED", message, {
    service: "CERN's sign-on",
    operation: "log-in",
    url: redactUrl(url.href),
    status,
    details: { reason, ...(title === "" ? {} : { title }), ...(page?.problem === undefined ? {} : { problem: page.problem }) },
    secrets,
  });
}

/** An address as it stands in a message: its query may hold codes and states. */
export function place(url: URL): string {
  return url.origin + url.pathname;
}

/** What a page is, in a message. */
export function pageText({ page, status }: Landing): string {
  if (page === undefined) return `an answer ${status} that is no web page`;
  return page.title === "" ? "a page without a title" : `the page "${page.title}"`;
}

export function describeFailure(cause: unknown): string {
  return redactText(cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
}
