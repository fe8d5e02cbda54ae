import type { Handler } from "../http/router.ts";
import type { Portal } from "./portal.ts";
import type { Listing } from "./query/listing.ts";
import type { Store } from "./store.ts";

/** What routes work with. */
export interface Context {
  readonly store: Store;
  readonly runs: Listing;
  readonly datasets: Listing;
  readonly portal: Portal;
  /** Whether routes that change data look at the groups of who asks. */
  checkRights: boolean;
  /** Body of the request, parsed; an empty object where it was not. */
  readonly body: Readonly<Record<string, unknown>>;
}

export type Route = Handler<Context>;
