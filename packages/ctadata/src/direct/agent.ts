import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { checkInteger, checkNames, isSciError, SciError } from "@sci/http-core";
import { secretFolder, withFileLock, type FileLock } from "@sci/http-core/node";
import { ctaLogin } from "./login.ts";
import { type CtaLoginOptions, loginOptionNames, loginPlace, type LoginPlace } from "./login-options.ts";
import { readProfileFile, removeProfileFile, writeProfileFile, writeTokenFile } from "./profile-files.ts";

export interface RunAgentOptions extends CtaLoginOptions {
  /** Ends the agent. */
  readonly signal?: AbortSignal;
  /** Called once the token file is there and the agent alone keeps it. */
  readonly onReady?: () => void;
  /** Milliseconds between two looks at the stop file. @default 1000 */
  readonly interval?: number;
}

/** Why an agent ended. */
export type AgentEnd = "stop requested" | "aborted" | "replaced";

/** Seconds at most between two renewals, as in the original. */
const longest = 300_000;

/**
 * Keeps the token file of the profile fresh, in this process, until it is asked to stop. Any number of hosts may share the profile:
 * one agent at a time keeps it. A renewal that fails is tried again; what is wrong stands in agent.log meanwhile.
 * @throws NOT_AUTHENTICATED, MISSING_CREDENTIALS when only a new log-in helps; CONFLICT while another agent runs; FILE
 */
export async function runAgent(options: RunAgentOptions = {}): Promise<AgentEnd> {
  checkNames(options, [...loginOptionNames, "signal", "onReady", "interval"], "option of runAgent()");
  const { signal, onReady, interval = 1000, ...login } = options;
  checkInteger(interval, "interval", { min: 1 });
  const place = loginPlace(login, process.env);
  await secretFolder({ path: place.profile.agent, what: "agent's lock" });
  return alone(place, async (lock) => {
    // Left behind by a request that no agent was there to see.
    await removeProfileFile(place.profile.stop);
    return keepFresh({ ...login, renewAhead: longest / 2 }, place, { lock, signal, onReady, interval });
  });
}

/** @throws CONFLICT while another agent of this package has the profile */
export async function alone<T>({ profile }: LoginPlace, work: (lock: FileLock) => Promise<T>): Promise<T> {
  let started = false;
  try {
    return await withFileLock(
      profile.agent,
      async (lock) => {
        started = true;
        return work(lock);
      },
      { wait: 500 },
    );
  } catch (error) {
    if (started || !isSciError(error, "TIMEOUT")) throw error;
    throw new SciError("CONFLICT", `An agent keeps this token fresh already. ${error.message}`, { cause: error });
  }
}

interface Keeping {
  readonly lock: FileLock;
  readonly signal: AbortSignal | undefined;
  readonly onReady: (() => void) | undefined;
  readonly interval: number;
}

async function keepFresh(options: CtaLoginOptions, place: LoginPlace, { lock, signal, onReady, interval }: Keeping): Promise<AgentEnd> {
  const { profile } = place;
  const provider = ctaLogin(options);
  const due = new Renewals(longest);
  let ready = false;
  for (;;) {
    if (isAborted(signal)) return "aborted";
    if (existsSync(profile.stop)) {
      await removeProfileFile(profile.stop);
      return "stop requested";
    }
    if (due.now()) {
      try {
        if (!(await lock.held())) return "replaced";
        const token = await provider.token(signal === undefined ? {} : { signal });
        await keepToken(place, token.access_token);
        due.renewed(token.expires_at);
        if (!ready) onReady?.();
        ready = true;
      } catch (error) {
        if (isAborted(signal)) return "aborted";
        await writeProfileFile(profile.log, "agent's log", `${new Date().toISOString()} ${(error as Error).message}\n`);
        if (!ready || isSciError(error, "NOT_AUTHENTICATED", "MISSING_CREDENTIALS")) throw error;
        due.failed();
      }
    }
    await pause(interval, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

/** When the token is to be renewed: at half of what is left of its life, every five minutes at least. */
class Renewals {
  #at = 0;
  #failures = 0;
  readonly #longest: number;

  constructor(most: number) {
    this.#longest = most;
  }

  now(): boolean {
    return Date.now() >= this.#at;
  }

  renewed(expiresAt: number | undefined): void {
    this.#failures = 0;
    const left = expiresAt === undefined ? Infinity : expiresAt - Date.now();
    this.#at = Date.now() + Math.max(1000, Math.min(this.#longest, left / 2));
  }

  failed(): void {
    this.#failures += 1;
    this.#at = Date.now() + Math.min(this.#longest, 5000 * 2 ** Math.min(this.#failures, 6));
  }
}

/** Nothing is written while the file is right: others watch its time. */
export async function keepToken({ profile }: LoginPlace, token: string): Promise<void> {
  const found = await readProfileFile(profile.token);
  if (found?.text !== `${token}\n`) await writeTokenFile(profile, token);
}

export interface StopAgentOptions {
  readonly dev?: boolean;
  readonly profile?: string;
  /** Milliseconds to wait for an agent of this package to end; 0 only asks. @default 5000 */
  readonly wait?: number;
}

/**
 * Asks the agents of the profile to end, by the file that the original looks for as well. Gives whether an agent of this package was
 * seen to end: one of the original, or one on a host that sleeps, ends without a sign.
 * @throws INVALID_ARGUMENT, FILE
 */
export async function stopAgent(options: StopAgentOptions = {}): Promise<{ readonly seenToEnd: boolean }> {
  checkNames(options, ["dev", "profile", "wait"], "option of stopAgent()");
  const { wait = 5000, ...where } = options;
  checkInteger(wait, "wait");
  const { profile } = loginPlace(where, process.env);
  const lock = `${profile.agent}.lock`;
  const running = existsSync(lock);
  await writeProfileFile(profile.stop, "request to stop", "\n");
  const end = performance.now() + wait;
  while (running && existsSync(lock) && performance.now() < end) await pause(50);
  return { seenToEnd: running && !existsSync(lock) };
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
