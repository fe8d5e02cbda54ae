import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { describeCause, SciError } from "../errors.ts";
import { isPkcs12 } from "./der.ts";
import { parseCertificate } from "./describe.ts";
import { isPkcs12Name } from "./names.ts";
import type { Material } from "./pem.ts";

export type Passphrase = string | (() => string | Promise<string>) | undefined;

/** What a PKCS#12 container holds. */
export interface Pkcs12 {
  readonly certificates: readonly X509Certificate[];
  readonly keys: readonly KeyObject[];
  /** Whether a passphrase was needed: without one the file itself has to be kept from others. */
  readonly encrypted: boolean;
}

export function looksLikePkcs12({ bytes, path }: Material): boolean {
  return isPkcs12(bytes) || (path !== undefined && isPkcs12Name(path));
}

/**
 * Opens a PKCS#12 container, the old ones in RC2 and Triple DES and those with EC keys included.
 *
 * Node reads modern containers but gives their parts to nobody, so it only judges the passphrase, which it does in every alphabet;
 * node-forge takes the container apart, and Node reads the parts, since forge knows RSA only.
 * @throws MISSING_CREDENTIALS where a passphrase is needed and there is none; CERTIFICATE for a wrong one, a damaged container, or
 * one that cannot be read, naming the command that converts it
 */
export async function openPkcs12(bytes: Uint8Array, source: string, passphrase: Passphrase): Promise<Pkcs12> {
  const forge = await loadForge();
  const open = await takeApart(forge, bytes, "", source);
  if (open !== undefined) return { ...open, encrypted: false };
  const phrase = typeof passphrase === "function" ? await passphrase() : passphrase;
  if (phrase === undefined || phrase === "") {
    throw new SciError(
      "MISSING_CREDENTIALS",
      `${source} is encrypted: give its passphrase (option passphrase, text or a function that asks for it).`,
    );
  }
  const found = await takeApart(forge, bytes, phrase, source);
  if (found === undefined) {
    throw new SciError("CERTIFICATE", `${source} cannot be opened: the passphrase is wrong, or the file is damaged.`, {
      secrets: [phrase],
    });
  }
  return { ...found, encrypted: true };
}

type Forge = typeof import("node-forge");

async function loadForge(): Promise<Forge> {
  const loaded = (await import("node-forge")) as unknown as { readonly default?: Forge };
  return loaded.default ?? (loaded as unknown as Forge);
}

/** undefined when the passphrase is wrong. */
async function takeApart(forge: Forge, bytes: Uint8Array, phrase: string, source: string): Promise<Omit<Pkcs12, "encrypted"> | undefined> {
  const judged = judge(bytes, phrase);
  if (judged === "wrong") return undefined;
  const parse = (): import("node-forge").asn1.Asn1 => {
    try {
      return forge.asn1.fromDer(Buffer.from(bytes).toString("binary"));
    } catch (cause) {
      throw new SciError("CERTIFICATE", `${source} is damaged: it is no complete PKCS#12 container.`, { cause });
    }
  };
  const container = parse();
  let safe: import("node-forge").pkcs12.Pkcs12Pfx;
  try {
    safe = forge.pkcs12.pkcs12FromAsn1(container, false, phrase);
  } catch (cause) {
    const said = describeCause(cause) ?? "";
    const beyondAscii = /[^\x20-\x7e]/.test(phrase);
    if (/Invalid password|wrong password/i.test(said) && judged !== "right") return undefined;
    if (judged !== "right" || !beyondAscii) throw unreadable(source, said, cause, phrase);
    // Newer containers take the passphrase in UTF-8 for what is encrypted but not for their seal, which Node has checked already.
    const unsealed = { ...container, value: (container.value as import("node-forge").asn1.Asn1[]).slice(0, 2) };
    try {
      safe = forge.pkcs12.pkcs12FromAsn1(unsealed, false, Buffer.from(phrase, "utf8").toString("binary"));
    } catch (second) {
      throw unreadable(source, describeCause(second) ?? "", second, phrase);
    }
  }
  const bags = safe.safeContents.flatMap(({ safeBags }) => safeBags);
  const der = (asn1: import("node-forge").asn1.Asn1): Buffer => Buffer.from(forge.asn1.toDer(asn1).getBytes(), "binary");
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids as Record<string, string>;
  return {
    certificates: bags
      .filter(({ type }) => type === certBag)
      .map(({ cert, asn1 }, index) =>
        parseCertificate(der(cert ? forge.pki.certificateToAsn1(cert) : asn1), `${source}, certificate ${index + 1},`),
      ),
    keys: bags
      .filter(({ type }) => type === keyBag || type === pkcs8ShroudedKeyBag)
      .map(({ key, asn1 }) => {
        try {
          return key
            ? createPrivateKey({ key: der(forge.pki.privateKeyToAsn1(key)), format: "der", type: "pkcs1" })
            : createPrivateKey({ key: der(asn1), format: "der", type: "pkcs8" });
        } catch (cause) {
          throw unreadable(source, describeCause(cause) ?? "", cause, phrase);
        }
      }),
  };
}

/** What Node thinks of a passphrase; it cannot say where it does not know the encryption. */
function judge(bytes: Uint8Array, passphrase: string): "right" | "wrong" | "unknown" {
  try {
    createSecureContext({ pfx: Buffer.from(bytes), passphrase });
    return "right";
  } catch (error) {
    return /mac verify/i.test(describeCause(error) ?? "") ? "wrong" : "unknown";
  }
}

function unreadable(source: string, said: string, cause: unknown, phrase: string): SciError<"CERTIFICATE"> {
  const file = /\s/.test(source) ? "usercert.p12" : source;
  return new SciError(
    "CERTIFICATE",
    `${source} cannot be read (${said.replace(/\.$/, "")}). Convert it to PEM: "openssl pkcs12 -in ${file} -clcerts -nokeys -out usercert.pem", ` +
      `"openssl pkcs12 -in ${file} -nocerts -out userkey.pem", "chmod 400 userkey.pem" (with -legacy where openssl does not know the old encryption).`,
    { cause, secrets: [phrase] },
  );
}
