import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { checkNames, SciError } from "@sci/http-core";
import { alone, keepToken } from "./agent.ts";
import { ctaLogin } from "./login.ts";
import { type CtaLoginOptions, loginOptionNames, loginPlace } from "./login-options.ts";
import { readProfileFile } from "./profile-files.ts";

export interface StartAgentOptions extends CtaLoginOptions {
  readonly signal?: AbortSignal;
}

/** A running agent. */
export interface Agent {
  readonly pid: number;
  /** The file that it keeps fresh. */
  readonly tokenFile: string;
}

/** The command runs the agent in a process of its own. Built, it lies beside the library's files. */
const places = ["./cli/direct.js", "../cli/direct.js"];

/**
 * Logs in where needed, writes the token file of the profile, and starts a process that keeps it fresh after this one has ended, as the
 * original does. Nothing secret stands in its arguments: it reads the profile. Resolves when it keeps the file.
 * @throws CONFLICT while an agent of this package runs; as ctaLogin(); SERVICE_ERROR with the agent's own words when it ends at once
 */
export async function startAgent(options: StartAgentOptions = {}): Promise<Agent> {
  checkNames(options, [...loginOptionNames, "signal"], "option of startAgent()");
  const { signal, ...login } = options;
  const place = loginPlace(login, process.env);
  const token = await ctaLogin(login).token(signal === undefined ? {} : { signal });
  await alone(place, async () => keepToken(place, token.access_token));
  const program = places.map((one) => fileURLToPath(new URL(one, import.meta.url))).find((path) => existsSync(path));
  if (program === undefined)
    throw new SciError("FILE", "The command cta-data-direct is not beside this library: install the package as a whole.");
  const { dev, issuer, clientId } = place.instance;
  const child = spawn(
    process.execPath,
    [program, ...(dev ? ["--dev"] : []), "start-agent", "--foreground", "--profile", place.profile.folder],
    {
      detached: true,
      windowsHide: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: { ...process.env, CTADATA_ISSUER: issuer, CTADATA_CLIENT_ID: clientId },
    },
  );
  const pid = await ready(child, async () => (await readProfileFile(place.profile.log))?.text.trim());
  return { pid, tokenFile: place.profile.token };
}

async function ready(child: ReturnType<typeof spawn>, log: () => Promise<string | undefined>): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("error", (cause) => reject(new SciError("SERVICE_ERROR", `The agent could not be started: ${cause.message}`, { cause })));
      child.once("exit", (code) => {
        void log().then(
          (text) => reject(new SciError("SERVICE_ERROR", `The agent ended at once (${code ?? "killed"}): ${text ?? "it left no word"}`)),
          reject,
        );
      });
    });
    return child.pid as number;
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}
