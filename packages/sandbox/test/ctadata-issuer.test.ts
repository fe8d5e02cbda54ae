import { request } from "node:https";
import { describe, expect, test } from "vitest";
import { useStorage } from "./ctadata-support.ts";
import { type Answer, answer } from "./support.ts";

const store = useStorage();
const lasting = useStorage({ rotateRefreshTokens: false, users: [{ name: "other", password: "other" }] });
const secure = useStorage({ tls: "optional", profile: "plain", login: true });
const basic = `Basic ${Buffer.from("dcache-cta-cscs-ch-users:sandbox-secret").toString("base64")}`;

async function endpoints(of = store): Promise<Record<string, string>> {
  return (await answer(await fetch(`${of.box.sandbox.env["CTADATA_ISSUER"] as string}.well-known/openid-configuration`))).json as Record<
    string,
    string
  >;
}
const post = async (url: string | undefined, form: Record<string, string>, authorization = basic): Promise<Answer> =>
  answer(await fetch(url as string, { method: "POST", headers: { Authorization: authorization }, body: new URLSearchParams(form) }));
const grant = "urn:ietf:params:oauth:grant-type:device_code";

describe("log-in by device, as oidc-agent does it", () => {
  async function begin(of = store, scope = "openid offline_access"): Promise<Answer["json"]> {
    const { device_authorization_endpoint: url } = await endpoints(of);
    const given = await post(url, { client_id: "dcache-cta-cscs-ch-users", scope });
    expect(given.status).toBe(200);
    return given.json;
  }

  test("the configuration has what is looked for", async () => {
    const found = await endpoints();
    expect(found).toMatchObject({
      issuer: store.control.issuerUrl.replace(/\/$/, ""),
      grant_types_supported: expect.arrayContaining(["refresh_token", grant]),
    });
    expect(found["scopes_supported"]).toEqual(expect.arrayContaining(["openid", "offline_access"]));
  });

  test("it waits, is approved, gets a token for the door, and renews it", async () => {
    const { token_endpoint: url } = await endpoints();
    const { device_code, user_code, verification_uri } = await begin();
    expect(verification_uri).toBe(`${store.control.issuerUrl}device`);
    expect(await post(url, { grant_type: grant, device_code })).toMatchObject({ status: 400, json: { error: "authorization_pending" } });
    await store.control.approveDevice(user_code as string);
    const { json } = await post(url, { grant_type: grant, device_code });
    expect(json).toMatchObject({
      token_type: "Bearer",
      expires_in: 300,
      scope: "openid offline_access",
      refresh_token: expect.any(String),
    });
    const use = async (token: string): Promise<number> =>
      (await store.ask("HEAD", "/cta/DL1", { Authorization: `Bearer ${token}` })).status;
    expect(await use(json.access_token as string)).toBe(200);
    const renewed = await post(url, {
      grant_type: "refresh_token",
      refresh_token: json.refresh_token as string,
      scope: "openid offline_access",
    });
    expect(await use(renewed.json.access_token as string)).toBe(200);
    expect(renewed.json.refresh_token).not.toBe(json.refresh_token);
    expect(await post(url, { grant_type: "refresh_token", refresh_token: json.refresh_token as string })).toMatchObject({
      status: 400,
      json: { error: "invalid_grant" },
    });
  });

  test("refresh tokens that last; sessions that are ended", async () => {
    const { token_endpoint: url } = await endpoints(lasting);
    const { device_code, user_code } = await begin(lasting);
    await lasting.control.approveDevice(user_code as string, "other");
    const { refresh_token } = (await post(url, { grant_type: grant, device_code })).json as { refresh_token: string };
    const renew = (): Promise<Answer> => post(url, { grant_type: "refresh_token", refresh_token });
    expect([(await renew()).status, (await renew()).status]).toEqual([200, 200]);
    await lasting.control.endSessions();
    expect((await renew()).json.error).toBe("invalid_grant");
  });

  test("scopes for the storage narrow the token", async () => {
    const { token_endpoint: url } = await endpoints();
    const { device_code, user_code } = await begin(store, "openid storage.read:/");
    await store.control.approveDevice(user_code as string);
    const token = (await post(url, { grant_type: grant, device_code })).json.access_token as string;
    const ask = async (method: string): Promise<number> =>
      (await store.ask(method, "/cta/DL1/n", { Authorization: `Bearer ${token}` }, "x")).status;
    expect(await ask("PUT")).toBe(403);
    expect((await store.ask("HEAD", "/cta/DL1", { Authorization: `Bearer ${token}` })).status).toBe(200);
  });

  test("refused: another secret, denied, run out, too fast", async () => {
    const { token_endpoint: url, device_authorization_endpoint: device } = await endpoints();
    const wrong = `Basic ${Buffer.from("dcache-cta-cscs-ch-users:wrong").toString("base64")}`;
    expect((await post(device, { scope: "openid" }, wrong)).json.error).toBe("invalid_client");
    const ends: [(code: string) => Promise<void>, string][] = [
      [(code) => store.control.denyDevice(code), "access_denied"],
      [(code) => store.control.expireDevice(code), "expired_token"],
      [(code) => store.control.slowDownDevice(code), "slow_down"],
    ];
    for (const [end, error] of ends) {
      const { device_code, user_code } = await begin();
      await end(user_code as string);
      expect((await post(url, { grant_type: grant, device_code })).json.error).toBe(error);
    }
  });
});

const strict = useStorage({ tls: "require" });

describe("TLS", () => {
  const head = (options: object): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request(`${secure.door}/cta/DL1`, { method: "HEAD", agent: false, ca: secure.control.ca, ...options }, (response) => {
        response.resume();
        resolve(response.statusCode as number);
      });
      sent.on("error", reject);
      sent.end();
    });

  test("a door that takes nobody without a certificate, and its pool, which knows none", async () => {
    const ask = (url: string, options: object): Promise<{ status: number; location: string }> =>
      new Promise((resolve, reject) => {
        request(url, { agent: false, ca: strict.control.ca, ...options }, (response) => {
          response.resume();
          resolve({ status: response.statusCode as number, location: response.headers.location ?? "" });
        })
          .on("error", reject)
          .end();
      });
    const url = `${strict.door}/cta/DL1/v0.1/dl1_LST-1.Run11111.0100.h5`;
    await expect(ask(url, {})).rejects.toThrow();
    const door = await ask(url, strict.control.certificate());
    expect([door.status, door.location.startsWith(`${strict.control.poolUrl}/cta/`)]).toEqual([307, true]);
    expect((await ask(door.location, {})).status).toBe(200);
  });

  test("an authority of its own; people by certificate, or by token", async () => {
    expect(secure.door).toMatch(/^https:/);
    expect(await head({})).toBe(401);
    expect(await head({ headers: { Authorization: `Bearer ${secure.control.token()}` } })).toBe(200);
    expect(await head(secure.control.certificate())).toBe(200);
    expect(await head(store.control.certificate())).toBe(401);
    await expect(head({ ca: store.control.ca })).rejects.toThrow();
    expect(() => secure.control.certificate("nobody")).toThrow('unknown user "nobody"');
  });
});
