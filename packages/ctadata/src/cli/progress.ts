import { type CommandContext, escapeTerminal } from "@sci/cli-core";
import type { TransferProgress } from "@sci/http-core/transfer";

/** The last line of a terminal, which tells how far a job is. */
export interface StatusLine {
  show(progress: TransferProgress): void;
  stop(): void;
}

/** A line on standard error where that is a terminal, without `--quiet` and while nothing else is written there. */
export function startStatusLine(context: CommandContext, enabled: boolean): StatusLine {
  const { stderr } = context;
  if (!enabled || context.quiet || !stderr.isTTY) return { show: () => undefined, stop: () => undefined };
  let shown = false;
  const hide = (): void => {
    if (shown) stderr.write("\r\u001b[K");
    shown = false;
  };
  context.setStatusLine({ hide });
  return {
    show(progress) {
      const width = stderr.columns ?? 80;
      stderr.write(`\r\u001b[K${escapeTerminal(statusText(progress)).slice(0, width - 1)}`);
      shown = true;
    },
    stop() {
      hide();
      context.setStatusLine(undefined);
    },
  };
}

/** "12/100 files  3.4 of 20 MB (17 %)  5.1 MB/s  0:03 left" */
export function statusText({ files, totalFiles, bytes, totalBytes, walked, rate, secondsLeft }: TransferProgress): string {
  const more = walked ? "" : "+";
  const share = totalBytes === 0 || !walked ? "" : ` (${Math.floor((100 * Math.min(bytes, totalBytes)) / totalBytes)} %)`;
  const left = secondsLeft === undefined || !walked ? "" : `  ${clock(secondsLeft)} left`;
  return `${files}/${totalFiles}${more} files  ${amount(bytes)} of ${amount(totalBytes)}${more}${share}  ${amount(rate)}/s${left}`;
}

const units = ["B", "kB", "MB", "GB", "TB"];

/** 1234567 is "1.2 MB". */
export function amount(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit] as string}`;
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
