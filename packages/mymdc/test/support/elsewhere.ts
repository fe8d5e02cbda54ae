/** Cases of methods that send one request, replayed by a test of their own: where, and why. */
export const elsewhere: Readonly<Record<string, string>> = {
  "create_run_api/redirect-302": "recordings-client.test.ts: a redirected POST is refused, not followed",
  "get_current_user/first-call-with-new-token": "recordings-client.test.ts: with client id and secret",
  "get_current_user/token-expired-in-between": "recordings-client.test.ts: with client id and secret",
  "get_current_user/token-401-not-renewed": "recordings-client.test.ts: the token is renewed",
  "get_current_user/no-token-held": "recordings-client.test.ts: with client id and secret",
  "get_current_user/token-type-lower-case": "recordings-client.test.ts: with client id and secret",
  "get_current_user/timeout-not-applied": "recordings-client.test.ts: the time limit holds for it",
  "get_current_user/connection-dropped": "recordings-client.test.ts: an error of the connection",
  "get_current_user/plain-http-forbidden": "recordings-client.test.ts: plain http off this machine",
  "get_current_user/self-signed-refused": "recordings-client.test.ts: over TLS",
  "get_current_user/self-signed-verify-off": "recordings-client.test.ts: over TLS, and the call works",
  "Unit.get_all/always-fails": "recordings-client.test.ts: the units are listed",
};

/** Where the cases of the other methods are replayed. */
export const replayedIn: Readonly<Record<string, RegExp>> = {
  "recordings-client.test.ts": /^(MetadataClient|MetadataClientApi|oauth_client\..*|Oauth2ClientBackend\..*|Util\.get_formatted_date)$/,
  "recordings-raw.test.ts": /^(api_(get|post|put|delete)|get_api_url)$/,
  "recordings-compositions.test.ts":
    /^(register_run|register_run_data|close_run|register_run_data_and_results|register_run_replica|unregister_run_replica|get_run_register_repositories|get_proposal_info|get_proposal_experiments|get_proposal_samples|get_data_source_group_version_by_name|deploy_data_source_group_version|Sample\.set_by_name_and_proposal_id|Technique\.set_by_name|DataGroupRepository\.set_from_dict)$/,
};
