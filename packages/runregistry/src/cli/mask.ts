import {
  addExamples,
  addOutputOptions,
  readInput,
  type Command,
  type CommandContext,
  type OutputChoice,
  writeRecord,
  writeRows,
} from "@sci/cli-core";
import { isSciError, SciError } from "@sci/http-core";
import type { LumiMask } from "../lumi-mask.ts";
import { type MaskChoice, maskFormats, writeMask } from "./mask-output.ts";
import { runNumber } from "./rows.ts";

interface FilesChoice extends MaskChoice {
  readonly strict?: boolean;
}

/** Adds `mask` and what can be done with masks: on files, without the service. */
export function addMaskCommand(program: Command, context: CommandContext): void {
  const mask = program.command("mask").description("set arithmetic on golden JSON files, without the service");
  addExamples(mask, [
    ["runreg mask intersect golden.json mine.json --output both.json", "lumisections in all of the files"],
    ["runreg mask subtract golden.json processed.json", "what is left to do"],
    ['brilcalc lumi -i "$(runreg mask show golden.json --format brilcalc)"', "for brilcalc"],
  ]);

  const combining = {
    union: ["lumisections in any of the files", (all: LumiMask, next: LumiMask) => all.union(next)],
    intersect: ["lumisections in all of the files", (all: LumiMask, next: LumiMask) => all.intersect(next)],
    subtract: ["lumisections of the first file that are in none of the others", (all: LumiMask, next: LumiMask) => all.subtract(next)],
  } as const;
  for (const [name, [description, combine]] of Object.entries(combining)) {
    const command = onFiles(mask.command(name).description(description), "<files...>");
    command.action(async (files: readonly string[], choice: FilesChoice) => {
      if (files.length < 2) throw new SciError("INVALID_ARGUMENT", `mask ${name} needs at least two files.`);
      const masks = await readMasks(context, files, choice);
      await writeMask(context, masks.reduce(combine), choice);
    });
  }

  const show = onFiles(mask.command("show").description("put a mask in order and write it"), "<file>");
  show
    .option("--from <run>", "only runs from this one", runNumber)
    .option("--to <run>", "only runs up to this one", runNumber)
    .action(async (file: string, choice: FilesChoice & { readonly from?: number; readonly to?: number }) => {
      const [found] = await readMasks(context, [file], choice);
      const { from, to } = choice;
      const bounds = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
      await writeMask(context, (found as LumiMask).restrict(bounds), choice);
    });

  const count = addOutputOptions(
    mask.command("count").description("count runs and lumisections").argument("<files...>", "golden JSON files, - for standard input"),
  );
  count
    .option("--strict", "refuse overlaps, repeats and ranges out of order")
    .option("--by-run", "a row per run")
    .action(async (files: readonly string[], choice: OutputChoice & { readonly byRun?: boolean; readonly strict?: boolean }) => {
      const masks = await readMasks(context, files, choice);
      const rows = masks.flatMap((one, index): object[] => {
        const file = files.length === 1 ? {} : { file: files[index] };
        if (choice.byRun) return one.runs().map((run_number) => ({ ...file, run_number, lumisections: one.count(run_number) }));
        return [{ ...file, runs: one.runCount, lumisections: one.lumisectionCount }];
      });
      const [only] = rows;
      if (only !== undefined && files.length === 1 && !choice.byRun) await writeRecord(context, only, choice);
      else await writeRows(context, rows, choice);
    });
}

function onFiles(command: Command, files: string): Command {
  command.argument(files, "golden JSON files, - for standard input").option("--strict", "refuse overlaps, repeats and ranges out of order");
  return addOutputOptions(command, maskFormats);
}

async function readMasks(
  context: CommandContext,
  files: readonly string[],
  { strict = false }: { readonly strict?: boolean },
): Promise<LumiMask[]> {
  const { LumiMask } = await import("../lumi-mask.ts");
  if (files.filter((file) => file === "-").length > 1) throw new SciError("INVALID_ARGUMENT", "Standard input (-) can be read once only.");
  const masks: LumiMask[] = [];
  for (const file of files) {
    const text = await readInput(context, file);
    try {
      masks.push(LumiMask.parse(text, { strict }));
    } catch (error) {
      if (!isSciError(error, "INVALID_ARGUMENT")) throw error;
      throw new SciError("INVALID_ARGUMENT", `${file === "-" ? "Standard input" : file}: ${error.message}`, {
        cause: error,
        details: { ...error.details, file },
      });
    }
  }
  return masks;
}
