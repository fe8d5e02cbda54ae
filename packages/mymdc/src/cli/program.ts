import type { ProgramDefinition } from "@sci/cli-core";

declare const __PACKAGE_VERSION__: string;

/** The command: a thin shell over the library, which it loads when an action runs. */
export const definition: ProgramDefinition = {
  name: "mymdc",
  version: __PACKAGE_VERSION__,
  description: "European XFEL's metadata catalogue. The variable MYMDC_URL names another address of the service.",
  examples: [],
  build() {},
};
