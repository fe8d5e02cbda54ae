import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonEnvironment } from "../python.ts";
import { runSuite } from "./suite.ts";

const environment = await pythonEnvironment([
  "metadata_client==4.2.1",
  "oauth2_xfel_client==6.1.1",
  "requests==2.34.2",
  "pytest==8.4.2",
  "python-dateutil==2.9.0.post0",
  "pytz==2025.2",
]);
const title = environment.missing === undefined ? "" : ` (skipped: ${environment.missing})`;

describe.skipIf(environment.missing !== undefined)(`the suite of metadata_client 4.2.1 against the sandbox${title}`, () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ facilities: ["mymdc"] });
  });
  afterAll(() => sandbox?.stop());

  // The suite tidies up after itself; what a run leaves behind would fail the next one.
  test.each(["on a fresh store", "again on what the first run left"])("all 87 tests pass %s", async () => {
    const { passed, failed, output } = await runSuite(environment.python as string, sandbox.env);
    expect({ passed, failed }, output).toEqual({ passed: 87, failed: 0 });
  });
});
