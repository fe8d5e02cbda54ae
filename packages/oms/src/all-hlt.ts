import { checkInteger } from "@sci/http-core";
import { inOrder } from "./in-order.ts";
import type { Query, QueryCall } from "./query.ts";
import { type AllHltOptions, checkPath, type HltOptions, longest } from "./rate-options.ts";

/** Rates of many paths, path after path, several in flight. */
export async function* ratesOfPaths(
  query: QueryCall,
  hlt: (run: number, options: HltOptions) => Query,
  run: number,
  given: AllHltOptions & { readonly concurrency: number },
): AsyncGenerator<unknown, void, undefined> {
  const { paths, concurrency, ...options } = given;
  checkInteger(concurrency, "concurrency", { min: 1, max: 64 });
  const { headers, retry, timeout, validate, signal } = options;
  const calls = Object.fromEntries(
    Object.entries({ headers, retry, timeout, validate, signal }).filter(([, value]) => value !== undefined),
  );
  const names = paths?.map(checkPath) ?? [];
  if (paths === undefined) {
    for await (const { path_name } of query("hltpathinfo", calls).where("run_number", run))
      if (typeof path_name === "string") names.push(path_name);
  }
  // A path has as many rows as its run has lumisections, which fit into memory; paths are many.
  const rowsOf = async (path: string, both: AbortSignal): Promise<readonly unknown[]> =>
    hlt(run, { ...options, signal: both, path, concurrency: 1 }).collect({ limit: longest });
  for await (const rows of inOrder(names, concurrency, signal, rowsOf)) yield* rows;
}
