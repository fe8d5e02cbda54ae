/** An application registered with CERN's log-in, with a secret. */
export interface CernClient {
  readonly id: string;
  readonly secret: string;
  /** Groups that its tokens carry. */
  readonly egroups: readonly string[];
  /** Audiences for which it may ask for a token. */
  readonly audiences: readonly string[];
  /** Where a log-in in the browser may return to; an address ends with `*` to stand for all that begin so. Default none. */
  readonly redirectUris?: readonly string[];
}

/** An application without a secret: people log in with it by device or in the browser (returning to a loopback address). */
export interface CernPublicClient {
  readonly id: string;
  /** Audiences to which tokens got with it may be exchanged. */
  readonly audiences: readonly string[];
  /** Whether the user is asked for consent. Default false. */
  readonly consent?: boolean;
  readonly redirectUris?: readonly string[];
}

/** Audiences of the services behind CERN's log-in. */
export const audiences = ["cmsrunregistry-sso-proxy", "dev-cmsrunregistry-sso-proxy", "cmsoms-prod", "cmsoms-int-0184"] as const;

/** The clients that exist from the start: one with every right, one that may only read. */
export const defaultClients: readonly CernClient[] = [
  { id: "sandbox-client", secret: "sandbox-secret", egroups: ["cms-dqm-runregistry-experts"], audiences },
  { id: "sandbox-reader", secret: "reader-secret", egroups: ["cms-members"], audiences },
];

/** Public clients that exist from the start; the last asks for consent. */
export const defaultPublicClients: readonly CernPublicClient[] = [
  { id: "cmsoms-prod-public", audiences: ["cmsoms-prod"] },
  { id: "sandbox-public", audiences },
  { id: "sandbox-consent", audiences, consent: true },
];

/** The e-mail address in the tokens of a client. */
export function serviceAccount(client: CernClient): string {
  return `service-account-${client.id}@cern.ch`;
}
