export { cernApiToken } from "./api-token.ts";
export type { CernApiTokenOptions } from "./api-token.ts";
