import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";

/** Of Maven Central: org.keycloak:keycloak-quarkus-dist. */
const version = "26.4.0";
const cache = join(import.meta.dirname, "../../.cache");

export interface Keycloak {
  /** Of the realm. */
  readonly authUrl: string;
  stop(): Promise<void>;
}

export const password = "Pass&wörd 1";
export const secret = "app-secret-value";
const otpKey = "otp-key-of-otto-1234";

/** The folder of the distribution, fetched and unpacked once; a text says why it cannot be had. */
export function keycloakHome(): { readonly home: string } | { readonly missing: string } {
  if (spawnSync("java", ["-version"]).status !== 0) return { missing: "java is not installed" };
  const home = join(cache, `keycloak-${version}`);
  if (existsSync(join(home, "bin/kc.sh"))) return { home };
  mkdirSync(cache, { recursive: true });
  const zip = join(cache, `keycloak-quarkus-dist-${version}.zip`);
  if (!existsSync(zip)) {
    const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`;
    const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
    const fetched = spawnSync("mvn", ["-q", "-B", goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${cache}`], { encoding: "utf8" });
    if (fetched.status !== 0)
      return { missing: `Keycloak cannot be fetched with mvn: ${(fetched.error?.message ?? fetched.stdout).slice(0, 200)}` };
  }
  const unpacking = mkdtempSync(join(cache, "unpack-"));
  const unpacked = spawnSync("unzip", ["-q", zip, "-d", unpacking], { encoding: "utf8" });
  if (unpacked.status !== 0) return { missing: `Keycloak cannot be unpacked: ${unpacked.error?.message ?? unpacked.stderr}` };
  renameSync(join(unpacking, `keycloak-${version}`), home);
  rmSync(unpacking, { recursive: true });
  return { home };
}

/** Starts it with the realm of the tests, in memory; resolves when the realm answers. */
export async function startKeycloak(home: string): Promise<Keycloak> {
  const port = await freePort();
  mkdirSync(join(home, "data/import"), { recursive: true });
  writeFileSync(join(home, "data/import/cern-realm.json"), JSON.stringify(realm));
  const args = [
    "start-dev",
    `--http-port=${port}`,
    "--http-host=127.0.0.1",
    "--http-relative-path=/auth",
    "--import-realm",
    "--db=dev-mem",
    "--health-enabled=false",
  ];
  const child = spawn(join(home, "bin/kc.sh"), args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, JAVA_OPTS_KC_HEAP: "-Xms128m -Xmx768m" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output = (output + chunk.toString()).slice(-8000)));
  const authUrl = `http://127.0.0.1:${port}/auth/realms/cern`;
  const ends = Date.now() + 600_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Keycloak ended with ${child.exitCode}:\n${output}`);
    if (Date.now() > ends) {
      await stop(child);
      throw new Error(`Keycloak did not start:\n${output}`);
    }
    const answer = await fetch(`${authUrl}/.well-known/openid-configuration`).catch(() => undefined);
    if (answer?.ok === true) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return { authUrl, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  // Its own group: the script and the Java that it started.
  process.kill(-child.pid, "SIGKILL");
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** The one-time password of Otto that is good now (RFC 6238). */
export function otp(): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", otpKey).update(counter).digest();
  const offset = (digest.at(-1) as number) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const audienceMapper = (client: string) => ({
  name: `audience ${client}`,
  protocol: "openid-connect",
  protocolMapper: "oidc-audience-mapper",
  config: { "included.client.audience": client, "access.token.claim": "true", "id.token.claim": "false" },
});
const user = (username: string, more: object = {}) => ({
  username,
  enabled: true,
  email: `${username}@cern.ch`,
  emailVerified: true,
  firstName: username,
  lastName: "Test",
  credentials: [{ type: "password", value: password }],
  ...more,
});
const totp = {
  type: "otp",
  secretData: JSON.stringify({ value: otpKey }),
  credentialData: JSON.stringify({ subType: "totp", digits: 6, counter: 0, period: 30, algorithm: "HmacSHA1" }),
};
const site = (clientId: string, more: object = {}) => ({
  clientId,
  secret,
  enabled: true,
  redirectUris: ["*"],
  standardFlowEnabled: true,
  ...more,
});

const realm = {
  realm: "cern",
  enabled: true,
  sslRequired: "none",
  oauth2DevicePollingInterval: 1,
  users: [
    user("ada"),
    user("otto", { credentials: [{ type: "password", value: password }, totp] }),
    user("carl", { enabled: false }),
    user("paula", { requiredActions: ["UPDATE_PASSWORD"] }),
  ],
  clients: [
    { clientId: "cmsoms-prod", enabled: true, secret, standardFlowEnabled: false, serviceAccountsEnabled: true },
    {
      clientId: "app",
      enabled: true,
      secret,
      standardFlowEnabled: false,
      serviceAccountsEnabled: true,
      attributes: { "standard.token.exchange.enabled": "true" },
      protocolMappers: [audienceMapper("cmsoms-prod")],
    },
    {
      clientId: "public-app",
      enabled: true,
      publicClient: true,
      standardFlowEnabled: true,
      redirectUris: ["http://127.0.0.1/*"],
      attributes: { "oauth2.device.authorization.grant.enabled": "true", "pkce.code.challenge.method": "S256" },
      protocolMappers: [audienceMapper("app")],
    },
    site("site"),
    site("consent-site", { consentRequired: true }),
  ],
};
