type Payload = Record<string, unknown> & { grantId?: string; userCode?: string; uid?: string; consumed?: number };

interface Entry {
  readonly payload: Payload;
  readonly until: number;
}

/** What the provider remembers, in memory; entries that have run out leave when they are met. */
export class ProviderStore {
  readonly #models = new Map<string, Map<string, Entry>>();

  /** One kind of entry, in the shape that the provider asks for. */
  adapter(model: string): object {
    const entries = new Map<string, Entry>();
    this.#models.set(model, entries);
    const first = (fits: (payload: Payload) => boolean): Payload | undefined =>
      [...entries.values()].find((entry) => fits(entry.payload))?.payload;
    return {
      upsert(id: string, payload: Payload, expiresIn: number | undefined) {
        const now = Date.now();
        if (entries.size > 1000) for (const [key, entry] of entries) if (entry.until < now) entries.delete(key);
        entries.set(id, { payload, until: expiresIn === undefined ? Infinity : now + expiresIn * 1000 });
        return Promise.resolve();
      },
      find: (id: string) => Promise.resolve(entries.get(id)?.payload),
      findByUserCode: (code: string) => Promise.resolve(first((payload) => payload.userCode === code)),
      findByUid: (uid: string) => Promise.resolve(first((payload) => payload.uid === uid)),
      consume(id: string) {
        const found = entries.get(id);
        if (found !== undefined) found.payload.consumed = Math.floor(Date.now() / 1000);
        return Promise.resolve();
      },
      destroy(id: string) {
        entries.delete(id);
        return Promise.resolve();
      },
      revokeByGrantId(grantId: string) {
        for (const [key, entry] of entries) if (entry.payload.grantId === grantId) entries.delete(key);
        return Promise.resolve();
      },
    };
  }

  /** Forgets a log-in of an application, with its refresh tokens. */
  endGrant(id: string): void {
    this.#models.get("Grant")?.delete(id);
    for (const [key, entry] of this.#models.get("RefreshToken") ?? []) {
      if (entry.payload.grantId === id) this.#models.get("RefreshToken")?.delete(key);
    }
  }

  /** Forgets the log-in of one browser. */
  endSession(id: string): void {
    this.#models.get("Session")?.delete(id);
  }

  /** Forgets log-ins and refresh tokens: everybody has to log in again. */
  endSessions(): void {
    for (const model of ["Session", "RefreshToken", "Grant"]) this.#models.get(model)?.clear();
  }
}
