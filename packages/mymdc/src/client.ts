import { createCore } from "@sci/http-core";
import { type ItemsApi, itemsApi } from "./items.ts";
import { type MymdcOptions, settle } from "./options.ts";
import { service } from "./service.ts";

/** A client of Mymdc. */
export interface Mymdc {
  readonly items: ItemsApi;
  /** Where the service is. */
  readonly baseUrl: string;
  /** Ends idle connections; calls after it are refused. */
  close(): Promise<void>;
}

/**
 * Makes a client; nothing is sent before the first call. MYMDC_URL names another address than the service's own.
 * @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, and for an address that is none
 */
export function createMymdc(options: MymdcOptions = {}): Mymdc {
  const environment = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};
  const core = createCore(service, settle(options, environment));
  return { items: itemsApi(core), baseUrl: core.baseUrl, close: () => core.close() };
}
