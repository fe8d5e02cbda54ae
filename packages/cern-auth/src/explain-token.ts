import { checkNames, SciError, shown } from "@sci/http-core";

export interface ExplainTokenOptions {
  /** The service the token is meant for: its problems are then those that this service would have. */
  readonly audience?: string;
  /** Scopes that are needed, as a list or divided by spaces. */
  readonly scope?: string | readonly string[];
  /** The issuer that is expected, e.g. "https://auth.cern.ch/auth/realms/cern". */
  readonly issuer?: string;
  /** Milliseconds since 1970. @default Date.now() */
  readonly now?: number;
}

/** What a token says about itself. Nothing of it is verified: only the service can tell whether the token is genuine. */
export interface TokenExplanation {
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  /** The person or service account by name. */
  readonly username: string | undefined;
  /** The client that the token was given to (azp). */
  readonly client: string | undefined;
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
  /** Roles at the client (CERN's `cern_roles`, Keycloak's realm roles). */
  readonly roles: readonly string[];
  readonly issuedAt: Date | undefined;
  readonly notBefore: Date | undefined;
  readonly expiresAt: Date | undefined;
  /** Milliseconds until its end, negative after it. */
  readonly expiresIn: number | undefined;
  /** "RS256"; "none" is no signature at all. */
  readonly algorithm: string | undefined;
  /** What keeps it from being accepted, in words; empty where nothing is seen. */
  readonly problems: readonly string[];
  /** All claims, with their own names. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What services allow their clock to differ, as a rule. */
const tolerance = 60_000;

/**
 * Reads a JSON Web Token without trusting it, and says why a service may refuse it: another audience, a missing scope, its time, a
 * clock that is wrong.
 * @throws INVALID_ARGUMENT for what is no such token; the message does not hold it
 */
export function explainToken(token: string, options: ExplainTokenOptions = {}): TokenExplanation {
  checkNames(options, ["audience", "scope", "issuer", "now"], "option of explainToken()");
  const { header, claims } = decode(token);
  const now = options.now ?? Date.now();
  const issuedAt = time(claims["iat"]);
  const notBefore = time(claims["nbf"]);
  const expiresAt = time(claims["exp"]);
  const explained = {
    issuer: text(claims["iss"]),
    subject: text(claims["sub"]),
    username: text(claims["preferred_username"]) ?? text(claims["cern_upn"]) ?? text(claims["name"]),
    client: text(claims["azp"]) ?? text(claims["client_id"]),
    audiences: texts(claims["aud"]),
    scopes:
      typeof claims["scope"] === "string"
        ? claims["scope"].split(" ").filter((one) => one !== "")
        : texts(claims["scope"] ?? claims["scp"]),
    roles: [...texts(claims["cern_roles"]), ...texts((claims["realm_access"] as { roles?: unknown } | undefined)?.roles)],
    issuedAt,
    notBefore,
    expiresAt,
    expiresIn: expiresAt === undefined ? undefined : expiresAt.getTime() - now,
    algorithm: text(header["alg"]),
    claims,
  };
  return { ...explained, problems: [...problemsOf(explained, options), ...timeProblems(explained, now)] };
}

type Unjudged = Omit<TokenExplanation, "problems">;

function problemsOf({ audiences, scopes, issuer, client, algorithm, claims }: Unjudged, options: ExplainTokenOptions): string[] {
  const problems: string[] = [];
  const { audience } = options;
  if (audience !== undefined && !audiences.includes(audience)) {
    const made = audiences.length === 0 ? "for no audience" : `for ${audiences.map((one) => `"${one}"`).join(", ")}`;
    const by = client === audience ? ` It was given to the client "${audience}" itself, which is another thing.` : "";
    problems.push(`The token is ${made}, not for "${audience}".${by} Ask for one with this audience, or exchange it.`);
  }
  const wanted = typeof options.scope === "string" ? options.scope.split(" ").filter((one) => one !== "") : (options.scope ?? []);
  const missing = wanted.filter((one) => !scopes.includes(one));
  if (missing.length > 0)
    problems.push(`The token lacks the scope ${missing.join(" ")}; it has ${scopes.length === 0 ? "none" : scopes.join(" ")}.`);
  if (options.issuer !== undefined && issuer !== options.issuer.replace(/\/+$/, "")) {
    problems.push(`The token comes from ${issuer ?? "an issuer that is not named"}, not from ${options.issuer}.`);
  }
  if (algorithm === undefined || algorithm.toLowerCase() === "none") problems.push("The token is not signed.");
  const type = text(claims["typ"]);
  if (type === "ID" || type === "Refresh" || type === "Offline") {
    problems.push(`This is ${type === "ID" ? "an ID token" : "a refresh token"}; services take access tokens.`);
  }
  return problems;
}

function timeProblems({ issuedAt, notBefore, expiresAt }: Unjudged, now: number): string[] {
  const problems: string[] = [];
  const clock = `this machine's clock says ${new Date(now).toISOString()}`;
  const start = Math.max(issuedAt?.getTime() ?? Number.NEGATIVE_INFINITY, notBefore?.getTime() ?? Number.NEGATIVE_INFINITY);
  if (Number.isFinite(start) && start > now + tolerance) {
    const behind = duration(start - now);
    const why =
      issuedAt !== undefined && issuedAt.getTime() > now + tolerance
        ? ` A token cannot come from the future: the clock of this machine is ${behind} behind that of the issuer, or the token was changed.`
        : "";
    problems.push(`The token is valid from ${new Date(start).toISOString()}; ${clock}.${why}`);
  }
  if (expiresAt === undefined) problems.push("The token names no end; services refuse such tokens as a rule.");
  else if (expiresAt.getTime() <= now) {
    const ago = duration(now - expiresAt.getTime());
    const life = issuedAt === undefined ? undefined : expiresAt.getTime() - issuedAt.getTime();
    const hint =
      life === undefined
        ? ""
        : ` It was given for ${duration(life)}. If it is fresh, the clock of this machine is ahead by at least ${ago}.`;
    problems.push(`The token ended at ${expiresAt.toISOString()}, ${ago} ago; ${clock}.${hint}`);
  }
  return problems;
}

function decode(token: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  if (typeof token !== "string")
    throw new SciError("INVALID_ARGUMENT", `explainToken() needs the token as text, not a value of type ${typeof token}.`);
  const parts = token
    .trim()
    .replace(/^bearer\s+/i, "")
    .split(".");
  if (parts.length === 5) {
    throw new SciError("INVALID_ARGUMENT", "The token is encrypted (JWE): only its service can read it.");
  }
  const [header, claims] = parts.length === 3 ? [part(parts[0]), part(parts[1])] : [];
  if (header === undefined || claims === undefined) {
    throw new SciError(
      "INVALID_ARGUMENT",
      `This is no JSON Web Token (three parts divided by dots): it has ${shown(parts.length)} ${parts.length === 1 ? "part" : "parts"}. Opaque tokens say nothing about themselves.`,
    );
  }
  return { header, claims };
}

function part(encoded: string | undefined): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(Buffer.from(encoded ?? "", "base64url").toString("utf8"));
    return typeof data === "object" && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : undefined;
  } catch {
    // The parser's message would quote the token.
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string" && one !== "");
}

/** Seconds since 1970; what no clock can show counts as not said. */
function time(value: unknown): Date | undefined {
  if (typeof value !== "number" || !Number.isFinite(value) || Math.abs(value) > 8.64e12) return undefined;
  return new Date(value * 1000);
}

function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
