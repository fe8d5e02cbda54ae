import {
  addExamples,
  addListOptions,
  addOutputOptions,
  type Command,
  type CommandContext,
  type ListChoice,
  type OutputChoice,
  writeRows,
} from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { LumisectionsApi } from "../lumisections.ts";
import { withClient } from "./client.ts";
import { type MaskChoice, maskFormats, writeMask } from "./mask-output.ts";
import { runNumber } from "./rows.ts";
import { columnsIn } from "./select.ts";

const kinds = ["rr", "oms", "joint", "certified", "rr-list", "oms-list", "components", "bits", "history"] as const;
type Kind = (typeof kinds)[number];

interface LumisectionsChoice extends Omit<OutputChoice, "format">, MaskChoice, Pick<ListChoice, "fields"> {
  readonly kind: Kind;
  readonly component?: readonly string[];
  readonly bit?: readonly string[];
  readonly status?: readonly string[];
}

function names(text: string, before: readonly string[] = []): string[] {
  return [
    ...before,
    ...text
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  ];
}

/** Adds `lumisections`. */
export function addLumisectionsCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("lumisections")
    .description("lumisections of a run: ranges, every one, or what is certified")
    .argument("<run>", "run number", runNumber)
    .argument("[dataset]", "name of the dataset", "online");
  command
    .addOption(
      command
        .createOption(
          "--kind <kind>",
          "rr, oms, joint: ranges; rr-list, oms-list: every lumisection; components, bits: ranges of each; history: changes; certified: golden JSON",
        )
        .choices(kinds)
        .default("rr"),
    )
    .option("--component <names>", "certified: components that must be good, e.g. dt-dt,tracker-strip", names)
    .option("--bit <names>", "certified: bits that must be true, e.g. cms_active,beam1_stable", names)
    .option("--status <names>", "certified: statuses that count as good (default: GOOD)", names);
  addOutputOptions(addListOptions(command, { without: ["where", "whereJson", "sort", "limit", "pageSize"] }), maskFormats);
  addExamples(command, [
    "runreg lumisections 327743 --fields start,end,dt-dt.status",
    "runreg lumisections 327743 /PromptReco/Collisions2018D/DQM --kind certified --component dt-dt --bit cms_active --output dt.json",
  ]);
  command.action((run: number, dataset: string, choice: LumisectionsChoice) =>
    withClient(command, context, async ({ lumisections }) => {
      if (choice.kind === "certified") return writeCertified(lumisections, context, run, dataset, choice);
      for (const name of ["component", "bit", "status"] as const) {
        if (choice[name] !== undefined) throw new SciError("INVALID_ARGUMENT", `--${name} goes with --kind certified only.`);
      }
      const { kind, fields, format, output } = choice;
      if (format === "brilcalc" || format === "ranges") {
        throw new SciError("INVALID_ARGUMENT", `--format ${format} goes with --kind certified only.`);
      }
      const rows = await rowsOf(lumisections, kind, run, dataset, context.signal);
      if (rows.length === 0) context.note(`nothing is known about run ${run}, dataset ${dataset}`);
      await writeRows(context, rows, { format, output, columns: columnsIn(fields, rows, "these lumisections") });
    }),
  );
}

async function rowsOf(
  lumisections: LumisectionsApi,
  kind: Exclude<Kind, "certified">,
  run: number,
  dataset: string,
  signal: AbortSignal,
): Promise<readonly object[]> {
  switch (kind) {
    case "rr":
      return lumisections.ranges(run, dataset, { signal });
    case "oms":
      return lumisections.oms(run, dataset, { signal });
    case "joint":
      return lumisections.joint(run, dataset, { signal });
    case "rr-list":
      return lumisections.list(run, dataset, { signal });
    case "oms-list":
      return lumisections.omsList(run, dataset, { signal });
    case "history":
      return lumisections.history(run, dataset, { signal });
    case "components":
      return named("component", await lumisections.byComponent(run, dataset, { signal }));
    case "bits":
      return named("bit", await lumisections.byDcsBit(run, dataset, { signal }));
  }
}

/** `{ "dt-dt": [range, …] }` as rows that say what they belong to. */
function named(what: string, lists: Readonly<Record<string, readonly object[]>>): object[] {
  return Object.entries(lists).flatMap(([name, ranges]) => ranges.map((range) => ({ [what]: name, ...range })));
}

async function writeCertified(
  lumisections: LumisectionsApi,
  context: CommandContext,
  run: number,
  dataset: string,
  choice: LumisectionsChoice,
): Promise<void> {
  const { component, bit, status, fields } = choice;
  if (fields !== undefined)
    throw new SciError("INVALID_ARGUMENT", "--fields does not go with --kind certified, which writes a golden JSON.");
  if (component === undefined && bit === undefined) {
    throw new SciError("INVALID_ARGUMENT", "--kind certified needs --component or --bit: what must be good?");
  }
  const mask = await lumisections.certified(run, dataset, {
    ...(component === undefined ? {} : { components: component }),
    ...(bit === undefined ? {} : { bits: bit }),
    ...(status === undefined ? {} : { statuses: status as never }),
    signal: context.signal,
  });
  await writeMask(context, mask, choice);
}
