import { randomBytes } from "node:crypto";
import { escapeHtml } from "../../http/message.ts";
import type { StreamReply } from "../../http/stream.ts";
import { forbidden, type Method, say, type Visit } from "../door.ts";
import { type FileNode, type FolderNode, tagOf } from "../tree/node.ts";
import { type ByteRange, preconditions, rangesOf } from "./conditions.ts";
import { hrefOf } from "./paths.ts";
import { typeOf } from "./properties.ts";

/** A folder for people: a page with its entries. */
function indexOf(node: FolderNode, { base, path }: Visit): StreamReply {
  const rows = [...node.children.values()].map((child) => {
    const folder = child.kind === "folder";
    return `<li><a href="${escapeHtml(hrefOf(base, [...path, child.name], folder))}">${escapeHtml(child.name)}${folder ? "/" : ""}</a></li>\n`;
  });
  const html = `<!DOCTYPE html>\n<html><head><title>Index of /${escapeHtml(path.join("/"))}</title></head><body><ul>\n${rows.join("")}</ul></body></html>\n`;
  return { status: 200, headers: { "Content-Type": "text/html; charset=utf-8" }, body: Buffer.from(html) };
}

async function* parts(node: FileNode, ranges: readonly ByteRange[], boundary: string, size: number): AsyncIterable<Buffer> {
  const content = node.content;
  for (const { first, last } of ranges) {
    yield Buffer.from(`--${boundary}\r\nContent-Type: ${typeOf(node)}\r\nContent-Range: bytes ${first}-${last}/${size}\r\n\r\n`);
    if (content !== undefined) yield* content.read(first, last + 1);
    yield Buffer.from("\r\n");
  }
  yield Buffer.from(`--${boundary}--\r\n`);
}

/** The bytes of a file: all, one range, or several as parts. */
export function contentReply(node: FileNode, request: Visit["request"], headers: StreamReply["headers"] = {}): StreamReply {
  const { content } = node;
  if (content === undefined) return say(409, "The file is being written");
  const { size } = content;
  const common = {
    "Content-Type": typeOf(node),
    "Accept-Ranges": "bytes",
    ETag: tagOf(node),
    "Last-Modified": new Date(node.modified).toUTCString(),
    ...headers,
  };
  const ranges = request.method === "GET" ? rangesOf(request.headers, node, size) : undefined;
  if (ranges === undefined) return { status: 200, headers: common, length: size, body: content.read(0, size) };
  if (ranges === "unsatisfiable")
    return say(416, "The range lies beyond the end of the file", { ...headers, "Content-Range": `bytes */${size}` });
  if (ranges.length === 1) {
    const { first, last } = ranges[0] as ByteRange;
    const range = { "Content-Range": `bytes ${first}-${last}/${size}` };
    return { status: 206, headers: { ...common, ...range }, length: last + 1 - first, body: content.read(first, last + 1) };
  }
  const boundary = randomBytes(12).toString("hex");
  return {
    status: 206,
    headers: { ...common, "Content-Type": `multipart/byteranges; boundary=${boundary}` },
    body: parts(node, ranges, boundary, size),
  };
}

/** `GET` and `HEAD`. */
export const get: Method = async (visit) => {
  const { request, storage, node, path } = visit;
  const refused = forbidden(visit, "read");
  if (refused !== undefined) return refused;
  if (node === undefined) return say(404, "no such file or directory");
  const status = preconditions(request.method, request.headers, node);
  if (status === 304) return { status, headers: { ETag: tagOf(node) }, body: Buffer.alloc(0) };
  if (status !== undefined) return say(status, "A condition of the request does not hold");
  if (node.kind === "folder") {
    if (request.method === "GET") return indexOf(node, visit);
    return { status: 200, headers: { "Content-Type": "text/html; charset=utf-8" }, body: Buffer.alloc(0) };
  }
  if (request.method === "HEAD") {
    const digest = await storage.digests?.header(node, request.headers);
    return {
      ...contentReply(node, request, digest),
      ...(node.content === undefined ? { status: 200, headers: {}, length: undefined } : {}),
    };
  }
  if (node.locality === "LOST") return say(500, "The file is lost");
  if (node.locality === "NEARLINE") await storage.stage(node);
  if (storage.pools !== undefined && !visit.relays && node.content !== undefined) return storage.pools.read(node, path);
  return contentReply(node, request, await storage.digests?.header(node, request.headers));
};
