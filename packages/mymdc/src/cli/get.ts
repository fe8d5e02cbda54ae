import { addExamples, type Command, type CommandContext, writeRecord } from "@sci/cli-core";
import { type CallOptions, type Listing, SciError, unknownName } from "@sci/http-core";
import type { ResourceDescription, ResourceName } from "../resources.ts";
import type { SearchOptions } from "../resource.ts";
import { withClient } from "./client.ts";
import { type ListingChoice, searchOptions, withListOptions, writeListing } from "./lists.ts";
import { columnsFor, recordId, tableColumnsOf, whereOf } from "./select.ts";

interface GetChoice extends ListingChoice {
  readonly id?: number;
}

/** What all resources have, as far as they have it. */
interface AnyResource {
  get(id: number, options: CallOptions): Promise<object>;
  list(where: object, options: SearchOptions): Listing<object>;
}

/** What is the same in `data-groups`, `data_groups`, `dataGroups` and `data_group`: the service itself writes some names in the plural. */
function plainName(name: string): string {
  const words = kebabCase(name).split(/[-_]/);
  return words.map((word) => word.replace(/ies$/, "y").replace(/s$/, "")).join("-");
}

const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Adds `get` and `resources`. */
export function addGetCommands(program: Command, context: CommandContext): void {
  const get = withListOptions(
    program
      .command("get")
      .description("show records of any resource")
      .argument("<resource>", "its name, such as data-groups; all of them: mymdc resources")
      .option("--id <id>", "the record with this id", recordId("--id")),
    [],
  );
  addExamples(get, [
    "mymdc get data-group-types",
    "mymdc get data-groups --where 'experiment_id = 12' --fields id,name,prefix_path",
    "mymdc get parameters --where 'data_source = SPB_XTD2_ATT/MOTOR/1' --where 'name = actualPosition'",
    "mymdc get samples --id 31 --format json",
  ]);
  get.action((name: string, choice: GetChoice) =>
    withClient(get, context, async (mdc) => {
      const { describeResources } = await import("../resources.ts");
      const all = describeResources();
      const names = Object.keys(all) as ResourceName[];
      const resource = names.find((known) => plainName(known) === plainName(name));
      if (resource === undefined) throw unknownName(name, names.map(kebabCase), "resource");
      const described = all[resource];
      const api = mdc[resource] as unknown as AnyResource;
      const columns = columnsFor(choice.fields, described.fields, kebabCase(resource), choice.unchecked);
      const { id, where, format, output } = choice;
      if (id !== undefined) {
        refuse(where !== undefined || choice.limit !== undefined, "--id names one record; it does not go with --where and --limit.");
        refuse(!described.calls.includes("get"), `${kebabCase(resource)} cannot be asked for by their ids; search with --where.`);
        await writeRecord(context, await api.get(id, { signal: context.signal }), { format, output, columns });
        return;
      }
      refuse(!described.calls.includes("list"), `${kebabCase(resource)} cannot be searched; name one with --id.`);
      const tableColumns = tableColumnsOf(described.fields);
      await writeListing(context, api.list(whereOf(where), searchOptions(choice, context)), choice, {
        unit: "records",
        columns,
        tableColumns,
      });
    }),
  );

  const resources = program.command("resources").description("list the resources, and what they can be searched by");
  withListOptions(resources, ["where", "limit", "pageSize"]).action(async (choice: ListingChoice) => {
    const { describeResources } = await import("../resources.ts");
    const rows = Object.entries(describeResources()).map(([name, described]) => resourceRow(name, described));
    const { writeRows } = await import("@sci/cli-core");
    const columns = columnsFor(choice.fields, Object.keys(rows[0] ?? {}), "resources", choice.unchecked);
    await writeRows(context, rows, { format: choice.format, output: choice.output, columns });
  });
}

function refuse(wrong: boolean, message: string): void {
  if (wrong) throw new SciError("INVALID_ARGUMENT", message);
}

function resourceRow(name: string, { searches, calls, fields }: ResourceDescription): Record<string, string> {
  const by = searches.map((names) => (names.length === 0 ? "(all)" : names.join("+")));
  return { resource: kebabCase(name), where: by.join(" | "), calls: calls.join(" "), fields: fields.join(" ") };
}
