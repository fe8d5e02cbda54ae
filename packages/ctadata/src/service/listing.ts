import { type CallOptions, isSciError, operation, type QueryValue, SciError } from "@sci/http-core";
import type { RemoteEntry } from "@sci/http-core/transfer";
import { escapedPath, type Place, textOf } from "../paths.ts";
import { entriesBelow, listingSchema, type ServiceEntry, toRemote } from "./entries.ts";
import { protocolVersion, type Services } from "./service.ts";

/** Directories within one another; more are a loop of links on the server. */
const deepest = 200;

/** The endpoint of a path: every part is escaped, so that what is named is what is asked for. */
function endpoint(name: string, { parts }: Place): { path: string; params: () => Record<string, string> } {
  const escaped = Object.fromEntries(parts.map((part, index) => [`part${index}`, part]));
  return { path: `/${name}${parts.map((_part, index) => `/{part${index}}`).join("")}`, params: () => escaped };
}

/** The service's listing of a directory or a file, as it sends it. */
export async function listRaw(services: Services, place: Place, options: CallOptions): Promise<readonly ServiceEntry[]> {
  const list = operation({
    name: "list",
    method: "GET",
    ...endpoint("list", place),
    query: () => [["ctadata_version", protocolVersion]],
    response: listingSchema,
  });
  return services.files.request(list, undefined, { ...options, validate: "error" });
}

/** The URL of a file's contents, below the service's address. */
export function fetchUrl(services: Services, place: Place): string {
  const query: readonly (readonly [string, QueryValue])[] = [
    ["ctadata_version", protocolVersion],
    ["chunk_size", services.chunkSize],
  ];
  return `${services.files.baseUrl}/fetch${escapedPath(place)}?${query.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&")}`;
}

/** What a path is: its own entry, which a listing gives first. @throws NOT_FOUND for an empty listing */
export async function describe(
  services: Services,
  place: Place,
  options: CallOptions,
): Promise<{ own: RemoteEntry; entries: readonly ServiceEntry[] }> {
  const entries = await listRaw(services, place, options);
  const [first] = entries;
  if (first === undefined) {
    throw new SciError("NOT_FOUND", `The download service lists nothing for "${textOf(place)}", not even itself.`, {
      service: services.files.service.name,
    });
  }
  // The root is called a file where it is asked for without its slash.
  const directory = place.parts.length === 0 || first.type === "directory" || entries.length > 1;
  const name = place.parts.at(-1) ?? "";
  const own = toRemote({ ...first, type: directory ? "directory" : "file" }, place, name, fetchUrl(services, place));
  return { own, entries };
}

interface WalkOptions {
  readonly recursive: boolean;
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  /** The listing of the root, where it is known already. */
  readonly first?: readonly ServiceEntry[];
}

interface Directory {
  readonly place: Place;
  readonly name: string;
  readonly depth: number;
}

/** A directory or a tree, several listings under way, in the service's order; a file gives itself. */
export async function* walk(
  services: Services,
  root: Place,
  { recursive, concurrency, signal, first }: WalkOptions,
): AsyncGenerator<RemoteEntry> {
  const stop = new AbortController();
  const outer = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const waiting: Directory[] = [{ place: root, name: "", depth: 0 }];
  const asked: { readonly directory: Directory; readonly entries: Promise<readonly ServiceEntry[]> }[] = [];
  try {
    for (;;) {
      while (asked.length < concurrency) {
        const directory = waiting.shift();
        if (directory === undefined) break;
        const known = directory.depth === 0 ? first : undefined;
        const entries = known === undefined ? listRaw(services, directory.place, { signal: outer }) : Promise.resolve(known);
        // Told when its turn comes.
        entries.catch(() => undefined);
        asked.push({ directory, entries });
      }
      const next = asked.shift();
      if (next === undefined) return;
      for (const entry of found(services, next.directory, await next.entries)) {
        if (recursive && entry.type === "directory") {
          if (next.directory.depth >= deepest) throw loop(next.directory.place);
          waiting.push({
            place: { parts: entry.path.slice(1).split("/"), slash: true },
            name: entry.name,
            depth: next.directory.depth + 1,
          });
        }
        yield entry;
      }
    }
  } catch (error) {
    if (signal?.aborted === true && !isSciError(error)) throw new SciError("ABORTED", "The listing was aborted.", { cause: error });
    throw error;
  } finally {
    stop.abort();
  }
}

function found(services: Services, { place, name: above, depth }: Directory, entries: readonly ServiceEntry[]): RemoteEntry[] {
  const [first] = entries;
  if (depth === 0 && entries.length === 1 && first?.type === "file" && place.parts.length > 0) {
    return [toRemote(first, place, place.parts.at(-1) as string, fetchUrl(services, place))];
  }
  return entriesBelow(entries, place).map((entry) => {
    const own: Place = { parts: [...place.parts, entry.name], slash: false };
    const { name, ...rest } = entry;
    return toRemote(rest as ServiceEntry, own, above === "" ? name : `${above}/${name}`, fetchUrl(services, own));
  });
}

function loop(place: Place): SciError<"INVALID_RESPONSE"> {
  return new SciError(
    "INVALID_RESPONSE",
    `Directories are nested more than ${deepest} deep at ${textOf(place).slice(0, 200)}: a link on the server leads back.`,
  );
}
