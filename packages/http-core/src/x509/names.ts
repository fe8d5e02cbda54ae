/** Object identifiers of what this code reads and writes. */
export const oids = {
  keyUsage: "2.5.29.15",
  /** RFC 3820 */
  proxyCertInfo: "1.3.6.1.5.5.7.1.14",
  /** The drafts before it, which some old tools still make. */
  draftProxyCertInfo: "1.3.6.1.4.1.3536.1.222",
  inheritAll: "1.3.6.1.5.5.7.21.1",
  independent: "1.3.6.1.5.5.7.21.2",
  /** Globus: may not start jobs. */
  limited: "1.3.6.1.4.1.3536.1.1.1.9",
  vomsAcs: "1.3.6.1.4.1.8005.100.100.5",
  vomsFqans: "1.3.6.1.4.1.8005.100.100.4",
} as const;

export function isPkcs12Name(path: string): boolean {
  return /\.(p12|pfx)$/i.test(path);
}
