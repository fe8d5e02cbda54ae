import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describeCause, SciError } from "../errors.ts";

/** The way back from the browser. */
export interface Callback {
  /** Where the browser is sent back to. */
  readonly redirectUri: string;
  /** The address the browser came back with, for the log-in whose `state` it carries; others are refused and waited on. */
  readonly arrived: Promise<URL>;
  /** Shows the outcome in the browser, which waits for it. */
  show(outcome: { readonly title: string; readonly text: string; readonly ok: boolean }): Promise<void>;
  /** Frees the port and cuts every connection. */
  close(): Promise<void>;
}

/**
 * Listens on loopback only (RFC 8252 §7.3).
 * @throws INVALID_ARGUMENT for a redirect address that is not plain http on loopback, NETWORK when the port is taken
 */
export async function startCallback(redirectUri: string, state: string): Promise<Callback> {
  const wanted = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined;
  if (wanted === undefined || wanted.protocol !== "http:" || !["127.0.0.1", "[::1]", "localhost"].includes(wanted.hostname)) {
    throw new SciError("INVALID_ARGUMENT", `redirectUri must be an http address on 127.0.0.1, [::1] or localhost, not "${redirectUri}".`);
  }
  let resolveArrived: (url: URL) => void;
  const arrived = new Promise<URL>((resolve) => (resolveArrived = resolve));
  const actual = new URL(wanted.href);
  let waiting: ServerResponse | undefined;

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = URL.canParse(request.url ?? "", actual.href) ? new URL(request.url ?? "", actual.href) : undefined;
    if (request.method !== "GET" || url?.pathname !== wanted.pathname)
      return void page(response, 404, "Not found", "There is nothing at this address.");
    if (url.origin !== actual.origin || url.searchParams.get("state") !== state || waiting !== undefined) {
      return void page(response, 400, "Not accepted", "This answer does not belong to the log-in that is waiting, or came twice.");
    }
    waiting = response;
    resolveArrived(url);
  });
  const host = wanted.hostname === "[::1]" ? "::1" : "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(new SciError("NETWORK", `The log-in cannot listen on ${wanted.host}: ${describeCause(cause) ?? ""}`, { cause }));
    });
    server.listen(wanted.port === "" ? 80 : Number(wanted.port), host, resolve);
  });
  actual.port = String((server.address() as AddressInfo).port);
  return {
    redirectUri: actual.href,
    arrived,
    async show({ title, text, ok }) {
      if (waiting !== undefined) await page(waiting, ok ? 200 : 400, title, text);
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}

/** Resolves when the page has left, or the browser has. */
function page(response: ServerResponse, status: number, title: string, text: string): Promise<void> {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><h1>${escaped(title)}</h1><p>${escaped(text)}</p></html>`;
  return new Promise((resolve) => {
    response.once("close", resolve);
    response.writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'",
      "referrer-policy": "no-referrer",
      connection: "close",
    });
    response.end(html);
  });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
