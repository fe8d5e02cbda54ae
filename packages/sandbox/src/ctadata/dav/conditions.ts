import type { IncomingHttpHeaders } from "node:http";
import { tagOf, type TreeNode } from "../tree/node.ts";

const seconds = (time: number): number => Math.floor(time / 1000);

function listed(header: string, tag: string, weak: boolean): boolean {
  if (header.trim() === "*") return true;
  return header.split(",").some((entry) => {
    const text = entry.trim();
    return text === tag || (weak && text.startsWith("W/") && text.slice(2) === tag);
  });
}

/** What the conditions of RFC 9110 (13.2.2) make of a request: 304, 412, or undefined to go on. */
export function preconditions(method: string, headers: IncomingHttpHeaders, node: TreeNode | undefined): 304 | 412 | undefined {
  const reads = method === "GET" || method === "HEAD";
  const match = headers["if-match"];
  if (match !== undefined) {
    if (node === undefined || !listed(match, tagOf(node), false)) return 412;
  } else if (headers["if-unmodified-since"] !== undefined && node !== undefined) {
    const time = Date.parse(headers["if-unmodified-since"]);
    if (!Number.isNaN(time) && seconds(node.modified) > seconds(time)) return 412;
  }
  const none = headers["if-none-match"];
  if (none !== undefined) {
    if (node !== undefined && listed(none, tagOf(node), true)) return reads ? 304 : 412;
  } else if (reads && headers["if-modified-since"] !== undefined && node !== undefined) {
    const time = Date.parse(headers["if-modified-since"]);
    if (!Number.isNaN(time) && seconds(node.modified) <= seconds(time)) return 304;
  }
  return undefined;
}

/** A part of a file: first and last byte. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Ranges that are asked for: none (the whole file), or `unsatisfiable`. A header that is no range counts as none. */
export function rangesOf(headers: IncomingHttpHeaders, node: TreeNode, size: number): ByteRange[] | "unsatisfiable" | undefined {
  const header = headers.range;
  const match = /^bytes=(.+)$/.exec(header ?? "");
  if (match === null) return undefined;
  const condition = headers["if-range"];
  if (typeof condition === "string") {
    const fits = /^(W\/)?"/.test(condition) ? condition === tagOf(node) : Date.parse(condition) === seconds(node.modified) * 1000;
    if (!fits) return undefined;
  }
  const ranges: ByteRange[] = [];
  for (const part of (match[1] as string).split(",")) {
    const spec = /^\s*(\d*)-(\d*)\s*$/.exec(part);
    if (spec === null || (spec[1] === "" && spec[2] === "")) return undefined;
    const [from, to] = [spec[1] as string, spec[2] as string];
    if (from === "") {
      if (Number(to) > 0 && size > 0) ranges.push({ first: Math.max(0, size - Number(to)), last: size - 1 });
      continue;
    }
    if (to !== "" && Number(to) < Number(from)) return undefined;
    if (Number(from) < size) ranges.push({ first: Number(from), last: to === "" ? size - 1 : Math.min(Number(to), size - 1) });
  }
  return ranges.length === 0 ? "unsatisfiable" : ranges;
}
