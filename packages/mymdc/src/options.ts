import { checkNames, type ClientOptions, clientOptionNames } from "@sci/http-core";

/** What `createMymdc` takes: the options of every client. */
export type MymdcOptions = ClientOptions;

/** What the environment says, read when a client is made. */
export interface Environment {
  /** Another address of the service. */
  readonly MYMDC_URL?: string | undefined;
}

/** Options of the core, with the address settled: the option goes before the variable. */
export function settle(options: MymdcOptions, environment: Environment): ClientOptions {
  checkNames(options, clientOptionNames, "option of createMymdc()");
  return environment.MYMDC_URL ? { baseUrl: environment.MYMDC_URL, ...options } : options;
}
