/** What the environment says, read when a client is made. */
export interface Environment {
  readonly OMS_URL?: string | undefined;
  readonly SSO_CLIENT_ID?: string | undefined;
  readonly SSO_CLIENT_SECRET?: string | undefined;
  readonly CERN_AUTH_URL?: string | undefined;
}
