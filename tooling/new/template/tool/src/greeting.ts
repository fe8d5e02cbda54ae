import { SciError, shown } from "@sci/http-core";

/**
 * A greeting for somebody.
 * @throws INVALID_ARGUMENT for a name that is empty
 */
export function greeting(name: string): string {
  if (typeof name !== "string" || name.trim() === "") {
    throw new SciError("INVALID_ARGUMENT", `A name must be a text that is not empty, not ${shown(name)}.`);
  }
  return `Hello, ${name.trim()}`;
}
