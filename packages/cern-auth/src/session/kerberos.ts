import { SciError } from "@sci/http-core";
import { describeFailure } from "./failures.ts";

/** Makes the Negotiate token (base64) for a host: the first step of SPNEGO, after which servers of HTTP are content. */
export type Negotiate = (host: string) => string | Promise<string>;

interface KerberosPackage {
  readonly GSS_MECH_OID_SPNEGO: unknown;
  initializeClient(service: string, options: object): Promise<{ step(challenge: string): Promise<string> }>;
}

/**
 * Negotiate tokens of the ticket that `kinit` got, through the package `kerberos`, which is installed only where it is wanted: it is
 * native code and needs the system's Kerberos libraries.
 * @throws MISSING_DEPENDENCY without the package; NOT_AUTHENTICATED without a ticket
 */
export const systemKerberos: Negotiate = async (host) => {
  const kerberos = await loadKerberos();
  try {
    const client = await kerberos.initializeClient(`HTTP@${host}`, { mechOID: kerberos.GSS_MECH_OID_SPNEGO });
    return await client.step("");
  } catch (cause) {
    throw new SciError("NOT_AUTHENTICATED", `Kerberos gave no ticket for ${host}: ${describeFailure(cause)}. Run "kinit" first.`, {
      cause,
      details: { reason: "no-kerberos" },
    });
  }
};

/** @throws MISSING_DEPENDENCY */
export async function loadKerberos(): Promise<KerberosPackage> {
  // A name that no bundler and no type checker looks for.
  const name = "kerberos";
  try {
    const loaded = (await import(name)) as KerberosPackage & { readonly default?: KerberosPackage };
    return loaded.default ?? loaded;
  } catch (cause) {
    throw new SciError(
      "MISSING_DEPENDENCY",
      'Log-in with Kerberos needs the package kerberos beside this one ("npm install kerberos"), which could not be loaded. Without it log in with user name and password, or with tokens.',
      { cause },
    );
  }
}
