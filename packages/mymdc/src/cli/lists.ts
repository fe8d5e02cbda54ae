import {
  addExamples,
  addListOptions,
  addOutputOptions,
  addUncheckedOption,
  type Column,
  columnsOf,
  type Command,
  type CommandContext,
  type ListChoice,
  type OutputChoice,
  writeRows,
} from "@sci/cli-core";
import type { Listing } from "@sci/http-core";
import type { MyMdc } from "../client.ts";
import type { ResourceName, Resources } from "../resources.ts";
import type { SearchOptions } from "../resource.ts";
import { withClient } from "./client.ts";
import { columnsFor, recordId, tableColumnsOf } from "./select.ts";

/** The most records that the service gives per page. */
export const maxPageSize = 500;

export interface ListingChoice extends ListChoice, OutputChoice {
  readonly unchecked?: boolean;
}

/** Options of the library from those of the command. */
export function searchOptions({ limit, pageSize }: ListingChoice, { signal }: CommandContext): SearchOptions {
  return { signal, ...(limit === undefined ? {} : { limit }), ...(pageSize === undefined ? {} : { pageSize }) };
}

/** Writes a listing as its pages come. */
export async function writeListing(
  context: CommandContext,
  rows: Listing<object>,
  choice: ListingChoice,
  show: { readonly unit: string; readonly columns: Column[] | undefined; readonly tableColumns: Column[] },
): Promise<void> {
  const { limit, format, output } = choice;
  let total: number | undefined;
  async function* counted(): AsyncGenerator<object, void, undefined> {
    for await (const page of rows.pages()) {
      total = page.total === undefined || limit === undefined ? page.total : Math.min(page.total, limit);
      yield* page.items;
    }
  }
  await writeRows(context, counted(), { format, output, ...show, total: () => total });
}

/** Adds the options of a list. */
export function withListOptions(command: Command, without: readonly (keyof ListChoice)[]): Command {
  addListOptions(command, { without: ["whereJson", "sort", ...without], maxPageSize });
  return addOutputOptions(addUncheckedOption(command, "take names in --fields that are not known here"));
}

/** Fields of a run in the list of its proposal; the library has them as a type only. */
export const runFields = ["id", "run_number", "flg_status", "flg_run_quality", "size", "num_files", "repositories"];

interface OfProposal {
  readonly name: "runs" | "samples" | "experiments";
  readonly about: string;
  readonly list: (mdc: MyMdc, number: number, options: SearchOptions) => Listing<object>;
}

const lists: readonly OfProposal[] = [
  {
    name: "runs",
    about: "the runs of a proposal, with their files and where these lie",
    list: ({ proposals }, n, o) => proposals.runs(n, o),
  },
  { name: "samples", about: "the samples of a proposal", list: ({ proposals }, n, o) => proposals.samples(n, o) },
  { name: "experiments", about: "the experiments of a proposal", list: ({ proposals }, n, o) => proposals.experiments(n, o) },
];

/** Adds `instruments`, `runs`, `samples` and `experiments`. */
export function addListCommands(program: Command, context: CommandContext): void {
  const fieldsOf = async (resource: ResourceName & keyof Resources): Promise<readonly string[]> =>
    (await import("../resources.ts")).describeResources()[resource].fields;

  const instruments = withListOptions(program.command("instruments").description("list all instruments"), ["where"]);
  addExamples(instruments, ["mymdc instruments --fields id,identifier,name"]);
  instruments.action((choice: ListingChoice) =>
    withClient(instruments, context, async (mdc) => {
      const known = await fieldsOf("instruments");
      await writeListing(context, mdc.instruments.list({}, searchOptions(choice, context)), choice, {
        unit: "instruments",
        columns: columnsFor(choice.fields, known, "instruments", choice.unchecked),
        tableColumns: tableColumnsOf(known),
      });
    }),
  );

  for (const { name, about, list } of lists) {
    const command = withListOptions(
      program
        .command(name)
        .description(`list ${about}`)
        .argument("<proposal>", "number of the proposal", recordId("The number of the proposal")),
      ["where"],
    );
    addExamples(command, [`mymdc ${name} 1234`, `mymdc ${name} 1234 --limit 20 --format csv --output ${name}.csv`]);
    command.action((number: number, choice: ListingChoice) =>
      withClient(command, context, async (mdc) => {
        const known = name === "runs" ? runFields : await fieldsOf(name);
        await writeListing(context, list(mdc, number, searchOptions(choice, context)), choice, {
          unit: name,
          columns: columnsFor(choice.fields, known, name, choice.unchecked),
          tableColumns: name === "runs" ? columnsOf(runFields.slice(0, 6)) : tableColumnsOf(known),
        });
      }),
    );
  }
}
