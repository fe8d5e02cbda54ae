import { SciError } from "../../errors.ts";
import type { Door } from "../door.ts";
import type { DoorHead } from "../types.ts";

/** What is known of the software behind a door: only what has to be met differently. */
export type ServerKind = "xrootd" | "apache" | "dcache" | "other";

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
  kinds.set(
    door,
    /xrootd/i.test(server) ? "xrootd" : /^apache\b/i.test(server) ? "apache" : /^dcache\b/i.test(server) ? "dcache" : "other",
  );
}

/**
 * Whether a storage can be trusted to read a name in a Destination as it is meant. Apache does, and dCache decodes it as any address;
 * WsgiDAV (4.4) ends it at "#", "?" and ";", XRootD (5.5) within letters beyond ASCII, and both then report success: the file has
 * another name, or replaced another.
 */
export function readsDestination(door: Door, path: string): boolean {
  const kind = serverKind(door);
  if (kind === "apache" || kind === "dcache") return true;
  // To XRootD it is written as it is.
  const known = kind === "xrootd" ? /^[\x20-\x7e]*$/ : /^[\w.~/ !$&'()*+,:=@-]*$/;
  return known.test(path) && !/ (\/|$)/.test(path);
}

/** @throws UNSAFE_NAME for a name that XRootD (5.5) would cut at its "?", escaped or not, and take for another */
export function checkName(door: Door, path: string): void {
  if (serverKind(door) !== "xrootd" || !path.includes("?")) return;
  const message = `${door.service.name} runs XRootD, which ends names at a "?": ${path} is taken for ${path.slice(0, path.indexOf("?"))} there. Use another name.`;
  throw new SciError("UNSAFE_NAME", message, { service: door.service.name, details: { path, permanent: true } });
}
