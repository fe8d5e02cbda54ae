import {
  addExamples,
  addOutputOptions,
  type Command,
  type CommandContext,
  jsonText,
  type OutputChoice,
  writeRows,
  writeText,
} from "@sci/cli-core";
import { withClient } from "./client.ts";

/** Adds `meta`, `resources` and `get`. */
export function addMetaCommands(program: Command, context: CommandContext): void {
  const { signal } = context;
  const meta = addOutputOptions(
    program
      .command("meta")
      .description("list the attributes of a resource, as the service has them")
      .argument("<resource>", "runs, fills, lumisections, …; all: oms resources"),
  );
  addExamples(meta, ["oms meta lumisections"]).action((resource: string, output: OutputChoice) =>
    withClient(meta, context, async (oms) => void (await writeRows(context, (await oms.meta(resource, { signal })).fields, output))),
  );

  const resources = addOutputOptions(program.command("resources").description("list the resources of the service"));
  resources.action((output: OutputChoice) =>
    withClient(resources, context, async (oms) => {
      const names = await oms.endpoints({ signal });
      await writeRows(
        context,
        names.map((resource) => ({ resource })),
        output,
      );
    }),
  );

  const get = addOutputOptions(
    program
      .command("get")
      .description("the service's answer to any path below its version, as JSON")
      .argument("<path>", "such as version/endpoints"),
    [],
  );
  addExamples(get, ["oms get runs/327564"]).action((path: string, { output }: OutputChoice) =>
    withClient(get, context, async (oms) => writeText(context, `${jsonText(await oms.get(path, { signal }), 2)}\n`, output)),
  );
}
