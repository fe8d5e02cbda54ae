import { chooseFormat, type CommandContext, formats, type OutputChoice, writeRows, writeText } from "@sci/cli-core";
import type { LumiMask } from "../lumi-mask.ts";

/** How a mask is written: `json` is golden JSON; `table`, `ndjson` and `csv` have a row per range. */
export const maskFormats = [...formats, "brilcalc", "ranges"] as const;

export interface MaskChoice extends Omit<OutputChoice, "format"> {
  readonly format?: (typeof maskFormats)[number];
}

/** Writes a mask, as golden JSON unless the format or the ending of the file says otherwise. */
export async function writeMask(context: CommandContext, mask: LumiMask, { format, output }: MaskChoice): Promise<void> {
  const chosen = format ?? (output === undefined || output === "-" ? "json" : chooseFormat(context, { output }, "json"));
  switch (chosen) {
    case "json":
      return writeText(context, `${mask.toText()}\n`, output);
    case "brilcalc":
      return writeText(context, `${mask.toBrilcalc()}\n`, output);
    case "ranges":
      return writeText(context, `${mask.toRanges().join(",")}\n`, output);
    case "table":
    case "ndjson":
    case "csv":
      await writeRows(context, rangesOf(mask), { format: chosen, output });
  }
}

function* rangesOf(mask: LumiMask): Generator<object> {
  for (const [run_number, start, end] of mask) yield { run_number, start, end };
}
