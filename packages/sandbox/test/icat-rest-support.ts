import { useSandbox } from "./support.ts";
import type { Loose } from "./support.ts";
import type { SandboxOptions } from "@sci/sandbox";

export interface Asked {
  readonly status: number;
  readonly json: Loose;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

export interface IcatTester {
  readonly box: ReturnType<typeof useSandbox>;
  session(user?: string): string;
  /** `{session}` and `{key}` in the path stand for a session of the user and the key of the e-logbook. */
  ask(method: string, path: string, body?: unknown, options?: { user?: string; headers?: Record<string, string> }): Promise<Asked>;
  /** The body of an answer that must be 200. */
  get(path: string, user?: string): Promise<Loose>;
}

/** A sandbox with ICAT+ for the tests of a file, and sessions of its users. */
export function useIcat(options: SandboxOptions = {}): IcatTester {
  const box = useSandbox({ ...options, facilities: ["icat-plus"] });
  const sessions = new Map<string, string>();
  const session = (user = "sandbox-user"): string => {
    const id = sessions.get(user) ?? box.sandbox.icatPlus.session(user);
    sessions.set(user, id);
    return id;
  };
  const ask: IcatTester["ask"] = async (method, path, body, { user, headers = {} } = {}) => {
    const target = path.replace("{session}", session(user)).replace("{key}", box.sandbox.icatPlus.elogbookToken);
    const form = body instanceof FormData;
    const reply = await fetch(`${box.sandbox.urls["icat-plus"] as string}${target}`, {
      method,
      headers: {
        Authorization: `Bearer ${session(user)}`,
        ...(body === undefined || form ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: form ? body : typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await reply.arrayBuffer());
    const json: unknown =
      reply.headers.get("content-type")?.startsWith("application/json") === true ? JSON.parse(bytes.toString()) : undefined;
    return { status: reply.status, json, headers: reply.headers, bytes };
  };
  return {
    box,
    session,
    ask,
    async get(path, user) {
      const { status, json } = await ask("GET", path, undefined, user === undefined ? {} : { user });
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(json)} at ${path}`);
      return json;
    },
  };
}
