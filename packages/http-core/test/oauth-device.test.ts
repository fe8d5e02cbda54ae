import { afterEach, describe, expect, test } from "vitest";
import { SciError } from "../src/errors.ts";
import { refusal } from "../src/oauth/errors.ts";
import { deviceLogin, deviceToken, type DeviceOptions, type DevicePrompt } from "../src/oauth/index.ts";
import { poll } from "../src/oauth/poll.ts";
import { json, startServer, text, type Reply, type TestServer } from "../src/testing/index.ts";
import { tokenSet } from "./auth-support.ts";
import { failure } from "./support.ts";

const servers: TestServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

const code = {
  device_code: "device-code-1",
  user_code: "ABCD-EFGH",
  verification_uri: "https://sso.invalid/device",
  verification_uri_complete: "https://sso.invalid/device?user_code=ABCD-EFGH",
  expires_in: 600,
  interval: 0.01,
};
const wait = (error: string): Reply => json({ error }, { status: 400 });

async function serve(answers: readonly Reply[], device: Reply = json(code)): Promise<{ server: TestServer; options: DeviceOptions }> {
  const left = [...answers];
  const server = await startServer({ "POST /device": device, "POST /token": () => left.shift() ?? wait("authorization_pending") });
  servers.push(server);
  return {
    server,
    options: {
      deviceEndpoint: `${server.url}/device`,
      tokenEndpoint: `${server.url}/token`,
      clientId: "public",
      proxy: false,
      retry: { attempts: 1 },
      onPrompt: () => undefined,
    },
  };
}

test("prompts, waits while it is pending, and gets the token with the verifier of its challenge", async () => {
  const { server, options } = await serve([
    wait("authorization_pending"),
    wait("authorization_pending"),
    json(tokenSet("one", { expires_in: 60 })),
  ]);
  const prompts: DevicePrompt[] = [];
  const token = await deviceToken({ ...options, scope: "openid", onPrompt: (prompt) => void prompts.push(prompt) });
  expect(token.access_token).toBe("one");
  expect(prompts).toEqual([
    {
      userCode: "ABCD-EFGH",
      verificationUri: "https://sso.invalid/device",
      verificationUriComplete: "https://sso.invalid/device?user_code=ABCD-EFGH",
      expiresIn: 600_000,
    },
  ]);
  const [first, ...polls] = server.requests.map(({ form }) => Object.fromEntries(form));
  expect(first).toMatchObject({ client_id: "public", scope: "openid", code_challenge_method: "S256" });
  expect(polls).toHaveLength(3);
  for (const one of polls) {
    expect(one).toMatchObject({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: "device-code-1",
      client_id: "public",
    });
    const { createHash } = await import("node:crypto");
    expect(createHash("sha256").update(String(one["code_verifier"])).digest("base64url")).toBe(first?.["code_challenge"]);
  }
});

test("without a code challenge where a server cannot bear it", async () => {
  const { server, options } = await serve([json(tokenSet("one"))]);
  await deviceToken({ ...options, pkce: false });
  expect(Object.keys(Object.fromEntries(server.requests.flatMap(({ form }) => form)))).not.toContain("code_challenge");
});

describe("ends", () => {
  test.each([
    ["access_denied", /access_denied.*The log-in was denied/],
    ["expired_token", /expired_token.*not confirmed in time/],
    ["invalid_grant", /invalid_grant/],
  ])("with the server's %s", async (error, message) => {
    const { options } = await serve([wait("authorization_pending"), wait(error)]);
    const thrown = await failure(deviceToken(options));
    expect(thrown).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error } });
    expect(thrown.message).toMatch(message);
  });

  test("when the code is no longer valid, whatever the server says", async () => {
    const { options } = await serve([], json({ ...code, expires_in: 0.05 }));
    const error = await failure(deviceToken(options));
    expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error: "expired_token" } });
    expect(error.message).toContain("not confirmed");
  });

  test("at its deadline, and when it is aborted", async () => {
    const { options } = await serve([]);
    expect(await failure(deviceToken({ ...options, deadline: 50 }))).toMatchObject({ code: "TIMEOUT" });
    const controller = new AbortController();
    const onPrompt = (): void => {
      controller.abort();
    };
    expect(await failure(deviceToken({ ...options, onPrompt }, { signal: controller.signal }))).toMatchObject({ code: "ABORTED" });
  });

  test("when the prompt cannot be shown", async () => {
    const { server, options } = await serve([]);
    const onPrompt = () => Promise.reject(new Error("no terminal"));
    expect((await failure(deviceToken({ ...options, onPrompt }))).message).toBe("no terminal");
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    [json({ error: "unauthorized_client" }, { status: 401 }), "NOT_AUTHENTICATED"],
    [json({ ...code, verification_uri: "javascript:alert(1)" }), "INVALID_RESPONSE"],
    [json({ device_code: "x" }), "INVALID_RESPONSE"],
  ])("before the prompt, on a bad first answer %#", async (device, code) => {
    const { options } = await serve([], device);
    let prompts = 0;
    const error = await failure(deviceToken({ ...options, onPrompt: () => void prompts++ }));
    expect(error).toMatchObject({ code });
    expect(prompts).toBe(0);
  });
});

test("a fault between two questions does not end the log-in", async () => {
  const { server, options } = await serve([{ reset: "before" }, text("busy", { status: 503 }), json(tokenSet("one"))]);
  expect((await deviceToken(options)).access_token).toBe("one");
  expect(server.requests).toHaveLength(4);
});

test("slow_down makes every later wait 5 s longer, faults double it up to a minute", async () => {
  const answers = ["slow_down", "authorization_pending", "slow_down", "network", "network"];
  const waits: number[] = [];
  const failureOf = { server: "x", help: undefined, secrets: [] };
  const token = await poll(
    () => {
      const next = answers.shift();
      if (next === undefined) return Promise.resolve(tokenSet("one"));
      return Promise.reject(next === "network" ? new SciError("NETWORK", "reset") : refusal(next, undefined, failureOf));
    },
    {
      interval: 5000,
      wait: (milliseconds) => {
        waits.push(milliseconds);
        return Promise.resolve();
      },
    },
  );
  expect(token.access_token).toBe("one");
  expect(waits).toEqual([5000, 10_000, 10_000, 15_000, 30_000, 60_000]);
});

test("one log-in for all callers of a provider, and options are checked", async () => {
  const { server, options } = await serve([json(tokenSet("one"))]);
  let prompts = 0;
  const provider = deviceLogin({ ...options, onPrompt: () => void prompts++ });
  const tokens = await Promise.all([provider.token(), provider.token(), provider.token()]);
  expect(new Set(tokens.map((one) => one.access_token))).toEqual(new Set(["one"]));
  expect(prompts).toBe(1);
  expect(server.requests).toHaveLength(2);
  expect(provider.description).toContain("device log-in at 127.0.0.1");
  expect(() => deviceLogin({ ...options, onprompt: 1 } as unknown as DeviceOptions)).toThrowError(/Did you mean "onPrompt"/);
  const { onPrompt: _none, ...rest } = options;
  expect(() => deviceLogin(rest as DeviceOptions)).toThrowError(/needs onPrompt/);
  expect(() => deviceLogin({ ...options, deadline: 0 })).toThrowError(/deadline/);
  expect(() => deviceLogin({ ...options, deviceEndpoint: "http://sso.invalid/" })).toThrowError(
    expect.objectContaining({ code: "INSECURE" }),
  );
});
