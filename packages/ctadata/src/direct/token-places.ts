import { readFileSync } from "node:fs";
import { readClaims } from "./claims.ts";
import type { DirectEnvironment, Profile } from "./instance.ts";
import { type CtaLoginOptions, loginPlace, type LoginPlace } from "./login-options.ts";

/** What clocks may differ. */
export const clockTolerance = 60_000;

/** Whether there is a token of the storage, or what gives one: found out without waiting, and without loading what it takes. */
export function isTokenAtHand(options: CtaLoginOptions, environment: DirectEnvironment): boolean {
  if (environment.CTADATA_TOKEN || environment.OIDC_SOCK) return true;
  const place = loginPlace(options, environment);
  const file = peekTokenFile(place.profile);
  return isKept(options, place) || (file !== undefined && isFresh(file));
}

/** The first line of the token file, read at once: for the choice of a mode when a client is made. */
export function peekTokenFile(profile: Profile): string | undefined {
  try {
    return readFileSync(profile.token, "utf8").split("\n", 1)[0]?.trim();
  } catch {
    // Whatever is wrong with it is told when it is used.
    return undefined;
  }
}

/** A token that ended is none at hand, whatever keeps it from being renewed. */
export function isFresh(token: string): boolean {
  if (token === "") return false;
  const end = readClaims(token)?.expiresAt;
  return end === undefined || end + clockTolerance > Date.now();
}

/** Whether the store holds this log-in. What is wrong with the store is told when it is used. */
export function isKept(options: CtaLoginOptions, { profile, key }: LoginPlace): boolean {
  if (options.store !== undefined) return true;
  try {
    const { tokens } = JSON.parse(readFileSync(profile.store, "utf8")) as { tokens?: Record<string, { refresh_token?: unknown }> };
    return tokens?.[key]?.refresh_token !== undefined;
  } catch (error) {
    return (error as { code?: string }).code !== "ENOENT";
  }
}
