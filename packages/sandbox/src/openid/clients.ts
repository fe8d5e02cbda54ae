/** An application registered with a realm, with a secret. */
export interface RealmClient {
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
export interface RealmPublicClient {
  readonly id: string;
  /** Audiences to which tokens got with it may be exchanged. */
  readonly audiences: readonly string[];
  /** Whether the user is asked for consent. Default false. */
  readonly consent?: boolean;
  readonly redirectUris?: readonly string[];
}

/** The e-mail address in the tokens of a client. */
export function serviceAccount(client: RealmClient): string {
  return `service-account-${client.id}@cern.ch`;
}
