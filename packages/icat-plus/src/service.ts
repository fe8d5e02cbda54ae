import type { ServiceDefinition } from "@sci/http-core";

/** Put in by the build from package.json. */
declare const __PACKAGE_VERSION__: string;

/** Name and version, as datasets and e-logbook messages carry them. */
export const software = `sci-icat-plus_v${__PACKAGE_VERSION__}`;

/** What is the same for every REST call. */
export const service: ServiceDefinition = {
  name: "icat-plus",
  userAgent: `sci-icat-plus/${__PACKAGE_VERSION__}`,
  baseUrl: "https://icatplus.esrf.fr",
  signInHelp:
    "Log in with doLogIn(), or set icatplusPassword or icatSessionId (ICATPLUS_SESSION_ID); the e-logbook needs elogbookToken (ICATPLUS_TOKEN).",
};
