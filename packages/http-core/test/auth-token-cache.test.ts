import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { SciError } from "../src/errors.ts";
import { tokenCache, type TokenRequest } from "../src/auth/token-cache.ts";
import type { TokenSet } from "../src/auth/token.ts";
import { json, startServer } from "../src/testing/index.ts";
import { authRequest, refused, settled, tokenSet } from "./auth-support.ts";
import { getThing, testCore } from "./support.ts";

/** A fetch that gives token-1, token-2, … of so many milliseconds of life, and a clock set by hand. */
function source(life?: number) {
  const requests: TokenRequest[] = [];
  const clock = { time: 1_000_000 };
  const fetchToken = (request: TokenRequest): Promise<TokenSet> => {
    requests.push(request);
    const time = clock.time;
    return Promise.resolve(
      tokenSet(`token-${requests.length}`, { obtained_at: time, ...(life === undefined ? {} : { expires_at: time + life }) }),
    );
  };
  return { requests, clock, fetchToken, now: () => clock.time };
}

const headerOf = async (work: unknown): Promise<string | undefined> =>
  ((await work) as { headers?: Record<string, string> }).headers?.["authorization"];

describe("renewal", () => {
  test.each([
    [3_600_000, 60_000, "60 s of an hour"],
    [300_000, 30_000, "a tenth of five minutes"],
  ])("a token that lives %i ms is renewed %i ms before its end (%s)", async (life, ahead) => {
    const { requests, clock, fetchToken, now } = source(life);
    const provider = tokenCache(fetchToken, { now });
    await provider(authRequest());
    clock.time += life - ahead - 1;
    expect(await headerOf(provider(authRequest()))).toBe("Bearer token-1");
    clock.time += 1;
    expect(await headerOf(provider(authRequest()))).toBe("Bearer token-2");
    expect(requests[1]).toMatchObject({ refused: false, previous: { access_token: "token-1" } });
  });

  test("renewAhead says otherwise", async () => {
    const { clock, fetchToken, now } = source(100_000);
    const provider = tokenCache(fetchToken, { now, renewAhead: 0 });
    await provider(authRequest());
    clock.time += 99_999;
    expect(await headerOf(provider(authRequest()))).toBe("Bearer token-1");
    clock.time += 1;
    expect(await headerOf(provider(authRequest()))).toBe("Bearer token-2");
  });

  test("a token without an end is kept until it is refused", async () => {
    const { clock, fetchToken, now, requests } = source();
    const provider = tokenCache(fetchToken, { now });
    await provider(authRequest());
    clock.time += 1e12;
    await provider(authRequest());
    expect(requests).toHaveLength(1);
    expect(await headerOf(provider(refused("token-1")))).toBe("Bearer token-2");
  });

  test("a renewal ahead that fails costs nothing while the old token is valid, and is not tried at every call", async () => {
    const { clock, fetchToken, now } = source(1_000_000);
    let down = false;
    let failures = 0;
    const warnings: string[] = [];
    const provider = tokenCache(
      (request) => {
        if (!down) return fetchToken(request);
        failures++;
        return Promise.reject(new SciError("UNAVAILABLE", "down"));
      },
      { now, warn: (message) => warnings.push(message) },
    );
    await provider(authRequest());
    down = true;
    clock.time += 950_000;
    for (let call = 0; call < 10; call++) expect(await headerOf(provider(authRequest()))).toBe("Bearer token-1");
    expect(failures).toBe(1);
    expect(warnings).toEqual([expect.stringContaining("down")]);
    clock.time += 25_000;
    await provider(authRequest());
    expect(failures).toBe(2);
    clock.time += 25_000;
    await expect(provider(authRequest())).rejects.toMatchObject({ code: "UNAVAILABLE" });
    down = false;
    expect(await headerOf(provider(authRequest()))).toBe("Bearer token-2");
  });
});

describe("single flight", () => {
  test("a hundred calls wait for one fetch", async () => {
    const gate = settled<TokenSet>();
    let fetched = 0;
    const provider = tokenCache(() => {
      fetched++;
      return gate.promise;
    });
    const calls = Array.from({ length: 100 }, () => provider(authRequest()));
    gate.resolve(tokenSet("one"));
    expect(new Set(await Promise.all(calls.map(headerOf)))).toEqual(new Set(["Bearer one"]));
    expect(fetched).toBe(1);
  });

  test("one waiter's abort does not disturb the others", async () => {
    const gate = settled<TokenSet>();
    let signal: AbortSignal | undefined;
    const provider = tokenCache((request) => {
      signal = request.signal;
      return gate.promise;
    });
    const leaver = new AbortController();
    const left = provider(authRequest({ signal: leaver.signal })) as Promise<unknown>;
    const stayed = provider(authRequest());
    leaver.abort(new SciError("ABORTED", "gone home"));
    await expect(left).rejects.toMatchObject({ code: "ABORTED", message: "gone home" });
    expect(signal?.aborted).toBe(false);
    gate.resolve(tokenSet("one"));
    expect(await headerOf(stayed)).toBe("Bearer one");
  });

  test("the fetch is aborted when nobody waits any more, and the next call starts anew", async () => {
    const signals: AbortSignal[] = [];
    const provider = tokenCache(({ signal }) => {
      signals.push(signal);
      return signals.length > 1
        ? Promise.resolve(tokenSet("second"))
        : new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => {
              reject(signal.reason as Error);
            });
          });
    });
    const leavers = [new AbortController(), new AbortController()];
    const calls = leavers.map(({ signal }) => provider.token({ signal }));
    await Promise.resolve();
    leavers[0]?.abort();
    expect(signals[0]?.aborted).toBe(false);
    leavers[1]?.abort();
    expect(signals[0]?.aborted).toBe(true);
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: "ABORTED" });
    expect((await provider.token()).access_token).toBe("second");
  });

  test("a failure is shared by those who waited and not kept", async () => {
    const gate = settled<TokenSet>();
    let fetched = 0;
    const provider = tokenCache(() => (++fetched === 1 ? gate.promise : Promise.resolve(tokenSet("later"))));
    const calls = Array.from({ length: 5 }, () => provider(authRequest()) as Promise<unknown>);
    gate.reject(new SciError("UNAVAILABLE", "token endpoint is down"));
    for (const call of calls) await expect(call).rejects.toThrow("token endpoint is down");
    expect(fetched).toBe(1);
    expect(await headerOf(provider(authRequest()))).toBe("Bearer later");
  });

  test("a fetch that throws at once, or gives nothing, is a failure like any other", async () => {
    const throwing = tokenCache(() => {
      throw new SciError("MISSING_CREDENTIALS", "no id");
    });
    await expect(throwing(authRequest())).rejects.toMatchObject({ code: "MISSING_CREDENTIALS" });
    await expect(tokenCache(() => Promise.resolve({} as TokenSet))(authRequest())).rejects.toMatchObject({ code: "INVALID_RESPONSE" });
  });
});

describe("after a 401", () => {
  test("one new token for all that were refused with the same old one, in whatever order they come", async () => {
    const { requests, fetchToken, now } = source(1e9);
    const provider = tokenCache(fetchToken, { now });
    await provider(authRequest());
    const together = await Promise.all(Array.from({ length: 20 }, () => headerOf(provider(refused("token-1")))));
    const late = await headerOf(provider(refused("token-1")));
    expect(new Set([...together, late])).toEqual(new Set(["Bearer token-2"]));
    expect(requests).toHaveLength(2);
    expect(requests[1]).toMatchObject({ refused: true, previous: { access_token: "token-1" } });
  });

  test("a refused token is not fallen back to when no new one comes", async () => {
    const { fetchToken, now } = source(1e9);
    let down = false;
    const provider = tokenCache((request) => (down ? Promise.reject(new SciError("UNAVAILABLE", "down")) : fetchToken(request)), { now });
    await provider(authRequest());
    down = true;
    await expect(provider(refused("token-1"))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(provider(authRequest())).rejects.toMatchObject({ code: "UNAVAILABLE" });
    down = false;
    expect(await headerOf(provider(authRequest()))).toBe("Bearer token-2");
  });

  test("over the wire: 30 calls refused at once cost one token", async () => {
    let current = "token-1";
    const server = await startServer((request) =>
      request.headers["authorization"] === `Bearer ${current}` ? json({ ok: true }) : json({ error: "expired" }, { status: 401 }),
    );
    try {
      const { requests, fetchToken, now } = source(1e9);
      const auth = tokenCache(fetchToken, { now });
      const core = testCore(server.url, { auth });
      await core.request(getThing, { id: 0 });
      current = "token-2";
      const answers = await Promise.all(Array.from({ length: 30 }, (_, id) => core.request(getThing, { id })));
      expect(answers).toHaveLength(30);
      expect(requests).toHaveLength(2);
    } finally {
      await server.stop();
    }
  });
});

test("the token can be read, and shows nowhere else", async () => {
  const provider = tokenCache(() => Promise.resolve(tokenSet("very-secret", { refresh_token: "also-secret" })), {
    description: "a test token",
  });
  expect(await provider.token()).toEqual(tokenSet("very-secret", { refresh_token: "also-secret" }));
  const shown = inspect(provider, { showHidden: true, depth: 9 }) + JSON.stringify(provider) + JSON.stringify({ ...provider });
  expect(shown).not.toContain("secret");
  expect(provider.description).toBe("a test token");
});

test("options are checked", () => {
  const fetchToken = () => Promise.resolve(tokenSet("x"));
  expect(() => tokenCache(fetchToken, { renewahead: 1 } as object)).toThrowError(/Did you mean "renewAhead"/);
  expect(() => tokenCache(fetchToken, { renewAhead: -1 })).toThrowError(/renewAhead must be a whole number/);
});
