// Programs of Debian's packages, for tests and benchmarks that need them.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
const isRoot = process.getuid?.() === 0;

const onPath = (command) =>
  execute("sh", ["-c", `command -v "$1"`, "sh", command]).then(
    () => true,
    () => false,
  );

/**
 * Makes sure that commands are there, by installing Debian packages where this process may.
 * Gives undefined, or a text that says what is missing.
 */
export async function debianTools(commands, packages) {
  const missing = [];
  for (const command of commands) if (!(await onPath(command))) missing.push(command);
  if (missing.length === 0) return undefined;
  const install = `apt-get install ${packages.join(" ")}`;
  if (!isRoot || !(await onPath("apt-get"))) return `${missing.join(", ")} not installed (${install})`;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    await execute("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env, timeout: 600_000 });
  } catch {
    try {
      await execute("apt-get", ["update"], { env, timeout: 300_000 });
      await execute("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env, timeout: 600_000 });
    } catch (error) {
      const why = String(error.stderr ?? error).trim();
      return `${missing.join(", ")} could not be installed (${install}): ${why.split("\n").at(-1)}`;
    }
  }
  for (const command of missing) if (!(await onPath(command))) return `${command} is missing after ${install}`;
  return undefined;
}
