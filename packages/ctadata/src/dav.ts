import { checkNames, isSciError, SciError } from "@sci/http-core";
import { type ChecksumName, createWebDav, type Door, type WebDav } from "@sci/http-core/transfer";
import type { StorageRight, TokenClaims } from "./direct/claims.ts";
import { explained } from "./errors.ts";
import { completed, doorPath, type Place, placeOf, type RemotePath, textOf } from "./paths.ts";
import type { CopyResult, CtaData, Locality } from "./types.ts";
import { type StreamSender, webdavClient } from "./webdav.ts";

/** What the calls over WebDAV need: the storage's door, or the service's relay. */
export interface Dav {
  readonly door: () => Promise<Door>;
  /** Of the token used last. */
  readonly claims: () => TokenClaims | undefined;
  /** The authorization used last, for a storage that is to read from itself. */
  readonly authorization: () => string | undefined;
  readonly sendStream: StreamSender;
}

export type DavCalls = Pick<CtaData, "stat" | "remove" | "mkdir" | "move" | "copy" | "checksum" | "quota" | "locality" | "webdav">;

/** Does something at a path, and explains what went wrong with it. */
export async function at<T>(
  dav: Pick<Dav, "door" | "claims">,
  what: string,
  place: Place,
  right: StorageRight,
  work: (webdav: WebDav, path: string, door: Door) => Promise<T>,
): Promise<T> {
  const path = doorPath(place);
  try {
    const door = await dav.door();
    return await work(createWebDav(door), path, door);
  } catch (error) {
    throw explained(error, { what, path, right }, dav.claims());
  }
}

/** The calls that both modes make over WebDAV. */
export function davCalls(dav: Dav): DavCalls {
  return {
    async stat(path, options = {}) {
      return at(dav, "reading", placeOf(path), "storage.read", (webdav, name) => webdav.stat(name, options));
    },
    async remove(path, options = {}) {
      const place = placeOf(path);
      if (place.parts.length === 0) throw new SciError("INVALID_ARGUMENT", "The root of the storage is not removed.");
      await at(dav, "removal", place, "storage.modify", (webdav, name) => webdav.remove(name, options));
    },
    async mkdir(path, options = {}) {
      return at(dav, "making", placeOf(path), "storage.create", (webdav, name) => webdav.mkdir(name, options));
    },
    async move(from, to, options = {}) {
      const source = placeOf(from, "The path to move");
      const target = completed(placeOf(to, "The new path"), source.parts.at(-1) ?? "");
      await at(dav, "renaming", source, "storage.modify", (webdav, name) =>
        webdav.move(name, doorPath(target), { ...options, parents: true }),
      );
    },
    copy: (from, to, options = {}) => copy(dav, from, to, options),
    async checksum(path, options = {}) {
      checkNames(options, ["algorithm", "signal"], "option of checksum()");
      const { algorithm, ...rest } = options;
      const order: readonly ChecksumName[] = algorithm === undefined ? ["adler32", "md5", "sha-256"] : [algorithm];
      return at(dav, "reading", placeOf(path), "storage.read", async (webdav, name) => {
        const found = await webdav.checksums(name, { ...rest, algorithms: order });
        const chosen = order.find((one) => found[one] !== undefined) as ChecksumName;
        return { algorithm: chosen, value: found[chosen] as string };
      });
    },
    async quota(path = "", options = {}) {
      return at(dav, "reading", placeOf(path), "storage.read", (webdav, name) => webdav.quota(name, options));
    },
    async locality(paths, options = {}) {
      const places = (Array.isArray(paths) ? (paths as readonly RemotePath[]) : [paths as RemotePath]).map((one) => placeOf(one));
      return inTurn(places, async (place) => ({
        path: textOf(place),
        locality: await at(dav, "reading", place, "storage.read", (webdav, name) => webdav.locality(name, options)),
      }));
    },
    async webdav() {
      return webdavClient(await dav.door(), dav.sendStream);
    },
  };
}

/** Several at a time, in their order. */
async function inTurn(places: readonly Place[], ask: (place: Place) => Promise<Locality>): Promise<Locality[]> {
  const found: Locality[] = [];
  for (let start = 0; start < places.length; start += 8) found.push(...(await Promise.all(places.slice(start, start + 8).map(ask))));
  return found;
}

const isUrl = (path: RemotePath): path is string => typeof path === "string" && /^(https?|davs?):\/\//i.test(path);

async function copy(dav: Dav, from: RemotePath, to: RemotePath, options: NonNullable<Parameters<CtaData["copy"]>[2]>): Promise<CopyResult> {
  checkNames(options, ["overwrite", "otherToken", "requireChecksum", "onProgress", "signal"], "option of copy()");
  const { otherToken, signal, overwrite = false, ...rest } = options;
  const common = { overwrite, ...(signal === undefined ? {} : { signal }) };
  if (!isUrl(from) && !isUrl(to)) {
    const source = placeOf(from, "The path to copy");
    const target = completed(placeOf(to, "The new path"), source.parts.at(-1) ?? "");
    return at(dav, "copying", target, "storage.create", (webdav, path, door) =>
      within(dav, webdav, door, { from: doorPath(source), to: path }, common),
    );
  }
  const door = await dav.door();
  const name = isUrl(from) ? nameIn(from) : (placeOf(from).parts.at(-1) ?? "");
  const own = placeOf(isUrl(from) && !isUrl(to) ? to : isUrl(to) && !isUrl(from) ? from : pathOf(isOwn(door, to) ? to : from, door));
  const [source, destination] = [addressOf(from, door), addressOf(to, door, name)];
  const pull = isOwn(door, destination);
  return at(dav, pull ? "copying" : "reading", own, pull ? "storage.create" : "storage.read", async (webdav) => {
    const transferHeaders = otherToken === undefined ? {} : { transferHeaders: { authorization: `Bearer ${otherToken}` } };
    const { direction, bytes } = await webdav.thirdPartyCopy({ source, destination }, { ...common, ...rest, ...transferHeaders });
    return { by: direction, bytes };
  });
}

/** dCache has no COPY of WebDAV: it is told to fetch from itself instead. */
async function within(
  dav: Dav,
  webdav: WebDav,
  door: Door,
  { from, to }: { readonly from: string; readonly to: string },
  options: { readonly overwrite: boolean; readonly signal?: AbortSignal },
): Promise<CopyResult> {
  try {
    await webdav.copy(from, to, { ...options, parents: true });
    return { by: "storage", bytes: undefined };
  } catch (error) {
    const without = isSciError<string>(error) && [202, 400, 405, 501].includes(error.status ?? 0);
    if (!without) throw error;
    const authorization = dav.authorization();
    const { direction, bytes } = await webdav.thirdPartyCopy(
      { source: door.urlOf(from), destination: door.urlOf(to) },
      { ...options, requireChecksum: false, ...(authorization === undefined ? {} : { transferHeaders: { authorization } }) },
    );
    return { by: direction, bytes };
  }
}

function isOwn(door: Door, path: RemotePath): boolean {
  return isUrl(path) ? new URL(httpUrl(path)).origin === door.origin : true;
}

function httpUrl(url: string): string {
  return url.replace(/^dav(s?):/i, "http$1:");
}

/** davs:// is how grid tools write https://. */
function addressOf(path: RemotePath, door: Door, name = ""): string {
  if (!isUrl(path)) return door.urlOf(doorPath(completed(placeOf(path), name)));
  const url = httpUrl(path);
  if (!URL.canParse(url)) throw new SciError("INVALID_ARGUMENT", "A copy between storages needs whole URLs.");
  return url.endsWith("/") ? url + encodeURIComponent(name) : url;
}

function pathOf(url: RemotePath, door: Door): RemotePath {
  return isUrl(url) ? { href: new URL(httpUrl(url)).href.slice(door.baseUrl.length) } : url;
}

function nameIn(url: string): string {
  return decodeURIComponent(
    new URL(httpUrl(url)).pathname
      .split("/")
      .filter((part) => part !== "")
      .at(-1) ?? "",
  );
}
