import type { StreamReply } from "../../http/stream.ts";
import type { Visit } from "../door.ts";
import { holds, parseIf, submitted } from "./if-header.ts";
import { say } from "../door.ts";
import { tagOf } from "../tree/node.ts";
import { hrefOf, namesOf } from "./paths.ts";

const head = '<?xml version="1.0" encoding="utf-8" ?>\n';

/** An answer whose body is XML. */
export function xmlReply(status: number, xml: string, headers: StreamReply["headers"] = {}): StreamReply {
  return { status, headers: { "Content-Type": "application/xml; charset=utf-8", ...headers }, body: Buffer.from(head + xml) };
}

/** An error with the condition that was not met (RFC 4918, 16). */
export function davError(status: number, condition: string): StreamReply {
  return xmlReply(status, `<D:error xmlns:D="DAV:">${condition}</D:error>`);
}

/** What the `If` header and locks say to a change of these paths; undefined when nothing is in the way. */
export function refusedByLocks(
  visit: Visit,
  changes: { readonly own?: readonly (readonly string[])[]; readonly below?: readonly (readonly string[])[] },
): StreamReply | undefined {
  const { storage, request } = visit;
  const header = request.headers["if"];
  const lists = typeof header === "string" ? parseIf(header) : undefined;
  if (header !== undefined && lists === undefined) return say(400, "The If header cannot be read");
  if (lists !== undefined) {
    const fits = holds(lists, {
      of(resource) {
        let path: readonly string[] | undefined = visit.path;
        if (resource !== undefined) {
          const url = URL.canParse(resource, visit.origin) ? new URL(resource, visit.origin) : undefined;
          path = url?.origin === visit.origin ? namesOf(url.pathname, visit.base) : undefined;
        }
        if (path === undefined) return undefined;
        const node = storage.tree.find(path);
        return { tokens: storage.locks.on(path).map(({ token }) => token), tag: node && tagOf(node) };
      },
    });
    if (!fits) return say(412, "The If header does not hold");
  }
  const tokens = submitted(lists);
  const own = (changes.own ?? []).flatMap((path) => storage.locks.on(path));
  const below = (changes.below ?? []).flatMap((path) => storage.locks.within(path));
  // Of several shared locks one token is enough; each exclusive one needs its own.
  const all = [...new Set([...own, ...below])];
  const missing = all.filter((lock) => !tokens.includes(lock.token));
  const opened = new Set(all.filter((lock) => tokens.includes(lock.token)).map(({ path }) => path.join("/")));
  const blocking = missing.find((lock) => !lock.shared || !opened.has(lock.path.join("/")));
  if (blocking === undefined) return undefined;
  const href = hrefOf(visit.base, blocking.path, storage.tree.find(blocking.path)?.kind === "folder");
  return davError(423, `<D:lock-token-submitted><D:href>${href.replaceAll("&", "&amp;")}</D:href></D:lock-token-submitted>`);
}
