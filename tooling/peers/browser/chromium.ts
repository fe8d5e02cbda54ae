import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A browser, or the reason why there is none. */
export type Browser = { readonly path: string; readonly missing?: undefined } | { readonly path?: undefined; readonly missing: string };

async function found(): Promise<string | undefined> {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const path = await execute("which", [name]).then(
      ({ stdout }) => stdout.trim(),
      () => "",
    );
    if (path !== "") return path;
  }
  return undefined;
}

/** Finds Chromium, or installs Debian's package where that is allowed. Throws where CI=true and it cannot be had. */
export async function chromium(): Promise<Browser> {
  const before = await found();
  if (before !== undefined) return { path: before };
  let reason = "Chromium is not installed (Debian: apt-get install chromium)";
  if (process.getuid?.() === 0) {
    try {
      const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
      await execute("apt-get", ["update", "-qq"], { env, timeout: 300_000 });
      await execute("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env, timeout: 600_000 });
      const path = await found();
      if (path !== undefined) return { path };
    } catch (error) {
      reason = `Chromium could not be installed: ${(error as Error).message.split("\n")[0]}`;
    }
  }
  if (process.env["CI"] === "true") throw new Error(reason);
  return { missing: reason };
}

/** Opens a page in a browser without a window; `close` ends it and removes its profile. */
export async function open(path: string, url: string): Promise<{ close(): Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), "browser-"));
  const options = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
  ];
  const child = spawn(path, [...options, `--user-data-dir=${profile}`, "--remote-debugging-port=0", url], {
    stdio: "ignore",
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    async close() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
