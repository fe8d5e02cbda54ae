import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSciError } from "@sci/http-core";
import { type ReceivedRequest, type RecordedExchange, type Reply, silent, startServer, withEnvironment } from "@sci/http-core/testing";
import { createCtaData, type CtaData, type CtaDataOptions } from "../../src/index.ts";
import { inWorkingFolder } from "./folder.ts";
import type { RecordedCase } from "./recorded.ts";
import { noEnvironment, type Played } from "./replayed.ts";

const slashless = (path: string): string => path.replace(/\/+$/, "") || "/";

/** A token as the storage's issuer makes them; nothing of it is genuine. */
export function jwt(claims: object, header: object = { alg: "RS256", typ: "JWT" }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(claims)}.c2lnbmF0dXJl`;
}

export const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;

/** What lies in the storage besides the recorded answers: bytes of files, "directory". */
export type Known = Record<string, number | "directory">;

function described(path: string, known: Known): Reply {
  const what = known[slashless(path)];
  if (what === undefined) return { status: 404 };
  const kind =
    what === "directory"
      ? "<d:resourcetype><d:collection/></d:resourcetype>"
      : `<d:resourcetype/><d:getcontentlength>${what}</d:getcontentlength>`;
  const href = what === "directory" ? `${slashless(path)}/` : path;
  return {
    status: 207,
    headers: { "content-type": "application/xml; charset=utf-8" },
    body: `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:"><d:response><d:href>${href}</d:href><d:propstat><d:prop>${kind}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>`,
  };
}

export interface DirectOptions {
  readonly exchanges?: readonly RecordedExchange[];
  readonly known?: Known;
  /** Content of the token file; null for none. @default one that is good for an hour */
  readonly token?: string | null;
  readonly client?: CtaDataOptions;
  readonly before?: Readonly<Record<string, { readonly text?: string } | null>>;
}

/**
 * Plays a recorded case of the direct mode. The engine asks more than davix did (what a path is, what arrived): such questions are answered
 * from `known`. Every recorded exchange has to come, and no other request that reads or changes contents.
 */
export async function playDirect<T>(
  recorded: RecordedCase,
  call: (client: CtaData) => Promise<T>,
  options: DirectOptions = {},
): Promise<Played<T> & { readonly received: readonly ReceivedRequest[] }> {
  const { exchanges = recorded.exchanges, token = jwt({ exp: inAnHour() }), client = {} } = options;
  const known: Known = { ...options.known };
  const unused = [...exchanges];
  const used: RecordedExchange[] = [];
  const problems: string[] = [];
  const early = exchanges.some(({ response }) => response.before_body === true);
  const take = (request: ReceivedRequest, at: string | undefined): Reply | undefined => {
    const index = unused.findIndex(
      (one) =>
        one.at === at &&
        one.request.method === request.method &&
        slashless(one.request.path) === slashless(request.path) &&
        (one.request.headers["depth"] ?? "") === (request.headers["depth"] ?? ""),
    );
    // The engine may ask for contents once more, in another way, after an answer that is no file.
    const repeated = request.method === "GET" ? used.find((one) => one.at === at && one.request.path === request.path) : undefined;
    const [exchange = repeated] = index === -1 ? [] : unused.splice(index, 1);
    if (exchange !== undefined) used.push(exchange);
    if (exchange === undefined) return undefined;
    if (at === undefined && request.headers["authorization"] !== `Bearer ${token ?? ""}`)
      problems.push(`${request.method} ${request.path}: no token`);
    if (at !== undefined && request.headers["authorization"] !== undefined) problems.push("the token went to the pool");
    const { body, status, headers, before_body: before } = exchange.response;
    if (
      exchange.request.body?.text !== undefined &&
      before !== true &&
      request.method === "PUT" &&
      request.text !== exchange.request.body.text
    )
      problems.push(`${request.method} ${request.path}: another body`);
    const door = exchanges.find((one) => one.at === undefined && one.request.method === "PUT")?.request.path ?? "";
    if (request.method === "PUT" && typeof status === "number" && status < 300)
      known[slashless(at === undefined ? request.path : door)] = exchange.request.body?.text?.length ?? 0;
    const local = Object.fromEntries(
      Object.entries(headers ?? {}).map(([name, value]) => [name, String(value).replace("<pool>", pool.url)]),
    );
    return { status: status as number, headers: local, ...(body?.text === undefined ? {} : { body: body.text }) };
  };
  const answer = (request: ReceivedRequest): Reply => {
    const reply = take(request, undefined);
    if (reply !== undefined) return reply;
    if (request.method === "PROPFIND" && request.headers["depth"] === "0") return described(request.path, known);
    const size = known[slashless(request.path)];
    if (request.method === "HEAD") return size === undefined ? { status: 404 } : { status: 200, contentLength: Number(size) };
    if (request.method === "MKCOL") return { status: size === undefined ? 201 : 405 };
    if (request.method === "PROPFIND") return size === undefined ? { status: 404 } : described(request.path, known);
    if (request.method === "DELETE") return { status: 404 };
    problems.push(`unexpected ${request.method} ${request.target}`);
    return { status: 500 };
  };
  const pool = await startServer((request) => take(request, "<pool>") ?? { status: 500 });
  const beforeBody = (request: ReceivedRequest): Reply | undefined =>
    unused.some(({ request: one, response }) => response.before_body === true && one.method === request.method && one.path === request.path)
      ? take(request, undefined)
      : undefined;
  const server = await startServer(answer, early ? { beforeBody } : {});
  try {
    return await withEnvironment(noEnvironment, async () => {
      const { value, wrote, outside } = await inWorkingFolder(options.before ?? recorded.client?.local_before ?? {}, async (home) => {
        const profile = join(home, ".config", "cta-data");
        await mkdir(profile, { recursive: true, mode: 0o700 });
        if (token !== null) await writeFile(join(profile, "token"), `${token}\n`, { mode: 0o600 });
        const made = createCtaData({ mode: "direct", baseUrl: server.url, profile, logger: silent, retry: { attempts: 1 }, ...client });
        try {
          return { value: await call(made) };
        } catch (error) {
          if (!isSciError<string>(error)) throw error;
          return { error };
        } finally {
          await made.close();
        }
      });
      for (const { request } of unused) problems.push(`not asked: ${request.method} ${request.path}`);
      if (problems.length > 0) throw new Error(problems.join("; "));
      const requests = [...server.requests, ...pool.requests];
      return {
        ...value,
        wrote,
        outside,
        received: requests,
        sent: requests.map(({ method, path }) => `${method} ${path}`),
        urls: requests.map(({ target }) => target),
      };
    });
  } finally {
    await server.stop();
    await pool.stop();
  }
}
