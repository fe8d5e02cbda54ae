import { SciError } from "@sci/http-core";
import type { CtaDataOptions, Environment } from "../options.ts";
import { listDirDirect, transferOriginals } from "../originals.ts";
import { textOf } from "../paths.ts";
import type { CtaData } from "../types.ts";
import { directCalls } from "./client.ts";

/** The whole client of the direct mode. */
export function directClient(options: CtaDataOptions, environment: Environment): CtaData {
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
