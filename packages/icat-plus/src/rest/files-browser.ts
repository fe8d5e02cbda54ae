import { SciError } from "@sci/http-core";
import type * as node from "./files-node.ts";

const refuse = (): never => {
  throw new SciError(
    "MISSING_DEPENDENCY",
    "A page has no files: read the bytes in the application, and call the method that takes or gives bytes.",
  );
};

export const machineName: typeof node.machineName = () => Promise.resolve(undefined);
export const readBytes: typeof node.readBytes = refuse;
export const readUtf8: typeof node.readUtf8 = refuse;
export const fetchToFile: typeof node.fetchToFile = refuse;
