import { setTimeout as pause } from "node:timers/promises";
import { checkInteger, checkNames, isSciError, SciError } from "@sci/http-core";
import type { Door } from "@sci/http-core/transfer";
import type { Place } from "../paths.ts";
import { doorPath } from "../paths.ts";
import type { StageOptions, StageStatus } from "../types.ts";

// The WLCG tape REST API, version 1: staging is asked for once, then looked at until every file is on disk or has failed.

interface TapeFile {
  readonly path?: unknown;
  readonly onDisk?: unknown;
  readonly state?: unknown;
  readonly error?: unknown;
}

const over: readonly string[] = ["COMPLETED", "FAILED", "CANCELLED"];

/** @throws UNSUPPORTED where the storage has no such interface, TIMEOUT when the files are not there within `deadline` */
export async function stage(door: Door, places: readonly Place[], options: StageOptions): Promise<StageStatus> {
  checkNames(options, ["lifetime", "wait", "deadline", "onProgress", "signal"], "option of stage()");
  const { lifetime, wait = true, deadline = 86_400_000, onProgress, signal } = options;
  checkInteger(deadline, "deadline", { min: 1 });
  if (lifetime !== undefined && !/^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/.test(lifetime))
    throw new SciError("INVALID_ARGUMENT", `lifetime is a duration such as "PT12H" or "P2D", not ${JSON.stringify(lifetime)}.`);
  if (places.length === 0) throw new SciError("INVALID_ARGUMENT", "stage() needs at least one path.");
  const end = performance.now() + deadline;
  const api = await endpoint(door, signal);
  const files = places.map((place) => ({ path: doorPath(place), ...(lifetime === undefined ? {} : { diskLifetime: lifetime }) }));
  const asked = await send(door, "POST", `${api}/stage`, { files }, signal);
  const { requestId } = asked as { requestId?: unknown };
  if (typeof requestId !== "string" || requestId === "")
    throw new SciError("INVALID_RESPONSE", `${door.service.name} took the request for staging but gave it no name.`);
  for (let pauseFor = 1000; ; pauseFor = Math.min(60_000, pauseFor * 1.5)) {
    const status = statusOf(requestId, await send(door, "GET", `${api}/stage/${encodeURIComponent(requestId)}`, undefined, signal));
    onProgress?.(status);
    if (status.finished || !wait) return status;
    if (performance.now() + pauseFor > end) {
      throw new SciError("TIMEOUT", `The files are not on disk within ${deadline} ms; the request ${requestId} goes on at the storage.`, {
        details: { requestId, status },
      });
    }
    await pause(pauseFor, undefined, signal === undefined ? {} : { signal }).catch((cause: unknown) => {
      throw new SciError("ABORTED", `The wait for staging was aborted; the request ${requestId} goes on at the storage.`, {
        cause,
        details: { requestId },
      });
    });
  }
}

export async function release(door: Door, places: readonly Place[], requestId: string, signal: AbortSignal | undefined): Promise<void> {
  if (typeof requestId !== "string" || requestId === "")
    throw new SciError("INVALID_ARGUMENT", "release() needs the name of the request to stage.");
  const api = await endpoint(door, signal);
  await send(door, "POST", `${api}/release/${encodeURIComponent(requestId)}`, { paths: places.map(doorPath) }, signal);
}

function statusOf(requestId: string, data: unknown): StageStatus {
  const { files } = data as { files?: unknown };
  const list = (Array.isArray(files) ? (files as readonly TapeFile[]) : []).map(({ path, onDisk, state, error }) => ({
    path: typeof path === "string" ? path : "",
    onDisk: onDisk === true || state === "COMPLETED",
    state: typeof state === "string" ? state : onDisk === true ? "COMPLETED" : "STARTED",
    ...(typeof error === "string" && error !== "" ? { error } : {}),
  }));
  return {
    requestId,
    files: list,
    finished: list.length > 0 && list.every(({ state, error }) => over.includes(state) || error !== undefined),
  };
}

/** The address of the interface, without a slash at the end, as the storage tells it. */
async function endpoint(door: Door, signal: AbortSignal | undefined): Promise<string> {
  let found: unknown;
  try {
    found = await send(door, "GET", `${door.origin}/.well-known/wlcg-tape-rest-api`, undefined, signal);
  } catch (error) {
    if (!isSciError(error, "NOT_FOUND", "HTTP_STATUS")) throw error;
    throw new SciError("UNSUPPORTED", `${door.origin} has no interface for tape (WLCG tape REST API).`, { cause: error });
  }
  const { endpoints } = found as { endpoints?: unknown };
  const list = Array.isArray(endpoints) ? (endpoints as readonly { uri?: unknown; version?: unknown }[]) : [];
  const first = list.find(({ version }) => /^v?1(\.|$)/.test(String(version))) ?? list.find(({ version }) => version === undefined);
  if (typeof first?.uri !== "string" || !URL.canParse(first.uri))
    throw new SciError("UNSUPPORTED", `${door.origin} offers no version 1 of the WLCG tape REST API.`);
  return first.uri.replace(/\/+$/, "");
}

async function send(door: Door, method: string, url: string, body: object | undefined, signal: AbortSignal | undefined): Promise<unknown> {
  const answer = await door.request(
    {
      operation: "stage",
      method,
      url,
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    signal === undefined ? {} : { signal },
  );
  const text = answer.text();
  if (text.trim() === "") return {};
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === "object" && data !== null) return data;
  } catch {
    // Told below, as for any other text.
  }
  throw new SciError("NOT_JSON", `${door.service.name} answered a question about tape with something that is not JSON.`, answer.context);
}
