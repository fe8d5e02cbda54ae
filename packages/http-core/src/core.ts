import type { Operation } from "./operation.ts";
import type { CallOptions, ClientOptions, ServiceDefinition } from "./options.ts";
import type { Listing, ListOptions, PagedOperation } from "./paging.ts";

/** What a facility client is built on: one way for every call. */
export interface Core {
  readonly service: ServiceDefinition;
  readonly baseUrl: string;
  request<Input, Output>(operation: Operation<Input, Output>, input: Input, options?: CallOptions): Promise<Output>;
  list<Input, Body, Item>(paged: PagedOperation<Input, Body, Item>, input: Input, options?: ListOptions): Listing<Item>;
  /** What would be sent, without sending: for `dryRun`. Without credentials. */
  describe<Input, Output>(operation: Operation<Input, Output>, input: Input): { readonly method: string; readonly url: string; readonly body: unknown };
  /** Ends idle connections; calls after it are refused. */
  close(): Promise<void>;
}

/** @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, and for a base URL that is none. */
export declare function createCore(service: ServiceDefinition, options?: ClientOptions): Core;
