import { clientOf } from "../http/oauth-client.ts";
import { parseExact } from "../exact-json.ts";
import type { FacilityContext, FacilityParts } from "../facility.ts";
import type { Reply, SandboxRequest } from "../http/message.ts";
import { checkFields, checkWhole, SandboxError, unknown } from "../names.ts";
import { info, json, notFound, page404, unauthorized } from "./answers.ts";
import { router } from "./endpoints.ts";
import type { Row } from "./fields.ts";
import { Invalid } from "./resource.ts";
import { resources } from "./resources/all.ts";
import { Store } from "./store.ts";
import { Tokens } from "./tokens.ts";

/** Options of myMdC. */
export interface MyMdcOptions {
  /** Seconds for which a token is in force. Default 7200, as the service's. */
  readonly tokenLifetime?: number;
  /** The address that `X-User-Email` must carry. Default `sandbox.user@example.org`. */
  readonly userEmail?: string;
  /** A scope to name in the answer to a token request. Default none: the service's own client refuses any that it did not ask for. */
  readonly scope?: string;
}

/** What tests may do with myMdC while it runs. */
export interface MyMdcControl {
  /** Ends every token issued so far: the API refuses them, new ones work. */
  expireTokens(): void;
  /** Seconds for which tokens issued from now on are in force. */
  setTokenLifetime(seconds: number): void;
  /** Tokens issued since the start. */
  readonly tokensIssued: number;
  /** Whether lists carry the `X-Total-…` headers. Default true. */
  pagingHeaders: boolean;
  /** Creates a record past all clients (`create("samples", { name: …, proposal_id: … })`) and returns it. Throws SandboxError `USAGE` with what the service finds wrong. */
  create(collection: string, fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** A record as the service shows it; undefined when there is none. */
  read(collection: string, id: number): Readonly<Record<string, unknown>> | undefined;
  /** Deletes a record past all clients. Throws SandboxError `USAGE` when there is none. */
  remove(collection: string, id: number): void;
  /** Number of records of a collection. */
  count(collection: string): number;
}

const clientId = "sandbox-mymdc";
const clientSecret = "sandbox-mymdc-secret";
const basePath = "/metadata";
const apiPath = `${basePath}/api/`;

/** Slashes that are repeated count as one. */
const tidy = (path: string): string => path.replace(/\/{2,}/g, "/");

function bodyOf(request: SandboxRequest): { readonly value: unknown } | undefined {
  if (request.body.length === 0) return { value: undefined };
  try {
    return { value: parseExact(request.body.toString()) };
  } catch {
    return undefined;
  }
}

/** European XFEL's metadata catalogue: the token endpoint and the API. */
export function createMyMdc(options: MyMdcOptions, context: FacilityContext): FacilityParts<MyMdcControl> {
  checkFields("option of mymdc", options, ["tokenLifetime", "userEmail", "scope"]);
  const email = options.userEmail ?? "sandbox.user@example.org";
  const tokens = new Tokens();
  const store = new Store(context, email);
  let lifetime = checkWhole("mymdc.tokenLifetime", options.tokenLifetime ?? 7200, 1, 86_400);
  let pagingHeaders = true;

  function token(request: SandboxRequest): Reply {
    const refusal = (status: number, error: string, description: string): Reply =>
      json(status, { error, error_description: description }, { "Cache-Control": "no-store", Pragma: "no-cache" });
    const form = new URLSearchParams(request.body.toString());
    const client = clientOf(request, form);
    if (client?.id !== clientId || client.secret !== clientSecret) {
      const reply = refusal(
        401,
        "invalid_client",
        "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
      );
      return { ...reply, headers: { ...reply.headers, "WWW-Authenticate": 'Bearer realm="Doorkeeper", error="invalid_client"' } };
    }
    const grant = form.get("grant_type");
    if (grant === null) return refusal(400, "invalid_request", "Missing required parameter: grant_type.");
    if (grant !== "client_credentials")
      return refusal(400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server.");
    return json(
      200,
      {
        access_token: tokens.issue(lifetime),
        token_type: "Bearer",
        expires_in: lifetime,
        ...(options.scope === undefined ? {} : { scope: options.scope }),
        created_at: Math.floor(Date.now() / 1000),
      },
      { "Cache-Control": "no-store", Pragma: "no-cache" },
    );
  }

  /** Who has no good token, or gives another address, gets no further. */
  function refused(request: SandboxRequest, expireToken: boolean): Reply | undefined {
    const [scheme, given] = (request.headers.authorization ?? "").split(" ");
    if (scheme?.toLowerCase() !== "bearer" || given === undefined) return unauthorized("The access token is invalid");
    if (expireToken) tokens.end(given);
    const state = tokens.check(given);
    if (state !== "good") return unauthorized(state === "expired" ? "The access token expired" : "The access token is invalid");
    return request.headers["x-user-email"] === email ? undefined : info(403, "Incorrect request header: 'X-User-Email'!");
  }

  function api(request: SandboxRequest, path: string): Reply | Promise<Reply> {
    const method = request.method === "HEAD" ? "GET" : request.method;
    const found = router.find(method, path);
    if (found === undefined) return notFound();
    const body = bodyOf(request);
    if (body === undefined) return info(400, "the body is no JSON");
    try {
      return found.handler(request, found.parameters, { store, email, pagingHeaders, body: body.value });
    } catch (error) {
      if (error instanceof Invalid) return info(422, error.info);
      throw error;
    }
  }

  function table(collection: string): ReturnType<Store["table"]> {
    const names = resources.map((resource) => resource.collection);
    if (!names.includes(collection)) throw new SandboxError("USAGE", unknown("collection of mymdc", collection, names));
    return store.table(collection);
  }

  const control: MyMdcControl = {
    expireTokens: () => tokens.endAll(),
    setTokenLifetime(seconds) {
      lifetime = checkWhole("seconds", seconds, 0, 86_400);
    },
    get tokensIssued() {
      return tokens.issued;
    },
    get pagingHeaders() {
      return pagingHeaders;
    },
    set pagingHeaders(value) {
      pagingHeaders = value;
    },
    create(collection, fields) {
      table(collection);
      try {
        return store.shown(collection, store.write(collection, fields as Row));
      } catch (error) {
        if (!(error instanceof Invalid)) throw error;
        throw new SandboxError("USAGE", `a record of ${collection} cannot be so: ${JSON.stringify(error.info)}`, { cause: error });
      }
    },
    read(collection, id) {
      const row = table(collection).get(id);
      return row === undefined ? undefined : store.shown(collection, row);
    },
    remove(collection, id) {
      const row = table(collection).get(id);
      if (row === undefined) throw new SandboxError("USAGE", `${collection} has no record ${id}`);
      store.removeAll(collection, [row]);
    },
    count: (collection) => table(collection).find([]).length,
  };

  return {
    control,
    async service(request, { expireToken }) {
      const path = tidy(request.path);
      if (path === `${basePath}/oauth/token` && request.method === "POST") {
        const reply = token(request);
        // A token that has ended by the time it arrives is what a client sees whose clock runs wrong.
        if (expireToken) tokens.endAll();
        return reply;
      }
      if (!path.startsWith(apiPath)) return page404();
      return refused(request, expireToken) ?? api(request, path.slice(apiPath.length));
    },
    env: () => ({
      MYMDC_URL: `${context.origin()}${basePath}`,
      MYMDC_CLIENT_ID: clientId,
      MYMDC_CLIENT_SECRET: clientSecret,
      MYMDC_USER_EMAIL: email,
    }),
    url: () => `${context.origin()}${basePath}`,
    close: () => {
      store.close();
      return Promise.resolve();
    },
  };
}
