import { type AuthProvider, bearerToken, checkNames, type ClientOptions, type ServiceDefinition, SciError } from "@sci/http-core";
import { createDoor, createWebDav, type Door, type RemoteEntry, type TransferJob } from "@sci/http-core/transfer";
import { at, type Dav, davCalls } from "../dav.ts";
import { explained, explaining } from "../errors.ts";
import { startDownload } from "../fetching.ts";
import { clientOptions, type CtaDataOptions, loginOptions, userAgent } from "../options.ts";
import { doorPath, type Place, placeOf, type RemotePath } from "../paths.ts";
import type { CtaData, DownloadOptions, UploadOptions } from "../types.ts";
import { startUpload, streamSender } from "./uploads.ts";
import type { StorageRight } from "./claims.ts";
import { type DirectEnvironment, instanceOf } from "./instance.ts";
import { requestMacaroon } from "./macaroon.ts";
import { release, stage } from "./tape.ts";
import { fileToken, tokensAtHand, watched, type WatchedProvider } from "./token-sources.ts";

/** The calls of a client that the modes make in their own ways. */
export type ModeCalls = Omit<
  CtaData,
  | "listDir"
  | "fetchAndSaveFile"
  | "fetchAndSaveFileOrDir"
  | "uploadFile"
  | "uploadDir"
  | "uploadCertificate"
  | "uploadPersonalCertificate"
  | "uploadSharedCertificate"
>;

const listNames = ["recursive", "concurrency", "checksums", "locality", "signal"] as const;

/** The storage itself, over WebDAV. */
export function directCalls(options: CtaDataOptions, environment: DirectEnvironment): ModeCalls {
  const instance = instanceOf(options, environment);
  const service: ServiceDefinition = {
    name: "ctadata",
    userAgent,
    baseUrl: instance.door,
    signInHelp: `Log in with "cta-data login${instance.dev ? " --dev" : ""}", set CTADATA_TOKEN, or give token, tokenFile, certificate or auth.`,
  };
  const { provider, settled } = credentialsOf(options, environment);
  const shared: ClientOptions = {
    ...clientOptions(options),
    baseUrl: instance.door,
    ...(provider === undefined ? {} : { auth: provider }),
  };
  // Made at once, so that wrong options are told at once; a certificate is loaded with the first call.
  const first = createDoor(service, shared);
  let opening: Promise<Door> | undefined;
  const { certificate } = options;
  const door = async (): Promise<Door> => {
    if (certificate === undefined) return first;
    opening ??= (async () => {
      const { certificateTls } = await import("./x509.ts");
      const warn = options.logger === undefined ? undefined : (message: string) => options.logger?.warn(message);
      return createDoor(service, { ...shared, tls: await certificateTls(certificate, options.tls, warn) });
    })();
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  settled(first.isLocal);
  const claims = (): ReturnType<WatchedProvider["claims"]> => provider?.claims();
  const dav: Dav = { door, claims, authorization: () => provider?.authorization(), sendStream: streamSender(door) };

  return {
    mode: "direct",
    baseUrl: first.baseUrl,
    ...davCalls(dav),
    list(path = "", given = {}) {
      checkNames(given, listNames, "option of list()");
      const place = placeOf(path);
      const attempted = { what: "listing", path: doorPath(place), right: "storage.read" } as const;
      return explaining(entries(door, place, given), attempted, claims);
    },
    download: (path, to, given = {}) => download(dav, path, to, given),
    upload: (local, to, given = {}) => upload(dav, local, to, given),
    async stage(paths, given = {}) {
      return onTape(dav, paths, (one, places) => stage(one, places, given));
    },
    async release(paths, requestId, given = {}) {
      checkNames(given, ["signal"], "option of release()");
      await onTape(dav, paths, (one, places) => release(one, places, requestId, given.signal));
    },
    async macaroon(path, given = {}) {
      const place = placeOf(path);
      return at(dav, "a macaroon", place, "storage.read", (_webdav, _path, one) => requestMacaroon(one, place, given));
    },
    async close() {
      await first.close();
      await opening?.then((one) => one.close()).catch(() => undefined);
    },
  };
}

async function* entries(door: () => Promise<Door>, place: Place, options: object): AsyncGenerator<RemoteEntry> {
  yield* createWebDav(await door()).list(doorPath(place), options);
}

interface Settled {
  readonly provider: WatchedProvider | undefined;
  /** Tells whether the storage is on this machine: then nothing has to be there. */
  readonly settled: (local: boolean) => void;
}

function credentialsOf(options: CtaDataOptions, environment: DirectEnvironment): Settled {
  const none = (): void => undefined;
  const { auth, token, tokenFile, certificate, tls } = options;
  if (auth !== undefined) return { provider: auth === false ? undefined : watched(auth), settled: none };
  if (token !== undefined) return { provider: watched(bearerToken(token)), settled: none };
  if (tokenFile !== undefined) return { provider: watched(fileToken(tokenFile, "Put a token into it.", { jwt: false })), settled: none };
  if (certificate !== undefined || tls?.cert !== undefined || tls?.pfx !== undefined) return { provider: undefined, settled: none };
  let isLocal = false;
  // A token that ended is told about, rather than passed over.
  const atHand = tokensAtHand(loginOptions(options), environment, true);
  const missing: AuthProvider = () => {
    if (isLocal) return undefined;
    throw new SciError("MISSING_CREDENTIALS", "There is no token for the storage.", { details: { variables: ["CTADATA_TOKEN"] } });
  };
  return { provider: watched(atHand ?? missing), settled: (local) => (isLocal = local) };
}

function rights(place: Place, what: string, right: StorageRight, dav: Dav): (error: unknown, name?: string) => unknown {
  return (error, name) => {
    const below = name === undefined || name === "" || name === place.parts.at(-1) ? doorPath(place) : `${doorPath(place)}/${name}`;
    return explained(error, { what, path: below, right }, dav.claims());
  };
}

function download(dav: Dav, path: RemotePath, to: string | undefined, options: DownloadOptions): TransferJob {
  const place = placeOf(path);
  const target = to ?? place.parts.at(-1);
  if (target === undefined) throw new SciError("INVALID_ARGUMENT", "The whole storage is downloaded into a folder that is named only.");
  const look = async (signal: AbortSignal) => {
    const door = await dav.door();
    const entry = await createWebDav(door).stat(doorPath(place), { signal, locality: true, checksums: true });
    return { door, entry, below: doorPath(place) };
  };
  return startDownload(place, target, options, look, rights(place, "reading", "storage.read", dav));
}

function upload(dav: Dav, local: string, to: RemotePath, options: UploadOptions): TransferJob {
  const place = placeOf(to, "The remote target");
  return startUpload(dav.door, local, place, options, rights(place, "writing", "storage.create", dav));
}

async function onTape<T>(
  dav: Dav,
  paths: RemotePath | readonly RemotePath[],
  work: (door: Door, places: readonly Place[]) => Promise<T>,
): Promise<T> {
  const places = (Array.isArray(paths) ? (paths as readonly RemotePath[]) : [paths as RemotePath]).map((one) => placeOf(one));
  const [first = { parts: [], slash: false }] = places;
  return at(dav, "staging", first, "storage.stage", (_webdav, _path, door) => work(door, places));
}
