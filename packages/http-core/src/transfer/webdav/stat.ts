import { checkNames } from "../../check.ts";
import { isSciError, SciError } from "../../errors.ts";
import type { Door } from "../door.ts";
import type { RemoteEntry } from "../types.ts";
import { listCollection, type CollectionBatch } from "./list-collection.ts";
import { property, propertyNames, type PropertyOptions } from "./properties.ts";

export interface StatOptions extends PropertyOptions {
  readonly signal?: AbortSignal;
}

export const statNames = ["checksums", "locality", "properties", "signal"] as const;

/** One entry, and what else the server told of it. */
export interface Described {
  readonly entry: RemoteEntry;
  /** By expanded name; those asked for that the server has. */
  readonly properties: ReadonlyMap<string, string>;
}

/** Asks about one file or directory. @throws NOT_FOUND and the codes of every client */
export async function statEntry(
  door: Door,
  path: string,
  options: StatOptions & { readonly operation?: string } = {},
): Promise<RemoteEntry> {
  return (await describe(door, path, options)).entry;
}

export async function describe(
  door: Door,
  path: string,
  { operation = "stat", signal, ...options }: StatOptions & { readonly operation?: string },
): Promise<Described> {
  const query = { door, url: door.urlOf(path), depth: 0, properties: propertyNames(options), name: "", operation, signal } as const;
  let own: CollectionBatch["own"];
  for await (const batch of listCollection(query)) own ??= batch.own;
  if (own === undefined) {
    const { service } = door;
    const message = `${service.name} describes other things than ${path} when asked for it.`;
    throw new SciError("INVALID_RESPONSE", message, { service: service.name, operation, method: "PROPFIND" });
  }
  return { entry: own.entry, properties: own.response.properties };
}

/** The same, or undefined where there is nothing of that name. */
export async function statIfThere(door: Door, path: string, options: StatOptions = {}): Promise<RemoteEntry | undefined> {
  try {
    return await statEntry(door, path, options);
  } catch (error) {
    if (isSciError(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}

/** What a storage says about its room, in bytes; undefined where it says nothing. */
export interface Quota {
  readonly used: number | undefined;
  /** Negative numbers, by which some servers mean "no limit", are left out. */
  readonly available: number | undefined;
}

export async function readQuota(door: Door, path: string, options: { readonly signal?: AbortSignal } = {}): Promise<Quota> {
  checkNames(options, ["signal"], "option of quota");
  const asked = [property.quotaUsed, property.quotaAvailable];
  const { properties } = await describe(door, path, { ...options, properties: asked, operation: "quota" });
  const read = (name: string): number | undefined => {
    const text = properties.get(name);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  return { used: read(property.quotaUsed), available: read(property.quotaAvailable) };
}
