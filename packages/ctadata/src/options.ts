import { checkNames, type ClientOptions, clientOptionNames } from "@sci/http-core";

/** What `createCtadata` takes: the options of every client. */
export type CtadataOptions = ClientOptions;

/** What the environment says, read when a client is made. */
export interface Environment {
  /** Another address of the service. */
  readonly CTADATA_URL?: string | undefined;
}

/** Options of the core, with the address settled: the option goes before the variable. */
export function settle(options: CtadataOptions, environment: Environment): ClientOptions {
  checkNames(options, clientOptionNames, "option of createCtadata()");
  return environment.CTADATA_URL ? { baseUrl: environment.CTADATA_URL, ...options } : options;
}
