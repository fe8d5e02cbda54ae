import { createHash, type Hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Adler32 } from "../tree/adler32.ts";
import type { FileNode } from "../tree/node.ts";
import { adlerOf, type FileFacts } from "../tree/tree.ts";

/** Kinds of checksums by the names of RFC 3230, with those of Node. */
const kinds: Readonly<Record<string, string>> = { md5: "md5", sha: "sha1", "sha-256": "sha256", "sha-512": "sha512" };

/** Checksums of an upload, as it comes. */
export class Sums {
  readonly #adler = new Adler32();
  readonly #others: readonly (readonly [string, Hash])[];

  constructor(others: readonly string[]) {
    this.#others = others.map((name) => [name, createHash(kinds[name] as string)] as const);
  }

  update(chunk: Buffer): void {
    this.#adler.update(chunk);
    for (const [, hash] of this.#others) hash.update(chunk);
  }

  /** Adler-32 in hexadecimal, the others in base64, as `Digest` headers have them. */
  digests(): Map<string, string> {
    return new Map([
      ["adler32", this.#adler.digest()],
      ...this.#others.map(([name, hash]): [string, string] => [name, hash.copy().digest("base64")]),
    ]);
  }
}

/** Kinds that a `Want-Digest` header names, the most wanted first. */
function wanted(headers: IncomingHttpHeaders): string[] {
  return String(headers["want-digest"] ?? "")
    .split(",")
    .map((part) => {
      const [name = "", ...parameters] = part.split(";").map((word) => word.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return { name: name === "sha-1" ? "sha" : name, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ name, quality }) => name !== "" && quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .map(({ name }) => name);
}

/** Checksums as dCache tells them: Adler-32 always, another kind when the upload asked for it. */
export class Digests {
  readonly #delay: () => number;

  /** `delay`: milliseconds after an upload for which no checksum is told. */
  constructor(delay: () => number) {
    this.#delay = delay;
  }

  begin(headers: IncomingHttpHeaders): Sums {
    const other = wanted(headers).find((name) => name in kinds);
    return new Sums(other === undefined ? [] : [other]);
  }

  facts(sums: Sums | undefined): Pick<FileFacts, "checksums" | "checksumsFrom"> {
    const delay = this.#delay();
    return { checksums: sums?.digests() ?? new Map(), checksumsFrom: delay === 0 ? 0 : Date.now() + delay };
  }

  /** The property `Checksums`. */
  async all(node: FileNode): Promise<string | undefined> {
    if (node.content === undefined || node.checksumsFrom > Date.now()) return undefined;
    await adlerOf(node);
    return [...node.checksums]
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([name, value]) => `${name}=${value}`)
      .join(",");
  }

  /** The `Digest` header that is asked for; a kind that the storage does not have is left out. */
  async header(node: FileNode, headers: IncomingHttpHeaders): Promise<Record<string, string>> {
    const names = wanted(headers);
    if (names.length === 0 || node.content === undefined || node.checksumsFrom > Date.now()) return {};
    if (names.includes("adler32")) await adlerOf(node);
    const name = names.find((one) => node.checksums.has(one));
    return name === undefined ? {} : { Digest: `${name}=${node.checksums.get(name) as string}` };
  }
}
