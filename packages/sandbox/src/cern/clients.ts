/** An application registered with CERN's log-in. */
export interface CernClient {
  readonly id: string;
  readonly secret: string;
  /** Groups that its tokens carry. */
  readonly egroups: readonly string[];
  /** Audiences for which it may ask for a token. */
  readonly audiences: readonly string[];
}

/** Audiences of the services behind CERN's log-in. */
export const audiences = ["cmsrunregistry-sso-proxy", "dev-cmsrunregistry-sso-proxy", "cmsoms-prod", "cmsoms-int-0184"] as const;

/** The clients that exist from the start: one with every right, one that may only read. */
export const defaultClients: readonly CernClient[] = [
  { id: "sandbox-client", secret: "sandbox-secret", egroups: ["cms-dqm-runregistry-experts"], audiences },
  { id: "sandbox-reader", secret: "reader-secret", egroups: ["cms-members"], audiences },
];

/** The e-mail address in the tokens of a client. */
export function serviceAccount(client: CernClient): string {
  return `service-account-${client.id}@cern.ch`;
}
