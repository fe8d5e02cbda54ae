import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { emptyReply, type Reply, type SandboxRequest } from "../../http/message.ts";

/** Bytes for download, whole or the one part that is asked for. */
export function bytesReply(
  request: SandboxRequest,
  bytes: Buffer,
  filename: string,
  type = "application/octet-stream",
  inline = false,
): Reply {
  const tag = `"${createHash("sha1").update(bytes).digest("hex").slice(0, 20)}"`;
  const safe = filename.replace(/[^\w.\- ]/g, "_");
  const headers = {
    "Content-Type": type,
    "Content-Disposition": `${inline ? "inline" : "attachment"}; filename="${safe}"; filename*=UTF-8''${encodeURIComponent(filename)}`,
    "Accept-Ranges": "bytes",
    ETag: tag,
  };
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  const condition = request.headers["if-range"];
  if (range === null || (range[1] === "" && range[2] === "") || (condition !== undefined && condition !== tag))
    return { status: 200, headers, body: bytes };
  const suffix = range[1] === "";
  const first = suffix ? Math.max(0, bytes.length - Number(range[2])) : Number(range[1]);
  const last = suffix || range[2] === "" ? bytes.length - 1 : Math.min(Number(range[2]), bytes.length - 1);
  if (first > last || first >= bytes.length) return emptyReply(416, { "Content-Range": `bytes */${bytes.length}` });
  return {
    status: 206,
    headers: { ...headers, "Content-Range": `bytes ${first}-${last}/${bytes.length}` },
    body: bytes.subarray(first, last + 1),
  };
}

function header(signature: number, fields: readonly (readonly [size: 2 | 4, value: number])[]): Buffer {
  const bytes = Buffer.alloc(4 + fields.reduce((sum, [size]) => sum + size, 0));
  bytes.writeUInt32LE(signature);
  let at = 4;
  for (const [size, value] of fields) at = size === 2 ? bytes.writeUInt16LE(value, at) : bytes.writeUInt32LE(value, at);
  return bytes;
}

/** A ZIP archive of files, stored as they are. */
export function zip(files: readonly { readonly name: string; readonly bytes: Buffer }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const path = Buffer.from(name);
    const common = [
      [2, 20],
      [2, 0x0800],
      [2, 0],
      [2, 0],
      [2, 0x21],
      [4, crc32(bytes)],
      [4, bytes.length],
      [4, bytes.length],
      [2, path.length],
      [2, 0],
    ] as const;
    const local = Buffer.concat([header(0x04034b50, common), path, bytes]);
    directory.push(header(0x02014b50, [[2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), path);
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const count = files.length;
  const end = header(0x06054b50, [
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, index.length],
    [4, offset],
    [2, 0],
  ]);
  return Buffer.concat([...parts, index, end]);
}
