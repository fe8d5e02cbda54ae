import type { TransferListener, TransferProgress } from "./types.ts";

/** Milliseconds between two progress events at least. */
const every = 250;
/** Milliseconds that the rate is an average of. */
const span = 5000;

/** Counts what a job has moved, and tells it now and then. */
export class Meter {
  bytes = 0;
  totalBytes = 0;
  files = 0;
  totalFiles = 0;
  walked = false;
  /** Of the network alone, all attempts together. */
  transferred = 0;
  #told = 0;
  /** Pairs of time and bytes, oldest first. */
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [];

  constructor(
    private readonly listener: TransferListener | undefined,
    private readonly active: () => number,
  ) {}

  /** Bytes of contents that arrived or left. A negative number takes back what has to come again. */
  moved(bytes: number, fresh: boolean): void {
    this.bytes += bytes;
    if (fresh && bytes > 0) this.transferred += bytes;
    if (this.listener !== undefined) this.tell(false);
  }

  tell(always: boolean): void {
    if (this.listener === undefined) return;
    const now = performance.now();
    if (!always && now - this.#told < every) return;
    this.#told = now;
    this.listener({ type: "progress", ...this.progress(now) });
  }

  progress(now = performance.now()): TransferProgress {
    const samples = this.#samples;
    const last = samples.at(-1);
    if (last === undefined || now - last.at >= every) samples.push({ at: now, bytes: this.transferred });
    while (samples.length > 2 && now - (samples[1]?.at ?? now) > span) samples.shift();
    const oldest = samples[0];
    const elapsed = oldest === undefined ? 0 : now - oldest.at;
    const rate = elapsed < 1 ? 0 : Math.max(0, ((this.transferred - (oldest?.bytes ?? 0)) * 1000) / elapsed);
    const left = Math.max(0, this.totalBytes - this.bytes);
    return {
      bytes: this.bytes,
      totalBytes: this.totalBytes,
      files: this.files,
      totalFiles: this.totalFiles,
      walked: this.walked,
      rate,
      secondsLeft: this.walked && left === 0 ? 0 : this.walked && rate > 0 ? left / rate : undefined,
      active: this.active(),
    };
  }
}
