import type { Reply, SandboxRequest } from "../http/message.ts";
import type { OpenIdProvider } from "./provider.ts";

/** A request to the provider, with the cookies that go with it. */
export interface Passage {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Cookies of one exchange: those that came with the request, and those that the answer sets. */
export class Cookies {
  readonly #held = new Map<string, string>();
  readonly #set = new Map<string, string>();
  readonly #path: string;

  /** `path`: what the cookies set here hold for. */
  constructor(header: string | undefined, path = "/") {
    this.#path = path;
    for (const part of (header ?? "").split(";")) {
      const mark = part.indexOf("=");
      if (mark > 0) this.#held.set(part.slice(0, mark).trim(), part.slice(mark + 1).trim());
    }
  }

  get(name: string): string | undefined {
    return this.#held.get(name);
  }

  /** Takes a `Set-Cookie` line. All cookies of the realm hold for the whole realm, as Keycloak's do. */
  take(line: string): void {
    const [pair = "", ...attributes] = line.split(/;\s*/);
    const mark = pair.indexOf("=");
    const name = pair.slice(0, mark);
    const ended = attributes.some((attribute) => /^expires=Thu, 01 Jan 1970/i.test(attribute));
    if (ended) this.#held.delete(name);
    else this.#held.set(name, pair.slice(mark + 1));
    const others = attributes.filter((attribute) => !/^path=/i.test(attribute));
    this.#set.set(name, [pair, `path=${this.#path}`, ...others].join("; "));
  }

  get header(): string {
    return [...this.#held].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** The answer with the cookies to set. */
  onto(reply: Reply): Reply {
    const lines = [...this.#set.values()];
    return lines.length === 0 ? reply : { ...reply, headers: { ...reply.headers, "Set-Cookie": lines } };
  }
}

/** The request as it came, for the provider; query or body may be replaced. */
export function passageOf(
  request: SandboxRequest,
  change: { target?: string; body?: string; headers?: Record<string, string> } = {},
): Passage {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string" && !["content-length", "cookie", "connection", "host"].includes(name)) headers[name] = value;
  }
  return {
    method: request.method,
    target: change.target ?? request.target,
    headers: { ...headers, ...change.headers },
    body: change.body ?? request.body.toString(),
  };
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

/** Id and secret of an application that uses HTTP Basic. */
export function basicClient(request: SandboxRequest): { id: string; secret: string } | undefined {
  const [scheme, value] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic" || value === undefined) return undefined;
  const [id, ...secret] = Buffer.from(value, "base64").toString().split(":");
  return { id: decodePart(id as string), secret: decodePart(secret.join(":")) };
}

/** The form of a request with the application in it: Keycloak takes HTTP Basic and the form alike. */
export function withClient(request: SandboxRequest): URLSearchParams {
  const form = new URLSearchParams(request.body.toString());
  const client = basicClient(request);
  if (client !== undefined) {
    form.set("client_id", client.id);
    form.set("client_secret", client.secret);
  }
  return form;
}

/** The same without the `Authorization` header, whose content stands in the form. */
export function bare(passage: Passage): Passage {
  const { authorization: _authorization, ...headers } = passage.headers;
  return { ...passage, headers };
}

/** Hands a request to the provider in this process and gives its answer; cookies that it sets go into `cookies`. */
export async function pass(provider: OpenIdProvider, passage: Passage, cookies: Cookies): Promise<Reply> {
  const { inject } = (await import("light-my-request")).default;
  const cookie = cookies.header;
  const handle = provider.callback();
  const realmPath = new URL(provider.issuer).pathname;
  // The provider makes its addresses of these two.
  const mounted: typeof handle = (request, response) => {
    Object.assign(request, { originalUrl: `${realmPath}${request.url ?? ""}` });
    handle(request, response);
  };
  const { host } = new URL(provider.issuer);
  const answer = await inject(mounted, {
    method: passage.method as "GET",
    // The provider's own routes begin below the realm.
    url: passage.target.startsWith(realmPath) ? passage.target.slice(realmPath.length) : passage.target,
    headers: { ...passage.headers, host, ...(cookie === "" ? {} : { cookie }) },
    ...(passage.method === "GET" || passage.method === "HEAD" ? {} : { payload: passage.body }),
  });
  for (const line of [answer.headers["set-cookie"] ?? []].flat()) cookies.take(line);
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value === undefined || ["set-cookie", "content-length", "connection", "transfer-encoding", "date"].includes(name)) continue;
    headers[name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())] = Array.isArray(value) ? value : String(value);
  }
  return { status: answer.statusCode, headers, body: answer.rawPayload };
}
