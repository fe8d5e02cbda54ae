import { addDryRunOption, addUncheckedOption, type Command, type CommandContext, jsonText } from "@sci/cli-core";
import type { CtaData } from "../index.ts";
import { type Globals, openClient } from "./globals.ts";

interface CertificateChoice {
  readonly user?: string;
  readonly unchecked?: boolean;
  readonly dryRun?: boolean;
}

const check = "send a certificate that is valid for longer than the service takes";

/** `upload-personal-certificate` and `upload-shared-certificate`, which talk to the platform whatever the mode. */
export function addCertificates(program: Command, context: CommandContext): void {
  const personal = program
    .command("upload-personal-certificate")
    .description("store a short-lived proxy certificate at the platform, for its access to the storage in your name")
    .argument("<certificate-file>")
    .argument("<certificate-key>", "cta, lst or arc (CTACS_ALLOWED_CERT_KEYS)")
    .option("-u, --user <name>", "user whose certificate it is (administrators only)");
  addDryRunOption(addUncheckedOption(personal, check)).action(async (file: string, key: string, choice: CertificateChoice) => {
    const { user, unchecked = false } = choice;
    await send(choice, `upload ${file} as certificate "${key}"`, (client) =>
      client.uploadPersonalCertificate(file, key, { signal: context.signal, unchecked, ...(user === undefined ? {} : { user }) }),
    );
  });
  const shared = program
    .command("upload-shared-certificate")
    .description("store the certificate that all users of the platform share (administrators only)")
    .argument("<certificate-file>");
  addDryRunOption(addUncheckedOption(shared, check)).action(async (file: string, choice: CertificateChoice) => {
    const { unchecked = false } = choice;
    await send(choice, `upload ${file} as the shared certificate`, (client) =>
      client.uploadSharedCertificate(file, { signal: context.signal, unchecked }),
    );
  });

  async function send({ dryRun }: CertificateChoice, what: string, work: (client: CtaData) => Promise<object>): Promise<void> {
    if (dryRun === true) {
      await context.print(`would ${what}\n`);
      return;
    }
    // What is said about the storage in front of the command is not about the platform.
    const { auth } = program.opts<Globals>();
    const client = await openClient(context, auth === "token" ? { auth } : {}, "service");
    try {
      await context.print(`${jsonText(await work(client), 2)}\n`);
    } finally {
      await client.close();
    }
  }
}
