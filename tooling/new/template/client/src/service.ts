import type { ServiceDefinition } from "@sci/http-core";

/** Put in by the build from package.json. */
declare const __PACKAGE_VERSION__: string;

/** What is the same for every call. */
export const service: ServiceDefinition = {
  name: "__name__",
  userAgent: `sci-__name__/${__PACKAGE_VERSION__}`,
  baseUrl: "https://__name__.example.org/api",
  signInHelp: "Pass a provider of credentials as auth.",
};
