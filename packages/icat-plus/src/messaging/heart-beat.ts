/** Signs of life in both directions, as both sides agreed at the log-in (STOMP 1.1, "Heart-beating"). */
export interface HeartBeats {
  heard(): void;
  wrote(): void;
  stop(): void;
}

export interface HeartBeatActions {
  beat(): void;
  /** Called once with the milliseconds of silence. */
  silent(milliseconds: number): void;
}

/** Brokers are late under load: so many intervals without a sign are allowed. */
const GRACE = 2;

/**
 * @param agreed the broker's header `heart-beat`: "what it can send, what it wants to get", in ms; 0 for none
 * @param wanted ms that this side asked for both ways
 */
export function heartBeats(agreed: string | undefined, wanted: number, actions: HeartBeatActions): HeartBeats {
  const [sends = 0, wants = 0] = (agreed ?? "0,0").split(",").map((one) => (/^\d+$/.test(one.trim()) ? Number(one) : 0));
  const out = wanted === 0 || wants === 0 ? 0 : Math.max(wanted, wants);
  const incoming = wanted === 0 || sends === 0 ? 0 : Math.max(wanted, sends);
  let lastRead = performance.now();
  let lastWrite = lastRead;
  const timers: NodeJS.Timeout[] = [];
  const every = (milliseconds: number, action: () => void): void => {
    timers.push(setInterval(action, milliseconds).unref());
  };
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    for (const timer of timers) clearInterval(timer);
  };
  // Twice as often as agreed: a beat that is due must not wait for a whole further interval.
  if (out > 0) {
    every(out / 2, () => {
      if (performance.now() - lastWrite < out / 2 - 1) return;
      lastWrite = performance.now();
      actions.beat();
    });
  }
  if (incoming > 0) {
    every(incoming, () => {
      if (performance.now() - lastRead <= GRACE * incoming) return;
      // A process that was busy or stopped has not looked yet at what came meanwhile.
      setImmediate(() => {
        const silence = performance.now() - lastRead;
        if (silence <= GRACE * incoming || stopped) return;
        stop();
        actions.silent(Math.round(silence));
      });
    });
  }
  return {
    heard: () => {
      lastRead = performance.now();
    },
    wrote: () => {
      lastWrite = performance.now();
    },
    stop,
  };
}
