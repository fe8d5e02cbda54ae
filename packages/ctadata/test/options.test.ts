import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { refusal, silent, withEnvironment } from "@sci/http-core/testing";
import { describe, expect, test } from "vitest";
import { instanceOf } from "../src/direct/instance.ts";
import { createCtaData, type CtaDataOptions } from "../src/index.ts";
import { chooseMode } from "../src/options.ts";
import { withFolder } from "./support/folder.ts";
import { noEnvironment } from "./support/replayed.ts";
import { inAnHour, jwt } from "./support/storage.ts";

const bare = (options: CtaDataOptions, environment: Record<string, string | null> = {}, files: Record<string, string> = {}) =>
  withFolder((folder) =>
    withEnvironment({ ...noEnvironment, HOME: folder, ...environment }, async () => {
      const profile = join(folder, ".config", "cta-data");
      await mkdir(profile, { recursive: true });
      for (const [name, text] of Object.entries(files)) await writeFile(join(profile, name), text, { mode: 0o600 });
      const client = createCtaData({ logger: silent, ...options });
      await client.close();
      return { mode: client.mode, baseUrl: client.baseUrl };
    }),
  );

describe("which way", () => {
  const door = "https://dcache.cta.cscs.ch:2880";
  const service = "https://platform.cta.cscs.ch/services/downloadservice";

  test("direct where a token of the storage is at hand, before the hub's", async () => {
    const hub = { JUPYTERHUB_API_TOKEN: "h" };
    expect(await bare({}, { CTADATA_TOKEN: "t", ...hub })).toEqual({ mode: "direct", baseUrl: door });
    expect(await bare({}, hub, { token: jwt({ exp: inAnHour() }) })).toEqual({ mode: "direct", baseUrl: door });
    const login = {
      version: 1,
      tokens: { "device|https://keycloak.cta.cscs.ch/realms/master|dcache-cta-cscs-ch-users": { access_token: "a", refresh_token: "r" } },
    };
    expect(await bare({}, hub, { "tokens.json": JSON.stringify(login) })).toEqual({ mode: "direct", baseUrl: door });
    expect(await bare({}, { ...hub, OIDC_SOCK: "/nowhere" })).toEqual({ mode: "direct", baseUrl: door });
  });

  test("the service where only the hub's token is, whatever ended before", async () => {
    expect(await bare({}, { JUPYTERHUB_API_TOKEN: "h" })).toEqual({ mode: "service", baseUrl: service });
    expect(await bare({}, { JUPYTERHUB_API_TOKEN: "h" }, { token: jwt({ exp: inAnHour() - 7200 }) })).toEqual({
      mode: "service",
      baseUrl: service,
    });
    expect(await bare({}, { CTADS_URL: "http://127.0.0.1:1/ds/", JUPYTERHUB_API_TOKEN: "h" })).toMatchObject({
      baseUrl: "http://127.0.0.1:1/ds",
    });
  });

  test("direct where there is nothing at all, so that the error says how to log in", async () => {
    expect(await bare({})).toEqual({ mode: "direct", baseUrl: door });
    const error = await withEnvironment({ ...noEnvironment, HOME: "/nowhere" }, () =>
      refusal(() => createCtaData({ logger: silent }).stat("cta"), "MISSING_CREDENTIALS"),
    );
    expect(error.message).toMatch(/cta-data login.*CTADATA_TOKEN/);
  });

  test("as the options say", () => {
    const never = (): boolean => false;
    expect(chooseMode({ mode: "service" }, {}, () => true)).toBe("service");
    expect(chooseMode({ downloadService: "https://x.example" }, {}, () => true)).toBe("service");
    expect(chooseMode({ token: "t" }, { JUPYTERHUB_API_TOKEN: "h" }, never)).toBe("direct");
    expect(chooseMode({ baseUrl: "https://x.example" }, { JUPYTERHUB_API_TOKEN: "h" }, never)).toBe("direct");
  });
});

describe("the addresses", () => {
  test("option, then variable, then the data centre's; the development instance has its own", () => {
    expect(instanceOf({}, {})).toMatchObject({
      door: "https://dcache.cta.cscs.ch:2880",
      clientId: "dcache-cta-cscs-ch-users",
      account: "kk-dcache",
    });
    expect(instanceOf({ dev: true }, {})).toMatchObject({
      door: "https://dcache-dev.ctaodc.ch:2880",
      clientId: "dcache-dev",
      account: "kk-dcache-dev",
    });
    const environment = { CTADATA_URL: "https://v.example", CTADATA_ISSUER: "https://i.example", CTADATA_CLIENT_ID: "c" };
    expect(instanceOf({}, environment)).toMatchObject({ door: "https://v.example", issuer: "https://i.example", clientId: "c" });
    expect(instanceOf({ baseUrl: "https://o.example" }, environment).door).toBe("https://o.example");
  });
});

describe("what cannot be meant is refused at once", () => {
  test.each<[CtaDataOptions | object, RegExp]>([
    [{ baseURL: "https://x.example" }, /baseUrl/],
    [{ mode: "fast" }, /"direct" or "service"/],
    [{ token: "t", certificate: true }, /different credentials/],
    [{ mode: "service", dev: true }, /dev is of the other mode/],
    [{ mode: "direct", chunkSize: 1 }, /chunkSize is of the other mode/],
    [{ chunkSize: 0 }, /whole number from 1/],
    [{ baseUrl: "ftp://x.example" }, /http\(s\) URL/],
    [{ dev: "yes" }, /true or false/],
  ])("%j", (options, says) => {
    expect(() => createCtaData(options as CtaDataOptions)).toThrow(says);
  });

  test("paths, options of calls, and local targets", async () => {
    const cta = createCtaData({ mode: "direct", baseUrl: "http://127.0.0.1:1", auth: false, retry: { attempts: 1 }, logger: silent });
    for (const path of ["a/../b", "./a", "a/\0"]) await refusal(() => cta.stat(path));
    await refusal(() => cta.stat({ href: "a%2Fb" }));
    await refusal(() => cta.stat(7 as never));
    const misspelt = await refusal(async () => {
      for await (const _entry of cta.list("a", { recursiv: true } as never)) void _entry;
    });
    expect(misspelt.message).toMatch(/recursive/);
    await refusal(() => cta.download("a", "b", { recursve: true } as never).report);
    await refusal(() => cta.upload("/nowhere/at/all", "b").report, "FILE");
    await refusal(() => cta.remove("/"));
    await refusal(() => cta.checksum("a", { algoritm: "md5" } as never));
    await refusal(() => cta.uploadCertificate("c.pem"), "UNSUPPORTED");
    await refusal(() => cta.stage([]));
    await cta.close();
  });

  test("a secret does not go to another machine over plain http", async () => {
    const cta = createCtaData({ mode: "direct", baseUrl: "http://storage.invalid", token: "secret-token", logger: silent });
    const error = await refusal(() => cta.stat("a"), "INSECURE");
    expect(error.message).not.toContain("secret-token");
    await cta.close();
  });
});
