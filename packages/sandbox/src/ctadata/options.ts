import { checkFields, checkWhole, SandboxError, unknown } from "../names.ts";
import type { RealmClient } from "../openid/clients.ts";
import type { CtaUser } from "./issuer.ts";

/** Options of the storage of CTAO. */
export interface CtaDataOptions {
  /** `dcache` (default): sends GET and PUT to a pool, checks rights, replaces nothing. `plain`: WebDAV as RFC 4918 has it, with locks. */
  readonly profile?: "dcache" | "plain";
  /** Whether the door asks for a token. Default: in `dcache`. */
  readonly login?: boolean;
  /** Whether PUT may replace a file. Default: in `plain`. */
  readonly overwrite?: boolean;
  /** Whether PUT makes the folders above a file. Default: in `dcache`. */
  readonly makeParents?: boolean;
  /** Whether GET and PUT are sent to a pool. Default: in `dcache`. */
  readonly redirect?: boolean;
  /** Whether PROPFIND may look at a whole tree at once. Default: in `dcache`. */
  readonly depthInfinity?: boolean;
  /** What stays of an upload that breaks off. Default `half` in `dcache`, `none` in `plain`. */
  readonly brokenUploads?: "half" | "empty" | "none";
  /** Milliseconds after an upload for which no checksum is told. Default 0. */
  readonly checksumDelay?: number;
  /** Milliseconds that a file needs from tape to disk. Default 1000. */
  readonly stageTime?: number;
  /** Milliseconds between performance markers of a third-party copy. Default 5000. */
  readonly markerInterval?: number;
  /** Seconds for which a pool waits for the client that was sent to it. Default 300. */
  readonly poolWait?: number;
  /** Bytes that fit into the storage. Default: no limit. */
  readonly quota?: number;
  /** Files of level 1 in the sample. Default 60; `scale` of the sandbox stands for the same. */
  readonly files?: number;
  /** Folders that no person may look into. Default `/cta/private`. */
  readonly closed?: readonly string[];
  /** `https` at door and pool, with an authority made at the start (`ctadata.ca`). `optional` and `require`: client certificates. Default: plain http. */
  readonly tls?: boolean | "optional" | "require";
  /** Seconds for which access tokens are in force. Default 300, as Keycloak's. */
  readonly tokenLifetime?: number;
  /** Whether a refresh token is good once. Default true. */
  readonly rotateRefreshTokens?: boolean;
  /** Seconds that a device has to wait between two questions. Default 5; 0 lets it ask as fast as it likes. */
  readonly deviceInterval?: number;
  /** Further people, beside `cta-user`. */
  readonly users?: readonly CtaUser[];
  /** Further clients of the issuer, beside `dcache-cta-cscs-ch-users`. */
  readonly clients?: readonly RealmClient[];
  /** Further scopes that tokens may be asked for, such as `storage.read:/lst`. */
  readonly scopes?: readonly string[];
}

const names: readonly (keyof CtaDataOptions)[] = [
  "profile",
  "login",
  "overwrite",
  "makeParents",
  "redirect",
  "depthInfinity",
  "brokenUploads",
  "checksumDelay",
  "stageTime",
  "markerInterval",
  "poolWait",
  "quota",
  "files",
  "closed",
  "tls",
  "tokenLifetime",
  "rotateRefreshTokens",
  "deviceInterval",
  "users",
  "clients",
  "scopes",
];

export const profiles = ["dcache", "plain"] as const;

function oneOf(what: string, value: unknown, known: readonly unknown[]): void {
  if (value === undefined || known.includes(value)) return;
  if (typeof value === "string") {
    throw new SandboxError("USAGE", unknown(what, value, known.map(String)));
  }
  throw new SandboxError("USAGE", `${what} must be one of ${known.map(String).join(", ")}`);
}

/** Refuses options that are not known or cannot be. */
export function checkOptions(options: CtaDataOptions): void {
  checkFields("option of ctadata", options, names);
  oneOf("ctadata.profile", options.profile, profiles);
  oneOf("ctadata.brokenUploads", options.brokenUploads, ["half", "empty", "none"]);
  oneOf("ctadata.tls", options.tls, [true, false, "optional", "require"]);
  for (const name of ["login", "overwrite", "makeParents", "redirect", "depthInfinity", "rotateRefreshTokens"] as const) {
    oneOf(`ctadata.${name}`, options[name], [true, false]);
  }
  const wholes = {
    checksumDelay: 0,
    stageTime: 0,
    markerInterval: 1,
    poolWait: 1,
    quota: 0,
    files: 0,
    tokenLifetime: 1,
    deviceInterval: 0,
  };
  for (const [name, least] of Object.entries(wholes) as [keyof typeof wholes, number][]) {
    const value = options[name];
    if (value !== undefined) checkWhole(`ctadata.${name}`, value, least, name === "quota" ? Number.MAX_SAFE_INTEGER : 1_000_000_000);
  }
}
