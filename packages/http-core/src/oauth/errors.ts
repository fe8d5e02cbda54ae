import { SciError, describeCause, isSciError, type ErrorContext } from "../errors.ts";

export interface OAuthFailure {
  /** "auth.cern.ch" */
  readonly server: string;
  readonly help: string | undefined;
  readonly secrets: readonly string[];
}

/** What a user can do about an error code of RFC 6749, 8628 and 8693. */
const advice: Readonly<Record<string, string>> = {
  invalid_client: "Check the client id and the client secret.",
  unauthorized_client: "Check the client id and the client secret, and that this client may ask for tokens this way.",
  unsupported_grant_type: "This server does not give tokens this way.",
  invalid_scope: "Check the scope.",
  invalid_target: "Check the audience.",
  invalid_grant: "Log in again.",
  access_denied: "The log-in was denied.",
  expired_token: "The log-in was not confirmed in time; start it again.",
  login_required: "Log in again.",
};

/** The error for `{ error, error_description }`, the way OAuth words a refusal. */
export function refusal(
  error: string,
  description: string | undefined,
  failure: OAuthFailure,
  context: ErrorContext = {},
): SciError<"NOT_AUTHENTICATED"> {
  const said = description === undefined || description === "" ? error : `${error}: ${description}`;
  const remedy = [advice[error], failure.help].filter((part) => part !== undefined).join(" ");
  return new SciError(
    "NOT_AUTHENTICATED",
    `${failure.server} gave no token: ${said.replace(/\.?$/, ".")}${remedy === "" ? "" : ` ${remedy}`}`,
    {
      ...context,
      details: { error, ...(description === undefined ? {} : { error_description: description }) },
      secrets: failure.secrets,
    },
  );
}

/** The OAuth error code of a refusal, e.g. "invalid_grant". */
export function oauthErrorCode(error: unknown): string | undefined {
  if (!isSciError<string>(error)) return undefined;
  const code = error.details?.["error"];
  return typeof code === "string" ? code : undefined;
}

/** Any error out of openid-client as one of ours. Told apart by shape: two copies of the library may be installed. */
export function fromLibrary(error: unknown, failure: OAuthFailure): SciError {
  for (let current: unknown = error; typeof current === "object" && current !== null; current = (current as { cause?: unknown }).cause) {
    if (isSciError<string>(current)) return current;
    const {
      error: code,
      error_description: description,
      status,
    } = current as { error?: unknown; error_description?: unknown; status?: unknown };
    if (typeof code === "string") {
      return refusal(
        code,
        typeof description === "string" ? description : undefined,
        failure,
        typeof status === "number" ? { status } : {},
      );
    }
  }
  const detail = attributeOf(error) ?? describeCause(error) ?? String(error);
  return new SciError("INVALID_RESPONSE", `${failure.server} gave an answer that is not accepted: ${detail}`, {
    cause: error,
    secrets: failure.secrets,
  });
}

/** openid-client puts what it expected into the cause. */
function attributeOf(error: unknown): string | undefined {
  const inner = (error as { cause?: { cause?: unknown } }).cause;
  for (const cause of [inner, inner?.cause] as unknown[]) {
    if (typeof cause !== "object" || cause === null) continue;
    const { expected, claim, attribute } = cause as { expected?: unknown; claim?: unknown; attribute?: unknown };
    const name = claim ?? attribute;
    if (typeof name === "string") return `"${name}" is not as expected${typeof expected === "string" ? ` (${expected})` : ""}`;
  }
  return undefined;
}
