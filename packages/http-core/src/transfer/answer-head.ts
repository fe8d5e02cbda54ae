import { wireHeaders } from "../transport/wire-names.ts";

/** Bytes that the head of an answer may have. */
export const longestHead = 32 * 1024;

/** Fields by their names in lower case, the status under ":status"; undefined for what is no proper head of a final answer with a body. */
export function parseHead(text: string): ReadonlyMap<string, string> | undefined {
  const lines = text.split("\r\n");
  const status = /^HTTP\/1\.1 ([2-5]\d\d)(?: |$)/.exec(lines[0] as string)?.[1];
  if (status === undefined || status === "204" || status === "304") return undefined;
  const fields = new Map<string, string>([[":status", status]]);
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] as string;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    // A blank in or before a name, or none at all: another reading of the same bytes is possible.
    if (colon < 1 || /[^!#$%&'*+.^_`|~0-9a-z-]/.test(name)) return undefined;
    const value = line.slice(colon + 1).trim();
    const before = fields.get(name);
    if (before !== undefined && name === "content-length") return undefined;
    fields.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return fields;
}

/** The length of the body where the head states it in the one plain way. */
export function lengthIn(fields: ReadonlyMap<string, string>): number | undefined {
  const length = fields.get("content-length") ?? "";
  return /^\d{1,15}$/.test(length) && !fields.has("transfer-encoding") ? Number(length) : undefined;
}

/** Whether the server ends the connection after the answer. */
export function endsAfter(fields: ReadonlyMap<string, string>): boolean {
  return /\bclose\b/i.test(fields.get("connection") ?? "");
}

/** Fields as they stand in a request; undefined for some that cannot: the transport tells which. */
export function blockOf(headers: Readonly<Record<string, string>>): string | undefined {
  let block = "";
  for (const [name, value] of Object.entries(wireHeaders(headers))) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) return undefined;
    if (/^(host|connection|content-length|transfer-encoding)$/i.test(name)) return undefined;
    block += `${name}: ${value}\r\n`;
  }
  return block;
}
