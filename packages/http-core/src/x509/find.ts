import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { checkNames, unknownName } from "../check.ts";
import { SciError } from "../errors.ts";
import { exists, fileError } from "./pem.ts";

/** Places where a certificate may be. */
export type CertificatePlace = "CERN_CERTIFICATE_PATH" | "~/private" | "~/.globus" | "X509_USER_CERT" | "X509_USER_PROXY" | "/tmp/x509up";

/** The order of the Python original, then the places of the grid tools. */
export const defaultCertificatePlaces: readonly CertificatePlace[] = [
  "CERN_CERTIFICATE_PATH",
  "~/private",
  "~/.globus",
  "X509_USER_CERT",
  "X509_USER_PROXY",
  "/tmp/x509up",
];

export interface FindCertificateOptions {
  /** A folder with usercert.pem and userkey.pem (or usercert.p12), or one file with certificate and key (a proxy, a .p12): nothing else is looked at. */
  readonly path?: string;
  /** @default {@link defaultCertificatePlaces} */
  readonly places?: readonly CertificatePlace[];
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** @default the home folder of this user */
  readonly home?: string;
  /** For `/tmp/x509up_u<uid>`. @default of this process */
  readonly uid?: number;
}

/** Where a certificate and its key are. One file holds both where the paths are the same. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
  readonly place: CertificatePlace | "path";
}

/**
 * Finds the user's certificate and key. A variable that is set decides: when its files are missing nothing else is looked at
 * (an empty one counts as not set). A folder that has only one of the two files is passed over, and named if nothing is found.
 * @throws CERTIFICATE naming every place that was looked at
 */
export async function findCertificate(options: FindCertificateOptions = {}): Promise<CertificateFiles> {
  checkNames(options, ["path", "places", "environment", "home", "uid"], "option of findCertificate()");
  for (const place of options.places ?? []) {
    if (!defaultCertificatePlaces.includes(place)) throw unknownName(String(place), defaultCertificatePlaces, "place for certificates");
  }
  if (options.path !== undefined) return { ...(await demanded(options.path, "The certificate path")), place: "path" };
  const looked: string[] = [];
  for (const place of options.places ?? defaultCertificatePlaces) {
    const found = await look(place, options, looked);
    if (found !== undefined) return { ...found, place };
  }
  throw new SciError(
    "CERTIFICATE",
    `No certificate was found. Looked at: ${looked.join("; ")}. Put usercert.pem and userkey.pem (or usercert.p12) into one of the folders, or set CERN_CERTIFICATE_PATH to theirs.`,
    { details: { looked } },
  );
}

type Pair = Pick<CertificateFiles, "cert" | "key">;

async function look(place: CertificatePlace, options: FindCertificateOptions, looked: string[]): Promise<Pair | undefined> {
  const environment = options.environment ?? process.env;
  const set = (name: string): string | undefined => (environment[name] === "" ? undefined : environment[name]);
  switch (place) {
    case "~/private":
    case "~/.globus":
      return inFolder(join(options.home ?? homedir(), place.slice(2)), looked);
    case "/tmp/x509up": {
      const uid = options.uid ?? process.getuid?.();
      if (uid === undefined) return undefined;
      const path = `/tmp/x509up_u${uid}`;
      looked.push(path);
      return (await isFile(path)) ? { cert: path, key: path } : undefined;
    }
    case "X509_USER_CERT": {
      const cert = set("X509_USER_CERT");
      const key = set("X509_USER_KEY");
      if (cert === undefined) {
        looked.push("X509_USER_CERT (not set)");
        return undefined;
      }
      await demandFile(cert, "X509_USER_CERT");
      if (key !== undefined) await demandFile(key, "X509_USER_KEY");
      return { cert, key: key ?? cert };
    }
    default: {
      const path = set(place);
      if (path === undefined) {
        looked.push(`${place} (not set)`);
        return undefined;
      }
      if (place === "CERN_CERTIFICATE_PATH") return demanded(path, place);
      await demandFile(path, place);
      return { cert: path, key: path };
    }
  }
}

async function inFolder(folder: string, looked: string[]): Promise<Pair | undefined> {
  const cert = join(folder, "usercert.pem");
  const key = join(folder, "userkey.pem");
  const [hasCert, hasKey] = [await isFile(cert), await isFile(key)];
  if (hasCert && hasKey) return { cert, key };
  for (const name of ["usercred.p12", "usercert.p12"]) {
    const path = join(folder, name);
    if (await isFile(path)) return { cert: path, key: path };
  }
  const note = hasCert ? " (usercert.pem without userkey.pem)" : hasKey ? " (userkey.pem without usercert.pem)" : "";
  looked.push(`${folder}${note}`);
  return undefined;
}

/** A place that was named has to hold a certificate. */
async function demanded(path: string, what: string): Promise<Pair> {
  if (!(await exists(path))) throw notThere(what, `${path} does not exist`);
  if (!(await isFolder(path))) {
    await demandFile(path, what);
    return { cert: path, key: path };
  }
  const looked: string[] = [];
  const found = await inFolder(path, looked);
  if (found === undefined) throw notThere(what, `usercert.pem and userkey.pem are not both in ${looked[0] ?? path}`);
  return found;
}

async function demandFile(path: string, what: string): Promise<void> {
  if (!(await isFile(path))) throw notThere(what, `the file ${path} does not exist`);
}

function notThere(what: string, why: string): SciError<"CERTIFICATE"> {
  const text = what.startsWith("The ") ? `${what} holds no certificate: ${why}.` : `${what} is set, but ${why}.`;
  return new SciError("CERTIFICATE", text);
}

/** A plain file, or a link to one. */
async function isFile(path: string): Promise<boolean> {
  if (!(await exists(path))) return false;
  try {
    return (await stat(path)).isFile();
  } catch (cause) {
    throw fileError(path, "certificate file", cause);
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw fileError(path, "certificate path", cause);
  }
}
