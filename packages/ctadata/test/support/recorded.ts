import { readFileSync } from "node:fs";
import type { RecordedExchange } from "@sci/http-core/testing";

/** A local file of a recording; null is a folder. */
export type RecordedFile = { readonly text?: string; readonly base64?: string; readonly mode?: string } | null;

/** One recorded call of the Python original. */
export interface RecordedCase {
  readonly id: string;
  readonly call: { readonly method: string; readonly args: readonly unknown[]; readonly kwargs: Readonly<Record<string, unknown>> };
  readonly client?: {
    readonly token?: string | null;
    readonly service_prefix?: string;
    readonly local_before?: Readonly<Record<string, RecordedFile>>;
    readonly attributes?: Readonly<Record<string, unknown>>;
  };
  readonly exchanges: readonly RecordedExchange[];
  readonly returns?: unknown;
  readonly raises?: { readonly type: string; readonly message: string };
  readonly wrote?: Readonly<Record<string, RecordedFile>>;
  readonly stdout?: string;
  readonly quirk?: string;
}

function read(name: string): readonly RecordedCase[] {
  const url = new URL(`../../../../tooling/recordings/ctadata/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: readonly RecordedCase[] }).cases;
}

export const sources = { service: read("service"), direct: read("direct"), "oidc-agent": read("oidc-agent") } as const;
export type Source = keyof typeof sources;

/** Cases without a counterpart, and why. */
export const leftOut: Readonly<Record<Source, Readonly<Record<string, string>>>> = {
  service: {
    "webdav4_client/documented-name":
      "a method that Python's library lacks; the webdav package has its own names (recordings-webdav.test.ts)",
    "fetch_and_save_file_or_dir/recursive-top-missing":
      "the original fails where the folder is missing; ours makes it (sandbox-service.test.ts: a tree comes down into a folder that is not there)",
  },
  direct: {
    "list_dir/tls-wrong-certificate":
      "played over TLS, which recordings are not; a certificate of others is refused in sandbox-direct.test.ts",
    "agent/init-account-listed": "about the commands of oidc-agent, none of which is run here",
  },
  "oidc-agent": {
    "token/kept": "nothing is sent; that a token is used while it is valid is tested in agent.test.ts",
  },
};

/** Where the cases are replayed: by the method they call. */
export const replayedIn: Readonly<Record<Source, Readonly<Record<string, RegExp>>>> = {
  service: {
    "recordings-service-list.test.ts": /^list_dir$/,
    "recordings-service-fetch.test.ts": /^fetch_and_save_file(_or_dir)?$/,
    "recordings-service-upload.test.ts":
      /^(upload_file|upload_dir|upload_personal_certificate|upload_shared_certificate|upload_certificate)$/,
    "recordings-webdav.test.ts": /^webdav4_client/,
    "recordings-cli.test.ts": /^cli$/,
  },
  direct: {
    "recordings-direct.test.ts": /^(list_dir|fetch_and_save_file|fetch_and_save_file_or_dir|upload_file|upload_dir)$/,
    "recordings-agent.test.ts": /^(init_agent|_agent_loop|request_stop_agent|secret)$/,
    "recordings-cli.test.ts": /^cli$/,
  },
  "oidc-agent": { "recordings-agent.test.ts": /^(init_agent|oidc-token)$/ },
};

/** The cases of one source that the test of `methods` replays, as `it.each` wants them. */
export function casesOf(source: Source, methods: RegExp): [id: string, recorded: RecordedCase][] {
  return sources[source]
    .filter((one) => methods.test(one.call.method) && !Object.hasOwn(leftOut[source], one.id))
    .map((one) => [one.id, one]);
}

export function recordedCase(source: Source, id: string): RecordedCase {
  const found = sources[source].filter((one) => one.id === id);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} recorded cases of ${source} are called ${id}.`);
  return found[0];
}
