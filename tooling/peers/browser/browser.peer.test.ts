import { fileURLToPath } from "node:url";
import { empty, html, json, startServer, type ReceivedRequest } from "@sci/http-core/testing";
import { build } from "esbuild";
import { describe, expect, onTestFinished, test } from "vitest";
import { chromium, open } from "./chromium.ts";

const browser = await chromium();

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@sci/source", "browser"],
    define: { __PACKAGE_VERSION__: '"0.0.0"' },
    write: false,
  });
  return result.outputFiles[0]?.text ?? "";
}

const all = Array.from({ length: 95 }, (_, id) => ({ id }));

function rows({ query }: ReceivedRequest): ReturnType<typeof json> {
  const { page, size } = Object.fromEntries(query);
  const first = Number(page) * Number(size);
  return json({ rows: all.slice(first, first + Number(size)), total: all.length });
}

describe(browser.missing === undefined ? "in Chromium" : `in Chromium (${browser.missing})`, () => {
  test.skipIf(browser.missing !== undefined)(
    "http-core makes calls, pages, retries and tells errors apart",
    async () => {
      const script = await bundle();
      let busy = 0;
      let tell: (result: unknown) => void = () => undefined;
      const told = new Promise<unknown>((resolve) => (tell = resolve));
      const server = await startServer({
        "GET /": html('<!doctype html><script type="module" src="/page.js"></script>'),
        "GET /page.js": { body: script, headers: { "content-type": "text/javascript" } },
        "GET /favicon.ico": empty(404),
        "GET /api/runs/{run}": ({ params, headers }) =>
          params["run"] === "1"
            ? json({ error: "no such run" }, { status: 404 })
            : json({ run: Number(params["run"]), authorization: headers["authorization"] }),
        "GET /api/rows": rows,
        "GET /api/busy": () => ((busy += 1) < 3 ? json({}, { status: 503 }) : json({ attempts: busy })),
        "GET /api/large": json('{"train":9007199254740993}'),
        "GET /api/login": html("<html><title>Sign in</title></html>"),
        "GET /api/silent": json({}, { hold: "all" }),
        "POST /result": ({ json: result }) => {
          tell(result);
          return json({});
        },
      });
      // Also where the page never tells.
      onTestFinished(() => server.stop());
      const opened = await open(browser.path ?? "", server.url);
      onTestFinished(() => opened.close());
      expect(await told).toEqual({
        run: { run: 327600, authorization: "Bearer from-the-page" },
        ids: all.map(({ id }) => id),
        busy: { attempts: 3 },
        large: "9007199254740993",
        missing: "NOT_FOUND",
        login: "NOT_AUTHENTICATED",
        silent: "TIMEOUT",
        aborted: "ABORTED",
        elsewhere: "INVALID_ARGUMENT",
      });
    },
    60_000,
  );
});
