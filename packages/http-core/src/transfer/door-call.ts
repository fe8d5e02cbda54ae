import { checkInteger, checkNames } from "../check.ts";
import { Deadline } from "../engine/deadline.ts";
import { defined, mergeHeaders } from "../engine/headers.ts";
import { SciError } from "../errors.ts";
import type { RetryOptions } from "../options.ts";
import { decodeText } from "../transport/body.ts";
import { attempt, contextFor, type AttemptOptions, type Opened } from "./attempt.ts";
import type { DoorState } from "./door-state.ts";
import { Retries, transferRetryStatuses } from "./retries.ts";
import type { DoorAnswer, DoorCallOptions, DoorRequest, DoorStream } from "./types.ts";

/** Bytes of a small answer at most. */
const smallAnswer = 16 * 1024 * 1024;

const repeatableMethods = new Set(["GET", "HEAD", "OPTIONS", "PROPFIND", "PUT", "DELETE"]);

export function isRepeatableRequest(request: DoorRequest): boolean {
  return request.repeatable ?? repeatableMethods.has(request.method);
}

/** Statuses worth another attempt, for one request. */
export function retryStatusesOf(state: DoorState, request: DoorRequest): readonly number[] {
  return request.retryStatuses ?? state.settings.service.retryStatuses ?? transferRetryStatuses;
}

/** @throws INVALID_ARGUMENT for another origin than the door's and those trusted */
export function targetOf(state: DoorState, url: string): URL {
  const { baseUrl, service } = state.settings;
  if (url.startsWith("/")) return new URL(baseUrl + url);
  // By far the most come from a listing of the same door.
  if (url.startsWith(baseUrl) && url[baseUrl.length] === "/") return new URL(url);
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined || !state.trusted(target.origin)) {
    const what = target === undefined ? "is no URL" : `is of ${target.origin}`;
    throw new SciError(
      "INVALID_ARGUMENT",
      `A request through the door of ${service.name} needs a path ("/…") or a URL of ${state.settings.origin}; this one ${what}.`,
    );
  }
  return target;
}

export function headersOf(state: DoorState, headers: DoorRequest["headers"]): Record<string, string> {
  return mergeHeaders({ accept: "*/*" }, state.settings.headers, headers);
}

export async function requestDoor(state: DoorState, request: DoorRequest, options: DoorCallOptions): Promise<DoorAnswer> {
  return calling(state, request, options, options.timeout?.total ?? state.settings.timeout.total, async (opened) => {
    const body = request.method === "HEAD" ? (await opened.discard(), new Uint8Array()) : await opened.bytes(smallAnswer);
    return answerOf(opened, body);
  });
}

export async function openDoor(state: DoorState, request: DoorRequest, options: DoorCallOptions): Promise<DoorStream> {
  return calling(state, request, options, Number.POSITIVE_INFINITY, (opened) => Promise.resolve(opened));
}

/** Repeats until `read` has what it wants of an answer. */
async function calling<T>(
  state: DoorState,
  request: DoorRequest,
  options: DoorCallOptions,
  total: number,
  read: (opened: Opened) => Promise<T>,
): Promise<T> {
  state.checkOpen();
  checkNames(options, ["signal", "timeout", "retry"], `option of ${request.operation}`);
  const url = targetOf(state, request.url);
  const context = contextFor(state, request, url);
  const deadline = new Deadline(total, options.signal, context());
  const headers = headersOf(state, request.headers);
  const retry: Required<RetryOptions> = { ...state.settings.retry, ...defined(options.retry) };
  checkInteger(retry.attempts, "retry.attempts", { min: 1, max: 100 });
  const retries = new Retries(state, deadline, {
    retry,
    repeatable: isRepeatableRequest(request),
    retryStatuses: retryStatusesOf(state, request),
    context,
  });
  // A limit over all attempts ends the exchange; without one the caller's own signal does, for as long as the body is read.
  const signal = Number.isFinite(total) ? deadline.signal : options.signal;
  const shared: Omit<AttemptOptions, "number"> = {
    url,
    headers,
    signal,
    deadline,
    idle: options.timeout?.idle ?? state.settings.timeout.idle,
    context,
  };
  try {
    for (;;) {
      const started = performance.now();
      try {
        return await read(await attempt(state, request, { ...shared, number: retries.attempt }));
      } catch (fault) {
        await retries.after(fault, started);
      }
    }
  } finally {
    deadline.dispose();
  }
}

function answerOf(opened: Opened, body: Uint8Array): DoorAnswer {
  return {
    status: opened.status,
    headers: opened.headers,
    redirected: opened.redirected,
    context: opened.context,
    header: (name) => opened.header(name),
    doorHeader: (name) => opened.doorHeader(name),
    body,
    text: () => decodeText(body, opened.header("content-type")),
  };
}
