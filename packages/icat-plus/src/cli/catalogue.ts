import {
  addExamples,
  addListOptions,
  addOutputOptions,
  columnsOf,
  type Command,
  type CommandContext,
  type ListChoice,
  type OutputChoice,
  wholeNumber,
  writeRecord,
  writeRows,
} from "@sci/cli-core";
import { SciError, type Listing, type ListOptions } from "@sci/http-core";
import type { IcatClient } from "../client.ts";
import type { CatalogueRow } from "../rest/types.ts";
import { inCatalogue, withClient } from "./client.ts";

type Choice = ListChoice & OutputChoice;

/** What a table shows where no fields are asked for. */
const telling = ["id", "name", "instrument.name", "startDate", "endDate", "title", "sampleName", "location", "fileSize", "type"];

function listed(command: Command): Command {
  addListOptions(command, { without: ["where", "whereJson", "sort"] });
  return addOutputOptions(command);
}

function paging({ limit, pageSize }: Choice, { signal }: CommandContext): ListOptions {
  return { signal, ...(limit === undefined ? {} : { limit }), ...(pageSize === undefined ? {} : { pageSize }) };
}

async function writeListing(
  context: CommandContext,
  rows: Listing<CatalogueRow> | readonly CatalogueRow[],
  choice: Choice,
  unit: string,
): Promise<void> {
  const { fields, limit, ...output } = choice;
  const some = "pages" in rows ? rows : rows.slice(0, limit);
  await writeRows(context, some, {
    ...output,
    unit,
    columns: fields === undefined ? undefined : columnsOf(fields),
    tableColumns: columnsOf(telling),
  });
}

/** Adds what reads the catalogue. */
export function addCatalogueCommands(program: Command, context: CommandContext): void {
  addSession(program, context);

  const investigations = listed(
    program
      .command("investigations")
      .description("list investigations (sessions) of the catalogue")
      .option("--filter <kind>", "released, embargoed, participant, …")
      .option("--instrument <name>", "of this beamline")
      .option("--from <day>", "not over before this day")
      .option("--to <day>", "begun until this day")
      .option("--ids <numbers>", "these, a list with commas"),
  );
  addExamples(investigations, ["icat investigations --instrument ID00 --from 2024-03-01 --fields id,name,startDate,title"]);
  investigations.action((choice: Choice & { filter?: string; instrument?: string; from?: string; to?: string; ids?: string }) =>
    inCatalogue(investigations, context, async (icat) => {
      const { filter, instrument, from, to, ids } = choice;
      const query = {
        ...(filter === undefined ? {} : { filter }),
        ...(instrument === undefined ? {} : { instrumentName: instrument }),
        ...(from === undefined ? {} : { startDate: from }),
        ...(to === undefined ? {} : { endDate: to }),
        ...(ids === undefined ? {} : { ids }),
      };
      await writeListing(context, icat.getInvestigationsBy({ ...query, ...paging(choice, context) }), choice, "investigations");
    }),
  );

  const id = (text: string): string => (/^\d+$/.test(text) ? text : refuse(`"${text}" is no number of the catalogue.`));
  const lists: readonly {
    name: string;
    about: string;
    argument: string;
    rows: (icat: IcatClient, id: string, options: ListOptions) => Listing<CatalogueRow> | Promise<readonly CatalogueRow[]>;
  }[] = [
    {
      name: "datasets",
      about: "list the datasets of an investigation",
      argument: "investigation",
      rows: (icat, one, o) => icat.getDatasetsBy({ investigationId: one, ...o }),
    },
    {
      name: "samples",
      about: "list the samples of an investigation",
      argument: "investigation",
      rows: (icat, one, o) => icat.getSamplesBy({ investigationId: one, ...callOf(o) }),
    },
    {
      name: "parcels",
      about: "list the parcels of an investigation",
      argument: "investigation",
      rows: (icat, one, o) => icat.getParcelsBy({ investigationId: one, ...callOf(o) }),
    },
    {
      name: "users",
      about: "list who takes part in an investigation",
      argument: "investigation",
      rows: (icat, one, o) => icat.getInvestigationUsers({ investigationId: one, ...callOf(o) }),
    },
    { name: "files", about: "list the files of a dataset", argument: "dataset", rows: (icat, one, o) => icat.datafiles(one, o) },
    {
      name: "events",
      about: "list the e-logbook of an investigation",
      argument: "investigation",
      rows: (icat, one, o) => icat.logbook.events({ investigationId: one, ...o }),
    },
  ];
  for (const { name, about, argument, rows } of lists) {
    const command = listed(program.command(name).description(about).argument(`<${argument}>`, `number of the ${argument}`, id));
    command.action((one: string, choice: Choice) =>
      inCatalogue(command, context, async (icat) => {
        const found = rows(icat, one, paging(choice, context));
        await writeListing(context, "pages" in found ? found : await found, choice, name);
      }),
    );
  }
  addDownload(program, context);
  addGet(program, context);
}

function addSession(program: Command, context: CommandContext): void {
  const session = addOutputOptions(
    program
      .command("session")
      .description("show the session of the proposal at the beamline")
      .option("--date <time>", "at this time (default: now)")
      .option("--datasets", "list its datasets instead"),
  );
  addExamples(session, ["icat session --beamline id00 --proposal ma1234", "icat session --datasets --format json"]);
  session.action((choice: OutputChoice & { date?: string; datasets?: boolean }) =>
    withClient(session, context, async (icat) => {
      const query = { signal: context.signal, ...(choice.date === undefined ? {} : { date: choice.date }) };
      const found = choice.datasets === true ? await icat.registeredDatasets(query) : await icat.investigationInfo(query);
      if (found === undefined) throw new SciError("NOT_FOUND", "There is no session of this proposal at this beamline.");
      if (Array.isArray(found)) await writeRows(context, found as readonly object[], choice);
      else await writeRecord(context, found, choice);
    }),
  );
}

function addDownload(program: Command, context: CommandContext): void {
  const command = program
    .command("download")
    .description("fetch a dataset as a zip, or one of its files")
    .option("--dataset <number>", "the dataset", wholeNumber("--dataset"))
    .option("--file <number>", "a file of the catalogue", wholeNumber("--file"))
    .option("--sample <number>", "with --resource: a file of a sample", wholeNumber("--sample"))
    .option("--resource <id>", "the file of the sample")
    .requiredOption("--output <path>", "where it is written; what is there goes on from where it stopped");
  addExamples(command, ["icat download --dataset 12345 --output dataset.zip"]);
  command.action((choice: { dataset?: number; file?: number; sample?: number; resource?: string; output: string }) =>
    inCatalogue(command, context, async (icat) => {
      const { dataset, file, sample, resource, output: to } = choice;
      const call = { signal: context.signal, to };
      if (sample !== undefined && resource !== undefined) await icat.downloadFileBy({ sampleId: sample, resourceId: resource, ...call });
      else if (dataset !== undefined || file !== undefined) {
        await icat.ids.download({
          ...(dataset === undefined ? {} : { datasetIds: dataset }),
          ...(file === undefined ? {} : { datafileIds: file }),
          ...call,
        });
      } else refuse("Name what to fetch: --dataset, --file, or --sample with --resource.");
      context.note(`${to} is complete.`);
    }),
  );
}

function addGet(program: Command, context: CommandContext): void {
  const pairs = (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
    const mark = text.indexOf("=");
    if (mark < 1) refuse(`"${text}" is not NAME=VALUE.`);
    return { ...before, [text.slice(0, mark)]: text.slice(mark + 1) };
  };
  const command = addOutputOptions(
    program
      .command("get")
      .description("ask any endpoint of ICAT+ that is read")
      .argument("<path>", "its path, as documented: '/catalogue/{sessionId}/dataset/timeline'")
      .option("--param <name=value>", "a name in the path, repeatable", pairs)
      .option("--query <name=value>", "a name in the query, repeatable", pairs),
  );
  addExamples(command, ["icat get '/catalogue/{sessionId}/dataset/id/{datasetIds}/dataset' --param datasetIds=12345"]);
  command.action((path: string, choice: OutputChoice & { param?: Record<string, string>; query?: Record<string, string> }) =>
    inCatalogue(command, context, async (icat) => {
      const { param: params = {}, query = {}, ...output } = choice;
      const answer = await icat.request(`GET ${path}` as "GET /catalogue/instruments", { params, query, signal: context.signal } as never);
      if (Array.isArray(answer)) await writeRows(context, answer as readonly object[], output);
      else await writeRecord(context, typeof answer === "object" && answer !== null ? answer : { answer }, output);
    }),
  );
}

function callOf({ signal }: ListOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function refuse(message: string): never {
  throw new SciError("INVALID_ARGUMENT", message);
}
