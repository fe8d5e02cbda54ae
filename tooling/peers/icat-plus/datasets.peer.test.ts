import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { float } from "@sci/http-core";
import { createDatasetSerializer, datasetFields, type DatasetInput } from "@sci/icat-plus/datasets";
import { describe, expect, test } from "vitest";
import { icatEnvironment } from "./environment.ts";
import { type RandomDataset, randomDatasets, seeded } from "./random-datasets.ts";

process.env["TZ"] = "UTC";
const environment = await icatEnvironment();
const title = environment.missing === undefined ? "" : ` (skipped: ${environment.missing})`;

interface Answer {
  readonly xml?: string;
  readonly error?: string;
}

/** What the original makes of the datasets. */
async function original(datasets: readonly RandomDataset[]): Promise<Answer[]> {
  const script = new URL("datasets.py", import.meta.url).pathname;
  const child = spawn(environment.python as string, [script], { env: { ...process.env, TZ: "UTC" }, stdio: ["pipe", "pipe", "pipe"] });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(datasets.map((one) => `${JSON.stringify(one)}\n`).join(""));
  const [answers, errors] = await said;
  const lines = answers.split("\n").filter((line) => line !== "");
  expect(lines.length, errors).toBe(datasets.length);
  return lines.map((line) => JSON.parse(line) as Answer);
}

function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== "object" || value === null) return value;
  const given = value as Readonly<Record<string, string>>;
  if (given["$datetime"] !== undefined) return new Date(given["$datetime"]);
  if (given["$bytes"] !== undefined) return new Uint8Array(Buffer.from(given["$bytes"], "base64"));
  if (given["$float"] !== undefined) {
    const number = { nan: Number.NaN, inf: Infinity }[given["$float"]] ?? Number(given["$float"]);
    return Number.isFinite(number) ? float(number) : number;
  }
  return Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, decoded(inner)]));
}

/** What the original does to itself there: see "Differences" in the README of icat-plus. */
function isDifferent({ metadata }: RandomDataset, { xml = "", error = "" }: Answer): boolean {
  const withoutSlash = /<tns:location>[^/~]/.test(xml) || /<tns:name>input_datasets<\/tns:name><tns:value>(?:[^<]*,)?[^/<]/.test(xml);
  // Python's text for a list in a list; text among paths, which is taken letter by letter; a folder that only looks like a date.
  return withoutSlash || />\[/.test(xml) || typeof metadata["input_datasets"] === "string" || /session_date/.test(error);
}

/** Without what differs from run to run. */
const stable = (xml: string): string =>
  xml.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>").replaceAll(/pyicat-plus_v[\d.]+/g, "<software>");

describe.skipIf(environment.missing !== undefined)(`messages of datasets against pyicat_plus 3.1.0${title}`, () => {
  test.each([11, 12])("random ones are the same, byte for byte (seed %i)", { timeout: 300_000 }, async (seed) => {
    const datasets = randomDatasets(await datasetFields(), seeded(seed), 500);
    const answers = await original(datasets);
    const serialize = await createDatasetSerializer({ machine: "<machine>", software: "<software>" });
    const differences: unknown[] = [];
    let compared = 0;
    for (const [index, answer] of answers.entries()) {
      const dataset = datasets[index] as RandomDataset;
      if (isDifferent(dataset, answer)) continue;
      compared += 1;
      let ours: Answer;
      try {
        ours = serialize({ ...(decoded(dataset.arguments) as DatasetInput), metadata: decoded(dataset.metadata) as object });
      } catch (error) {
        ours = { error: (error as Error).message };
      }
      const same = answer.xml === undefined ? ours.xml === undefined : ours.xml !== undefined && stable(ours.xml) === stable(answer.xml);
      if (!same) differences.push({ dataset, original: answer.xml ?? answer.error, ours: ours.xml ?? ours.error });
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(400);
  });
});
