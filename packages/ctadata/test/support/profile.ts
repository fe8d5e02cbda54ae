import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RecordedExchange, replay, type Replay, withEnvironment } from "@sci/http-core/testing";
import { withFolder } from "./folder.ts";
import { recordedCase } from "./recorded.ts";
import { noEnvironment } from "./replayed.ts";

export const secret = "client-secret-1";

/** A profile folder as the original leaves it. */
export async function withProfile<T>(use: (profile: string) => Promise<T>, given: string | null = secret, dev = false): Promise<T> {
  return withFolder(async (folder) => {
    const profile = join(folder, ".config", "cta-data");
    await mkdir(profile, { recursive: true });
    if (given !== null)
      await writeFile(join(profile, `secret${dev ? "-dev" : ""}`), Buffer.from(given).toString("base64"), { mode: 0o600 });
    return use(profile);
  });
}

export async function fileOf(profile: string, name: string): Promise<{ readonly text: string; readonly mode: string }> {
  const path = join(profile, name);
  return { text: await readFile(path, "utf8"), mode: ((await stat(path)).mode & 0o777).toString(8) };
}

/** Keeps a log-in in the profile, as a log-in before left it. */
export async function keepLogin(profile: string, key: string, token: object): Promise<void> {
  await writeFile(join(profile, "tokens.json"), JSON.stringify({ version: 1, tokens: { [key]: token } }), { mode: 0o600 });
}

/** The recorded answers of an issuer, whose configuration is read once here, and whose codes may be asked about at once. */
export function issuerExchanges(id: string): RecordedExchange[] {
  const text = JSON.stringify(recordedCase("oidc-agent", id).exchanges)
    .replaceAll("https://<issuer-host>", "<base>")
    .replaceAll('"interval":1', '"interval":0.01');
  let configured = false;
  return (JSON.parse(text) as RecordedExchange[]).filter(({ request }) => {
    const configuration = request.path.endsWith("/openid-configuration");
    const wanted = !configuration || !configured;
    configured ||= configuration;
    return wanted;
  });
}

export const configuration = (): RecordedExchange => issuerExchanges("device-flow/pending-then-token")[0] as RecordedExchange;

/** Plays the issuer of a log-in: CTADATA_ISSUER points at it, with the slash at its end that the original's has. */
export async function withIssuer<T>(
  exchanges: readonly RecordedExchange[],
  use: (issuer: string, server: Replay) => Promise<T>,
): Promise<T> {
  const server = await replay(exchanges);
  try {
    return await withEnvironment({ ...noEnvironment, CTADATA_ISSUER: `${server.url}/realms/master/` }, async () => {
      const value = await use(`${server.url}/realms/master`, server);
      server.done();
      return value;
    });
  } finally {
    await server.stop();
  }
}
