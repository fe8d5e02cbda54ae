import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { debianTools } from "../../lib/debian.mjs";
import { apacheMissing, startApache } from "../../lib/webdav-servers.mjs";
import { root } from "../../lib/workspace.mjs";
import { serve } from "../lib/child.mjs";

const execute = promisify(execFile);
export const rcloneVersion = "1.69.1";

/** rclone as its module builds it: Debian's is older and held back by its own pace. */
export async function buildRclone() {
  const folder = join(root, "tooling", ".cache", `rclone-${rcloneVersion}`);
  const program = join(folder, "rclone");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  try {
    const env = { ...process.env, GOBIN: folder, CGO_ENABLED: "0" };
    await execute("go", ["install", `github.com/rclone/rclone@v${rcloneVersion}`], { env, timeout: 1_800_000 });
  } catch (error) {
    throw new Error(`rclone ${rcloneVersion} cannot be built with Go: ${String(error.stderr ?? error.message).slice(-500)}`, {
      cause: error,
    });
  }
  return program;
}

/** Apache with its data in memory, near and far: the far address leads through a proxy that delays. */
export async function startServers(token, roundTrip) {
  const missing = (await apacheMissing()) ?? (await debianTools(["curl", "davix-get"], ["curl", "davix"]));
  if (missing !== undefined) throw new Error(missing);
  // On Linux this folder is memory; elsewhere the benchmark measures the disk as well.
  const memory = existsSync("/dev/shm") ? "/dev/shm" : undefined;
  if (memory === undefined) throw new Error("There is no folder in memory (/dev/shm).");
  const folder = mkdtempSync(join(memory, "bench-ctadata-"));
  const clear = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", clear);
  // The server runs as a user of its own, who has to get through.
  chmodSync(folder, 0o711);
  const store = join(folder, "store");
  const apache = await startApache({ root: store, token });
  const proxy = await serve(join(import.meta.dirname, "proxy.mjs"), [new URL(apache.url).port, roundTrip]);
  return {
    folder,
    store,
    urls: { near: apache.url, far: `http://127.0.0.1:${proxy.port}/` },
    async stop() {
      await proxy.stop();
      await apache.stop();
      process.off("exit", clear);
      clear();
    },
  };
}
