import { addAuthOption, type ProgramDefinition } from "@sci/cli-core";
import { addAttributesCommand } from "./attributes.ts";
import { addGoldenJsonCommand } from "./golden-json.ts";
import { addListingCommands } from "./listings.ts";
import { addLumisectionsCommand } from "./lumisections.ts";
import { addMaskCommand } from "./mask.ts";
import { addRowCommands } from "./rows.ts";
import { addWriteCommands } from "./writes.ts";

/** Put in by the build from package.json. */
declare const __PACKAGE_VERSION__: string;

/** The command `runreg`. */
export const runreg: ProgramDefinition = {
  name: "runreg",
  version: __PACKAGE_VERSION__,
  description: "CMS Run Registry: runs, datasets, lumisections and golden JSON.",
  examples: [
    "runreg runs --where 'run_number>=315257' --where 'class like %Collisions18%' --format ndjson --output runs.ndjson",
    "runreg lumisections 327743 /PromptReco/Collisions2018D/DQM --kind certified --component dt-dt,tracker-strip",
    "runreg mask intersect golden.json mine.json --output both.json",
    "runreg attributes lumi",
  ],
  reword: (message) =>
    message
      .replaceAll("with unchecked: true", "with --unchecked")
      .replaceAll("attributes({ word })", "runreg attributes WORD")
      .replace(/goldenJson\.resume\("(\d+)"\)/g, "runreg golden-json --resume $1"),
  build(program, context) {
    program
      .option("--base-url <url>", "address of the service, …/api (default: RUNREGISTRY_URL, else the production instance)")
      .addOption(program.createOption("--target <name>", "an instance by its name").choices(["production", "development", "local"]))
      .option("--ca <file>", "certificates (PEM) to trust besides the system's; a folder as on the grid works too");
    addAuthOption(program, ["token", "none"], "token: SSO_CLIENT_ID and SSO_CLIENT_SECRET, which are used if they are set");
    program.addHelpText(
      "after",
      "\nEnvironment: RUNREGISTRY_URL (…/api), SSO_CLIENT_ID, SSO_CLIENT_SECRET, CERN_AUTH_URL (the realm that gives tokens).",
    );
    addListingCommands(program, context);
    addRowCommands(program, context);
    addLumisectionsCommand(program, context);
    addGoldenJsonCommand(program, context);
    addMaskCommand(program, context);
    addAttributesCommand(program, context);
    addWriteCommands(program, context);
  },
};
