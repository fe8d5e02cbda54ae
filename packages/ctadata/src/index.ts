export { createCtadata } from "./client.ts";
export type { Ctadata } from "./client.ts";
export type { CtadataOptions } from "./options.ts";
export type { Item, ItemsApi, ItemsOptions } from "./items.ts";
