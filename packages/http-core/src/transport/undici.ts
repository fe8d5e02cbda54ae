import type * as Undici from "undici";
import { SciError } from "../errors.ts";

const globalDispatcher = Symbol.for("undici.globalDispatcher.1");

let loaded: Promise<typeof Undici> | undefined;

/**
 * Loads undici at the first request. The package puts its own dispatcher in place of Node's when it comes first, for the
 * whole process; so Node's is brought up before it.
 */
export function loadUndici(): Promise<typeof Undici> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<typeof Undici> {
  if ((globalThis as Record<symbol, unknown>)[globalDispatcher] === undefined) {
    // Reading one of its classes makes Node load its own fetch, which then sets its dispatcher.
    void globalThis.Headers;
  }
  try {
    const module = (await import("undici")) as typeof Undici & { readonly default?: typeof Undici };
    // A bundler may leave only the default of a CommonJS module.
    return (module as Partial<typeof Undici>).Agent === undefined && module.default !== undefined ? module.default : module;
  } catch (cause) {
    throw new SciError("MISSING_DEPENDENCY", 'The package "undici" could not be loaded; install the dependencies again.', { cause });
  }
}
