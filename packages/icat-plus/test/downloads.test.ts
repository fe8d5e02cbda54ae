import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { refusal } from "@sci/http-core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIcatClient, type IcatClientOptions } from "../src/index.ts";

const OLD = "old-session-0001-aaaaaaaaaaaaaaaa";
const NEW = "new-session-0002-bbbbbbbbbbbbbbbb";
const content = Buffer.alloc(6 * 2 ** 20, "0123456789abcdef");

let folder: string;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "downloads-"));
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await rm(folder, { recursive: true });
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A catalogue that gives a new session for the password, and files as the handler does. */
async function catalogue(files: Handler): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === "/session") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ sessionId: NEW }));
    } else files(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const told: unknown[] = [];
const log = (...given: unknown[]): void => void told.push(given);

function client(url: string, options: IcatClientOptions = {}) {
  const icat = createIcatClient({
    icatplusRestrictedUrl: url,
    icatSessionId: OLD,
    icatplusPassword: "the-password-1",
    retry: { attempts: 2 },
    logger: { debug: log, info: log, warn: log, error: log },
    ...options,
  });
  stops.push(() => icat.close());
  return icat;
}

/** Sends the file from where the request asks; `bytes` of it, and then the cut. */
function send(request: IncomingMessage, response: ServerResponse, bytes = content.length): void {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  response.setHeader("etag", '"one"');
  response.setHeader("content-type", "application/octet-stream");
  response.setHeader("content-length", content.length - from);
  if (from > 0) response.writeHead(206, { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` });
  if (from + bytes >= content.length) response.end(content.subarray(from));
  else response.write(content.subarray(from, from + bytes), () => setImmediate(() => response.destroy()));
}

describe("a download to a file", () => {
  test("goes on in the new session where the old one ended in the middle, and leaves nothing behind", async () => {
    const ranges: (string | undefined)[] = [];
    let requests = 0;
    const url = await catalogue((request, response) => {
      if (request.url?.includes(NEW) === true) {
        ranges.push(request.headers.range);
        send(request, response);
      } else if (++requests === 1) send(request, response, 4 * 2 ** 20);
      else {
        response.statusCode = 403;
        response.end(`Session expired: ${OLD}`);
      }
    });
    const to = join(folder, "dataset.zip");
    await client(url).ids.download({ datasetIds: 1, to });
    expect((await readFile(to)).equals(content)).toBe(true);
    expect(ranges).toEqual([expect.stringMatching(/^bytes=[1-9]/)]);
    expect(await readdir(folder)).toEqual(["dataset.zip"]);
  });

  test("of other datasets does not go on with the part of the first", async () => {
    const asked: (string | undefined)[] = [];
    let isCut = true;
    const url = await catalogue((request, response) => {
      asked.push(request.headers.range);
      send(request, response, isCut ? 3 * 2 ** 20 : content.length);
    });
    const icat = client(url, { retry: { attempts: 1 } });
    const to = join(folder, "dataset.zip");
    await refusal(() => icat.ids.download({ datasetIds: 1, to }), "TRUNCATED");
    isCut = false;
    await icat.ids.download({ datasetIds: 2, to });
    expect(asked).toEqual([undefined, undefined]);
    expect((await readFile(to)).equals(content)).toBe(true);
  });

  test.each(["to a file", "as bytes"])("%s refuses a web page that comes instead", async (how) => {
    const url = await catalogue((_request, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end("<!doctype html><html><head><title>Maintenance</title></head><body>later</body></html>");
    });
    const icat = client(url);
    const error = await refusal(
      () => icat.ids.download({ datasetIds: 1, ...(how === "as bytes" ? {} : { to: join(folder, "dataset.zip") }) }),
      "INVALID_RESPONSE",
    );
    expect(error.message).toContain("web page");
    expect(await readdir(folder)).toEqual([]);
  });

  test("takes a page where it is the file itself", async () => {
    const url = await catalogue((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.setHeader("content-disposition", 'attachment; filename="notes.html"');
      response.end("<html>notes</html>");
    });
    const to = join(folder, "notes.html");
    const icat = client(url);
    await icat.downloadFileBy({ sampleId: 7, resourceId: "r1", to });
    expect(await readFile(to, "utf8")).toBe("<html>notes</html>");
    expect(Buffer.from((await icat.downloadFileBy({ sampleId: 7, resourceId: "r1" })) ?? []).toString()).toBe("<html>notes</html>");
  });

  test("keeps the limits that its call names", async () => {
    let requests = 0;
    const url = await catalogue((_request, response) => {
      requests++;
      response.statusCode = 503;
      response.end();
    });
    await refusal(() => client(url).ids.download({ datasetIds: 1, to: join(folder, "x"), retry: { attempts: 1 } }), "UNAVAILABLE");
    expect(requests).toBe(1);
  });

  test("names no session and no password, however it fails", async () => {
    const texts: string[] = [];
    const failures: Handler[] = [
      (request, response) => response.writeHead(500).end(`boom ${request.url ?? ""}`),
      (request, response) =>
        response.writeHead(404, { "content-type": "text/html" }).end(`<html><title>${request.url ?? ""}</title></html>`),
      (request, response) => response.writeHead(403).end(`Session expired ${request.url ?? ""} the-password-1`),
      (request, response) => send(request, response, 100),
    ];
    for (const failure of failures) {
      const icat = client(await catalogue(failure), { retry: { attempts: 1 } });
      for (const to of [join(folder, "x"), undefined]) {
        const error = await icat.ids.download({ datasetIds: 1, ...(to === undefined ? {} : { to }) }).catch((one: unknown) => one as Error);
        if (!(error instanceof Error)) throw new Error("The download succeeded.");
        texts.push(inspect(error, { depth: 12, showHidden: true }), JSON.stringify(error), error.stack ?? "");
      }
    }
    texts.push(inspect(told, { depth: 12 }), (await readdir(folder)).join());
    for (const name of await readdir(folder)) if (name.endsWith(".json")) texts.push(await readFile(join(folder, name), "utf8"));
    for (const secret of [OLD, NEW]) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  });
});
