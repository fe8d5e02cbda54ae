import { createTransport } from "#transport";
import type { Transport, TransportOptions } from "../transport/types.ts";

/**
 * Connections without the engine, for what is no call of a client: no retry, no redirect, no credentials, every answer as it
 * comes. A client certificate in `tls` is shown to `certificateOrigins` only.
 * @throws INVALID_ARGUMENT for options that do not go together
 */
export function openTransport(options: TransportOptions = {}): Transport {
  return createTransport(options);
}
