import { randomBytes } from "node:crypto";

/** Opaque access tokens, as the service issues them: each is good until its time is over or it is ended. */
export class Tokens {
  readonly #good = new Map<string, number>();
  #issued = 0;

  /** A new token; `lifetime` in seconds. */
  issue(lifetime: number): string {
    const token = randomBytes(32).toString("base64url");
    this.#good.set(token, Date.now() + lifetime * 1000);
    this.#issued++;
    return token;
  }

  check(token: string): "good" | "expired" | "unknown" {
    const end = this.#good.get(token);
    if (end === undefined) return "unknown";
    return end > Date.now() ? "good" : "expired";
  }

  /** Lets the time of one token be over. */
  end(token: string): void {
    if (this.#good.has(token)) this.#good.set(token, 0);
  }

  endAll(): void {
    for (const token of this.#good.keys()) this.#good.set(token, 0);
  }

  get issued(): number {
    return this.#issued;
  }
}
