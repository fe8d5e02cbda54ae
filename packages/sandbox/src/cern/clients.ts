import type { RealmClient, RealmPublicClient } from "../openid/clients.ts";

/** An application registered with CERN's log-in, with a secret. */
export type CernClient = RealmClient;
/** An application without a secret. */
export type CernPublicClient = RealmPublicClient;

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
