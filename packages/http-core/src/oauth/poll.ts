import type { TokenSet } from "../auth/token.ts";
import { isSciError } from "../errors.ts";
import { oauthErrorCode } from "./errors.ts";
import { isPassing } from "./http.ts";

export interface PollOptions {
  /** Milliseconds between two questions; "slow_down" adds 5 s for good (RFC 8628 §3.5). */
  readonly interval: number;
  /** Rejects when the log-in has no more time: the only end besides an answer. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** A connection fault doubles the interval up to this. */
const longestInterval = 60_000;

/**
 * Asks until the person has confirmed or refused. Own loop rather than openid-client's: that one starts with a wait, notices
 * an abort up to 5 s later, and ends the log-in at the first connection fault.
 */
export async function poll(ask: () => Promise<TokenSet>, { interval, wait }: PollOptions): Promise<TokenSet> {
  let pause = interval;
  for (;;) {
    await wait(pause);
    try {
      return await ask();
    } catch (error) {
      const code = oauthErrorCode(error);
      if (code === "slow_down") pause += 5000;
      else if (code === undefined && isSciError<string>(error) && isPassing(error))
        pause = Math.max(pause, Math.min(longestInterval, pause * 2));
      else if (code !== "authorization_pending") throw error;
    }
  }
}
