import { X509Certificate } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describeCause, SciError } from "../errors.ts";
import { assertPath, fileError, isCertificateBlock, looksLikePem, pemText, readWhole, splitPem } from "./pem.ts";

export type CaInput = string | Uint8Array;

export interface CaOptions {
  /**
   * Told of each file of a folder that is named like a certificate and is none. Without it such a file is an error:
   * a missing CA would otherwise show only as a server that is not trusted.
   */
  readonly warn?: (message: string) => void;
}

/** Files of a grid CA folder that hold certificates: `name.pem`, `.crt`, `.cer` and hash links `1d879c6c.0`; not CRLs (`.r0`), policies or info files. */
const certificateFile = /\.(?:pem|crt|cer|\d+)$/i;

/**
 * CA certificates as PEM, one per element, each once. Takes PEM text, bytes (PEM or one DER certificate), the path of a
 * file or of a folder as on the grid (`/etc/grid-security/certificates`), or a list of these.
 * @throws FILE when something cannot be read, CERTIFICATE when it holds no certificate
 */
export async function readCaMaterial(input: CaInput | readonly CaInput[], options: CaOptions = {}): Promise<string[]> {
  const inputs = typeof input === "string" || input instanceof Uint8Array ? [input] : input;
  const found = new Map<string, string>();
  for (const one of inputs) for (const pem of await readOne(one, options)) found.set(pem, pem);
  if (found.size === 0) throw new SciError("CERTIFICATE", "The list of CA certificates is empty.");
  return [...found.values()];
}

/**
 * The CA certificates of a folder as PEM, one per element, each once.
 * @throws FILE when the folder cannot be read, CERTIFICATE when it holds no certificate
 */
export async function loadCaFolder(path: string, options: CaOptions = {}): Promise<string[]> {
  let names: string[];
  try {
    names = (await readdir(path)).filter((name) => certificateFile.test(name)).sort();
  } catch (cause) {
    throw fileError(path, "CA folder", cause);
  }
  const found = new Map<string, string>();
  for (const name of names) {
    const file = join(path, name);
    try {
      if ((await stat(file)).isDirectory()) continue;
      for (const pem of certificatesIn(await readFile(file), file)) found.set(pem, pem);
    } catch (cause) {
      const message = `${file} is passed over as a CA certificate: ${describeCause(cause) ?? "it cannot be read"}`;
      if (options.warn === undefined) {
        throw new SciError("CERTIFICATE", `${message}. Repair or remove the file.`, { cause, details: { path: file } });
      }
      options.warn(message);
    }
  }
  if (found.size === 0) {
    throw new SciError("CERTIFICATE", `The CA folder ${path} holds no certificate (files *.pem, *.crt, *.cer or <hash>.0).`, {
      details: { path },
    });
  }
  return [...found.values()];
}

async function readOne(input: CaInput, options: CaOptions): Promise<string[]> {
  if (typeof input !== "string") return certificatesIn(input, "the bytes given as CA certificates");
  if (looksLikePem(input)) return certificatesIn(new TextEncoder().encode(input), "the text given as CA certificates");
  assertPath(input, "CA certificate");
  if (await isFolder(input)) return loadCaFolder(input, options);
  return certificatesIn(await readWhole(input, "CA file"), input);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw fileError(path, "CA file or folder", cause);
  }
}

/** Every certificate of a bundle, written the same way, so that two copies of one are recognised. */
function certificatesIn(bytes: Uint8Array, source: string): string[] {
  const text = pemText(bytes);
  const raw =
    text === undefined
      ? [bytes]
      : splitPem(text)
          .filter(isCertificateBlock)
          .map((block) => block.text);
  if (raw.length === 0) throw new SciError("CERTIFICATE", `There is no certificate in ${source}.`);
  return raw.map((one, index) => {
    try {
      return new X509Certificate(one).toString();
    } catch (cause) {
      const which = raw.length === 1 ? "The certificate" : `Certificate ${index + 1}`;
      throw new SciError("CERTIFICATE", `${which} in ${source} cannot be read: ${describeCause(cause) ?? "unknown reason"}`, { cause });
    }
  });
}
