import { checkNames, type ClientOptions, clientOptionNames, SciError, shown } from "@sci/http-core";
import type { TokenStore } from "@sci/http-core/oauth";

/** A token as the service gave it, and as several processes share it. */
export interface SessionToken {
  readonly access_token: string;
  /** @default "Bearer" */
  readonly token_type?: string;
  /** End of validity in seconds since 1970, as the Python original writes it; without it the token is used until it is refused. */
  readonly expires_at?: number;
}

/** What `createMyMdc` takes: the options of every client, and these. */
export interface MyMdcOptions extends ClientOptions {
  /** Where myMdC is: `https://in.xfel.eu/metadata`. @default beside apiUrl, else MYMDC_URL, else European XFEL's */
  readonly baseUrl?: string;
  /** Where its API is. @default `api` below baseUrl */
  readonly apiUrl?: string;
  /** Where tokens are given. @default MYMDC_TOKEN_URL, else `oauth/token` below baseUrl */
  readonly tokenUrl?: string;
  /** @default MYMDC_CLIENT_ID */
  readonly clientId?: string;
  /** @default MYMDC_CLIENT_SECRET */
  readonly clientSecret?: string;
  /** The e-mail address that the client is registered with; goes with every call. @default MYMDC_USER_EMAIL, else none is sent */
  readonly userEmail?: string;
  /** Scopes to ask for. A token with other ones is used, with a warning. @default what the server gives */
  readonly scope?: string | readonly string[];
  /** A token that exists, e.g. from `mdc.token()` of another process; a new one is asked for when it ends. */
  readonly token?: SessionToken;
  /** Keeps the token beyond the process and shares it with others: `fileTokenStore()` of `@sci/http-core/node`. */
  readonly store?: TokenStore;
}

/** What the environment says, read when a client is made. */
export interface Environment {
  readonly MYMDC_URL?: string | undefined;
  readonly MYMDC_TOKEN_URL?: string | undefined;
  readonly MYMDC_CLIENT_ID?: string | undefined;
  readonly MYMDC_CLIENT_SECRET?: string | undefined;
  readonly MYMDC_USER_EMAIL?: string | undefined;
}

/** Options of the core, and what tokens are asked for with. */
export interface Settled {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly core: ClientOptions;
  readonly credentials: CredentialOptions;
}

/** Whose token is asked for, and where. */
export interface CredentialOptions {
  readonly tokenUrl: string;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly scope: string | readonly string[] | undefined;
  readonly token: SessionToken | undefined;
  readonly store: TokenStore | undefined;
}

const ownNames = ["apiUrl", "tokenUrl", "clientId", "clientSecret", "userEmail", "scope", "token", "store"];
const production = "https://in.xfel.eu/metadata";

/**
 * Options go before variables, variables before defaults. A variable that is empty counts as not set.
 * @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, and for values that do not fit
 */
export function settle(options: MyMdcOptions, environment: Environment): Settled {
  checkNames(options, [...clientOptionNames, ...ownNames], "option of createMyMdc()");
  const { apiUrl, tokenUrl, clientId, clientSecret, userEmail, scope, token, store, ...rest } = options;
  for (const [name, value] of Object.entries({ baseUrl: rest.baseUrl, apiUrl, tokenUrl, clientId, clientSecret, userEmail })) {
    if (value !== undefined && typeof value !== "string") throw new SciError("INVALID_ARGUMENT", `${name} of createMyMdc() must be text.`);
  }
  // An API that is given alone says where the rest is: a token of one place must not go to another.
  const besideApi = apiUrl === undefined ? undefined : trimmed(apiUrl).replace(/\/api$/, "");
  const baseUrl = trimmed(rest.baseUrl ?? besideApi ?? (environment.MYMDC_URL || production));
  const email = userEmail ?? environment.MYMDC_USER_EMAIL ?? "";
  if (!/^[\x20-\x7e\x80-\xff]*$/.test(email))
    throw new SciError(
      "INVALID_ARGUMENT",
      `userEmail goes into a header and cannot hold line breaks or control characters: ${shown(email)}.`,
    );
  checkToken(token);
  if (token !== undefined && store !== undefined)
    throw new SciError("INVALID_ARGUMENT", "createMyMdc() takes a token or a store of tokens, not both.");
  return {
    baseUrl,
    core: {
      ...rest,
      baseUrl: trimmed(apiUrl ?? `${baseUrl}/api`),
      headers: {
        accept: "application/json; version=1",
        ...(email === "" ? {} : { "x-user-email": email }),
        ...rest.headers,
      },
    },
    credentials: {
      tokenUrl: checkUrl(tokenUrl ?? (environment.MYMDC_TOKEN_URL || `${baseUrl}/oauth/token`), "tokenUrl"),
      clientId: clientId ?? (environment.MYMDC_CLIENT_ID || undefined),
      clientSecret: clientSecret ?? (environment.MYMDC_CLIENT_SECRET || undefined),
      scope,
      token,
      store,
    },
  };
}

const trimmed = (url: string): string => url.replace(/\/+$/, "");

function checkUrl(text: string, name: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new SciError("INVALID_ARGUMENT", `${name} of createMyMdc() must be an http(s) URL, not ${shown(text)}.`);
  return text;
}

function checkToken(token: SessionToken | undefined): void {
  if (token === undefined) return;
  checkNames(token, [...tokenNames, ...furtherTokenNames], "field of the token of createMyMdc()");
  const { access_token: text, token_type: type, expires_at: end } = token;
  if (typeof text !== "string" || !/^[\x21-\x7e]+$/.test(text))
    throw new SciError("INVALID_ARGUMENT", "access_token of the token of createMyMdc() must be text without blanks.");
  if (type !== undefined && !/^bearer$/i.test(type))
    throw new SciError("INVALID_ARGUMENT", `token_type of the token of createMyMdc() must be "Bearer", not ${shown(type)}.`);
  if (end !== undefined && !Number.isFinite(end))
    throw new SciError("INVALID_ARGUMENT", `expires_at of the token of createMyMdc() must be seconds since 1970, not ${shown(end)}.`);
}

const tokenNames = ["access_token", "token_type", "expires_at"];
/** What answers of the token endpoint hold besides; not used. */
const furtherTokenNames = ["expires_in", "scope", "created_at", "refresh_token"];
