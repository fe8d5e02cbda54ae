import type { Moment } from "../rest/types.ts";
import { type Asked, asked, instant, localDay } from "./moment.ts";

/** What is needed to choose among sessions. */
export interface SessionDates {
  readonly id?: number | string | null;
  /** ISO 8601; without a zone it is local. */
  readonly startDate?: string | null;
  /** Absent while the session is open-ended. */
  readonly endDate?: string | null;
}

export interface SelectOptions {
  /** A day alone means the start of the session that starts on it, else 08:00 local time. @default now */
  readonly date?: Moment;
  /** Whether sessions without an end are taken. @default true */
  readonly allowOpenEnded?: boolean;
  /** The clock. @default the machine's */
  readonly now?: () => Date;
}

interface Session<T> {
  readonly given: T;
  readonly start: number;
  /** Of an open-ended session, the start of the next one, or never. */
  readonly end: number;
  readonly open: boolean;
}

/** Ids count as numbers where they are. */
function byId(a: SessionDates, b: SessionDates): number {
  const [one, other] = [Number(a.id), Number(b.id)];
  if (!Number.isNaN(one) && !Number.isNaN(other)) return one - other;
  return String(a.id) < String(b.id) ? -1 : String(a.id) > String(b.id) ? 1 : 0;
}

function sessionsOf<T extends SessionDates>(investigations: readonly T[], allowOpenEnded: boolean): readonly Session<T>[] {
  const dated = investigations
    .map((given) => ({ given, start: instant(given.startDate), end: instant(given.endDate) }))
    .filter((one): one is typeof one & { start: number } => one.start !== undefined && (allowOpenEnded || one.end !== undefined))
    .sort((a, b) => byId(a.given, b.given));
  const byStart = [...dated].sort((a, b) => a.start - b.start);
  return dated.map((one) => {
    const next = byStart[byStart.indexOf(one) + 1];
    return { given: one.given, start: one.start, end: one.end ?? next?.start ?? Infinity, open: one.end === undefined };
  });
}

const contains = <T>({ start, end }: Session<T>, at: number): boolean => start <= at && at < end;

const distance = <T>({ start, end }: Session<T>, at: number): number => Math.min(Math.abs(at - start), Math.abs(at - end));

function instantIn<T>(when: Asked, sessions: readonly Session<T>[]): number {
  if ("instant" in when) return when.instant;
  const starting = sessions.filter(({ start }) => localDay(start) === when.day).at(-1);
  return starting?.start ?? (instant(`${when.day}T08:00:00`) as number);
}

/**
 * The session that a date belongs to, the way the original chooses: a closed session that contains it, else an open-ended one that
 * contains it (it ends where the next one starts), else the one whose start or end is nearest; among several the one with the highest id.
 * A single session is taken whatever the date.
 * @throws INVALID_ARGUMENT for what is no date
 */
export function selectInvestigation<T extends SessionDates>(investigations: readonly T[], options: SelectOptions = {}): T | undefined {
  const { date, allowOpenEnded = true, now } = options;
  const when = asked(date, now);
  const sessions = sessionsOf(investigations, allowOpenEnded);
  if (sessions.length <= 1) return sessions[0]?.given;
  const at = instantIn(when, sessions);
  const containing = sessions.filter((session) => contains(session, at));
  const found = containing.filter(({ open }) => !open).at(-1) ?? containing.at(-1);
  if (found !== undefined) return found.given;
  return sessions.reduce((best, session) => (distance(session, at) <= distance(best, at) ? session : best)).given;
}
