import {
  addExamples,
  addOutputOptions,
  readInput,
  type Command,
  type CommandContext,
  duration,
  jsonText,
  startProgress,
  wholeNumber,
  writeText,
} from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { GoldenJsonResult, GoldenJsonStep } from "../golden-json-types.ts";
import { withClient } from "./client.ts";
import { type MaskChoice, maskFormats, writeMask } from "./mask-output.ts";

interface GoldenJsonChoice extends MaskChoice {
  readonly logic?: string;
  readonly datasets?: string;
  readonly tags?: string;
  readonly official?: boolean;
  readonly resume?: number;
  readonly deadline?: number;
  readonly complete?: boolean;
  readonly record?: boolean;
}

/** Adds `golden-json`. */
export function addGoldenJsonCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("golden-json")
    .description("let Run Registry make a golden JSON, and wait for it")
    .option("--logic <file>", "JSON logic in a file, - for standard input")
    .option("--datasets <pattern>", "names of datasets, as an SQL SIMILAR TO pattern: % any text, _ any character, (A|B) either")
    .option("--tags <text>", "words to find it by later")
    .option("--official", "list it as official")
    .option("--resume <id>", "wait for this job instead of making one", wholeNumber("--resume"))
    .option("--deadline <time>", "how long to wait, e.g. 15m (default: 30m)", duration("--deadline"))
    .option("--complete", "wait until the figures about what was left out are there too")
    .option("--record", "write the service's whole record instead of the golden JSON");
  addOutputOptions(command, maskFormats);
  addExamples(command, [
    "runreg golden-json --logic logic.json --datasets '/PromptReco/Collisions2018(A|B)/DQM' --output golden.json",
    "runreg golden-json --resume 17 --deadline 2h",
  ]);
  command.action((choice: GoldenJsonChoice) => withClient(command, context, ({ goldenJson }) => generate(goldenJson, context, choice)));
}

async function generate(
  goldenJson: import("../golden-json.ts").GoldenJsonApi,
  context: CommandContext,
  choice: GoldenJsonChoice,
): Promise<void> {
  const { logic, datasets, tags, official, resume, deadline, complete, record, format } = choice;
  if (record && format !== undefined && format !== "json") {
    throw new SciError("INVALID_ARGUMENT", `--record writes JSON, not --format ${format}.`);
  }
  const options = {
    signal: context.signal,
    ...(deadline === undefined ? {} : { deadline }),
    ...(complete === undefined ? {} : { waitForComplete: complete }),
  };
  let steps: AsyncIterable<GoldenJsonStep>;
  if (resume === undefined) {
    const missing = [logic === undefined ? "--logic" : "", datasets === undefined ? "--datasets" : ""].filter((name) => name !== "");
    if (logic === undefined || datasets === undefined) {
      throw new SciError("INVALID_ARGUMENT", `golden-json needs ${missing.join(" and ")} (or --resume ID).`);
    }
    const request = {
      logic: await readInput(context, logic),
      datasets,
      ...(tags === undefined ? {} : { tags }),
      ...(official === undefined ? {} : { official }),
    };
    steps = goldenJson.generate(request, options);
  } else {
    for (const name of ["logic", "datasets", "tags", "official"] as const) {
      if (choice[name] !== undefined) throw new SciError("INVALID_ARGUMENT", `--${name} makes a new job; it does not go with --resume.`);
    }
    steps = goldenJson.resume(resume, options);
  }
  const result = await follow(steps, context, choice.output);
  if (record) await writeText(context, `${jsonText(result, 2)}\n`, choice.output);
  else await writeMask(context, result.mask, choice);
}

async function follow(
  steps: AsyncIterable<GoldenJsonStep>,
  context: CommandContext,
  output: string | undefined,
): Promise<GoldenJsonResult> {
  const progress = await startProgress(context, { unit: "percent", total: 100, output });
  let told = false;
  try {
    for await (const step of steps) {
      if (!told) context.note(`job ${step.id}`);
      told = true;
      progress.update(Math.floor(step.progress * 100));
      if (step.state === "done") return step.result;
    }
  } finally {
    progress.stop();
  }
  throw new SciError("SERVICE_ERROR", "Run Registry ended the job without a result.");
}
