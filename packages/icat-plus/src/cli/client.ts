import { type Command, type CommandContext, readSecret } from "@sci/cli-core";
import type { IcatClient } from "../client.ts";
import type { IcatClientOptions } from "../options.ts";

/** Options that stand on the program, for every command. */
interface ClientChoice {
  readonly queue?: readonly string[];
  readonly url?: string;
  readonly beamline?: string;
  readonly proposal?: string;
  readonly outbox?: string;
  readonly brokerUser?: string;
  readonly username?: string;
  readonly plugin?: string;
  readonly ca?: string;
  readonly strict?: boolean;
}

const texts = (text: string, before: readonly string[] = []): string[] => [...before, text];

export function addClientOptions(program: Command): void {
  program
    .option("--queue <broker>", "a message broker, host:port or ssl://host:port, repeatable (default: ICAT_BROKERS)", texts)
    .option("--url <url>", "address of ICAT+ (default: ICATPLUS_URL)")
    .option("--beamline <name>", "the beamline (default: ICAT_BEAMLINE)")
    .option("--proposal <name>", "the proposal (default: ICAT_PROPOSAL)")
    .option("--outbox <folder>", "keeps messages there until a broker has confirmed them (default: ICAT_OUTBOX)")
    .option("--broker-user <name>", "user of the broker; its password is taken from ICAT_BROKER_PASSWORD, or asked for")
    .option("--username <name>", "user of the catalogue; the password is taken from ICATPLUS_PASSWORD, or asked for")
    .option("--plugin <name>", "how the catalogue logs in: esrf, db, …", "esrf")
    .option("--ca <file>", "certificates (PEM) to trust besides the system's; a folder as on the grid works too");
  program.addHelpText(
    "after",
    "\nEnvironment: ICAT_BROKERS (or ICAT_METADATA_URLS), ICAT_OUTBOX, ICAT_BROKER_USER, ICAT_BROKER_PASSWORD, ICATPLUS_URL, ICATPLUS_TOKEN (key of the e-logbook), ICATPLUS_SESSION_ID, ICATPLUS_USERNAME, ICATPLUS_PASSWORD, ICAT_BEAMLINE, ICAT_PROPOSAL.",
  );
}

/** Runs the body with a client as options and environment say, and closes it. The client is loaded here, not with the command. */
export async function withClient<Value>(
  command: Command,
  context: CommandContext,
  body: (icat: IcatClient) => Promise<Value>,
): Promise<Value> {
  const { createIcatClient } = await import("../index.ts");
  const icat = createIcatClient(await clientOptions(command.optsWithGlobals<ClientChoice>(), context));
  try {
    return await body(icat);
  } finally {
    await icat.close();
  }
}

/** The same in a session of the catalogue: one that is given, or a log-in by the user's name and password. */
export function inCatalogue<Value>(command: Command, context: CommandContext, body: (icat: IcatClient) => Promise<Value>): Promise<Value> {
  return withClient(command, context, async (icat) => {
    const { username = context.env["ICATPLUS_USERNAME"], plugin = "esrf" } = command.optsWithGlobals<ClientChoice>();
    if (!context.env["ICATPLUS_SESSION_ID"] || command.optsWithGlobals<ClientChoice>().username !== undefined) {
      const password = await readSecret(context, { what: "password of ICAT+", env: ["ICATPLUS_PASSWORD"] });
      await icat.doLogIn({ password, plugin, ...(username ? { username } : {}), signal: context.signal });
    }
    return await body(icat);
  });
}

async function clientOptions(choice: ClientChoice, context: CommandContext): Promise<IcatClientOptions> {
  const { queue, url, beamline, proposal, outbox, ca } = choice;
  const { ICAT_BROKER_USER: standing } = context.env;
  const user = choice.brokerUser ?? standing;
  const logIn = user
    ? { user, password: await readSecret(context, { what: `password of ${user} at the broker`, env: ["ICAT_BROKER_PASSWORD"] }) }
    : undefined;
  return {
    logger: context.logger,
    ...(queue === undefined ? {} : { metadataUrls: queue }),
    ...(url === undefined ? {} : { elogbookUrl: url, icatplusRestrictedUrl: url }),
    ...(beamline === undefined ? {} : { beamline }),
    ...(proposal === undefined ? {} : { proposal }),
    ...(outbox === undefined ? {} : { outbox }),
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(logIn === undefined ? {} : { logIn }),
  };
}
