import { addAuthOption, exitCodes, type ProgramDefinition } from "@sci/cli-core";
import { addGetCommands } from "./get.ts";
import { addListCommands } from "./lists.ts";
import { addRecordCommands } from "./records.ts";
import { addReplicaCommands } from "./replica.ts";
import { addRunCommands } from "./run.ts";

/** Put in by the build from package.json. */
declare const __PACKAGE_VERSION__: string;

/** What options of the command are called in the library. */
const optionOf: Readonly<Record<string, string>> = {
  experiment_id: "--experiment",
  "run.run_number": "--number",
  "run.begin_at": "--begin",
  "run.first_train": "--first-train",
  "data_group.data_group_type_id": "--group-type",
  "data_group.user_id": "--user",
  "data_group.prefix_path": "--path",
  run_id: "--run",
  data_group_id: "--group",
  files: "--file",
};

/** Names of the library that are due, as the command calls them. */
function asOptions(list: string): string {
  return list
    .split(", ")
    .map((name) => optionOf[name] ?? name)
    .join(", ");
}

/** The command `mymdc`. */
export const mymdc: ProgramDefinition = {
  name: "mymdc",
  version: __PACKAGE_VERSION__,
  description: "European XFEL's metadata catalogue (myMdC): proposals, runs, samples, data groups and where they lie.",
  examples: [
    "mymdc instruments",
    "mymdc runs 1234 --format csv --output runs.csv",
    "mymdc run show 1234 17",
    "mymdc replica add 1234 17 XFEL_GPFS_OFFLINE_RAW_CC --dry-run",
    "mymdc get data-groups --where 'experiment_id = 12'",
  ],
  // Who asks is not who the client is registered for: the remedy is to set another address.
  exitCodes: { USER_EMAIL: exitCodes.notAuthenticated },
  reword: (message) =>
    message
      .replace(
        /^runs\.register\(\) needs (.+)\. Nothing was sent\.$/,
        (_, list: string) => `run register needs ${asOptions(list)}. Nothing was sent.`,
      )
      .replace(
        /^runs\.registerData\(\) needs (.+)\. Nothing was sent\.$/,
        (_, list: string) => `run fill needs ${asOptions(list)}. Nothing was sent.`,
      )
      .replaceAll("unchecked: true", "--unchecked"),
  build(program, context) {
    program
      .option("--base-url <url>", "address of the service, …/metadata (default: MYMDC_URL, else European XFEL's)")
      .option("--token-url <url>", "where tokens are given (default: MYMDC_TOKEN_URL, else …/oauth/token below the address)")
      .option("--user-email <address>", "the address that the client is registered with (default: MYMDC_USER_EMAIL)")
      .option("--ca <file>", "certificates (PEM) to trust besides the system's");
    addAuthOption(program, ["token", "none"], "token: MYMDC_CLIENT_ID and MYMDC_CLIENT_SECRET, which are used if they are set");
    program.addHelpText(
      "after",
      "\nEnvironment: MYMDC_URL (…/metadata), MYMDC_TOKEN_URL, MYMDC_CLIENT_ID, MYMDC_CLIENT_SECRET, MYMDC_USER_EMAIL.",
    );
    addListCommands(program, context);
    addRecordCommands(program, context);
    addRunCommands(program, context);
    addReplicaCommands(program, context);
    addGetCommands(program, context);
  },
};
