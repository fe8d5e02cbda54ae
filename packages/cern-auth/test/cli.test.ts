import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeTerminal, runCommand, type CommandOptions, type CommandResult } from "@sci/cli-core/testing";
import { createProxyCertificate, describeCertificate } from "@sci/http-core/x509";
import { createCa, json, startServer, type ReceivedRequest, type TestCa, type TestServer } from "@sci/http-core/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cernAuth } from "../src/cli/program.ts";
import { readCookieFile } from "../src/index.ts";
import { startSso } from "./support/sso.ts";

let ca: TestCa;
let folder: string;
let server: TestServer;
let denied = false;
let env: Record<string, string>;
const claims = {
  preferred_username: "ada",
  azp: "pub",
  aud: "pub",
  iat: Math.floor(Date.now() / 1000),
  exp: Math.floor(Date.now() / 1000) + 1200,
};
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (value: object = claims): string => `${part({ alg: "RS256" })}.${part(value)}.c2ln`;

beforeAll(async () => {
  ca = await createCa();
  server = await startServer({ "POST /realm/*": answer });
});
afterAll(() => server.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-"));
  denied = false;
  env = {
    CERN_AUTH_URL: `${server.url}/realm`,
    XDG_CONFIG_HOME: folder,
    CERN_CERTIFICATE_PATH: folder,
    X509_USER_PROXY: join(folder, "x509up"),
  };
});
afterEach(() => rm(folder, { recursive: true }));

function answer(request: ReceivedRequest) {
  const form = new Map(request.form);
  if (request.path.endsWith("/auth/device"))
    return json({ device_code: "dc", user_code: "ABCD-EFGH", verification_uri: `${server.url}/device`, expires_in: 60, interval: 0.001 });
  if (request.path.endsWith("/logout")) return { status: 204 };
  if (denied) return json({ error: "access_denied" }, { status: 400 });
  if (request.path.endsWith("/api-access/token")) return json({ access_token: `api-${form.get("audience")}`, expires_in: 1200 });
  if (form.get("grant_type")?.endsWith(":token-exchange"))
    return json({ access_token: `exchanged-${form.get("audience")}`, expires_in: 1200 });
  return json({ access_token: jwt(), expires_in: 1200, refresh_token: "r-1" });
}

const run = (argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> =>
  runCommand(cernAuth, argv, { env, ...options });

async function userCertificate(
  options: { readonly passphrase?: string; readonly mode?: number; readonly ended?: boolean } = {},
): Promise<void> {
  const hour = 3_600_000;
  const times = options.ended === true ? { notBefore: new Date(Date.now() - 2 * hour), notAfter: new Date(Date.now() - hour) } : {};
  const user = ca.issue({ commonName: "Ada", ...times });
  await writeFile(join(folder, "usercert.pem"), user.cert);
  await writeFile(join(folder, "userkey.pem"), options.passphrase === undefined ? user.key : user.encryptedKey(options.passphrase));
  await chmod(join(folder, "userkey.pem"), options.mode ?? 0o400);
}

describe("log-in", () => {
  test("login, whoami, token, logout", async () => {
    expect(await run(["whoami", "--client", "pub"])).toMatchObject({ code: 3, stderr: expect.stringContaining('Run "cern-auth login"') });
    const login = await run(["login", "--client", "pub"]);
    expect(login).toMatchObject({ code: 0, stdout: "" });
    expect(login.stderr).toContain(`Open ${server.url}/device and enter the code ABCD-EFGH`);
    expect(login.stderr).toContain("is renewed by itself");
    const count = server.requests.length;
    expect(JSON.parse((await run(["whoami", "--client", "pub"])).stdout)).toMatchObject({
      username: "ada",
      client: "pub",
      audiences: ["pub"],
      renewable: true,
      problems: [],
    });
    expect(await run(["token", "--client", "pub"])).toMatchObject({ code: 0, stdout: `${jwt()}\n` });
    expect(server.requests).toHaveLength(count);
    expect(await run(["token", "--audience", "oms"], { env: { ...env, SSO_CLIENT_ID: "pub" } })).toMatchObject({
      stdout: "exchanged-oms\n",
    });
    const path = join(folder, "token.txt");
    await run(["token", "--client", "pub", "--output", path]);
    expect([await readFile(path, "utf8"), (await stat(path)).mode & 0o777]).toEqual([`${jwt()}\n`, 0o600]);
    expect(await run(["logout", "--client", "pub"])).toMatchObject({ code: 0, stderr: "logged out\n" });
    expect((await run(["token", "--client", "pub"])).code).toBe(3);
  });

  test("of a client with its secret", async () => {
    const both = { ...env, SSO_CLIENT_ID: "app", SSO_CLIENT_SECRET: "s3cret-value" };
    expect(await run(["token", "--audience", "oms"], { env: both })).toMatchObject({ code: 0, stdout: "api-oms\n" });
    expect((await run(["token"], { env: both })).code).toBe(2);
  });

  test("denied; without a client; options that do not go together", async () => {
    denied = true;
    expect(await run(["login", "--client", "pub"])).toMatchObject({ code: 3, stderr: expect.stringContaining("The log-in was denied") });
    expect(await run(["login"])).toMatchObject({ code: 3, stderr: expect.stringContaining("SSO_CLIENT_ID") });
    expect((await run(["login", "--client", "pub", "--browser", "--device"])).code).toBe(2);
    expect((await run(["logn"])).code).toBe(2);
  });
});

describe("cookie", () => {
  test("with a password from a file, from standard input and from the prompt", async () => {
    const sso = await startSso();
    try {
      const args = ["--auth-url", sso.authUrl, "cookie", `${sso.site.url}/protected`, "--username", "ada"];
      const file = join(folder, "password");
      await writeFile(file, "Pass&wörd 1\n", { mode: 0o600 });
      const { stdout, code } = await run([...args, "--password-file", file]);
      expect(code).toBe(0);
      expect(sso.accepts(stdout.trim())).toBe(true);
      expect(sso.accepts((await run([...args, "--password-file", "-"], { input: "Pass&wörd 1\n" })).stdout)).toBe(true);
      const terminal = new FakeTerminal();
      const asked = run(args, { tty: true, stdin: terminal });
      terminal.write("Pass&wörd 1\r");
      const output = await asked;
      expect(output.stderr).toContain("Password of ada: ");
      expect(output.stderr).not.toContain("Pass&");
      const path = join(folder, "cookies.txt");
      expect(await run([...args, "--password-file", file, "--output", path])).toMatchObject({ code: 0, stdout: "" });
      expect((await readCookieFile(path)).map(({ name }) => name)).toContain("app_session");
      expect(await run(args)).toMatchObject({ code: 3, stderr: expect.stringContaining("No password") });
    } finally {
      await sso.stop();
    }
  });

  test("the way to log in has to be clear", async () => {
    const site = "https://site.invalid/";
    for (const more of [
      [],
      ["--username", "a", "--kerberos"],
      ["--auth", "password"],
      ["--username", "a", "--password-fd", "x"],
      ["--username", "a", "--auth", "certificate"],
    ]) {
      expect((await run(["cookie", site, ...more])).code).toBe(2);
    }
    expect(await run(["cookie", site, "--auth", "certificate"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("usercert.pem and userkey.pem are not both"),
    });
    expect(await run(["cookie", site, "--kerberos"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("needs the package kerberos"),
    });
  });
});

describe("certificates", () => {
  test("certificate finds, checks and describes", async () => {
    await userCertificate();
    const { stdout, code } = await run(["certificate"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      subject: "/O=Test/CN=Ada",
      key: "rsa 2048 bits",
      seconds_left: expect.any(Number),
      warnings: [],
    });
    expect(stdout).not.toContain("PRIVATE");
  });

  test("an encrypted key: the passphrase is asked for, only when it is needed", async () => {
    await userCertificate({ passphrase: "open sesame" });
    const terminal = new FakeTerminal();
    const asked = run(["certificate", "--format", "json"], { tty: true, stdin: terminal });
    terminal.write("open sesame\r");
    expect((await asked).code).toBe(0);
    expect((await run(["certificate", "--passphrase-file", "-"], { input: "other words\n" })).stderr).toContain("passphrase is wrong");
  });

  test("world-readable, ended and missing ones", async () => {
    expect((await run(["certificate"])).stderr).toContain("are not both in");
    await userCertificate({ mode: 0o644 });
    expect(await run(["certificate"])).toMatchObject({ code: 1, stderr: expect.stringContaining("chmod 400") });
    await rm(join(folder, "userkey.pem"));
    await userCertificate({ ended: true });
    expect(await run(["certificate"])).toMatchObject({ code: 1, stderr: expect.stringContaining("ended on") });
  });

  test("proxy create and show", async () => {
    await userCertificate();
    const made = await run(["proxy", "create", "--lifetime", "30m", "--path-length", "1", "--limited"]);
    expect(made).toMatchObject({ code: 0, stdout: "" });
    expect(made.stderr).toContain(`wrote ${join(folder, "x509up")}, a proxy of /O=Test/CN=Ada, good until`);
    expect((await stat(join(folder, "x509up"))).mode & 0o777).toBe(0o600);
    // A second one replaces it: it is made from the certificate again.
    expect((await run(["proxy", "create", "--limited", "--path-length", "0"])).code).toBe(0);
    const shown = JSON.parse((await run(["proxy", "show"])).stdout) as Record<string, unknown>;
    expect(shown).toMatchObject({ identity: "/O=Test/CN=Ada", proxy: "limited", path_length: 0, chain: 2 });
    expect(await run(["proxy", "create", "--certificate", join(folder, "x509up"), "--output", join(folder, "second")])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("path length 0"),
    });
    expect((await run(["proxy", "create", "--lifetime", "soon"])).code).toBe(2);
    expect((await run(["proxy", "show", join(folder, "none")])).stderr).toContain("does not exist");
  });

  test("a proxy that has ended is described, and the exit code says so", async () => {
    const hour = 3_600_000;
    const user = ca.issue({ commonName: "Ada", notBefore: new Date(Date.now() - 9 * hour) });
    const old = await createProxyCertificate({ cert: user.cert, key: user.key }, { lifetime: "1h", now: () => Date.now() - 5 * hour });
    await old.save(join(folder, "x509up"));
    expect(describeCertificate(old.cert).validTo.getTime()).toBeLessThan(Date.now());
    const { code, stdout, stderr } = await run(["proxy", "show"]);
    expect([code, (JSON.parse(stdout) as { seconds_left: number }).seconds_left]).toEqual([1, 0]);
    expect(stderr).toContain("ended on");
  });
});

describe("explain", () => {
  test("a token from standard input, a file, and, with a warning, the command line", async () => {
    const fine = await run(["explain", "--audience", "pub"], { input: `${jwt()}\n` });
    expect(fine.code).toBe(0);
    expect(JSON.parse(fine.stdout)).toMatchObject({ username: "ada", audiences: ["pub"], problems: [] });
    const path = join(folder, "token");
    await writeFile(path, jwt(), { mode: 0o600 });
    expect((await run(["explain", "--file", path])).code).toBe(0);
    const shown = await run(["explain", jwt()]);
    expect(shown).toMatchObject({ code: 0, stderr: expect.stringContaining("can be read by every user") });
  });

  test("what is wrong ends with 3, after the description", async () => {
    const other = await run(["explain", "-", "--audience", "oms"], { input: jwt() });
    expect(other).toMatchObject({ code: 3, stderr: expect.stringContaining('for "pub", not for "oms"') });
    expect(JSON.parse(other.stdout)).toMatchObject({ audiences: ["pub"] });
    const none = await run(["explain"], { input: "opaque-secret-token" });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("no JSON Web Token") });
    expect(none.stderr).not.toContain("opaque-secret-token");
  });
});

test("help and completion", async () => {
  const help = await run(["--help"]);
  for (const name of ["login", "token", "cookie", "certificate", "proxy", "whoami", "explain", "logout"])
    expect(help.stdout).toContain(name);
  expect((await run(["completion", "bash"])).stdout).toContain("cern-auth");
});
