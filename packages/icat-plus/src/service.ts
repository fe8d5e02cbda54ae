import type { ServiceDefinition } from "@sci/http-core";

/** Put in by the build from package.json. */
declare const __PACKAGE_VERSION__: string;

/** What is the same for every call. */
export const service: ServiceDefinition = {
  name: "icat-plus",
  userAgent: `sci-icat-plus/${__PACKAGE_VERSION__}`,
  baseUrl: "https://icat-plus.example.org/api",
  signInHelp: "Pass a provider of credentials as auth.",
};
