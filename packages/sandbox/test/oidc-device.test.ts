import { createHash, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Browser, feedback } from "./browser.ts";
import { type Answer, answer, useSandbox } from "./support.ts";

const box = useSandbox({ facilities: ["cern"], cern: { deviceInterval: 0 } });
const slow = useSandbox({ facilities: ["cern"] });
const openId = (of = box): string => `${of.sandbox.env["CERN_AUTH_URL"] as string}/protocol/openid-connect`;
const post = async (path: string, form: Record<string, string>, of = box): Promise<Answer> =>
  answer(await fetch(`${openId(of)}/${path}`, { method: "POST", body: new URLSearchParams(form) }));

const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");
const client_id = "cmsoms-prod-public";

async function begin(
  change: Record<string, string> = {},
  of = box,
): Promise<{ device_code: string; user_code: string; [name: string]: unknown }> {
  const reply = await post(
    "auth/device",
    { client_id, state: "abcdefgh", code_challenge: challenge, code_challenge_method: "S256", ...change },
    of,
  );
  expect(reply.status).toBe(200);
  return reply.json as Awaited<ReturnType<typeof begin>>;
}
const poll = (device_code: string, change: Record<string, string> = {}, of = box): Promise<Answer> =>
  post(
    "token",
    { client_id, grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code, code_verifier: verifier, ...change },
    of,
  );

describe("log-in by device", () => {
  test("what the device is given", async () => {
    const realm = box.sandbox.env["CERN_AUTH_URL"] as string;
    const given = await begin();
    expect(given).toMatchObject({ expires_in: 600, verification_uri: `${realm}/device` });
    expect(given.user_code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    expect(given["verification_uri_complete"]).toBe(`${realm}/device?user_code=${given.user_code}`);
    expect((await begin({}, slow))["interval"]).toBe(5);
  });

  test("it waits, is approved, and gets tokens once", async () => {
    const { device_code, user_code } = await begin();
    expect(await poll(device_code)).toMatchObject({ status: 400, json: { error: "authorization_pending" } });
    expect(await box.sandbox.cern.deviceCodes()).toContain(user_code);
    await box.sandbox.cern.approveDevice(user_code);
    const { json } = await poll(device_code);
    expect(json).toMatchObject({ token_type: "Bearer", expires_in: 1200, refresh_token: expect.any(String) });
    const next = await post("token", { grant_type: "refresh_token", client_id, refresh_token: json.refresh_token as string });
    expect(next.status).toBe(200);
    expect(await poll(device_code)).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
  });

  test("the verifier is checked; padding of the challenge is forgiven", async () => {
    const one = await begin({ code_challenge: `${challenge}=` });
    await box.sandbox.cern.approveDevice(one.user_code);
    expect(await poll(one.device_code, { code_verifier: "x".repeat(43) })).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
    expect((await poll(one.device_code)).status).toBe(200);
    expect((await post("auth/device", { client_id, code_challenge: challenge, code_challenge_method: "plain" })).status).toBe(400);
  });

  test("denied, run out, told to slow down, unknown", async () => {
    const denied = await begin();
    await box.sandbox.cern.denyDevice(denied.user_code);
    expect((await poll(denied.device_code)).json.error).toBe("access_denied");
    const old = await begin();
    await box.sandbox.cern.expireDevice(old.user_code);
    expect((await poll(old.device_code)).json.error).toBe("expired_token");
    const busy = await begin();
    await box.sandbox.cern.slowDownDevice(busy.user_code, 2);
    const answers = [await poll(busy.device_code), await poll(busy.device_code), await poll(busy.device_code)];
    expect(answers.map(({ json }) => json.error as string)).toEqual(["slow_down", "slow_down", "authorization_pending"]);
    expect((await poll("nosuch")).json.error).toBe("invalid_grant");
    expect(await post("auth/device", { client_id: "nobody" })).toMatchObject({ status: 401, json: { error: "invalid_client" } });
    await expect(box.sandbox.cern.approveDevice("AAAA-AAAA")).rejects.toMatchObject({ code: "USAGE" });
    await expect(box.sandbox.cern.approveDevice((await begin()).user_code, "sandbox-usr")).rejects.toThrow('did you mean "sandbox-user"');
  });

  test("who asks faster than the interval is told to slow down", async () => {
    const { device_code } = await begin({}, slow);
    expect((await poll(device_code, {}, slow)).json.error).toBe("authorization_pending");
    expect((await poll(device_code, {}, slow)).json.error).toBe("slow_down");
  });

  test("a person with a browser approves, or denies", async () => {
    const first = await begin();
    const browser = new Browser();
    const ask = await browser.open(first["verification_uri"] as string);
    const wrong = await browser.submit(ask, { device_user_code: "AAAA-BBBB" });
    expect(feedback(wrong)).toBe("Invalid code, please try again.");
    const login = await browser.submit(wrong, { device_user_code: first.user_code });
    const consent = await browser.submit(login, { username: "sandbox-user", password: "sandbox-password" });
    expect(consent.text).toContain("Grant Access to cmsoms-prod-public");
    expect((await browser.submit(consent, { accept: "Yes" })).text).toContain("Device Login Successful");
    expect((await poll(first.device_code)).status).toBe(200);

    const second = await begin();
    const page = await browser.submit(await browser.open(second["verification_uri_complete"] as string), {
      username: "sandbox-user",
      password: "sandbox-password",
    });
    expect((await browser.submit(page, { cancel: "No" })).status).toBe(400);
    expect((await poll(second.device_code)).json.error).toBe("access_denied");
  });
});
