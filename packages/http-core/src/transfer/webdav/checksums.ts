import type { ChecksumName, Checksums } from "../types.ts";

/** Properties in which servers keep checksums: dCache; ownCloud, Nextcloud and EOS; StoRM. */
export const checksumProperties = {
  dcache: "{http://www.dcache.org/2013/webdav}Checksums",
  owncloud: "{http://owncloud.org/ns}checksums",
  storm: "{http://storm.italiangrid.org/2014/webdav}Checksum",
} as const;

const lengths: Readonly<Record<ChecksumName, number>> = { adler32: 8, md5: 32, "sha-256": 64 };

/** The algorithms by all spellings that servers have for them. */
const names: Readonly<Record<string, ChecksumName>> = {
  adler32: "adler32",
  adler: "adler32",
  md5: "md5",
  "sha-256": "sha-256",
  sha256: "sha-256",
};

/**
 * Reads checksums in every form that servers write them: `adler32=0aff020e,md5=…` (the Digest field of RFC 3230, and dCache's
 * property), `SHA1:… MD5:… ADLER32:…` (ownCloud), a bare adler32 (StoRM). Values may be hexadecimal or base64; algorithms
 * that are not ours, and values that cannot be theirs, are left out.
 */
export function parseChecksums(text: string): Checksums {
  const found: Partial<Record<ChecksumName, string>> = {};
  const bare = /^\s*([0-9a-fA-F]{1,8})\s*$/.exec(text);
  if (bare !== null) return { adler32: (bare[1] as string).toLowerCase().padStart(8, "0") };
  for (const part of text.split(/[,;\s]+/)) {
    const pair = /^"?([A-Za-z0-9-]+)[=:](.+?)"?$/.exec(part);
    const name = pair === null ? undefined : names[(pair[1] as string).toLowerCase()];
    if (pair === null || name === undefined) continue;
    const value = hexadecimal(name, pair[2] as string);
    if (value !== undefined) found[name] ??= value;
  }
  return found;
}

function hexadecimal(name: ChecksumName, value: string): string | undefined {
  const length = lengths[name];
  // Some servers leave the zeros in front of an adler32 out.
  if (/^[0-9a-fA-F]+$/.test(value) && (value.length === length || (name === "adler32" && value.length < length))) {
    return value.toLowerCase().padStart(length, "0");
  }
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return undefined;
  const bytes = Buffer.from(value, "base64");
  return bytes.byteLength * 2 === length ? bytes.toString("hex") : undefined;
}

/** The checksums among the properties of an entry. */
export function checksumsOf(properties: ReadonlyMap<string, string>): Checksums {
  let all: Checksums = {};
  for (const name of Object.values(checksumProperties)) {
    const value = properties.get(name);
    if (value !== undefined && value !== "") all = { ...parseChecksums(value), ...all };
  }
  return all;
}
