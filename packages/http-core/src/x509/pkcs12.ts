import { SciError } from "../errors.ts";

/** PKCS#12 is recognised and refused with the way out. */
export function pkcs12Error(source: string): SciError<"CERTIFICATE"> {
  const file = /\s/.test(source) ? "usercert.p12" : source;
  return new SciError(
    "CERTIFICATE",
    `${source} is a PKCS#12 container (.p12, .pfx); this version reads PEM only. Convert it: ` +
      `"openssl pkcs12 -in ${file} -clcerts -nokeys -out usercert.pem", "openssl pkcs12 -in ${file} -nocerts -out userkey.pem", ` +
      `"chmod 400 userkey.pem" (with -legacy where openssl does not know the old encryption).`,
  );
}

export function isPkcs12Name(path: string): boolean {
  return /\.(p12|pfx)$/i.test(path);
}
