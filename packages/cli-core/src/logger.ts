import type { Writable } from "node:stream";
import { redactText, type Logger } from "@sci/http-core";
import { escapeTerminal } from "./escape.ts";

type Level = "debug" | "info" | "warn" | "error";
const order: readonly Level[] = ["debug", "info", "warn", "error"];

export interface StderrLoggerOptions {
  readonly stream: Writable;
  /** The least level that is written. @default "warn" */
  readonly level?: Level;
  /** Asked for each message, so that `--verbose` counts although the logger is made before the arguments are read. */
  readonly levelNow?: () => Level;
  /** Called before a line, e.g. to take a progress bar away. */
  readonly before?: () => void;
}

/** A logger of one line per message on standard error: `debug GET https://… status=200`. Credentials are masked, control sequences escaped. */
export function createStderrLogger(options: StderrLoggerOptions): Logger {
  const { stream, level = "warn", levelNow = () => level, before } = options;
  const write = (at: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    if (order.indexOf(at) < order.indexOf(levelNow()) || stream.destroyed || stream.writableEnded) return;
    const parts = Object.entries(fields).filter(([, value]) => value !== undefined);
    const line = [`${at} ${message}`, ...parts.map(([name, value]) => `${name}=${fieldText(value)}`)].join(" ");
    before?.();
    stream.write(`${escapeTerminal(redactText(line))}\n`);
  };
  return {
    debug: (message, fields) => write("debug", message, fields),
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
  };
}

function fieldText(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Error) return JSON.stringify(value.message);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
