import { request } from "node:http";
import { type Answer, answer, type Loose, type Started, useSandbox } from "./support.ts";
import type { CtaDataControl, CtaDataOptions, SandboxOptions } from "@sci/sandbox";

/** The storage of a sandbox for the tests of a file. */
export interface StartedStorage {
  readonly box: Started;
  readonly control: CtaDataControl;
  readonly door: string;
  /** Asks the door with a good token; redirects are left to the caller. */
  ask(method: string, path: string, headers?: Record<string, string>, body?: string | Buffer): Promise<Answer>;
  hub(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Answer>;
}

export function useStorage(ctadata: CtaDataOptions = {}, others: SandboxOptions = {}): StartedStorage {
  const box = useSandbox({ facilities: ["ctadata"], ctadata: { deviceInterval: 0, ...ctadata }, ...others });
  const send = async (url: string, method: string, headers: Record<string, string>, body?: string | Buffer): Promise<Answer> =>
    answer(await fetch(url, { method, headers, redirect: "manual", ...(body === undefined ? {} : { body }) }));
  return {
    box,
    get control() {
      return box.sandbox.ctadata;
    },
    get door() {
      return box.sandbox.env["CTADATA_URL"] as string;
    },
    ask: (method, path, headers = {}, body) =>
      send(`${box.sandbox.ctadata.doorUrl}${path}`, method, { Authorization: `Bearer ${box.sandbox.ctadata.token()}`, ...headers }, body),
    hub: (method, path, headers = { Authorization: `Bearer ${box.sandbox.env["JUPYTERHUB_API_TOKEN"] as string}` }, body) =>
      send(`${box.sandbox.ctadata.hubUrl}${path}`, method, headers, body),
  };
}

/** What a client gets that waits before it sends the body. */
export interface Waited {
  readonly status: number;
  readonly headers: Record<string, Loose>;
  readonly text: string;
  /** Whether the server asked for the body. */
  readonly continued: boolean;
}

/** `PUT` with `Expect: 100-continue`; the body goes out when it is asked for. `cut`: ends the connection after so many bytes. */
export function putWaiting(url: string, body: Buffer, headers: Record<string, string> = {}, cut?: number): Promise<Waited> {
  return new Promise((resolve, reject) => {
    let continued = false;
    const sent = request(url, {
      method: "PUT",
      agent: false,
      headers: { Expect: "100-continue", "Content-Length": body.length, ...headers },
    });
    sent.on("continue", () => {
      continued = true;
      if (cut === undefined) sent.end(body);
      else sent.write(body.subarray(0, cut), () => sent.destroy());
    });
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString(), continued }),
      );
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.flushHeaders();
  });
}

/** Names and texts of properties by href, of a multistatus answer. */
export function responses(xml: string): Map<string, { found: Record<string, string>; missing: string[] }> {
  const all = new Map<string, { found: Record<string, string>; missing: string[] }>();
  for (const [, response = ""] of xml.matchAll(/<d:response>(.*?)<\/d:response>/gs)) {
    const href = /<d:href>(.*?)<\/d:href>/.exec(response)?.[1] as string;
    const entry = { found: {} as Record<string, string>, missing: [] as string[] };
    for (const [, prop = "", status = ""] of response.matchAll(/<d:propstat><d:prop>(.*?)<\/d:prop><d:status>HTTP\/1.1 (\d+)/gs)) {
      for (const [, name = "", rest = "", text = ""] of prop.matchAll(/<(?:\w+:)?([\w-]+)[^<>]*?(?:\/>|(>)(.*?)<\/(?:\w+:)?\1>)/gs)) {
        if (status === "200") entry.found[name] = rest === "" ? "" : text;
        else entry.missing.push(name);
      }
    }
    all.set(href, entry);
  }
  return all;
}
