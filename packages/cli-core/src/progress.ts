import type { CommandContext } from "./context.ts";

export interface ProgressOptions {
  /** What is counted: "runs". */
  readonly unit: string;
  /** Number at the end, where it is known from the start. */
  readonly total?: number | undefined;
  /** The rows go to this file; without one a bar is shown only when standard output is no terminal, so that both do not mix. */
  readonly output?: string | undefined;
}

export interface Progress {
  /** How far it has come; a total that becomes known may follow. */
  update(value: number, total?: number): void;
  /** Takes the bar away. */
  stop(): void;
}

const silent: Progress = { update: () => undefined, stop: () => undefined };

/** A progress bar on standard error, where that is a terminal and `--quiet` was not given; otherwise it does nothing. */
export async function startProgress(context: CommandContext, options: ProgressOptions): Promise<Progress> {
  const { stderr, stdout, quiet, signal } = context;
  if (quiet || !stderr.isTTY || signal.aborted || (options.output === undefined && stdout.isTTY)) return silent;
  const { default: cliProgress } = await import("cli-progress");
  const counting = `  {value} ${options.unit}`;
  const complete = `  {bar} {percentage}%  {value}/{total} ${options.unit}`;
  let total = options.total;
  let value = 0;
  let bar: import("cli-progress").SingleBar | undefined;
  const show = (): void => {
    if (bar !== undefined) return;
    bar = new cliProgress.SingleBar({
      stream: stderr,
      format: total === undefined ? counting : complete,
      barsize: 24,
      barCompleteString: "=".repeat(24),
      barIncompleteString: "-".repeat(24),
      fps: 8,
      clearOnComplete: true,
      // Hidden, it would stay hidden after a hard end.
      hideCursor: null,
      emptyOnZero: true,
    });
    bar.start(total ?? 0, value);
  };
  const hide = (): void => {
    bar?.stop();
    bar = undefined;
  };
  const stop = (): void => {
    hide();
    signal.removeEventListener("abort", stop);
    context.setStatusLine(undefined);
  };
  signal.addEventListener("abort", stop, { once: true });
  context.setStatusLine({ hide });
  show();
  return {
    update(next, nextTotal) {
      if (signal.aborted) return;
      value = next;
      if (nextTotal !== undefined && nextTotal !== total) {
        hide();
        total = nextTotal;
      }
      show();
      bar?.update(value);
    },
    stop,
  };
}
