import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, startServer, type TestServer } from "@sci/http-core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { command } from "./support/command.ts";

let server: TestServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oms-login-"));
  server = await startServer((request) => {
    if (request.path === "/realm/api-access/token") {
      const form = Object.fromEntries(request.form);
      return form["client_secret"] === "s3cret"
        ? json({ access_token: `token for ${form["audience"]}`.replaceAll(" ", "-"), expires_in: 600 })
        : json({ error: "unauthorized_client" }, { status: 401 });
    }
    if (request.path.endsWith("/auth/device"))
      return json({
        device_code: "d",
        user_code: "ABCD-EFGH",
        verification_uri: "https://auth.cern.ch/device",
        expires_in: 600,
        interval: 5,
      });
    return json({
      data: [
        {
          id: "1",
          type: "runs",
          attributes: { authorization: request.headers["authorization"] ?? null, cookie: request.headers["cookie"] ?? null },
        },
      ],
      meta: { totalResourceCount: 1 },
    });
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const seen = (stdout: string) => JSON.parse(stdout) as { authorization: string | null; cookie: string | null };

describe("log-in of the command", () => {
  it("uses client credentials that are set, for the audience named", async () => {
    const env = { SSO_CLIENT_ID: "id", SSO_CLIENT_SECRET: "s3cret", CERN_AUTH_URL: `${server.url}/realm` };
    expect(seen((await command(server.url, ["run", "1"], { env })).stdout).authorization).toBe("Bearer token-for-cmsoms-prod");
    expect(
      seen((await command(server.url, ["--auth", "token", "--audience", "cmsoms-int", "run", "1"], { env })).stdout).authorization,
    ).toBe("Bearer token-for-cmsoms-int");
    expect(seen((await command(server.url, ["--auth", "none", "run", "1"], { env })).stdout).authorization).toBeNull();
  });

  it("never shows a secret", async () => {
    const env = { SSO_CLIENT_ID: "id", SSO_CLIENT_SECRET: "wr0ng-secret", CERN_AUTH_URL: `${server.url}/realm` };
    const { code, stdout, stderr } = await command(server.url, ["--verbose", "run", "1"], { env });
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/unauthorized_client/);
    expect(stderr).not.toContain("wr0ng");
  });

  it("takes cookies out of a file, for their site only", async () => {
    const file = join(folder, "cookies.txt");
    await writeFile(file, "# Netscape HTTP Cookie File\n#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t0\tmod_auth_openidc_session\tabc\n", {
      mode: 0o600,
    });
    expect(seen((await command(server.url, ["--auth", "cookie-file", "--cookie-file", file, "run", "1"])).stdout).cookie).toBe(
      "mod_auth_openidc_session=abc",
    );
    await writeFile(file, "# Netscape HTTP Cookie File\nelsewhere.example\tFALSE\t/\tFALSE\t0\ta\tb\n", { mode: 0o600 });
    const other = await command(server.url, ["--auth", "cookie-file", "--cookie-file", file, "run", "1"]);
    expect(other.code).toBe(3);
    expect(other.stderr).toMatch(/has no cookie for/);
  });

  it.each([["device"], ["browser"]])("by %s is refused where nobody can be asked", async (kind) => {
    const env = { XDG_CONFIG_HOME: folder, CERN_AUTH_URL: `${server.url}/realm` };
    const { code, stderr } = await command(server.url, ["--auth", kind, "run", "1"], { env });
    expect(stderr).toMatch(`--auth ${kind} needs a terminal, or a log-in that is kept`);
    expect(code).toBe(3);
  });

  it("by certificate or password says what is missing", async () => {
    const env = { CERN_CERTIFICATE_PATH: join(folder, "none"), HOME: folder, CERN_AUTH_URL: `${server.url}/realm` };
    const certificate = await command(server.url, ["--auth", "certificate", "run", "1"], { env });
    expect(certificate.code).not.toBe(0);
    expect(certificate.stderr).toMatch(/certificate/i);
    const password = await command(server.url, ["--auth", "password", "--user", "ada", "run", "1"], { env });
    expect(password.code).toBe(3);
    expect(password.stderr).toMatch(/No password: give it in a file or on standard input/);
  });
});
