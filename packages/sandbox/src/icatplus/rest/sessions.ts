import { randomUUID } from "node:crypto";
import { proposalKey } from "../catalogue/names.ts";
import { millisecondsOf } from "../catalogue/times.ts";
import type { Investigation } from "../catalogue/types.ts";
import type { IcatPlusUser } from "../options.ts";
import { defaultUsers } from "../world/people.ts";

/** Ways to log in. */
export const plugins: readonly string[] = ["esrf", "db", "ldap"];

export interface Session {
  readonly id: string;
  readonly user: IcatPlusUser;
  readonly plugin: string;
  /** Milliseconds since the Unix epoch. */
  ends: number;
}

/** Who is logged in, and what each may see. */
export class Sessions {
  readonly #users: readonly IcatPlusUser[];
  readonly #minutes: number;
  readonly #sessions = new Map<string, Session>();

  constructor(users: readonly IcatPlusUser[], minutes: number) {
    // A user of the options goes before the one of that name in the README.
    this.#users = [...users, ...defaultUsers.filter(({ name }) => !users.some((user) => user.name === name))];
    this.#minutes = minutes;
  }

  get users(): readonly IcatPlusUser[] {
    return this.#users;
  }

  get minutes(): number {
    return this.#minutes;
  }

  /** By name and password, or by the password alone: a token. */
  logIn(plugin: string, password: string, name?: string): Session | undefined {
    const user = this.#users.find(
      (one) =>
        one.password === password && (name === undefined || name === "" || one.name === name) && (one.plugins ?? plugins).includes(plugin),
    );
    return user === undefined ? undefined : this.open(user, plugin);
  }

  open(user: IcatPlusUser, plugin = user.plugins?.[0] ?? "esrf"): Session {
    const session: Session = { id: randomUUID(), user, plugin, ends: Date.now() + this.#minutes * 60_000 };
    this.#sessions.set(session.id, session);
    return session;
  }

  get(id: string): Session | undefined {
    const found = this.#sessions.get(id);
    if (found === undefined || found.ends > Date.now()) return found;
    this.#sessions.delete(id);
    return undefined;
  }

  refresh(session: Session): void {
    session.ends = Date.now() + this.#minutes * 60_000;
  }

  end(id: string): boolean {
    return this.#sessions.delete(id);
  }

  endAll(): void {
    this.#sessions.clear();
  }
}

/** Whether the user takes part in an investigation. */
export function participates({ name, proposals = [] }: IcatPlusUser, investigation: Investigation): boolean {
  const key = proposalKey(investigation.name);
  return investigation.participants.some(({ user }) => user === name) || proposals.some((proposal) => proposalKey(proposal) === key);
}

export function isScientist({ instruments = [] }: IcatPlusUser, instrument: string): boolean {
  return instruments.some((name) => name.toLowerCase() === instrument.toLowerCase());
}

export function isReleased({ releaseDate, doi }: Investigation): boolean {
  return doi !== undefined && releaseDate !== undefined && millisecondsOf(releaseDate) <= Date.now();
}

/** Whether the user may change what belongs to an investigation: its e-logbook, its parcels. */
export function mayWrite(user: IcatPlusUser, investigation: Investigation): boolean {
  return user.administrator === true || isScientist(user, investigation.instrument) || participates(user, investigation);
}

/** Whether the user may see the data of an investigation. */
export function mayRead(user: IcatPlusUser, investigation: Investigation): boolean {
  return mayWrite(user, investigation) || isReleased(investigation);
}
