import { readdirSync, readFileSync } from "node:fs";
import { request as send } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { replay, type RecordedExchange } from "../src/testing/index.ts";

const folder = process.env["RECORDINGS"] ?? join(import.meta.dirname, "../../../tooling/recordings");

interface Recording {
  readonly cases: readonly { readonly id: string; readonly exchanges?: readonly RecordedExchange[] }[];
}

/** Sends what was recorded, as it was recorded. */
function sendRecorded(base: string, { request }: RecordedExchange): Promise<number | undefined> {
  const { body } = request;
  const content =
    body === null
      ? undefined
      : body.base64 !== undefined
        ? Buffer.from(body.base64, "base64")
        : (body.text ??
          (body.form === undefined
            ? JSON.stringify(body.json)
            : new URLSearchParams(body.form.map(([name, value]): [string, string] => [name, value])).toString()));
  const query = new URLSearchParams(request.query.map(([name, value]): [string, string] => [name, value])).toString();
  const { "content-length": _length, "transfer-encoding": _encoding, expect: _expect, te: _te, ...headers } = request.headers;
  const { origin } = new URL(base);
  return new Promise((resolve) => {
    const outgoing = send(
      origin,
      { path: request.path + (query === "" ? "" : `?${query}`), method: request.method, headers, agent: false },
      (answer) => {
        answer.resume().on("close", () => resolve(answer.statusCode));
      },
    );
    outgoing.on("error", () => resolve(undefined));
    outgoing.end(content);
  });
}

describe("replay fits what was recorded", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  it.each(files)("%s", async (file) => {
    const { cases = [] } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Partial<Recording>;
    for (const { id, exchanges = [] } of cases) {
      const http = exchanges.filter((exchange) => "request" in exchange && exchange.request !== undefined);
      if (http.length === 0) continue;
      const server = await replay(http);
      for (const exchange of http) {
        const status = await sendRecorded(server.urlOf(exchange.at ?? exchange.request.origin ?? "<base>"), exchange);
        expect(status ?? null, id).toBe(exchange.response.status || null);
      }
      expect(() => server.done(), id).not.toThrow();
      await server.stop();
    }
  });
});
