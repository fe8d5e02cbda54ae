// Runs in the browser: makes calls with http-core and sends what came of them to the server.
import { bearerToken, createCore, isSciError, operation, type PagedOperation, type PagePosition } from "@sci/http-core";

interface Rows {
  readonly rows: readonly { readonly id: number }[];
  readonly total: number;
}
interface Document {
  readonly location: { readonly origin: string };
  fetch(url: string, options: { method: string; body: string }): Promise<unknown>;
}
const page = globalThis as unknown as Document;

const baseUrl = `${page.location.origin}/api`;
const run = operation({
  name: "run",
  method: "GET",
  path: "/runs/{run}",
  params: ({ run: number }: { readonly run: number }) => ({ run: number }),
});
const plain = (path: string) => operation<void, unknown>({ name: path, method: "GET", path });
const rows: PagedOperation<void, Rows, { readonly id: number }> = {
  operation: operation<{ readonly position: PagePosition }, Rows>({
    name: "rows",
    method: "GET",
    path: "/rows",
    query: ({ position }) => [
      ["page", position.page],
      ["size", position.pageSize],
    ],
  }),
  items: (body) => body.rows,
  total: (body) => body.total,
  key: (row) => row.id,
  defaultPageSize: 10,
};

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "no error";
  } catch (error) {
    return isSciError(error) ? error.code : String(error);
  }
}

async function everything(): Promise<Record<string, unknown>> {
  const core = createCore(
    { name: "example", userAgent: "example/1.0", baseUrl },
    { auth: bearerToken("from-the-page"), retry: { attempts: 3, baseDelay: 1, maxDelay: 1 } },
  );
  const ids: number[] = [];
  for await (const { id } of core.list(rows, undefined)) ids.push(id);
  return {
    run: await core.request(run, { run: 327600 }),
    ids,
    busy: await core.request(plain("/busy"), undefined),
    large: String(((await core.request(plain("/large"), undefined)) as { train: unknown }).train),
    missing: await codeOf(core.request(run, { run: 1 })),
    login: await codeOf(core.request(plain("/login"), undefined)),
    silent: await codeOf(core.request(plain("/silent"), undefined, { timeout: { total: 200 } })),
    aborted: await codeOf(core.request(plain("/silent"), undefined, { signal: AbortSignal.timeout(50) })),
    elsewhere: await codeOf(
      Promise.resolve().then(() => createCore({ name: "x", userAgent: "x", baseUrl }, { proxy: "http://127.0.0.1:1" })),
    ),
  };
}

everything()
  .catch((error: unknown) => ({ error: String(error) }))
  .then((result) => page.fetch("/result", { method: "POST", body: JSON.stringify(result) }))
  .catch(console.error);
