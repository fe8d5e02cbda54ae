import { createHmac } from "node:crypto";
import { SandboxError, unknown } from "../names.ts";

/** A person with an account. */
export interface RealmUser {
  readonly name: string;
  readonly password: string;
  readonly email: string;
  /** Groups that the user's tokens carry. */
  readonly egroups: readonly string[];
  /** Key of the user's one-time passwords (any text); a user without one is not asked for them. */
  readonly otpKey?: string;
  /** Further claims of the user's tokens. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The account exists, but nobody gets in. */
  readonly disabled?: boolean;
}

const period = 30;

/** Time-based one-time password (RFC 6238: SHA-1, six digits, 30 s) of the period that lies `shift` periods from now. */
function code(key: string, shift: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / period) + shift));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = (digest[19] as number) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The accounts of the realm. */
export class Users {
  readonly #users: ReadonlyMap<string, RealmUser>;
  /** Passwords are good once. */
  readonly #spent = new Set<string>();

  constructor(users: readonly RealmUser[]) {
    this.#users = new Map(users.map((user) => [user.name, user]));
  }

  find(name: string): RealmUser | undefined {
    return this.#users.get(name);
  }

  /** The user, or a SandboxError that names those there are. */
  get(name: string): RealmUser {
    const user = this.#users.get(name);
    if (user === undefined) throw new SandboxError("USAGE", unknown("user", name, [...this.#users.keys()]));
    return user;
  }

  /** The one-time password that is in force now. */
  otp(name: string): string {
    const user = this.get(name);
    if (user.otpKey === undefined) throw new SandboxError("USAGE", `user "${name}" has no one-time password`);
    return code(user.otpKey, 0);
  }

  /** Whether the one-time password is right: of this period or a neighbour, and not used yet. */
  checkOtp(user: RealmUser, given: string): boolean {
    const { otpKey } = user;
    if (otpKey === undefined) return true;
    const mark = `${user.name} ${given}`;
    if (this.#spent.has(mark) || ![-1, 0, 1].some((shift) => code(otpKey, shift) === given)) return false;
    this.#spent.add(mark);
    setTimeout(() => this.#spent.delete(mark), 3 * period * 1000).unref();
    return true;
  }
}
