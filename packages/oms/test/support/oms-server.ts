import { json, startServer, type ReceivedRequest, type Reply, type TestServer } from "@sci/http-core/testing";
import { createOms, type Oms, type OmsOptions } from "../../src/index.ts";
import { silent } from "@sci/http-core/testing";

export interface ServedRow {
  readonly id?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly units?: Readonly<Record<string, string>>;
}

/** A value of the query, undefined where it is not there. */
export function asked(request: ReceivedRequest, name: string): string | undefined {
  return request.query.find(([key]) => key === name)?.[1];
}

/** One page of rows, as OMS answers: offset and limit of the request, their units and number. */
export function pageOf(rows: readonly ServedRow[], request: ReceivedRequest, type = "rows", most = Infinity): Reply {
  const offset = Number(asked(request, "page[offset]") ?? 0);
  const limit = Number(asked(request, "page[limit]") ?? 10);
  const data = rows.slice(offset, offset + Math.min(limit, most)).map(({ id, attributes, units }, index) => ({
    id: id ?? String(offset + index),
    type,
    attributes,
    ...(units === undefined
      ? {}
      : { meta: { row: Object.fromEntries(Object.entries(units).map(([name, unit]) => [name, { units: unit }])) } }),
  }));
  return json({ data, meta: { totalResourceCount: rows.length } });
}

/** Answers by the last part of the path; lists where rows are given. */
export type Answers = Readonly<Record<string, readonly ServedRow[] | ((request: ReceivedRequest) => Reply | Promise<Reply>)>>;

export interface Serving {
  readonly oms: Oms;
  readonly server: TestServer;
}

/** A service that answers `/agg/api/v1/<key>`, and a client of it. */
export async function serving<T>(answers: Answers, use: (serving: Serving) => Promise<T>, options: OmsOptions = {}): Promise<T> {
  const server = await startServer((request) => {
    const path = request.path.replace("/agg/api/v1/", "");
    const answer = answers[path];
    if (answer === undefined) return json({ errors: [{ status: "404", title: "Not Found", detail: `no ${path}` }] }, { status: 404 });
    return typeof answer === "function" ? answer(request) : pageOf(answer, request, path);
  });
  const oms = createOms({ baseUrl: `${server.url}/agg/api`, auth: false, retry: { attempts: 1 }, logger: silent, ...options });
  try {
    return await use({ oms, server });
  } finally {
    await oms.close();
    await server.stop();
  }
}
