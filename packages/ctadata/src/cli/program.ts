import type { ProgramDefinition } from "@sci/cli-core";
import { addCertificates } from "./certificates.ts";
import { addChanges } from "./changes.ts";
import { addGlobals } from "./globals.ts";
import { addList, addQuestions } from "./list.ts";
import { addAgent, addLogin } from "./login.ts";
import { addGet, addPut } from "./transfer.ts";

declare const __PACKAGE_VERSION__: string;

const variables =
  "Variables: CTADATA_URL (the door), CTADATA_TOKEN, CTADATA_ISSUER, CTADATA_CLIENT_ID, CTADATA_CLIENT_SECRET; CTADS_URL, CTACS_URL, JUPYTERHUB_API_TOKEN, CTACS_ALLOWED_CERT_KEYS.";

/** `cta-data`, and `ctadata` as its other name. */
export const ctaData: ProgramDefinition = {
  name: "cta-data",
  version: __PACKAGE_VERSION__,
  description: `Data of CTAO at CSCS: directly at the storage where a token is at hand, else by the download service of the JupyterHub platform. ${variables}`,
  examples: [
    ["cta-data login", "once; then everything works without asking"],
    ["cta-data get -r cta/DL1/20241114 ./data", "a directory; run it again to continue"],
    ["cta-data put latest.txt your-folder/", "to your-folder/latest.txt"],
  ],
  build(program, context) {
    addGlobals(program, true);
    addGet(program, context);
    addPut(program, context);
    addList(program, context);
    addQuestions(program, context);
    addChanges(program, context);
    addCertificates(program, context);
    addLogin(program, context);
    addAgent(program, context);
  },
};

/** `cta-data-direct`, as the original's direct mode has it. */
export const ctaDataDirect: ProgramDefinition = {
  name: "cta-data-direct",
  version: __PACKAGE_VERSION__,
  description: `Data of CTAO at CSCS, directly at the storage. ${variables}`,
  examples: [
    ["cta-data-direct start-agent", "log in, and keep the token fresh"],
    ["cta-data-direct get --recursive lst/some-data-dir", "a directory, into the working folder"],
  ],
  build(program, context) {
    addGlobals(program, false);
    addAgent(program, context);
    addList(program, context, "direct");
    addGet(program, context, "direct");
    addPut(program, context, "direct");
  },
};
