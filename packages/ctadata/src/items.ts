import { type CallOptions, callOptionNames, checkInteger, checkNames, type Core, type Listing, listOptionNames } from "@sci/http-core";
import { type ListOptions, operation, type PagedOperation, type PagePosition, type Schema } from "@sci/http-core";
import * as z from "zod/mini";

/** An item as the service has it. */
export interface Item {
  readonly id: number;
  readonly name: string;
  readonly [field: string]: unknown;
}

/** Options of a listing. */
export type ItemsOptions = ListOptions;

/** Calls on items. */
export interface ItemsApi {
  /**
   * One item.
   * @throws INVALID_ARGUMENT, NOT_FOUND
   */
  get(id: number, options?: CallOptions): Promise<Item>;
  /** All items, 100 to a page. */
  list(options?: ItemsOptions): Listing<Item>;
}

interface ItemsBody {
  readonly items: readonly Item[];
  readonly total: number;
}

// What the client relies on; whatever else the service sends is delivered too.
const itemSchema = z.looseObject({ id: z.int(), name: z.string() });
const itemsSchema = z.looseObject({ items: z.array(itemSchema), total: z.int() });

const getItem = operation({
  name: "items.get",
  method: "GET",
  path: "/items/{id}",
  params: ({ id }: { readonly id: number }) => ({ id }),
  response: itemSchema as Schema<Item>,
});

const listItems: PagedOperation<void, ItemsBody, Item> = {
  operation: operation({
    name: "items.list",
    method: "GET",
    path: "/items",
    query: ({ position }: { readonly position: PagePosition }) => [
      ["page", position.page + 1],
      ["page_size", position.pageSize],
    ],
    response: itemsSchema as Schema<ItemsBody>,
  }),
  items: (body) => body.items,
  total: (body) => body.total,
  key: (item) => item.id,
  defaultPageSize: 100,
};

/** The calls on items, bound to a core. */
export function itemsApi(core: Core): ItemsApi {
  return {
    async get(id, options = {}) {
      checkInteger(id, "id", { min: 1 });
      checkNames(options, callOptionNames, "option of items.get()");
      return core.request(getItem, { id }, options);
    },
    list(options = {}) {
      checkNames(options, listOptionNames, "option of items.list()");
      return core.list(listItems, undefined, options);
    },
  };
}
