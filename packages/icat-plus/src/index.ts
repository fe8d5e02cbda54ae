export { createIcatPlus } from "./client.ts";
export type { IcatPlus } from "./client.ts";
export type { IcatPlusOptions } from "./options.ts";
export type { Item, ItemsApi, ItemsOptions } from "./items.ts";
