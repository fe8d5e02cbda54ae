import type { Door } from "../door.ts";
import type { DoorHead } from "../types.ts";

/** What is known of the software behind a door: only what has to be met differently. */
export type ServerKind = "xrootd" | "other";

const kinds = new WeakMap<Door, ServerKind>();

/** Undefined until the first answer. */
export function serverKind(door: Door): ServerKind | undefined {
  return kinds.get(door);
}

/**
 * Notes what an answer tells. XRootD (5.5) takes the body of a PROPFIND or one that comes in the same piece as its header for the next
 * request of the connection, and does not read escapes in a Destination.
 */
export function noteServer(door: Door, head: Pick<DoorHead, "header">): void {
  if (kinds.has(door)) return;
  const server = head.header("server") ?? "";
  kinds.set(door, /xrootd/i.test(server) ? "xrootd" : "other");
}
