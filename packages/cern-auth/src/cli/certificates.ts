import {
  addExamples,
  addOutputOptions,
  type Command,
  type CommandContext,
  type OutputChoice,
  wholeNumber,
  writeRecord,
} from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { CertificateDescription, LoadedCertificate } from "@sci/http-core/x509";
import { addCertificateOptions, certificateChoiceOf, type CertificateChoice } from "./certificate-options.ts";

interface ProxyChoice extends CertificateChoice {
  readonly lifetime?: string;
  readonly pathLength?: number;
  readonly limited?: boolean;
  readonly keyType?: "rsa" | "ec";
  readonly output?: string;
}

/** Adds `certificate`, `proxy create` and `proxy show`. */
export function addCertificateCommands(program: Command, context: CommandContext): void {
  const certificate = addCertificateOptions(
    program.command("certificate").description("find the grid certificate, check it with its key, and describe it"),
  );
  addOutputOptions(certificate, ["table", "json"]);
  certificate.action(async (choice: CertificateChoice & OutputChoice) => {
    await writeRecord(context, recordOf(await certificateChoiceOf(context, choice), Date.now()), withFormat(choice));
  });

  const proxy = program.command("proxy").description("short-lived certificates that act for their owner (RFC 3820)");
  const create = addCertificateOptions(proxy.command("create").description("make a proxy from the grid certificate, or from a proxy"));
  create
    .option("--lifetime <time>", "how long it lasts: 12h, 30m, 2d (default: 12h), never longer than the certificate")
    .option("--path-length <n>", "how many further proxies may follow", wholeNumber("--path-length", { min: 0 }))
    .option("--limited", "may not start jobs")
    .addOption(create.createOption("--key-type <type>", "rsa (2048 bits, the default) or ec (P-256)").choices(["rsa", "ec"]))
    .option("--output <file>", "where it is written, mode 0600 (default: X509_USER_PROXY, else /tmp/x509up_u<uid>)");
  addExamples(create, ["cern-auth proxy create --lifetime 24h", "cern-auth proxy create --certificate usercert.p12 --output proxy.pem"]);
  create.action((choice: ProxyChoice) => createProxy(context, choice));

  const show = proxy.command("show [file]").description("describe a proxy (default: X509_USER_PROXY, else /tmp/x509up_u<uid>)");
  addOutputOptions(show, ["table", "json"]);
  show.action((file: string | undefined, choice: OutputChoice) => showProxy(context, file, choice));
}

async function createProxy(
  context: CommandContext,
  { lifetime, pathLength, limited, keyType, output, ...source }: ProxyChoice,
): Promise<void> {
  const { createProxyCertificate } = await import("@sci/http-core/x509");
  // A proxy that lies in the usual place is what is to be replaced, not what the new one is made from.
  const { X509_USER_PROXY: present, ...env } = context.env;
  const issuer = await certificateChoiceOf({ ...context, env }, source);
  const proxy = await createProxyCertificate(issuer, {
    warn: (message) => context.warn(message),
    ...(lifetime === undefined ? {} : { lifetime }),
    ...(pathLength === undefined ? {} : { pathLength }),
    ...(limited === undefined ? {} : { limited }),
    ...(keyType === undefined ? {} : { keyType }),
  });
  const path = await proxy.save(output ?? (present === "" ? undefined : present));
  context.note(`wrote ${path}, a proxy of ${identityOf(proxy)}, good until ${proxy.description.validTo.toISOString()}`);
}

async function showProxy(context: CommandContext, file: string | undefined, choice: OutputChoice): Promise<void> {
  const { findCertificate, loadCertificate } = await import("@sci/http-core/x509");
  const found = await findCertificate({
    environment: context.env,
    ...(file === undefined ? { places: ["X509_USER_PROXY", "/tmp/x509up"] as const } : { path: file }),
  });
  // One that has ended is described as well; the error comes after it.
  const loaded = await loadCertificate({ cert: found.cert, allowInvalidTime: true });
  if (!loaded.description.isProxy)
    throw new SciError("CERTIFICATE", `${found.cert} holds no proxy but the certificate of ${loaded.description.subject}.`);
  const now = Date.now();
  await writeRecord(context, recordOf(loaded, now), withFormat(choice));
  for (const message of loaded.warnings) context.warn(message);
  const ended = loaded.chain.find(({ validTo }) => validTo.getTime() <= now);
  if (ended !== undefined)
    throw new SciError("CERTIFICATE", `The certificate of ${ended.subject} ended on ${ended.validTo.toISOString()}.`);
}

function recordOf({ description, chain, warnings }: LoadedCertificate, now: number): Record<string, unknown> {
  const {
    subject,
    issuer,
    serialNumber,
    validFrom,
    validTo,
    keyType,
    keySize,
    isProxy,
    proxy,
    vomsAttributes,
    subjectAltNames,
    fingerprint,
  } = description;
  const ends = Math.min(...chain.map((one) => one.validTo.getTime()));
  return {
    subject,
    ...(isProxy ? { identity: identityOf({ chain }) } : {}),
    issuer,
    valid_from: validFrom.toISOString(),
    valid_to: validTo.toISOString(),
    seconds_left: Math.max(0, Math.floor((ends - now) / 1000)),
    key: keySize === undefined ? keyType : `${keyType} ${keySize}`,
    serial_number: serialNumber,
    fingerprint,
    ...(isProxy ? { proxy: proxy?.policy ?? "unknown", path_length: proxy?.pathLength ?? null, chain: chain.length } : {}),
    ...(vomsAttributes.length === 0 ? {} : { voms: vomsAttributes }),
    ...(subjectAltNames.length === 0 ? {} : { alternative_names: subjectAltNames }),
    warnings,
  };
}

/** The person behind a chain of proxies. */
function identityOf({ chain }: { readonly chain: readonly CertificateDescription[] }): string {
  return (chain.find(({ isProxy }) => !isProxy) ?? chain.at(-1))?.subject ?? "";
}

function withFormat({ format, output }: OutputChoice): OutputChoice {
  return { ...(format === undefined ? {} : { format }), ...(output === undefined ? {} : { output }) };
}
