import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replay } from "@sci/http-core/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { casesOf, type RecordedCase } from "./support/recorded.ts";
import { command } from "./support/command.ts";
import { asSentHere } from "./support/replayed.ts";

/*
 * Intended differences: the network is not probed beforehand, every page is asked for once, the file is the caller's choice and never
 * left half written, and page sizes are this package's unless given.
 */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "oms-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The command line of today for one of the original's. */
function argvOf([mode = "", ...values]: readonly string[]): string[] {
  const [first = "", second = ""] = values;
  switch (mode) {
    case "--runs":
      return [
        "query",
        "runs",
        "--where",
        `run_number>=${first}`,
        "--where",
        `run_number<=${second}`,
        "--where",
        "sequence = GLOBAL-RUN",
        "--sort",
        "run_number",
        "--units",
      ];
    case "--hltrates":
      return ["rates", "hlt", first, "--path", second, "--page-size", "10000"];
    case "--lumisections":
      return ["lumisections", first, "--page-size", "5000"];
    default:
      throw new Error(`No command stands for ${mode}.`);
  }
}

const probe = ({ path }: { readonly path: string }): boolean => path === "/agg/api/v1/";

/** Units stand behind the values here, and behind all values in the original: an object has no order. */
const written = (recorded: RecordedCase): unknown => Object.values(recorded.after ?? {})[0];

describe("the command of wbmcrawlr 1.2.1", () => {
  it.each(casesOf("wbmcrawlr", /^main$/))("%s", async (_id, recorded) => {
    const exchanges = asSentHere(recorded.exchanges, false).filter(({ request }) => !probe(request));
    const server = await replay(exchanges, { queryOrder: "any" });
    try {
      const output = join(folder, "out.json");
      const result = await command(server.urlOf("https://cmsoms.cern.ch"), [...argvOf(recorded.call.args as string[]), "--output", output]);
      expect(result).toEqual({ code: 0, stdout: "", stderr: "" });
      server.done();
      expect(JSON.parse(await readFile(output, "utf8"))).toEqual(written(recorded));
    } finally {
      await server.stop();
    }
  });
});
