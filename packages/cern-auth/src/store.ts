import { homedir } from "node:os";
import { join } from "node:path";
import { fileTokenStore } from "@sci/http-core/node";
import type { TokenStore } from "@sci/http-core/oauth";
import type { Environment } from "./realm.ts";

/** Where log-ins are kept: a store, the path of a file, or false for memory only. */
export type StoreChoice = TokenStore | string | false;

/** The file that keeps log-ins unless another is named: `$XDG_CONFIG_HOME/sci-cern-auth/tokens.json`, by default below `~/.config`. */
export function defaultStorePath(environment: Environment): string {
  const { XDG_CONFIG_HOME: xdg, APPDATA: windows } = environment;
  // A relative path counts as not set, as the XDG specification says.
  const folder =
    process.platform === "win32" && windows ? windows : xdg !== undefined && xdg.startsWith("/") ? xdg : join(homedir(), ".config");
  return join(folder, "sci-cern-auth", "tokens.json");
}

export function storeOf(choice: StoreChoice | undefined, environment: Environment): TokenStore | undefined {
  if (choice === false) return undefined;
  if (choice === undefined || typeof choice === "string") return fileTokenStore({ path: choice ?? defaultStorePath(environment) });
  return choice;
}
