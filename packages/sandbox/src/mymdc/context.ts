import type { Handler, Parameters } from "../http/router.ts";
import type { Reply, SandboxRequest } from "../http/message.ts";
import type { Row, Stored } from "./fields.ts";
import { info, json } from "./answers.ts";
import type { Store } from "./store.ts";

/** What endpoints work with. */
export interface Context {
  readonly store: Store;
  /** Address of who asks. */
  readonly email: string;
  /** Whether lists say how many pages there are. */
  readonly pagingHeaders: boolean;
  /** The body, parsed; undefined where there was none or it was no JSON. */
  readonly body: unknown;
}

export type Endpoint = Handler<Context>;
export type { Parameters };

export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The record with the number in the path. */
export function member(store: Store, collection: string, id: string | undefined): Stored | undefined {
  return /^-?\d{1,15}$/.test(id ?? "") ? store.table(collection).get(Number(id)) : undefined;
}

/** Page and size where nothing is told, and the most that a page holds. */
const defaultSize = 100;
const mostSize = 500;

/** One page of a list, with the headers that say which one it is. `show` makes the body of the records of the page. */
export function page<T>(request: SandboxRequest, context: Context, ids: readonly T[], show: (ids: readonly T[]) => unknown): Reply {
  const wrong: Record<string, string[]> = {};
  const read = (name: string, fallback: number): number => {
    const text = request.query.get(name);
    if (text === null) return fallback;
    if (!/^\d+$/.test(text) || Number(text) < 1) wrong[name] = ["is not a number"];
    return Number(text);
  };
  const number = read("page", 1);
  const size = Math.min(read("page_size", defaultSize), mostSize);
  if (Object.keys(wrong).length > 0) return info(422, wrong);
  const headers = {
    "X-Total-Pages": String(Math.ceil(ids.length / size)),
    "X-Count-Per-Page": String(size),
    "X-Current-Page": String(number),
    "X-Total-Count": String(ids.length),
  };
  return json(200, show(ids.slice((number - 1) * size, number * size)), context.pagingHeaders ? headers : {});
}
