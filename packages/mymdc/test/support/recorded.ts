import { readFileSync } from "node:fs";
import { parseJson } from "@sci/http-core";
import type { RecordedExchange } from "@sci/http-core/testing";

/** One recorded call of the Python original. Train ids are bigints in it. */
export interface RecordedCase {
  readonly id: string;
  readonly call: RecordedCall;
  readonly client?: Readonly<Record<string, unknown>>;
  readonly exchanges: readonly RecordedExchange[];
  readonly returns?: unknown;
  readonly raises?: { readonly type: string; readonly message: string };
  readonly quirk?: string;
}

export interface RecordedCall {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** Arguments of the constructor of an instance … */
  readonly construct?: Readonly<Record<string, unknown>>;
  /** … and what was assigned to it before the call. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly on?: string;
}

/** What a module method of the original returns. */
export interface Envelope {
  readonly success: boolean;
  readonly info: string;
  readonly app_info: unknown;
  readonly pagination: Readonly<Record<string, string | null>>;
  readonly data: unknown;
}

const read = (name: string): string => readFileSync(new URL(`../../../../tooling/recordings/mymdc/${name}.json`, import.meta.url), "utf8");
const text = read("metadata_client");
const exact = parseJson(text, { bigints: ["first_train", "last_train"] }) as { readonly cases: readonly RecordedCase[] };
const plain = JSON.parse(text) as { readonly cases: readonly RecordedCase[] };

// What goes over the wire is compared as JSON, and where numbers do not do, as text.
export const cases: readonly RecordedCase[] = exact.cases.map((one, index) => ({ ...one, exchanges: plain.cases[index]?.exchanges ?? [] }));

export const publicMethods: readonly string[] = (JSON.parse(read("public-methods")) as { readonly methods: readonly string[] }).methods;

/** The cases of these methods, as `test.each` wants them. */
export function casesOf(methods: readonly string[] | RegExp): [id: string, recorded: RecordedCase][] {
  return cases
    .filter(
      ({ id, call }) =>
        !Object.hasOwn(leftOut, id) && (Array.isArray(methods) ? methods.includes(call.method) : (methods as RegExp).test(call.method)),
    )
    .map((one) => [one.id, one]);
}

/** The one case with this name. */
export function recordedCase(id: string): RecordedCase {
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`No recorded case is called ${id}.`);
  return found;
}

const base =
  "a helper of the original's own envelope; here answers are values or errors (resource tests), and mdc.raw() gives them as they came";
const redirects = "a redirect is followed, or refused where a body or a token would be lost or leak; there is no switch for it";
const util = "a helper for texts of the original's arguments";

/** Cases without a counterpart, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  ...Object.fromEntries(cases.filter(({ call }) => call.method.startsWith("Base.")).map(({ id }) => [id, base])),
  ...Object.fromEntries(
    cases.filter(({ call }) => call.method.startsWith("Util.") && call.method !== "Util.get_formatted_date").map(({ id }) => [id, util]),
  ),
  ...Object.fromEntries(cases.filter(({ id }) => /^api_\w+\/no-redirect$/.test(id)).map(({ id }) => [id, redirects])),
  "ProposalTechnique.get_all_by_proposal_id/with-metadata-client":
    "fails by a mistake of the original before any request; its other cases are replayed",
  "ProposalTechnique.get_all_by_technique_id/with-metadata-client":
    "fails by a mistake of the original before any request; its other cases are replayed",
};
