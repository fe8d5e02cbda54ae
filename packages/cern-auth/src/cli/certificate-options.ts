import { type Command, type CommandContext, readSecret } from "@sci/cli-core";
import type { LoadedCertificate } from "@sci/http-core/x509";

export interface CertificateChoice {
  readonly certificate?: string;
  readonly key?: string;
  readonly passphraseFile?: string;
}

export function addCertificateOptions(command: Command): Command {
  return command
    .option("--certificate <path>", "a folder, a PEM file or a .p12 (default: looked for in the usual places)")
    .option("--key <file>", "the key, where it stands in a file of its own")
    .option(
      "--passphrase-file <file>",
      "the passphrase of the key in FILE, - for standard input; without it, it is asked for when it is needed",
    );
}

/** Finds and loads the certificate that is meant; the passphrase is asked for only when it is needed. */
export async function certificateChoiceOf(
  context: CommandContext,
  { certificate, key, passphraseFile }: CertificateChoice,
  further: { readonly allowInvalidTime?: boolean } = {},
): Promise<LoadedCertificate> {
  const { findCertificate, loadCertificate } = await import("@sci/http-core/x509");
  const found =
    key !== undefined && certificate !== undefined
      ? { cert: certificate, key }
      : await findCertificate({ environment: context.env, ...(certificate === undefined ? {} : { path: certificate }) });
  return loadCertificate({
    cert: found.cert,
    key: key ?? found.key,
    passphrase: () => readSecret(context, { what: "passphrase", file: passphraseFile, prompt: `Passphrase of ${found.key}: ` }),
    warn: (message) => context.warn(message),
    ...further,
  });
}
