import type { TlsOptions } from "@sci/http-core";
import type { LoadCertificateOptions } from "@sci/http-core/x509";

/**
 * A client certificate for the storage: true finds the user's own (X509_USER_PROXY, /tmp/x509up_u…, ~/.globus, …), a text is a file or a
 * folder, an object says everything. A proxy keeps its VOMS attributes.
 * @throws CERTIFICATE, FILE, MISSING_CREDENTIALS for an encrypted key without a passphrase
 */
export async function certificateTls(
  choice: true | string | LoadCertificateOptions,
  tls: TlsOptions | undefined,
  warn: ((message: string) => void) | undefined,
): Promise<TlsOptions> {
  const { findCertificate, loadCertificate } = await import("@sci/http-core/x509");
  const told = warn === undefined ? {} : { warn };
  let options: LoadCertificateOptions;
  if (typeof choice === "object") options = { ...told, ...choice };
  else {
    // A proxy is what grid tools make for this; a certificate as such comes after it.
    const places = ["X509_USER_PROXY", "/tmp/x509up", "X509_USER_CERT", "~/.globus", "~/private"] as const;
    const found = await findCertificate(choice === true ? { places } : { path: choice });
    options = { cert: found.cert, ...(found.key === found.cert ? {} : { key: found.key }), ...told };
  }
  const loaded = await loadCertificate(options);
  return { ...tls, ...loaded.tls };
}
