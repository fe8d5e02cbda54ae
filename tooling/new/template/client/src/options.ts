import { checkNames, type ClientOptions, clientOptionNames } from "@sci/http-core";

/** What `create__Name__` takes: the options of every client. */
export type __Name__Options = ClientOptions;

/** What the environment says, read when a client is made. */
export interface Environment {
  /** Another address of the service. */
  readonly __NAME___URL?: string | undefined;
}

/** Options of the core, with the address settled: the option goes before the variable. */
export function settle(options: __Name__Options, environment: Environment): ClientOptions {
  checkNames(options, clientOptionNames, "option of create__Name__()");
  return environment.__NAME___URL ? { baseUrl: environment.__NAME___URL, ...options } : options;
}
