/** What a facility received and how it ended. Holds no credential: of an `Authorization` header only its kind is kept, of a form only its public fields. */
export interface ReceivedRequest {
  /** Counts from 1 over all facilities. */
  readonly id: number;
  readonly facility: string;
  readonly method: string;
  readonly path: string;
  /** Query without values that may be secret. */
  readonly query: string;
  readonly contentType: string | undefined;
  readonly userAgent: string | undefined;
  /** `Bearer`, `Basic` or another kind of the `Authorization` header. */
  readonly authorization: string | undefined;
  readonly cookies: boolean;
  /** The JSON body where there is one of at most 16 KiB (never for log-in requests). */
  readonly json: unknown;
  /** Bytes of the body that were read. */
  bodyBytes: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Status that was answered; undefined while the answer is under way or when the connection ended before one. */
  status: number | undefined;
  /** Kinds of the faults applied. */
  faults: string[];
}

/** The latest requests of all facilities, oldest first. */
export class RequestLog {
  readonly #limit: number;
  #entries: ReceivedRequest[] = [];
  #count = 0;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  add(entry: Omit<ReceivedRequest, "id">): ReceivedRequest {
    const kept: ReceivedRequest = { ...entry, id: ++this.#count };
    this.#entries.push(kept);
    if (this.#entries.length > 2 * this.#limit) this.#entries = this.#entries.slice(-this.#limit);
    return kept;
  }

  /** A copy of the entries kept: at most the latest 1,000. */
  list(): ReceivedRequest[] {
    return this.#entries.slice(-this.#limit).map((entry) => ({ ...entry, faults: [...entry.faults] }));
  }

  /** Requests received since the start, or since `clear()`. */
  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#entries = [];
    this.#count = 0;
  }
}
