/** Certificates made for one server (PEM). */
export interface PeerCertificates {
  readonly ca: string;
  /** The file that holds `ca`. */
  readonly caFile: string;
  readonly client: { readonly cert: string; readonly key: string };
  /** Signed by an authority that the server does not know. */
  readonly otherClient: { readonly cert: string; readonly key: string };
}

/** A server that runs. */
export interface PeerServer {
  /** Ends with a slash. */
  readonly url: string;
  readonly tlsUrl?: string | undefined;
  readonly certificates?: PeerCertificates | undefined;
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

export function debianTools(commands: readonly string[], packages: readonly string[]): Promise<string | undefined>;
export function freePort(): Promise<number>;
export function apacheMissing(): Promise<string | undefined>;
export function startApache(options: {
  root: string;
  token?: string;
  tls?: boolean;
  clientAuth?: "none" | "optional" | "require";
  depthInfinity?: boolean;
}): Promise<PeerServer>;
export function xrootdMissing(): Promise<string | undefined>;
export function startXrootd(options: { root: string; tls?: boolean }): Promise<PeerServer>;
export function wsgidavPython(): Promise<{ python: string; missing?: undefined } | { python?: undefined; missing: string }>;
export function startWsgidav(options: { root: string; token?: string; python: string }): Promise<PeerServer>;
