/** What a storage tells while it copies. */
export interface CopyProgress {
  /** Of all stripes together. */
  readonly bytes: number;
  /** Milliseconds since 1970, by the storage's clock. */
  readonly time: number | undefined;
  /** Its own word: "running", "staging" … */
  readonly state: string | undefined;
}

/** Characters of one line; longer ones are no markers. */
const longestLine = 64 * 1024;

/** Reads a report of performance markers (`Perf Marker … End`, then `success: …` or `failure: …`), cut anywhere. */
export class PerformanceMarkers {
  #rest = "";
  #failure: string | undefined;
  #success = false;
  readonly #stripes = new Map<string, number>();
  #stripe = "0";
  #time: number | undefined;
  #state: string | undefined;
  #inMarker = false;
  #any = false;
  readonly #decoder = new TextDecoder();

  write(piece: Uint8Array): CopyProgress[] {
    const lines = (this.#rest + this.#decoder.decode(piece, { stream: true })).split(/\r?\n/);
    this.#rest = (lines.pop() ?? "").slice(-longestLine);
    const found: CopyProgress[] = [];
    for (const line of lines) this.#line(line.trim(), found);
    return found;
  }

  end(): { readonly failure: string | undefined; readonly success: boolean; readonly bytes: number | undefined } {
    if (this.#rest !== "") this.#line(this.#rest.trim(), []);
    this.#rest = "";
    return { failure: this.#failure, success: this.#success, bytes: this.#any ? this.#bytes() : undefined };
  }

  #bytes(): number {
    let sum = 0;
    for (const bytes of this.#stripes.values()) sum += bytes;
    return sum;
  }

  #line(line: string, found: CopyProgress[]): void {
    const result = /^(success|failure|failed|aborted|error)\b\s*:?\s*(.*)$/i.exec(line);
    if (/^perf marker$/i.test(line)) {
      this.#inMarker = true;
      this.#stripe = "0";
      this.#state = undefined;
    } else if (/^end$/i.test(line)) {
      if (!this.#inMarker) return;
      this.#inMarker = false;
      found.push({ bytes: this.#bytes(), time: this.#time, state: this.#state });
    } else if (this.#inMarker) this.#field(line);
    else if (result !== null) {
      if ((result[1] as string).toLowerCase() === "success") this.#success = true;
      else this.#failure ??= result[2] === "" ? line : (result[2] as string);
    }
  }

  #field(line: string): void {
    const pair = /^([^:]+):\s*(.*)$/.exec(line);
    if (pair === null) return;
    const [, name = "", value = ""] = pair;
    switch (name.trim().toLowerCase()) {
      case "timestamp":
        if (/^\d+$/.test(value)) this.#time = Number(value) * 1000;
        break;
      case "stripe index":
        this.#stripe = value;
        break;
      case "stripe bytes transferred":
        if (!/^\d+$/.test(value)) break;
        this.#any = true;
        this.#stripes.set(this.#stripe, Number(value));
        break;
      case "state":
      case "stripe status":
        this.#state = value;
        break;
      default:
    }
  }
}
