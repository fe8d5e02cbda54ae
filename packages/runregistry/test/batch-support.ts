import { type Core, createCore, isSciError, type Logger, type SciError } from "@sci/http-core";
import { type Handler, type Routes, startServer, type TestServer } from "@sci/http-core/testing";
import { onTestFinished } from "vitest";
import { service } from "../src/service.ts";

export interface Bench {
  readonly core: Core;
  readonly server: TestServer;
  /** What was logged as a warning. */
  readonly warnings: string[];
  /** "METHOD /path body" of every request so far. */
  sent(): string[];
}

/** A core that talks to a server with these answers until the test ends. */
export async function bench(answer: Handler | Routes): Promise<Bench> {
  const server = await startServer(answer);
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const logger: Logger = { debug: ignore, info: ignore, error: ignore, warn: (message) => void warnings.push(message) };
  const core = createCore(service, { baseUrl: server.url, auth: false, retry: { baseDelay: 1 }, logger });
  onTestFinished(async () => {
    await core.close();
    await server.stop();
  });
  return { core, server, warnings, sent: () => server.requests.map(({ method, target, text }) => `${method} ${target} ${text}`.trim()) };
}

/** The error that `work` ends in; fails when it ends in none. */
export async function errorOf(work: Promise<unknown> | (() => Promise<unknown>)): Promise<SciError> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (isSciError<string>(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
