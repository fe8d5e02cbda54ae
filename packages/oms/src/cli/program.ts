import type { ProgramDefinition } from "@sci/cli-core";
import { addLoginOptions } from "./auth.ts";
import { addListCommands } from "./lists.ts";
import { addLuminosityCommand } from "./luminosity.ts";
import { addMetaCommands } from "./meta.ts";
import { addRateCommands } from "./rates.ts";
import { addRowCommands } from "./rows.ts";

/** Put in by the build from package.json. */
declare const __PACKAGE_VERSION__: string;

/** The command `oms`. */
export const oms: ProgramDefinition = {
  name: "oms",
  version: __PACKAGE_VERSION__,
  description: "CMS OMS: runs, fills, lumisections, trigger rates and luminosity.",
  examples: [
    "oms run 327564",
    "oms lumisections 327564 --fields lumisection_number,pileup,delivered_lumi --format csv --output ls.csv",
    "oms query runs --where 'fill_number>=7333' --sort -run_number --limit 20",
    "oms rates hlt 319579 --path HLT_IsoMu24_v13 --plot",
    "oms luminosity --era Run2018D --selection golden.json",
  ],
  reword: (message) =>
    message
      .replaceAll("unchecked: true", "--unchecked")
      .replaceAll("withUnits: true", "--units")
      .replace(/oms\.meta\("([^"]*)"\)/g, "oms meta $1")
      .replaceAll("oms.endpoints()", "oms resources"),
  build(program, context) {
    program
      .option("--base-url <url>", "address of the service, …/agg/api (default: OMS_URL, else the production instance)")
      .option("--ca <file>", "certificates (PEM) to trust besides the system's; a folder as on the grid works too");
    addLoginOptions(program);
    program.addHelpText(
      "after",
      "\nEnvironment: OMS_URL (…/agg/api), SSO_CLIENT_ID, SSO_CLIENT_SECRET, CERN_AUTH_URL (the realm that logs people in), CERN_CERTIFICATE_PATH.",
    );
    addRowCommands(program, context);
    addListCommands(program, context);
    addRateCommands(program, context);
    addLuminosityCommand(program, context);
    addMetaCommands(program, context);
  },
};
