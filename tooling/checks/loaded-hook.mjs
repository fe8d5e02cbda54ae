// Loader hook: appends the address of every module that is resolved to the file that LOADED_LOG names.
import { appendFileSync } from "node:fs";

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  appendFileSync(process.env.LOADED_LOG, `${resolved.url}\n`);
  return resolved;
}
