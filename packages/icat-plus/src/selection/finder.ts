import type { Moment } from "../rest/types.ts";
import { selectInvestigation, type SessionDates } from "./select.ts";

/** Asks the service for the sessions of a proposal at a beamline. */
export type FetchSessions<T> = (
  query: { readonly beamline: string; readonly proposal: string },
  signal?: AbortSignal,
) => Promise<readonly T[]>;

export interface SessionFinderOptions<T> {
  readonly fetch: FetchSessions<T>;
  /** Milliseconds that an answer is kept; 0 asks each time. @default 60_000 */
  readonly lifetime?: number;
  /** The clock. @default the machine's */
  readonly now?: () => Date;
}

export interface FindOptions {
  readonly beamline: string;
  readonly proposal: string;
  /** @default now, when it is asked */
  readonly date?: Moment;
  /** @default true */
  readonly allowOpenEnded?: boolean;
  readonly signal?: AbortSignal;
}

/** Finds sessions; answers are kept for a while, and whoever asks meanwhile waits for the same one. */
export interface SessionFinder<T> {
  /** @returns undefined where there is no such session. @throws what the question threw: nothing stale is given instead */
  find(options: FindOptions): Promise<T | undefined>;
  /** Forgets what is kept, as after a session was started. */
  forget(): void;
}

interface Kept<T> {
  readonly sessions: readonly T[];
  readonly until: number;
}

/** How many proposals are kept at most. */
const MOST = 100;

/** Makes a finder. */
export function createSessionFinder<T extends SessionDates>(options: SessionFinderOptions<T>): SessionFinder<T> {
  const { fetch, lifetime = 60_000, now = () => new Date() } = options;
  const kept = new Map<string, Kept<T>>();
  const asking = new Map<string, Promise<readonly T[]>>();
  let generation = 0;

  async function sessionsOf(key: string, find: FindOptions): Promise<readonly T[]> {
    const known = kept.get(key);
    if (known !== undefined && now().getTime() < known.until) return known.sessions;
    // A question that its caller can give up is that caller's alone.
    if (find.signal !== undefined) return ask(key, find);
    let running = asking.get(key);
    if (running === undefined) {
      running = ask(key, find).finally(() => asking.delete(key));
      asking.set(key, running);
    }
    return running;
  }

  async function ask(key: string, { beamline, proposal, signal }: FindOptions): Promise<readonly T[]> {
    const asked = generation;
    const sessions = await fetch({ beamline, proposal }, signal);
    // A proposal without sessions gets its first one soon.
    if (lifetime > 0 && sessions.length > 0 && asked === generation) {
      kept.delete(key);
      kept.set(key, { sessions, until: now().getTime() + lifetime });
      const oldest = kept.keys().next();
      if (kept.size > MOST && oldest.done !== true) kept.delete(oldest.value);
    }
    return sessions;
  }

  return {
    async find(find) {
      const { beamline, proposal, date, allowOpenEnded } = find;
      const sessions = await sessionsOf(JSON.stringify([beamline, proposal]), find);
      return selectInvestigation(sessions, {
        now,
        ...(date === undefined ? {} : { date }),
        ...(allowOpenEnded === undefined ? {} : { allowOpenEnded }),
      });
    },
    forget() {
      generation += 1;
      kept.clear();
      asking.clear();
    },
  };
}
