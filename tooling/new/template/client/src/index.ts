export { create__Name__ } from "./client.ts";
export type { __Name__ } from "./client.ts";
export type { __Name__Options } from "./options.ts";
export type { Item, ItemsApi, ItemsOptions } from "./items.ts";
