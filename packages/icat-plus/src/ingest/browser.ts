import { SciError } from "@sci/http-core";
import type { createIngest as create } from "./node.ts";

/** Brokers speak over TCP, which pages cannot. @throws MISSING_DEPENDENCY always */
export const createIngest: typeof create = () => {
  throw new SciError(
    "MISSING_DEPENDENCY",
    "Messages to the ingesters go to a broker over TCP, which needs Node: a page can use what REST offers.",
  );
};
