import { createCa, json, refusal, silent, startServer } from "@sci/http-core/testing";
import { describe, expect, test } from "vitest";
import { createMyMdc, formatTime, toDate, type MyMdcOptions, type SessionToken } from "../src/index.ts";
import { casesOf, recordedCase, type RecordedCase } from "./support/recorded.ts";
import { alone, playing, token, type Playing } from "./support/replayed.ts";

const credentials = { clientId: "client_id", clientSecret: "client_secret" };

interface RecordedClient {
  readonly session_token?: SessionToken | null;
  readonly scope?: string;
  readonly timeout?: number;
  readonly max_retries?: number;
}

/** Plays a case with the options of its client. Attempts are as many as the original's; its pauses are left out. */
async function withClient<T>(recorded: RecordedCase, use: (playing: Playing) => Promise<T>, further: MyMdcOptions = {}): Promise<T> {
  const { session_token = token, scope, timeout, max_retries = 3 } = (recorded.client ?? {}) as RecordedClient;
  const client = {
    ...credentials,
    ...(scope === undefined ? {} : { scope }),
    ...(timeout === undefined ? {} : { timeout: { idle: timeout * 1000 } }),
    retry: { attempts: max_retries, baseDelay: 0 },
    ...further,
  };
  const change = () =>
    recorded.exchanges.map((exchange) => {
      const { form } = exchange.request.body ?? {};
      // A scope that was asked for goes with the request, which it never does in the original.
      const body = form === undefined || !scope ? {} : { body: { form: [...form, ["scope", scope] as const] } };
      // undici counts in steps of a second: the recorded 0.8 s could be in time.
      const delay = exchange.response.delay_s === undefined ? {} : { delay_s: 5 };
      return { ...exchange, request: { ...exchange.request, ...body }, response: { ...exchange.response, ...delay } };
    });
  return session_token === null
    ? playing(recorded, use, { client, change, withoutToken: true })
    : playing(recorded, use, { client: { token: session_token, ...client }, change });
}

function collecting() {
  const warnings: string[] = [];
  return { warnings, logger: { ...silent, warn: (message: string) => void warnings.push(message) } };
}

/** Cases that end with a token. */
const given = casesOf(/^MetadataClient(Api)?$|^oauth_client\.(get_session_token|headers|oauth_token|is_session_token_valid)$/).filter(
  ([id, { raises }]) =>
    (raises === undefined || /scope|without-expiry/.test(id)) && !/self-signed|session-token-without-expiry|base-url/.test(id),
);

test.each(given)("%s: the token", async (_id, recorded) => {
  const { warnings, logger } = collecting();
  const scope = String(recorded.client?.["scope"] ?? "");
  const answer = recorded.exchanges.at(-1)?.response.body?.json as
    { access_token: string; expires_in?: number; scope?: string } | undefined;
  await withClient(
    recorded,
    async ({ mdc, server }) => {
      expect(server.requests, "nothing is asked for before it is needed").toHaveLength(0);
      const got = await mdc.token();
      expect(got.access_token).toBe(answer?.access_token ?? token.access_token);
      if (answer === undefined) expect(got.expires_at).toBe(token.expires_at);
      else if (answer.expires_in === undefined) expect(got.expires_at).toBeUndefined();
      else expect(got.expires_at).toBeGreaterThan(Date.now() / 1000);
    },
    { logger },
  );
  expect(warnings.filter((one) => one.includes("scope"))).toHaveLength(scope !== "" && answer?.scope !== scope ? 1 : 0);
});

test.each([
  ["MetadataClient/token-401", "NOT_AUTHENTICATED"],
  ["MetadataClientApi/token-401", "NOT_AUTHENTICATED"],
  ["MetadataClient/token-500-html", "UNAVAILABLE"],
  ["MetadataClient/token-429", "RATE_LIMITED"],
  ["MetadataClient/token-200-without-token", "INVALID_RESPONSE"],
  ["MetadataClient/token-timeout-all", "TIMEOUT"],
  ["MetadataClient/token-timeout-no-retry", "TIMEOUT"],
  ["MetadataClient/token-connection-dropped", "NETWORK"],
])("%s is %s", async (id, code) => {
  const recorded = recordedCase(id);
  // The original repeats a token request only after a time-out.
  const attempts = recorded.exchanges.length;
  const error = await withClient(recorded, ({ mdc }) => refusal(() => mdc.users.me(), code), { retry: { attempts, baseDelay: 0 } });
  expect(error.message).not.toContain(credentials.clientSecret);
});

test("a token that is refused is renewed, once, and the call goes on with the new one", async () => {
  const recorded = recordedCase("get_current_user/token-401-not-renewed");
  const [grant, refused] = recorded.exchanges;
  if (grant === undefined || refused === undefined) throw new Error("The recording has changed.");
  const renewed = {
    ...grant,
    response: { status: 200, body: { json: { access_token: "second", token_type: "Bearer", expires_in: 7200 } } },
  };
  const accepted = { ...refused, response: { status: 200, body: { json: { id: 5, email: "user@example.org" } } } };
  const exchanges = [grant, refused, renewed, accepted];
  await withClient({ ...recorded, exchanges }, async ({ mdc, server }) => {
    expect((await mdc.users.me()).id).toBe(5);
    expect(server.requests.at(-1)?.headers["authorization"]).toBe("Bearer second");
  });
  await withClient({ ...recorded, exchanges: [grant, refused, renewed, refused] }, ({ mdc }) =>
    refusal(() => mdc.users.me(), "NOT_AUTHENTICATED"),
  );
});

test.each(["first-call-with-new-token", "no-token-held", "token-type-lower-case"])("get_current_user/%s", async (name) => {
  const recorded = { ...recordedCase(`get_current_user/${name}`), client: { session_token: null } };
  const user = recorded.exchanges.at(-1)?.response.body?.json;
  await withClient(recorded, async ({ mdc }) => {
    expect(await mdc.users.me()).toEqual(user);
    expect((await mdc.token()).access_token).toBe("<token>");
  });
});

test("get_current_user/token-expired-in-between: a token whose time is over is replaced before the call", async () => {
  const recorded = recordedCase("get_current_user/token-expired-in-between");
  const exchanges = recorded.exchanges.map((exchange, index) =>
    // One that ends at once, in place of the recorded pause.
    index === 0
      ? { ...exchange, response: { status: 200, body: { json: { access_token: "short", token_type: "Bearer", expires_in: 0 } } } }
      : exchange,
  );
  await withClient({ ...recorded, exchanges }, async ({ mdc }) => {
    expect((await mdc.token()).access_token).toBe("short");
    expect((await mdc.users.me()).id).toBe(5);
  });
});

test("a token without an end is used until it is refused, and not asked for anew before", async () => {
  const session = recordedCase("MetadataClient/session-token-without-expiry");
  await withClient({ ...session, exchanges: [] }, async ({ mdc }) => {
    expect(await mdc.token()).toEqual({ access_token: "<token>", token_type: "Bearer" });
  });
  const checked = recordedCase("oauth_client.check_session_token/without-expiry");
  await withClient({ ...checked, exchanges: checked.exchanges.slice(0, 1) }, async ({ mdc }) => {
    const first = await mdc.token();
    expect(await mdc.token()).toEqual(first);
  });
});

test.each(casesOf(/^oauth_client\.(check_session_token|auth_session)$/).filter(([id]) => !id.endsWith("without-expiry")))(
  "%s: a token that is valid is not asked for anew",
  async (_id, recorded) => {
    await withClient({ ...recorded, exchanges: [] }, async ({ mdc }) =>
      expect(await mdc.token()).toMatchObject({ expires_at: token.expires_at }),
    );
  },
);

test.each(casesOf(/is_session_token_dt_valid/))("%s: whether a token is used", async (_id, { returns, call }) => {
  const [passed] = call.args as readonly [Partial<SessionToken> | null];
  const server = await startServer({ "POST /metadata/oauth/token": json({ access_token: "new", token_type: "Bearer" }) });
  await alone(async () => {
    const session =
      passed === null
        ? {}
        : { token: { access_token: "old", ...(passed.expires_at === undefined ? {} : { expires_at: passed.expires_at }) } };
    const mdc = createMyMdc({ baseUrl: `${server.url}/metadata`, ...credentials, ...session });
    expect((await mdc.token()).access_token).toBe(returns === true ? "old" : "new");
    await mdc.close();
  });
  await server.stop();
});

describe("the connection", () => {
  test("MetadataClient/base-url-slashes", () =>
    playing(
      recordedCase("MetadataClient/base-url-slashes"),
      ({ mdc, server }) => Promise.resolve(expect(mdc.apiUrl).toBe(`${server.url}/metadata/api`)),
      {
        apiUrl: "/metadata/api///",
      },
    ));

  test("a redirected creation is refused, not followed as a GET", async () => {
    const recorded = recordedCase("create_run_api/redirect-302");
    const exchanges = recorded.exchanges.slice(0, 1);
    await playing({ ...recorded, exchanges }, ({ mdc }) => refusal(() => mdc.runs.create({ run_number: 1 }), "REDIRECT"));
  });

  test("get_current_user/timeout-not-applied: here the time limit holds", async () => {
    await withClient(recordedCase("get_current_user/timeout-not-applied"), ({ mdc }) => refusal(() => mdc.users.me(), "TIMEOUT"), {
      retry: { attempts: 1 },
    });
  });

  test("get_current_user/connection-dropped", () =>
    playing(recordedCase("get_current_user/connection-dropped"), ({ mdc }) => refusal(() => mdc.users.me(), "NETWORK")));

  test.each(["MetadataClient/token-over-plain-http-forbidden", "get_current_user/plain-http-forbidden"])("%s: off this machine", (id) =>
    alone(async () => {
      const session = id.startsWith("get") ? { token } : {};
      const mdc = createMyMdc({ baseUrl: "http://mymdc.example.org/metadata", ...credentials, ...session, logger: silent });
      await refusal(() => mdc.users.me(), "INSECURE");
      await mdc.close();
    }),
  );

  test("Unit.get_all: the units are listed", async () => {
    const recorded = recordedCase("get_all_units_api/ok");
    await playing(recorded, async ({ mdc }) => expect((await mdc.units.list()).items).toEqual(recorded.exchanges[0]?.response.body?.json));
  });

  test("certificates are verified for tokens and calls, against a CA that is given, or not at all with a warning", async () => {
    const ca = await createCa();
    const server = await startServer(
      {
        "POST /metadata/oauth/token": json({ access_token: "t", token_type: "Bearer" }),
        "GET /metadata/api/me": json({ id: 5 }),
      },
      { tls: ca.issue({ commonName: "localhost" }) },
    );
    await alone(async () => {
      const make = (options: MyMdcOptions) =>
        createMyMdc({ baseUrl: `${server.url}/metadata`, ...credentials, retry: { attempts: 1 }, ...options });
      const refusing = make({ logger: silent });
      await refusal(() => refusing.users.me(), "TLS");
      await refusal(() => make({ token, logger: silent }).users.me(), "TLS");
      const trusting = make({ tls: { ca: ca.cert } });
      expect((await trusting.users.me()).id).toBe(5);
      const { warnings, logger } = collecting();
      const careless = make({ tls: { rejectUnauthorized: false }, logger });
      expect((await careless.users.me()).id).toBe(5);
      expect(warnings.join(" ")).toMatch(/certificate/i);
      await Promise.all([refusing, trusting, careless].map((one) => one.close()));
    });
    await server.stop();
  });
});

test.each(casesOf(["Util.get_formatted_date"]))("%s: times are written by formatTime()", (_id, { call, returns }) => {
  const seconds = Number(call.kwargs["epoch_val"]);
  const text = formatTime(new Date(seconds * 1000));
  expect(toDate(text).getTime()).toBe(seconds * 1000);
  const [day = ""] = String(returns).replaceAll("/", "-").split("T");
  expect(new Date(seconds * 1000).toISOString()).toContain(day);
});
