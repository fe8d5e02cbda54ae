import type { ProgramDefinition } from "@sci/cli-core";
import { addCatalogueCommands } from "./catalogue.ts";
import { addClientOptions } from "./client.ts";
import { addFieldCommand } from "./fields.ts";
import { addMessageCommands } from "./messages.ts";
import { addOutboxCommands } from "./outbox.ts";
import { addStoreCommands } from "./store.ts";

declare const __PACKAGE_VERSION__: string;

/** The command: a thin shell over the library, which it loads when an action runs. */
export const definition: ProgramDefinition = {
  name: "icat",
  version: __PACKAGE_VERSION__,
  description: "The ESRF's catalogue (ICAT+): datasets, sessions, the e-logbook, files.",
  examples: [
    "icat store --beamline id00 --proposal ma1234 --dataset d1 --sample s1 --path /data/visitor/ma1234/id00/20240301/RAW_DATA/s1/s1_d1",
    "icat message 'beam is back' --type info --tag machine",
    "icat datasets 1001 --fields id,name,location --format csv --output datasets.csv",
    "icat outbox list --outbox /var/spool/icat",
    ["icat fields energy", "fields of datasets that have this word in their name"],
  ],
  build(program, context) {
    addClientOptions(program);
    addStoreCommands(program, context);
    addMessageCommands(program, context);
    addCatalogueCommands(program, context);
    addOutboxCommands(program, context);
    addFieldCommand(program, context);
  },
};
