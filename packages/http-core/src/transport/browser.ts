import { SciError } from "../errors.ts";
import { createFetchTransport } from "./fetch.ts";
import type { FetchLike, Transport, TransportOptions } from "./types.ts";

/**
 * The transport where Node is not: over `fetch`, which makes the connections and, in a browser, follows redirects itself.
 * @throws INVALID_ARGUMENT for options that only Node has, and where there is no fetch
 */
export function createTransport(options: TransportOptions): Transport {
  for (const name of ["tls", "proxy", "dispatcher"] as const) {
    if (options[name] !== undefined && options[name] !== false) {
      throw new SciError("INVALID_ARGUMENT", `The option ${name} works on Node only; here the platform's fetch makes the connections.`);
    }
  }
  const { fetch = (globalThis as { fetch?: FetchLike }).fetch } = options;
  if (typeof fetch !== "function") throw new SciError("INVALID_ARGUMENT", "This platform has no fetch; give one as option fetch.");
  return createFetchTransport({ fetch, redirect: redirectMode() });
}

/** A browser shows nothing of a redirect that it does not follow itself. */
function redirectMode(): "manual" | "follow" {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node === undefined ? "follow" : "manual";
}
