import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What the suite reported. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  /** The end of its output, for whoever has to find out. */
  readonly output: string;
}

const number = (output: string, word: string): number => Number(new RegExp(`(\\d+) ${word}`).exec(output)?.[1] ?? "0");

/**
 * Runs the suite that metadata_client ships with, as its authors run it: its secrets file filled in, against the server that `env`
 * names. The package is copied first, because the tests import from within it.
 */
export async function runSuite(python: string, env: Readonly<Record<string, string>>): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), "mymdc-suite-"));
  try {
    const where = "import metadata_client, os; print(os.path.dirname(metadata_client.__file__))";
    const { stdout } = await execute(python, ["-c", where]);
    cpSync(stdout.trim(), join(folder, "metadata_client"), { recursive: true });
    const common = join(folder, "metadata_client", "tests", "common");
    const secrets = readFileSync(join(common, "secrets_example.py"), "utf8")
      .replaceAll("PUT_HERE_MYMDC_URL_TO_BE_TESTED", env["MYMDC_URL"] as string)
      .replaceAll("PUT_HERE_YOUR_CLIENT_CONTACT_EMAIL", env["MYMDC_USER_EMAIL"] as string)
      .replaceAll("PUT_HERE_YOUR_CLIENT_KEY", env["MYMDC_CLIENT_ID"] as string)
      .replaceAll("PUT_HERE_YOUR_SECRET_KEY", env["MYMDC_CLIENT_SECRET"] as string);
    writeFileSync(join(common, "secrets.py"), secrets, { mode: 0o600 });
    const argv = ["-m", "pytest", "-p", "no:cacheprovider", "metadata_client/tests", "-q", "--tb=short"];
    const options = {
      cwd: folder,
      // Plain http is what the suite's OAuth library refuses unless told otherwise.
      env: { ...process.env, OAUTHLIB_INSECURE_TRANSPORT: "1", PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" },
      maxBuffer: 64 * 1024 * 1024,
      timeout: 280_000,
    };
    const output = await execute(python, argv, options).then(
      (ended) => ended.stdout,
      (error: unknown) => (error as { stdout?: string }).stdout ?? String(error),
    );
    const summary = output.slice(output.lastIndexOf("\n", output.trimEnd().length - 1));
    return {
      passed: number(summary, "passed"),
      failed: number(summary, "failed") + number(summary, "errors?"),
      output: output.slice(-4000),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
