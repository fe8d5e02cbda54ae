import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Logger } from "@sci/http-core";

/** The part of http-core's events that is shown; the channels carry no credentials. */
interface ResponseEvent {
  readonly service: string;
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  readonly attempt: number;
  readonly status?: number | undefined;
  readonly duration: number;
  readonly code?: string | undefined;
}
interface PageEvent {
  readonly operation: string;
  readonly page: number;
  readonly items: number;
  readonly total?: number | undefined;
}

/** Gives every request of this process to the logger; the answer ends it. Retries are told by the clients themselves. */
export function traceRequests(logger: Logger): () => void {
  const onResponse = (message: unknown): void => {
    const { method, url, operation, attempt, status, duration, code } = message as ResponseEvent;
    logger.debug(`${method} ${url}`, { operation, attempt, status, code, ms: Math.round(duration) });
  };
  const onPage = (message: unknown): void => {
    const { operation, page, items, total } = message as PageEvent;
    logger.debug(`page ${page}`, { operation, items, total });
  };
  subscribe("sci:response", onResponse);
  subscribe("sci:page", onPage);
  return () => {
    unsubscribe("sci:response", onResponse);
    unsubscribe("sci:page", onPage);
  };
}
