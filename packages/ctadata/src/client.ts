import { SciError } from "@sci/http-core";
import { directCalls } from "./direct/client.ts";
import { tokensAtHand } from "./direct/token-sources.ts";
import { checkOptions, chooseMode, type CtaDataOptions, loginOptions } from "./options.ts";
import { listDirDirect, transferOriginals } from "./originals.ts";
import { textOf } from "./paths.ts";
import { serviceClient } from "./service/client.ts";
import type { CtaData } from "./types.ts";

/**
 * Makes a client; nothing is sent before the first call. It talks to the storage itself where a token of the storage is at hand
 * (CTADATA_TOKEN, a log-in of `cta-data login`, the token file that an agent keeps, a running oidc-agent), else to the download service
 * where JUPYTERHUB_API_TOKEN is set; `mode` decides otherwise.
 * @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, for options that do not go together, and for an address that
 * is none
 */
export function createCtaData(options: CtaDataOptions = {}): CtaData {
  checkOptions(options);
  const environment = process.env;
  const mode = chooseMode(options, environment, () => tokensAtHand(loginOptions(options), environment) !== undefined);
  if (mode === "service") return serviceClient(options, environment);
  const calls = directCalls(options, environment);
  return {
    ...calls,
    ...transferOriginals(calls, (place) => `./${place.parts.at(-1) ?? "."}`, textOf),
    listDir: listDirDirect(calls),
    uploadCertificate: noCertificates,
    uploadPersonalCertificate: noCertificates,
    uploadSharedCertificate: noCertificates,
  };
}

/** The certificate service belongs to the platform. */
async function noCertificates(): Promise<never> {
  throw new SciError(
    "UNSUPPORTED",
    'Certificates are uploaded to the platform\'s certificate service: use mode: "service", with a token of the hub.',
  );
}
