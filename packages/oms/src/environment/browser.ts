import type { Environment } from "./types.ts";

/** A page has no environment: the address is an option there. */
export function environment(): Environment {
  return {};
}

/** A page holds no client secret: it is signed in by the session of its browser, or passes `auth`. */
export function defaultAuth(): undefined {
  return undefined;
}
