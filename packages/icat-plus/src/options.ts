import { checkNames, type ClientOptions, clientOptionNames } from "@sci/http-core";

/** What `createIcatPlus` takes: the options of every client. */
export type IcatPlusOptions = ClientOptions;

/** What the environment says, read when a client is made. */
export interface Environment {
  /** Another address of the service. */
  readonly ICAT_PLUS_URL?: string | undefined;
}

/** Options of the core, with the address settled: the option goes before the variable. */
export function settle(options: IcatPlusOptions, environment: Environment): ClientOptions {
  checkNames(options, clientOptionNames, "option of createIcatPlus()");
  return environment.ICAT_PLUS_URL ? { baseUrl: environment.ICAT_PLUS_URL, ...options } : options;
}
