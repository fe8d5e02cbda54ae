import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import type { StreamReply } from "../../http/stream.ts";
import { preconditions } from "../dav/conditions.ts";
import { receive } from "../dav/put.ts";
import { forbidden, type Method, say, type Visit } from "../door.ts";
import type { FileNode, FolderNode } from "../tree/node.ts";
import { adlerOf } from "../tree/tree.ts";

/** What third-party copies need to know. */
export interface ThirdPartySetting {
  /** Milliseconds between two performance markers. */
  readonly interval: number;
  /** Certificates that are trusted beside the usual ones. */
  readonly ca: string | undefined;
}

const redirects = new Set([301, 302, 303, 307, 308]);

/** Headers for the other side: what the client put behind `TransferHeader`. */
function passedOn({ request }: Visit): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith("transferheader") && typeof value === "string") headers[name.slice("transferheader".length)] = value;
  }
  return headers;
}

function open(method: string, url: URL, headers: Record<string, string>, ca: string | undefined): ClientRequest {
  const common = { method, headers, agent: false as const };
  return url.protocol === "https:" ? requestSecure(url, { ...common, ...(ca === undefined ? {} : { ca }) }) : requestPlain(url, common);
}

/** Asks the other side and follows its redirects; credentials stay with the host that they are for. */
async function ask(
  method: string,
  first: URL,
  headers: Record<string, string>,
  ca: string | undefined,
  send: (request: ClientRequest) => Promise<void>,
): Promise<IncomingMessage> {
  let url = first;
  for (let hop = 0; hop < 10; hop++) {
    const own =
      url.origin === first.origin ? headers : Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "authorization"));
    const request = open(method, url, own, ca);
    const answered = once(request, "response") as Promise<[IncomingMessage]>;
    answered.catch(() => undefined);
    await send(request);
    const [response] = await answered;
    const { location } = response.headers;
    if (!redirects.has(response.statusCode ?? 0) || location === undefined) return response;
    request.destroy();
    url = new URL(location, url);
  }
  throw new Error("too many redirects");
}

/** Progress of one copy. */
interface Progress {
  bytes: number;
  /** The last line: `success: …` or `failure: …` */
  result: string | undefined;
}

async function pull(visit: Visit, source: URL, setting: ThirdPartySetting, progress: Progress): Promise<string> {
  const { storage, path, request, node } = visit;
  const headers = { ...passedOn(visit), "want-digest": "adler32" };
  const response = await ask("GET", source, headers, setting.ca, (started) => Promise.resolve(void started.end()));
  if (response.statusCode !== 200) {
    response.resume();
    return `failure: rejected GET: ${response.statusCode ?? 0} ${response.statusMessage ?? ""}`;
  }
  const digest = /adler32=([0-9a-f]{1,8})/i.exec(String(response.headers["digest"] ?? ""))?.[1];
  const checks = String(request.headers["requirechecksumverification"] ?? "true").toLowerCase() !== "false";
  if (checks && digest === undefined) {
    response.destroy();
    return "failure: the source gives no checksum to compare with";
  }
  const parent = storage.tree.makeFolders(path.slice(0, -1)) as FolderNode;
  const known = node?.kind === "file" ? node : undefined;
  async function* counted(): AsyncIterable<Buffer> {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      progress.bytes += chunk.length;
      yield chunk;
    }
  }
  const announced = response.headers["content-length"];
  const part = { ...request, headers: {}, length: announced === undefined ? undefined : Number(announced), body: counted };
  const reply = await receive(storage, part, { parent, name: path.at(-1) as string, node: known, created: known === undefined });
  if (reply.status >= 300) return `failure: ${reply.status}`;
  const written = storage.tree.find(path);
  if (digest !== undefined && written?.kind === "file" && (await adlerOf(written)) !== digest.toLowerCase().padStart(8, "0")) {
    storage.tree.remove(written);
    return "failure: the checksum of the copy is not that of the source";
  }
  return "success: Created";
}

async function push(visit: Visit, node: FileNode, target: URL, setting: ThirdPartySetting, progress: Progress): Promise<string> {
  const { content } = node;
  if (content === undefined) return "failure: the file is being written";
  const headers = { ...passedOn(visit), "content-length": String(content.size), expect: "100-continue", "want-digest": "adler32" };
  const response = await ask("PUT", target, headers, setting.ca, async (request) => {
    request.flushHeaders();
    const next = await Promise.race([once(request, "continue").then(() => true), once(request, "response").then(() => false)]);
    if (!next) return;
    for await (const chunk of content.read(0, content.size)) {
      progress.bytes += chunk.length;
      if (!request.write(chunk)) await once(request, "drain");
    }
    request.end();
  });
  response.resume();
  if ((response.statusCode ?? 500) >= 300) return `failure: rejected PUT: ${response.statusCode ?? 0} ${response.statusMessage ?? ""}`;
  const digest = /adler32=([0-9a-f]{1,8})/i.exec(String(response.headers["digest"] ?? ""))?.[1];
  if (digest !== undefined && digest.toLowerCase().padStart(8, "0") !== (await adlerOf(node))) return "failure: the checksums differ";
  return "success: Created";
}

const marker = ({ bytes }: Progress): string =>
  `Perf Marker\n Timestamp: ${Math.floor(Date.now() / 1000)}\n Stripe Index: 0\n Stripe Bytes Transferred: ${bytes}\n Total Stripe Count: 1\nEnd\n`;

/** Markers while the copy runs, then its result. A copy shorter than the interval has none. */
async function* markers(copy: (progress: Progress) => Promise<string>, interval: number): AsyncIterable<Buffer> {
  const progress: Progress = { bytes: 0, result: undefined };
  const done = copy(progress)
    .catch((error: unknown) => `failure: ${error instanceof Error ? error.message : String(error)}`)
    .then((result) => {
      progress.result = result;
    });
  while (progress.result === undefined) {
    const stop = new AbortController();
    await Promise.race([done, pause(interval, undefined, { signal: stop.signal }).catch(() => undefined)]);
    stop.abort();
    if (progress.result === undefined) yield Buffer.from(marker(progress));
  }
  yield Buffer.from(`${progress.result as string}\n`);
}

/** `COPY` as dCache has it: from `Source` to here, or from here to `Destination`. */
export function thirdParty(setting: ThirdPartySetting): Method {
  return (visit): StreamReply => {
    const { request, storage, node, path } = visit;
    const { source, destination } = request.headers as Record<string, string | undefined>;
    const other = source ?? destination;
    if (other === undefined || (source !== undefined && destination !== undefined)) return say(400, "COPY takes Source or Destination");
    if (!URL.canParse(other) || !/^https?:$/.test(new URL(other).protocol))
      return say(400, "Source or Destination is no address of the web");
    const credential = String(request.headers["credential"] ?? "none").toLowerCase();
    if (credential !== "none") return say(400, `Credential "${credential}" is not supported`);
    const stream = (copy: (progress: Progress) => Promise<string>): StreamReply => ({
      status: 202,
      headers: { "Content-Type": "text/perf-marker-stream" },
      body: markers(copy, setting.interval),
    });
    if (source === undefined) {
      const refused = forbidden(visit, "read");
      if (refused !== undefined) return refused;
      if (node?.kind !== "file") return say(404, "no such file or directory");
      return stream((progress) => push(visit, node, new URL(other), setting, progress));
    }
    const refused = forbidden(visit, node === undefined ? "create" : "modify");
    if (refused !== undefined) return refused;
    if (node?.kind === "folder" || path.length === 0) return say(409, "The target is a folder");
    if (node !== undefined && String(request.headers["overwrite"]).toUpperCase() === "F") return say(412, "The target exists");
    if (node !== undefined && !storage.behaviour.overwrite) return say(409, "The file exists and may not be replaced");
    const status = preconditions("PUT", request.headers, node);
    if (status !== undefined) return say(status, "A condition of the request does not hold");
    return stream((progress) => pull(visit, new URL(other), setting, progress));
  };
}
