import {
  addExamples,
  addListOptions,
  addOutputOptions,
  addUncheckedOption,
  type Command,
  type CommandContext,
  type Example,
  type ListChoice,
  type OutputChoice,
  writeRows,
} from "@sci/cli-core";
import type { Listing } from "@sci/http-core";
import type { ListingName } from "../attributes.ts";
import type { RunRegistry } from "../client.ts";
import { withClient } from "./client.ts";
import { filterOf, listingColumns } from "./select.ts";

interface ListingChoice extends ListChoice, OutputChoice {
  readonly unchecked?: boolean;
  readonly onChange?: "error" | "warn";
}

/** What a table shows of each listing: a row has about a hundred fields. */
export const tableFields: Readonly<Record<ListingName, readonly string[]>> = {
  runs: ["run_number", "class", "state", "significant", "start_time", "duration", "recorded_lumi", "hlt_key"],
  datasets: ["run_number", "name", "class", "global_state", "duration", "recorded_lumi"],
};

const examples: Readonly<Record<ListingName, readonly Example[]>> = {
  runs: [
    ["runreg runs --where 'run_number>=315257' --where 'class like %Collisions18%' --fields run_number,class,hlt_key", "chosen fields"],
    ["runreg runs --where 'tracker-strip = GOOD' --where 'recorded_lumi>10' --sort -recorded_lumi --limit 20", "the 20 largest"],
    ["runreg runs --where 'start_time >= 2018-05-01' --format csv --output runs.csv", "everything, as CSV"],
  ],
  datasets: [
    ["runreg datasets --where 'name like /PromptReco/Collisions2018%' --fields run_number,name,global_state", "chosen fields"],
    ["runreg datasets --where-json @filter.json --format ndjson", "a filter in the service's own grammar"],
  ],
};

/** Adds `runs` and `datasets`. */
export function addListingCommands(program: Command, context: CommandContext): void {
  for (const listing of ["runs", "datasets"] as const) {
    const command = program.command(listing).description(`list ${listing}, the newest run first`);
    addListOptions(command, { names: "names: runreg attributes" });
    command.addOption(
      command
        .createOption(
          "--on-change <how>",
          "rows that come or go while pages are read: error, or a warning and reading on behind the last one",
        )
        .choices(["error", "warn"]),
    );
    addUncheckedOption(command, "send names, operators and values that are not known here");
    addExamples(addOutputOptions(command), examples[listing]).action((choice: ListingChoice) =>
      withClient(command, context, (registry) => writeListing(registry, context, listing, choice)),
    );
  }
}

async function writeListing(registry: RunRegistry, context: CommandContext, listing: ListingName, choice: ListingChoice): Promise<void> {
  const { fields, sort, limit, pageSize, onChange, unchecked = false, format, output } = choice;
  const filter = filterOf(choice);
  const options = {
    ...(filter === undefined ? {} : { filter }),
    ...(sort === undefined ? {} : { sort }),
    ...(limit === undefined ? {} : { limit }),
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(onChange === undefined ? {} : { onChange }),
    unchecked: unchecked as true,
    signal: context.signal,
  };
  const columns = fields === undefined ? undefined : await listingColumns(fields, listing, unchecked);
  const rows: Listing<object> = listing === "runs" ? registry.runs(options) : registry.datasets(options);
  let total: number | undefined;
  async function* counted(): AsyncGenerator<object, void, undefined> {
    for await (const page of rows.pages()) {
      total = page.total === undefined || limit === undefined ? page.total : Math.min(page.total, limit);
      yield* page.items;
    }
  }
  await writeRows(context, counted(), {
    format,
    output,
    columns,
    tableColumns: await listingColumns(tableFields[listing], listing),
    unit: listing,
    total: () => total,
  });
}
