import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSciError } from "@sci/http-core";
import { refusal } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { runAgent } from "../src/direct/agent.ts";
import { profileOf } from "../src/direct/instance.ts";
import { keepSecret } from "../src/direct/keep-secret.ts";
import { readClientSecret, writeClientSecret } from "../src/direct/profile-files.ts";
import { ctaLogin, stopAgent } from "../src/index.ts";
import { configuration, fileOf, issuerExchanges, keepLogin, secret, withIssuer, withProfile } from "./support/profile.ts";
import { casesOf, recordedCase } from "./support/recorded.ts";

interface Shown {
  readonly verificationUri: string;
  readonly userCode: string;
}

/** Runs an agent until the token file is there. */
async function untilReady(profile: string, dev: boolean): Promise<Shown[]> {
  const shown: Shown[] = [];
  const stop = new AbortController();
  const end = await runAgent({
    profile,
    dev,
    signal: stop.signal,
    interval: 5,
    onReady: () => stop.abort(),
    onPrompt: (prompt) => void shown.push(prompt),
  });
  expect(end).toBe("aborted");
  return shown;
}

const flow = "device-flow/pending-then-token";

/** Each case by its own name: what the original does with the commands of oidc-agent is done here over HTTP. */
const replays: Readonly<Record<string, () => Promise<void>>> = {
  "agent/init-account-known": () =>
    withProfile((profile) =>
      withIssuer([], async (issuer) => {
        const good = { access_token: "access-1", token_type: "bearer", expires_at: Date.now() + 3_600_000, refresh_token: "refresh-1" };
        await keepLogin(profile, `device|${issuer}|dcache-cta-cscs-ch-users`, good);
        expect(await untilReady(profile, false)).toEqual([]);
        expect(await fileOf(profile, "token")).toEqual({ text: "access-1\n", mode: "600" });
        expect(await fileOf(profile, "secret")).toEqual({ text: "Y2xpZW50LXNlY3JldC0x", mode: "600" });
      }),
    ),
  "agent/init-new-account": () =>
    withProfile((profile) =>
      withIssuer(issuerExchanges(flow), async (issuer) => {
        const shown = await untilReady(profile, false);
        expect(shown).toMatchObject([{ verificationUri: `${issuer}/device-page`, userCode: "ABCD-EFGH" }]);
        expect(await fileOf(profile, "token")).toEqual({ text: "access-3\n", mode: "600" });
        // The refresh token is kept, out of the reach of others.
        expect(await fileOf(profile, "tokens.json")).toMatchObject({ mode: "600", text: expect.stringContaining("refresh-3") as string });
      }),
    ),
  "agent/init-new-account-dev": () =>
    withProfile(
      (profile) =>
        withIssuer(
          issuerExchanges(flow).map(
            (one) => JSON.parse(JSON.stringify(one).replaceAll("dcache-cta-cscs-ch-users", "dcache-dev")) as typeof one,
          ),
          async () => {
            await untilReady(profile, true);
            expect(await fileOf(profile, "token-dev")).toEqual({ text: "access-3\n", mode: "600" });
          },
        ),
      secret,
      true,
    ),
  "agent/init-no-secret": () =>
    withProfile(
      (profile) =>
        withIssuer([], async () => {
          const error = await refusal(() => untilReady(profile, false), "MISSING_CREDENTIALS");
          expect(error.message).toMatch(/CTADATA_CLIENT_SECRET/);
        }),
      null,
    ),
  "agent/refresh-fails": () =>
    withProfile((profile) =>
      withIssuer(
        [
          configuration(),
          ...issuerExchanges("token/renewed").map((one) => ({
            ...withoutScope(one),
            response: { status: 400, body: { json: { error: "invalid_client" } } },
          })),
        ],
        async (issuer) => {
          const old = { access_token: "access-3", token_type: "bearer", expires_at: Date.now() - 1000, refresh_token: "refresh-3" };
          await keepLogin(profile, `device|${issuer}|dcache-cta-cscs-ch-users`, old);
          // Nobody to confirm a code, as in the process that has no terminal.
          const asked = (): never => {
            throw new Error("nobody is asked");
          };
          await expect(runAgent({ profile, interval: 5, onPrompt: asked, retry: { attempts: 1 } })).rejects.toThrow();
          expect((await fileOf(profile, "agent.log")).text).toMatch(/^\d{4}-\d\d-\d\dT.*\n$/);
          expect((await fileOf(profile, "agent.log")).mode).toBe("600");
        },
      ),
    ),
  "agent/request-stop": () =>
    withProfile(async (profile) => {
      expect(await stopAgent({ profile })).toEqual({ seenToEnd: false });
      expect(await fileOf(profile, "cta_agent_stop")).toEqual({ text: "\n", mode: "600" });
    }),
  "agent/secret-bad-base64": () =>
    withProfile(async (profile) => {
      await writeFile(join(profile, "secret"), "%%%");
      const error = await readClientSecret(profileOf(profile, false)).catch((reason: unknown) => reason);
      expect(isSciError(error, "FILE")).toBe(true);
      // Asked for once more, with the reason.
      let why: string | undefined;
      await keepSecret({ profile }, false, async (reason) => ((why = reason), "new-secret"));
      expect(why).toMatch(/does not hold a client secret/);
    }, null),
  "agent/secret-read": () =>
    withProfile(async (profile) => {
      const warnings: string[] = [];
      // The original writes with the default mode first.
      await writeFile(join(profile, "secret"), "Y2xpZW50LXNlY3JldC0x", { mode: 0o644 });
      expect(await readClientSecret(profileOf(profile, false), (message) => warnings.push(message))).toBe("client-secret-1");
      expect((await fileOf(profile, "secret")).mode).toBe("600");
      expect(warnings).toHaveLength(1);
    }, null),
  "agent/secret-write": () =>
    withProfile(async (profile) => {
      await writeClientSecret(profileOf(profile, false), "new-secret");
      expect(await fileOf(profile, "secret")).toEqual({ text: "bmV3LXNlY3JldA==", mode: "600" });
    }),
};

/** A grant that renews asks for no scope: it gets what was granted. */
function withoutScope<T extends { readonly request: { readonly body: { form?: readonly (readonly [string, string])[] } | null } }>(
  exchange: T,
): T {
  const { body } = exchange.request;
  if (body?.form === undefined) return exchange;
  return { ...exchange, request: { ...exchange.request, body: { form: body.form.filter(([name]) => name !== "scope") } } };
}

describe("the agent of the original, and its files", () => {
  it.each(casesOf("direct", /^(init_agent|_agent_loop|request_stop_agent|secret)$/))("%s", async (id) => {
    const play = replays[id];
    if (play === undefined) throw new Error(`${id} is not replayed.`);
    await play();
  });
});

describe("the requests of oidc-agent", () => {
  it(flow, () =>
    withProfile((profile) =>
      withIssuer(issuerExchanges(flow), async (issuer, server) => {
        const shown: Shown[] = [];
        const token = await ctaLogin({ profile, onPrompt: (prompt) => void shown.push(prompt) }).token();
        expect(token).toMatchObject({ access_token: "access-3", refresh_token: "refresh-3" });
        expect(shown).toMatchObject([{ verificationUri: `${issuer}/device-page`, userCode: "ABCD-EFGH" }]);
        const basic = `Basic ${Buffer.from(`dcache-cta-cscs-ch-users:${secret}`).toString("base64")}`;
        expect(server.requests.slice(1).every(({ headers }) => headers["authorization"] === basic)).toBe(true);
      }),
    ),
  );

  it("token/renewed", () =>
    withProfile((profile) =>
      withIssuer([configuration(), ...issuerExchanges("token/renewed").map(withoutScope)], async (issuer) => {
        const old = {
          access_token: "access-3",
          token_type: "bearer",
          expires_at: Date.now() - 1000,
          refresh_token: "refresh-3",
          scope: "openid offline_access",
        };
        await keepLogin(profile, `device|${issuer}|dcache-cta-cscs-ch-users`, old);
        const token = await ctaLogin({ profile }).token();
        expect(token.access_token).toBe(recordedCase("oidc-agent", "token/renewed").returns);
        expect((await fileOf(profile, "tokens.json")).text).toContain("refresh-4");
      }),
    ));
});
