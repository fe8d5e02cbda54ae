import { join } from "node:path";
import { runCommand, type CommandResult } from "@sci/cli-core/testing";
import { nowhere, type RecordedExchange, replay, withEnvironment } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { ctaData, ctaDataDirect } from "../src/cli/program.ts";
import { inWorkingFolder, readTree, recordedTexts } from "./support/folder.ts";
import { noEnvironment } from "./support/replayed.ts";
import { casesOf, type RecordedCase } from "./support/recorded.ts";
import { inAnHour, jwt, playDirect } from "./support/storage.ts";

interface Expected {
  readonly code: number;
  readonly stdout?: string | RegExp;
  readonly stderr?: RegExp;
}

function check(result: CommandResult, { code, stdout, stderr }: Expected): void {
  expect({ code: result.code, stderr: result.stderr }).toMatchObject({ code });
  if (stdout instanceof RegExp) expect(result.stdout).toMatch(stdout);
  else if (stdout !== undefined) expect(result.stdout).toBe(stdout);
  if (stderr !== undefined) expect(result.stderr).toMatch(stderr);
  // No traceback, and no token but where it is asked for.
  expect(result.stderr).not.toMatch(/\n\s+at /);
  expect(result.stderr).not.toMatch(/hub-token|eyJ/);
}

const service: Readonly<Record<string, Expected>> = {
  "cli/list": { code: 0, stdout: "dl1_LST-1.Run11111.0100.h5\nsub\n" },
  "cli/list-403": { code: 1, stdout: "", stderr: /403/ },
  "cli/get": { code: 0, stdout: "", stderr: /1 file: 1 transferred \(1 by length only\)/ },
  "cli/get-404": { code: 4, stderr: /not there/ },
  "cli/put": { code: 0, stderr: /1 transferred/ },
  "cli/put-dir-not-recursive": { code: 2, stderr: /-r \(--recursive\)/ },
  "cli/put-missing-local": { code: 2, stderr: /no file or folder "none"/ },
  "cli/upload-shared-certificate": { code: 0, stdout: /"message": "ok"/ },
  "cli/upload-personal-certificate": { code: 0, stdout: /"message": "ok"/ },
  "cli/token-missing": { code: 3, stderr: /JUPYTERHUB_API_TOKEN/ },
  "cli/no-command": { code: 2 },
};

/** What a certificate answers is printed; a file is listed once, before it is fetched. */
async function playCommand(recorded: RecordedCase): Promise<{ result: CommandResult; wrote: Record<string, string> }> {
  const { exchanges, client = {} } = recorded;
  const server = await replay(exchanges as readonly RecordedExchange[], { ignoreQuery: ["token"], ignoreHeaders: ["content-type"] });
  const base = exchanges.length === 0 ? nowhere : server.url;
  const env = {
    CTADS_URL: `${base}/services/downloadservice/`,
    CTACS_URL: `${base}/services/certificateservice/`,
    ...(client.token === null ? {} : { JUPYTERHUB_API_TOKEN: "hub-token" }),
  };
  try {
    return await withEnvironment({ ...noEnvironment, ...env }, async () => {
      const { value, wrote } = await inWorkingFolder(client.local_before ?? {}, async (home) => {
        const place = recorded.call.args.length === 0 ? [] : ["--mode", "service", "--profile", home];
        // The profile is of the direct mode: nothing of it is looked at.
        return runCommand(ctaData, [...place.slice(0, 2), ...(recorded.call.args as string[])], { env });
      });
      server.done();
      return { result: value, wrote };
    });
  } finally {
    await server.stop();
  }
}

describe("the command of the original, service mode", () => {
  it.each(casesOf("service", /^cli$/))("%s", async (id, recorded) => {
    const { result, wrote } = await playCommand(recorded);
    check(result, service[id] as Expected);
    expect(wrote).toEqual(recordedTexts(recorded.wrote));
  });
});

const direct: Readonly<Record<string, Expected & { readonly known?: Record<string, number> }>> = {
  "cli/list": { code: 0, stdout: "a.txt\nb.bin\nempty\ns\nzero\n" },
  "cli/list-404": { code: 4, stdout: "", stderr: /There is no/ },
  "cli/list-token-expired": { code: 3, stdout: "", stderr: /ended at .*start-agent/ },
  "cli/get": { code: 0, stdout: "", known: { "/cta/a.txt": 6 } },
  "cli/put": { code: 0, stdout: "" },
  "cli/put-dir-not-recursive": { code: 2, stderr: /-r \(--recursive\)/ },
  "cli/print-token": { code: 0, stdout: /^eyJ[\w.-]+\n$/, stderr: /valid till \d{4}-/ },
  "cli/stop-agent": { code: 0, stdout: "" },
  "cli/dev-token-missing": { code: 3, stdout: "", stderr: /There is no token/ },
};

/** The commands at a storage that plays the recorded answers; the profile is the one of {@link playDirect}. */
async function playDirectCommand(
  id: string,
  recorded: RecordedCase,
): Promise<{ result: CommandResult; wrote: Record<string, string>; profile: Record<string, string> }> {
  const token = id === "cli/list-token-expired" ? jwt({ exp: inAnHour() - 7200 }) : undefined;
  let profile: Record<string, string> = {};
  const played = await playDirect(
    recorded,
    async (cta) => {
      const folder = join(process.cwd(), "..", "home", ".config", "cta-data");
      const url = id === "cli/dev-token-missing" ? nowhere : cta.baseUrl;
      const local = ["list", "get", "put"].includes(recorded.call.args.find((one) => !String(one).startsWith("-")) as string);
      const argv = [...(local ? ["--url", url] : []), "--profile", folder, ...(recorded.call.args as string[])];
      const result = await runCommand(ctaDataDirect, argv);
      profile = await readTree(folder);
      return result;
    },
    { known: direct[id]?.known ?? {}, ...(token === undefined ? {} : { token }) },
  );
  if (played.error !== undefined) throw played.error;
  return { result: played.value as CommandResult, wrote: played.wrote, profile };
}

describe("the command of the original, direct mode", () => {
  it.each(casesOf("direct", /^cli$/))("%s", async (id, recorded) => {
    const { result, wrote, profile } = await playDirectCommand(id, recorded);
    const { known: _known, ...expected } = direct[id] as Expected & { known?: unknown };
    if (id === "cli/print-token") {
      expect(result.code).toBe(0);
      expect(result.stdout).toMatch(expected.stdout as RegExp);
      expect(result.stderr).toMatch(expected.stderr as RegExp);
      return;
    }
    check(result, expected);
    const own = Object.entries(recorded.wrote ?? {}).filter(([name]) => name.startsWith("~/"));
    for (const [name, file] of own) expect(profile[name.replace("~/.config/cta-data/", "")]).toBe(file?.text);
    expect(wrote).toEqual(
      recordedTexts(Object.fromEntries(Object.entries(recorded.wrote ?? {}).filter(([name]) => !name.startsWith("~/")))),
    );
  });
});
