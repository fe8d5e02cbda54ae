import { SciError } from "@sci/http-core";
import type { TransferJob } from "@sci/http-core/transfer";
import { isTokenAtHand } from "./direct/token-places.ts";
import { laterJob } from "./later-job.ts";
import { addressOf, checkOptions, chooseMode, type CtaDataOptions, loginOptions } from "./options.ts";
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
  // As it is now: variables that change later do not change a client.
  const environment = { ...process.env };
  const mode = chooseMode(options, environment, () => isTokenAtHand(loginOptions(options), environment));
  const baseUrl = addressOf(mode, options, environment);
  let loading: Promise<CtaData> | undefined;
  let closed = false;
  const open = (): Promise<CtaData> => {
    if (closed) throw new SciError("INVALID_ARGUMENT", "The client of ctadata is closed.", { service: "ctadata" });
    loading ??=
      mode === "service"
        ? import("./service/client.ts").then(({ serviceClient }) => serviceClient(options, environment))
        : import("./direct/direct-client.ts").then(({ directClient }) => directClient(options, environment));
    return loading;
  };
  /** A call that is made once what it takes is loaded. */
  const calling = <Name extends AsyncCalls>(name: Name): CtaData[Name] =>
    // A function per name has its own types; what is handed on is the same.
    (async (...args: never[]) => ((await open())[name] as (...given: never[]) => unknown)(...args)) as unknown as CtaData[Name];
  const starting = (start: (client: CtaData) => TransferJob): TransferJob =>
    laterJob(
      async () => ({ job: start(await open()) }),
      (error) => error,
    );
  return {
    mode,
    baseUrl,
    async *list(path, given) {
      yield* (await open()).list(path, given);
    },
    download: (path, to, given) => starting((client) => client.download(path, to, given)),
    upload: (local, to, given) => starting((client) => client.upload(local, to, given)),
    ...(Object.fromEntries(asyncCalls.map((name) => [name, calling(name)])) as unknown as Pick<CtaData, AsyncCalls>),
    async close() {
      closed = true;
      await (await loading?.catch(() => undefined))?.close();
    },
  };
}

const asyncCalls = [
  "stat",
  "remove",
  "mkdir",
  "move",
  "copy",
  "checksum",
  "quota",
  "locality",
  "stage",
  "release",
  "macaroon",
  "webdav",
  "listDir",
  "fetchAndSaveFile",
  "fetchAndSaveFileOrDir",
  "uploadFile",
  "uploadDir",
  "uploadCertificate",
  "uploadPersonalCertificate",
  "uploadSharedCertificate",
] as const satisfies readonly (keyof CtaData)[];
type AsyncCalls = (typeof asyncCalls)[number];
