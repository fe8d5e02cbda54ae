export { createMymdc } from "./client.ts";
export type { Mymdc } from "./client.ts";
export type { MymdcOptions } from "./options.ts";
export type { Item, ItemsApi, ItemsOptions } from "./items.ts";
