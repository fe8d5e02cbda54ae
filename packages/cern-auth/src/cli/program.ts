import type { ProgramDefinition } from "@sci/cli-core";
import { addCertificateCommands } from "./certificates.ts";
import { addCookieCommand } from "./cookie.ts";
import { addExplainCommand } from "./explain.ts";
import { addLoginCommands } from "./login.ts";

/** Put in by the build from package.json. */
declare const __PACKAGE_VERSION__: string;

/** The command `cern-auth`. */
export const cernAuth: ProgramDefinition = {
  name: "cern-auth",
  version: __PACKAGE_VERSION__,
  description: "Identity at CERN: log-in, tokens, cookies of web sites, grid certificates and proxies.",
  examples: [
    "cern-auth login --client my-public-app",
    "cern-auth token --client my-public-app --audience cmsoms-prod",
    "cern-auth cookie https://cmsoms.cern.ch/ --username ada --output cookies.txt",
    "cern-auth proxy create --lifetime 24h",
    "cern-auth explain --audience cmsoms-prod < token.txt",
  ],
  build(program, context) {
    program
      .option("--auth-url <url>", "the realm (default: CERN_AUTH_URL, else https://auth.cern.ch/auth/realms/cern)")
      .option("--ca <file>", "certificates (PEM) to trust besides the system's; a folder as on the grid works too")
      .addHelpText(
        "after",
        "\nEnvironment: SSO_CLIENT_ID, SSO_CLIENT_SECRET, CERN_AUTH_URL, CERN_CERTIFICATE_PATH, X509_USER_CERT, X509_USER_KEY, X509_USER_PROXY, XDG_CONFIG_HOME (where log-ins are kept).",
      );
    addLoginCommands(program, context);
    addCookieCommand(program, context);
    addExplainCommand(program, context);
    addCertificateCommands(program, context);
  },
};
