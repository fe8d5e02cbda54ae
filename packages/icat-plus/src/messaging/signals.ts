const calls = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls when a signal ends. One listener serves all that wait for the same signal: adding and removing a listener costs the more the
 * more there are, and thousands of messages may share one signal.
 * @returns what ends the waiting
 */
export function whenAborted(signal: AbortSignal | undefined, call: () => void): () => void {
  if (signal === undefined) return () => undefined;
  const known = calls.get(signal);
  const all = known ?? new Set<() => void>();
  if (known === undefined) {
    calls.set(signal, all);
    const tell = (): void => {
      for (const one of [...all]) one();
    };
    signal.addEventListener("abort", tell, { once: true });
  }
  all.add(call);
  return () => void all.delete(call);
}
