import { spawn } from "node:child_process";
import { SciError } from "../errors.ts";

/**
 * Opens a web page in the person's browser, without a shell; for `onUrl` of a log-in.
 * @throws INVALID_ARGUMENT for what is no http(s) URL, MISSING_DEPENDENCY where no browser can be started
 */
export async function openBrowser(address: string): Promise<void> {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new SciError("INVALID_ARGUMENT", "Only http and https addresses are opened in a browser.");
  }
  const [command, ...first] =
    process.platform === "darwin" ? ["open"] : process.platform === "win32" ? ["rundll32", "url.dll,FileProtocolHandler"] : ["xdg-open"];
  const child = spawn(command as string, [...first, new URL(address).href], { stdio: "ignore", detached: true });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (cause) => {
      reject(
        new SciError("MISSING_DEPENDENCY", `No browser could be started with ${command as string}. Open the address by hand.`, { cause }),
      );
    });
  });
  child.unref();
}
