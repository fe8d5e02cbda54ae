import {
  addDryRunOption,
  addExamples,
  addOutputOptions,
  type Command,
  type CommandContext,
  type OutputChoice,
  readInput,
  writeRecord,
  writeRows,
} from "@sci/cli-core";
import { withClient } from "./client.ts";
import { valueOf } from "./metadata.ts";
import { sending, sendOptions, writeDelivery, type SendChoice } from "./store.ts";

interface LogbookChoice extends OutputChoice {
  readonly type?: string;
  readonly tag?: readonly string[];
  readonly html?: boolean;
  readonly beamlineOnly?: boolean;
  readonly dataset?: string;
  readonly mime?: string;
  readonly dryRun?: boolean;
}

interface UpdateChoice extends SendChoice {
  readonly name: string;
  readonly value: string;
}

const texts = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** Adds `log` (also `message`), `upload`, `start-investigation`, `reschedule`, `update-metadata` and `health`. */
export function addMessageCommands(program: Command, context: CommandContext): void {
  addLogbook(program, context);

  const start = sendOptions(
    program
      .command("start-investigation")
      .description("open a session of the proposal at the beamline")
      .option("--start <time>", "when it begins, ISO 8601 (default: now)"),
  );
  start.action((choice: SendChoice & { readonly start?: string }) =>
    withClient(start, context, async (icat) => {
      const when = choice.start === undefined ? {} : { startDatetime: choice.start };
      await writeDelivery(context, await icat.startInvestigation({ ...sending(choice, context), ...when }), choice);
    }),
  );

  const again = sendOptions(
    program.command("reschedule").description("ask for a session to be scheduled anew").argument("<id>", "number of the session"),
  );
  again.action((id: string, choice: SendChoice) =>
    withClient(again, context, async (icat) => {
      await writeDelivery(context, await icat.rescheduleInvestigation(id, sending(choice, context)), choice);
    }),
  );

  const update = sendOptions(
    program
      .command("update-metadata")
      .description("change one field of datasets")
      .argument("<path...>", "folders of the datasets")
      .requiredOption("--name <field>", "the field")
      .requiredOption("--value <value>", "its new value"),
  );
  update.action((paths: readonly string[], choice: UpdateChoice) =>
    withClient(update, context, async (icat) => {
      const value = valueOf(choice.value);
      const metadataValue = typeof value === "number" || typeof value === "boolean" ? value : choice.value;
      await writeDelivery(
        context,
        await icat.updateMetadata({ ...sending(choice, context), datasetPaths: paths, metadataName: choice.name, metadataValue }),
        choice,
      );
    }),
  );

  const health = addOutputOptions(program.command("health").description("tell how many ingesters read each queue"));
  health.action((choice: OutputChoice) =>
    withClient(health, context, async (icat) => {
      const rows = await icat.checkHealth({ signal: context.signal });
      for (const { queue, broker, consumers } of rows)
        if (consumers < 1) context.warn(`Nobody reads ${queue} of ${broker}: messages pile up.`);
      await writeRows(context, rows, choice);
    }),
  );
}

function logbookOptions(command: Command): Command {
  command
    .option("--tag <name>", "a tag, repeatable", texts)
    .option("--beamline-only", "the message belongs to the beamline, not to a proposal");
  return addOutputOptions(addDryRunOption(command));
}

function common({ tag, beamlineOnly, dryRun }: LogbookChoice, { signal }: CommandContext) {
  return {
    signal,
    ...(tag === undefined ? {} : { tags: tag }),
    ...(beamlineOnly === undefined ? {} : { beamlineOnly }),
    ...(dryRun === undefined ? {} : { dryRun }),
  };
}

function addLogbook(program: Command, context: CommandContext): void {
  const message = logbookOptions(
    program
      .command("log")
      .alias("message")
      .description("write into the e-logbook")
      .argument("<text>", "the message; - is standard input")
      .option("--type <kind>", "comment, debug, info, warning, error, critical, fatal or command", "comment")
      .option("--dataset <name>", "the dataset that it is about")
      .option("--html", "the message is HTML"),
  );
  addExamples(message, ["icat log 'beam is back' --type info --tag machine", "ct 1 | icat log - --type command"]);
  message.action((text: string, choice: LogbookChoice) =>
    withClient(message, context, async (icat) => {
      const { type, dataset, html } = choice;
      const body = text === "-" ? (await readInput(context, "-")).replace(/\n$/, "") : text;
      const request = await icat.sendMessage(body, {
        ...common(choice, context),
        ...(type === undefined ? {} : { type }),
        ...(dataset === undefined ? {} : { dataset }),
        ...(html === true ? { mimetype: "text/html" } : {}),
      });
      if (request !== undefined) await writeRecord(context, request, choice);
    }),
  );

  const upload = logbookOptions(
    program
      .command("upload")
      .description("put a file into the e-logbook")
      .argument("<file>", "an image, or any other file")
      .option("--mime <type>", "its MIME type (default: told by its name); text/plain and text/html make a message of it"),
  );
  addExamples(upload, ["icat upload plot.png --tag fit"]);
  upload.action((file: string, choice: LogbookChoice) =>
    withClient(upload, context, async (icat) => {
      const isText = choice.mime === "text/plain" || choice.mime === "text/html";
      const options = { ...common(choice, context), ...(choice.mime === undefined ? {} : { mimetype: choice.mime }) };
      const request = isText ? await icat.sendTextFile(file, options) : await icat.sendBinaryFile(file, options);
      if (request !== undefined) await writeRecord(context, request, choice);
    }),
  );
}
