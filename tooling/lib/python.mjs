import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./workspace.mjs";

const execute = promisify(execFile);
const cache = join(root, "tooling", ".cache");

async function interpreter() {
  for (const command of ["python3", "python"]) {
    const script = "import sys, venv, ensurepip; print('%d.%d.%d' % sys.version_info[:3])";
    const version = await execute(command, ["-c", script]).then(
      ({ stdout }) => stdout.trim(),
      () => "",
    );
    if (/^3\.(9|[1-9]\d)\./.test(version)) return { command, version };
  }
  throw new Error("Python 3.9 or newer with venv is not installed.");
}

/**
 * A virtual environment with the requirements given (`runregistry==3.1.2`), made on first use and kept in tooling/.cache.
 * Gives the path of its Python and the version; an error says what cannot be had.
 */
export async function pythonEnvironment(requirements) {
  const { command, version } = await interpreter();
  const hash = createHash("sha256").update(JSON.stringify([version, ...requirements]));
  const folder = join(cache, `python-${hash.digest("hex").slice(0, 16)}`);
  const python = join(folder, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return { python, version };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  await execute(command, ["-m", "venv", folder]);
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", ...requirements];
  try {
    await execute(python, install, { timeout: 600_000 });
  } catch (error) {
    const why = String(error.stderr ?? error)
      .trim()
      .split("\n")
      .at(-1);
    throw new Error(`${requirements.join(", ")} could not be installed from PyPI: ${why}`, { cause: error });
  }
  writeFileSync(complete, `${requirements.join("\n")}\n`);
  return { python, version };
}
