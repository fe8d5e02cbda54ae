import {
  addExamples,
  addListOptions,
  addOutputOptions,
  type Command,
  type CommandContext,
  columnsOf,
  type ListChoice,
  type OutputChoice,
  writeRows,
} from "@sci/cli-core";
import { nearest, SciError } from "@sci/http-core";
import type { ListingName } from "../attributes.ts";
import { columnsIn } from "./select.ts";

interface AttributesChoice extends OutputChoice, Pick<ListChoice, "fields"> {
  readonly listing?: ListingName;
}

/** Adds `attributes`. */
export function addAttributesCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("attributes")
    .description("list what can be asked for: name, type, table")
    .argument("[word]", "only names that hold this text");
  command.addOption(command.createOption("--listing <name>", "only what this listing knows").choices(["runs", "datasets"]));
  addOutputOptions(addListOptions(command, { without: ["where", "whereJson", "sort", "limit", "pageSize"] }));
  addExamples(command, ["runreg attributes lumi", "runreg attributes --listing datasets --format csv"]);
  command.action(async (word: string | undefined, { listing, fields, ...output }: AttributesChoice) => {
    const { attributes } = await import("../attributes.ts");
    const chosen = listing === undefined ? {} : { listing };
    const found = attributes({ ...chosen, ...(word === undefined ? {} : { word }) });
    if (found.length === 0) {
      const near = nearest(
        word ?? "",
        attributes(chosen).map(({ name }) => name),
      );
      throw new SciError("NOT_FOUND", `No attribute holds "${word ?? ""}".${near === undefined ? "" : ` Did you mean "${near}"?`}`);
    }
    await writeRows(context, found, {
      ...output,
      columns: columnsIn(fields, found, "attributes"),
      tableColumns: columnsOf(["name", "type", "table", "path"]),
    });
  });
}
