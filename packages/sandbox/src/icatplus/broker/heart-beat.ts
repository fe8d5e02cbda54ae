/** The beats agreed on for a connection, in milliseconds; 0: none. */
export interface Beats {
  /** Between those of the broker. */
  readonly ours: number;
  /** Between those of the client. */
  readonly theirs: number;
  /** What the broker announces. */
  readonly header: string;
}

/**
 * Agrees on heart-beats: `asked` is the client's header, `offered` what the broker would do and like, in milliseconds; without it the
 * broker does as it is asked, as ActiveMQ does. Undefined: the header cannot be read.
 */
export function agree(asked: string | undefined, offered: number | undefined): Beats | undefined {
  const match = /^\s*(\d+)\s*,\s*(\d+)\s*$/.exec(asked ?? "0,0");
  if (match === null) return undefined;
  const [can, wants] = [Number(match[1]), Number(match[2])];
  if (offered === undefined || (can === 0 && wants === 0)) return { ours: wants, theirs: can, header: `${wants},${can}` };
  const both = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : Math.max(a, b));
  return { ours: both(offered, wants), theirs: both(can, offered), header: `${offered},${offered}` };
}

/** Sends the broker's beats and watches for the client's. */
export class HeartBeat {
  readonly #timers: NodeJS.Timeout[] = [];
  #heard = Date.now();

  /** `silent` is called when the client was not heard for twice the time agreed on. */
  constructor(beats: Beats, beat: () => void, silent: () => void) {
    if (beats.ours > 0) this.#timers.push(setInterval(beat, Math.max(1, beats.ours / 2)));
    if (beats.theirs > 0) {
      const limit = 2 * beats.theirs;
      this.#timers.push(
        setInterval(
          () => {
            if (Date.now() - this.#heard > limit) silent();
          },
          Math.max(1, beats.theirs / 2),
        ),
      );
    }
    for (const timer of this.#timers) timer.unref();
  }

  heard(): void {
    this.#heard = Date.now();
  }

  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
