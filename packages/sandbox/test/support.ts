import { afterAll, beforeAll } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "@sci/sandbox";

/** Answers are looked into freely: what they hold is what the tests are about. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = any;

export interface Answer {
  readonly status: number;
  readonly json: Loose;
  readonly text: string;
  readonly headers: Headers;
}

export interface Started {
  readonly sandbox: Sandbox;
  /** Sends to the bare back end. */
  post(path: string, body: unknown, headers?: Record<string, string>, method?: string): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  origin(facility?: string): string;
}

export async function answer(response: Response): Promise<Answer> {
  const text = await response.text();
  const json: unknown =
    response.headers.get("content-type")?.startsWith("application/json") === true && text !== "" ? JSON.parse(text) : undefined;
  return { status: response.status, json, text, headers: response.headers };
}

export function client(sandbox: Sandbox): Started {
  const origin = (facility = "runregistry"): string => new URL(sandbox.urls[facility] as string).origin;
  return {
    sandbox,
    origin,
    post: async (path, body, headers = {}, method = "POST") =>
      answer(
        await fetch(origin() + path, {
          method,
          redirect: "manual",
          headers: { "Content-Type": "application/json", ...headers },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
      ),
    get: async (path, headers = {}) => answer(await fetch(origin() + path, { headers, redirect: "manual" })),
  };
}

/** One sandbox for the tests of a file. */
export function useSandbox(options: SandboxOptions = {}): Started {
  let started: Started | undefined;
  beforeAll(async () => {
    started = client(await startSandbox(options));
  });
  afterAll(() => started?.sandbox.stop());
  const current = (): Started => started as Started;
  return {
    get sandbox() {
      return current().sandbox;
    },
    origin: (facility) => current().origin(facility),
    post: (...parameters) => current().post(...parameters),
    get: (...parameters) => current().get(...parameters),
  };
}

export const expert = { email: "expert@cern.ch", egroups: "cms-dqm-runregistry-experts" };
