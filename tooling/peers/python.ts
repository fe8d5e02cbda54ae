import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const cache = fileURLToPath(new URL("../.cache/", import.meta.url));

/** An environment of its own with packages from PyPI, or the reason why there is none. */
export type PythonEnvironment =
  { readonly python: string; readonly missing?: undefined } | { readonly python?: undefined; readonly missing: string };

async function interpreter(): Promise<{ command: string; version: string } | undefined> {
  for (const command of ["python3", "python"]) {
    const found = await execute(command, ["-c", "import sys, venv, ensurepip; print('%d.%d.%d' % sys.version_info[:3])"]).catch(
      () => undefined,
    );
    const version = found?.stdout.trim() ?? "";
    if (/^3\.(9|[1-9]\d)\./.test(version)) return { command, version };
  }
  return undefined;
}

function absent(reason: string): PythonEnvironment {
  // Where CI=true a peer that cannot be had is a failure, not a reason to skip.
  if (process.env["CI"] === "true") throw new Error(reason);
  return { missing: reason };
}

/**
 * A virtual environment with the requirements given (`runregistry==3.1.2`), made on first use and kept in tooling/.cache.
 * Throws where CI=true and it cannot be had.
 */
export async function pythonEnvironment(requirements: readonly string[]): Promise<PythonEnvironment> {
  const found = await interpreter();
  if (found === undefined) return absent("Python 3.9 or newer with venv is not installed");
  const hash = createHash("sha256")
    .update(JSON.stringify([found.version, ...requirements]))
    .digest("hex")
    .slice(0, 16);
  const folder = join(cache, `python-${hash}`);
  const python = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return { python };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  try {
    await execute(found.command, ["-m", "venv", folder]);
    await execute(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", ...requirements], {
      timeout: 600_000,
    });
  } catch (error) {
    const lines = String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split("\n");
    return absent(`${requirements.join(", ")} could not be installed from PyPI: ${lines.at(-1) ?? ""}`);
  }
  writeFileSync(complete, `${requirements.join("\n")}\n`);
  return { python };
}
