import { checkInteger, checkNames, SciError } from "@sci/http-core";
import { createWebDav, type Door, type RemoteEntry, type TransferJob } from "@sci/http-core/transfer";
import { type Dav, davCalls } from "../dav.ts";
import type { ModeCalls } from "../direct/client.ts";
import { streamSender } from "../direct/uploads.ts";
import { demandFolder } from "../local.ts";
import { explained, explaining } from "../errors.ts";
import { startDownload } from "../fetching.ts";
import type { CtaDataOptions, Environment } from "../options.ts";
import { completed, doorPath, localName, type Place, placeOf, type RemotePath, textOf } from "../paths.ts";
import { transferOriginals } from "../originals.ts";
import type { CtaData, DownloadOptions, UploadResult } from "../types.ts";
import { allowedKeys, uploadPersonal, uploadShared } from "./certificates.ts";
import { describe, listRaw, walk } from "./listing.ts";
import { openServices, type Services } from "./service.ts";
import { sendFile } from "./upload.ts";
import { startServiceUpload } from "./uploads.ts";

const listNames = ["recursive", "concurrency", "checksums", "locality", "signal"] as const;
const noClaims = (): undefined => undefined;

function unsupported(call: string): () => Promise<never> {
  return async () => {
    throw new SciError("UNSUPPORTED", `${call}() talks to the storage itself: use the direct mode (mode: "direct").`);
  };
}

/** The services of the JupyterHub platform. */
export function serviceClient(options: CtaDataOptions, environment: Environment): CtaData {
  const services = openServices(options, environment);
  const relay = async (): Promise<Door> => services.relay;
  const dav: Dav = { door: relay, claims: noClaims, authorization: noClaims, sendStream: streamSender(relay) };
  const explain = (place: Place, what: string, right: "storage.read" | "storage.create") => (error: unknown, name?: string) =>
    explained(error, { what, path: name === undefined ? doorPath(place) : `${doorPath(place)}/${name}`, right }, undefined);
  const calls: ModeCalls = {
    mode: "service",
    baseUrl: services.files.baseUrl,
    ...davCalls(dav),
    list(path = "", given = {}) {
      checkNames(given, listNames, "option of list()");
      if (given.checksums === true || given.locality === true)
        throw new SciError(
          "UNSUPPORTED",
          "The download service lists neither checksums nor locality: use checksum() or locality(), or the direct mode.",
        );
      const { recursive = false, concurrency = 8, signal } = given;
      checkInteger(concurrency, "concurrency", { min: 1, max: 256 });
      const place = placeOf(path);
      const walked = walk(services, place, { recursive, concurrency, ...(signal === undefined ? {} : { signal }) });
      return explaining(walked, { what: "listing", path: doorPath(place), right: "storage.read" }, noClaims);
    },
    download: (path, to, given = {}) => download(services, path, to, given),
    upload(local, to, given = {}) {
      const place = placeOf(to, "The remote target");
      return startServiceUpload(services, local, place, given, explain(place, "writing", "storage.create"));
    },
    stage: unsupported("stage"),
    release: unsupported("release"),
    macaroon: unsupported("macaroon"),
    close: () => services.close(),
  };
  const keys = (): readonly string[] => allowedKeys(environment);
  return {
    ...calls,
    // The original makes the folders of the whole path in the working folder.
    ...transferOriginals(calls, (place) => `./${textOf(place)}`, textOf),
    async listDir(path, given = {}) {
      const { recursive = false, ...call } = given;
      const place = placeOf(path);
      if (recursive) throw new SciError("UNSUPPORTED", "listDir() lists one directory; list() with recursive gives a tree.");
      try {
        return await listRaw(services, place, call);
      } catch (error) {
        throw explain(place, "listing", "storage.read")(error);
      }
    },
    async uploadFile(local, path, given = {}) {
      checkNames(given, ["overwrite", "signal"], "option of uploadFile()");
      const place = completed(placeOf(path, "The remote target"), localName(local));
      try {
        return await sendFile(services, local, place, given.signal === undefined ? {} : { signal: given.signal });
      } catch (error) {
        throw explain(place, "writing", "storage.create")(error);
      }
    },
    async uploadDir(local, path, given = {}) {
      checkNames(given, ["overwrite", "signal"], "option of uploadDir()");
      const place = placeOf(path, "The remote target");
      await demandFolder(local);
      const results: UploadResult[] = [];
      const signal = given.signal === undefined ? {} : { signal: given.signal };
      const why = explain(place, "writing", "storage.create");
      const report = await startServiceUpload(services, local, place, { recursive: true, ...signal }, why, (result) =>
        results.push(result),
      );
      const failed = report.failures[0]?.error ?? report.error;
      if (failed !== undefined) throw failed;
      return results;
    },
    uploadCertificate(source, given = {}) {
      const { key = "cta", ...rest } = given;
      return uploadPersonal(services.certificates, source, key, rest, keys());
    },
    uploadPersonalCertificate: (source, key, given = {}) => uploadPersonal(services.certificates, source, key, given, keys()),
    uploadSharedCertificate: (source, given = {}) => uploadShared(services.certificates, source, given),
  };
}

function download(services: Services, path: RemotePath, to: string | undefined, options: DownloadOptions): TransferJob {
  const place = placeOf(path);
  const target = to ?? (options.recursive === true ? `./${textOf(place)}` : place.parts.at(-1));
  if (target === undefined || place.parts.length === 0)
    throw new SciError("INVALID_ARGUMENT", "The whole storage is downloaded into a folder that is named only.");
  const look = async (signal: AbortSignal) => {
    const { own, entries } = await describe(services, place, { signal });
    const entry = await withChecksum(services, own, options, signal);
    const below = async function* (): AsyncGenerator<RemoteEntry> {
      for await (const one of walk(services, place, { recursive: true, concurrency: 4, signal, first: entries }))
        yield await withChecksum(services, one, options, signal);
    };
    return { door: services.door, entry, below };
  };
  return startDownload(place, target, options, look, (error, name) =>
    explained(
      error,
      { what: "reading", path: name === undefined ? doorPath(place) : `${doorPath(place)}/${name}`, right: "storage.read" },
      undefined,
    ),
  );
}

/** The service tells no checksums; where they are required, its relay is asked for what the storage keeps. */
async function withChecksum(services: Services, entry: RemoteEntry, options: DownloadOptions, signal: AbortSignal): Promise<RemoteEntry> {
  if (entry.type === "directory" || options.requireChecksum !== true) return entry;
  try {
    return { ...entry, checksums: await createWebDav(services.relay).checksums(entry.path, { signal }) };
  } catch (error) {
    if ((error as { code?: string }).code === "CHECKSUM_UNAVAILABLE") return entry;
    throw error;
  }
}
