import { lstat, readFile } from "node:fs/promises";
import { describeCause, SciError } from "../errors.ts";

/** One `-----BEGIN …-----` block of a PEM text. */
export interface PemBlock {
  /** "CERTIFICATE", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", … */
  readonly label: string;
  /** The block with its first and last line. */
  readonly text: string;
}

const blockPattern = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/** Whether a text holds PEM rather than the path of a file. */
export function looksLikePem(text: string): boolean {
  return text.includes("-----BEGIN ");
}

/** The blocks of a PEM text in their order; text between them (`openssl` writes subjects there) is passed over. */
export function splitPem(text: string): PemBlock[] {
  return [...text.matchAll(blockPattern)].map(([block, label]) => ({ label: label as string, text: `${block}\n` }));
}

export function isCertificateBlock({ label }: PemBlock): boolean {
  return label === "CERTIFICATE" || label === "X509 CERTIFICATE" || label === "TRUSTED CERTIFICATE";
}

export function isKeyBlock({ label }: PemBlock): boolean {
  return label.endsWith("PRIVATE KEY");
}

/** Bytes of PEM or of something else, and where they came from, for messages. */
export interface Material {
  readonly bytes: Uint8Array;
  /** Path of the file; undefined for text and bytes given directly. */
  readonly path?: string;
}

/**
 * Takes PEM text, bytes, or the path of a file.
 * @throws FILE when the file cannot be read, CERTIFICATE for text that is neither PEM nor a path
 */
export async function readMaterial(input: string | Uint8Array, what: string): Promise<Material> {
  if (typeof input !== "string") return { bytes: input };
  if (looksLikePem(input)) return { bytes: new TextEncoder().encode(input) };
  assertPath(input, what);
  return { bytes: await readWhole(input, what), path: input };
}

/** @throws CERTIFICATE for a text that cannot be a path: it is not shown, since it may be a key that lost its first line */
export function assertPath(text: string, what: string): void {
  if (text === "" || /[\r\n\0]/.test(text) || text.length > 4096 || /^[A-Za-z0-9+=][A-Za-z0-9+/=\s]{99,}$/.test(text)) {
    throw new SciError(
      "CERTIFICATE",
      `The ${what} is neither PEM text ("-----BEGIN …") nor the path of a file. Give one of the two, or bytes.`,
    );
  }
}

/** @throws FILE when the file cannot be read */
export async function readWhole(path: string, what: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw fileError(path, what, cause);
  }
}

export function fileError(path: string, what: string, cause: unknown): SciError<"FILE"> {
  const { code } = cause as { code?: string };
  const reason =
    code === "ENOENT"
      ? "does not exist"
      : code === "EACCES" || code === "EPERM"
        ? "may not be read by this user"
        : code === "EISDIR"
          ? "is a folder, not a file"
          : `cannot be read (${describeCause(cause) ?? "unknown reason"})`;
  return new SciError("FILE", `The ${what} ${path} ${reason}.`, { cause, details: { path } });
}

/** Whether something, of whatever kind, stands at a path; a link to nothing counts, so that it is not passed over silently. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw fileError(path, "file", cause);
  }
}

/** Text of PEM bytes; undefined when they hold no PEM block. */
export function pemText(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder("latin1").decode(bytes);
  return looksLikePem(text) ? text : undefined;
}
