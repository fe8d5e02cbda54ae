import {
  addDryRunOption,
  addExamples,
  addOutputOptions,
  addUncheckedOption,
  type Command,
  type CommandContext,
  type OutputChoice,
  readInput,
  writeRecord,
} from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { MyMdc } from "../client.ts";
import type { CloseRun, RegisterRun, RegisterRunData } from "../run-registration.ts";
import { withClient } from "./client.ts";
import { recordId, trainId } from "./select.ts";
import { fieldValue, given, objectOf, type WriteChoice, writeOptions, writeResult } from "./writing.ts";

interface RegisterChoice extends WriteChoice {
  readonly json?: string;
  readonly experiment?: number;
  readonly sample?: number;
  readonly number?: number;
  readonly begin?: string;
  readonly firstTrain?: bigint;
  readonly technique?: readonly number[];
  readonly groupType?: number;
  readonly user?: number;
  readonly path?: string;
  readonly set?: Record<string, unknown>;
  readonly setGroup?: Record<string, unknown>;
}
interface FillChoice extends WriteChoice {
  readonly experiment?: number;
  readonly run?: number;
  readonly group?: number;
  readonly json?: string;
  readonly file?: readonly string[];
}
interface CloseChoice extends WriteChoice {
  readonly id?: number;
  readonly experiment?: number;
  readonly sample?: number;
  readonly end?: string;
  readonly lastTrain?: bigint;
  readonly status?: number;
  readonly set?: Record<string, unknown>;
}
interface ShowChoice extends OutputChoice {
  readonly id?: number;
}

const ids =
  (option: string) =>
  (text: string, before: readonly number[] = []) => [...before, recordId(option)(text)];
const texts = (text: string, before: readonly string[] = []): string[] => [...before, text];

/** Adds arguments and option that name a run: by proposal and number, as people do, or by the catalogue's id. */
function naming(command: Command): Command {
  return command
    .argument("[proposal]", "number of the proposal", recordId("The number of the proposal"))
    .argument("[run]", "number of the run in it", recordId("The number of the run"))
    .option("--id <id>", "the run with this id, instead of the numbers", recordId("--id"));
}

/** The id of the run that is named. */
async function runId({ proposals }: MyMdc, context: CommandContext, proposal?: number, run?: number, id?: number): Promise<number> {
  if (id === undefined && proposal !== undefined && run !== undefined)
    return (await proposals.run(proposal, run, { signal: context.signal })).id;
  if (id !== undefined && proposal === undefined) return id;
  throw new SciError("INVALID_ARGUMENT", "Name the run by the numbers of its proposal and of itself, or by --id alone.");
}

function finish(command: Command): Command {
  return addOutputOptions(addDryRunOption(addUncheckedOption(command, "send fields that are not known here")));
}

/** Adds `run register`, `run fill`, `run close` and `run show`. */
export function addRunCommands(program: Command, context: CommandContext): void {
  const runs = program.command("run").description("open, fill, close or show a run");
  addRegister(runs, context);
  addFill(runs, context);
  addClose(runs, context);

  const show = addOutputOptions(naming(runs.command("show").description("show a run, with its files and where these lie")));
  addExamples(show, ["mymdc run show 1234 12", "mymdc run show --id 343 --format json"]);
  show.action((proposal: number | undefined, run: number | undefined, { id, ...output }: ShowChoice) =>
    withClient(show, context, async (mdc) => {
      const { signal } = context;
      if (id !== undefined || proposal === undefined || run === undefined) {
        await writeRecord(context, await mdc.runs.get(await runId(mdc, context, proposal, run, id), { signal }), output);
        return;
      }
      const listed = await mdc.proposals.run(proposal, run, { signal });
      await writeRecord(context, { ...(await mdc.runs.get(listed.id, { signal })), ...listed }, output);
    }),
  );
}

function addRegister(runs: Command, context: CommandContext): void {
  const command = runs
    .command("register")
    .description("open a run, with its first data group; if the group cannot be created, the run is deleted again")
    .option("--experiment <id>", "id of the experiment", recordId("--experiment"))
    .option("--sample <id>", "id of the sample", recordId("--sample"))
    .option("--number <n>", "number of the run", recordId("--number"))
    .option("--begin <time>", "when it began, e.g. 2026-03-02T08:30:00.000+01:00")
    .option("--first-train <id>", "its first train", trainId("--first-train"))
    .option("--technique <id>", "id of a technique, repeatable", ids("--technique"))
    .option("--group-type <id>", "type of the data group: 1 is raw", recordId("--group-type"))
    .option("--user <id>", "id of the user who makes the data group", recordId("--user"))
    .option("--path <folder>", "where the data group lies: its prefix_path")
    .option("--set <name=value>", "a further field of the run, repeatable", fieldValue("--set"))
    .option("--set-group <name=value>", "a further field of the data group, repeatable", fieldValue("--set-group"))
    .option("--json <file>", "all of it as JSON { experiment_id, sample_id, run, data_group }; - is standard input; options go before it");
  addExamples(finish(command), [
    "mymdc run register --experiment 12 --sample 31 --number 17 --begin 2026-03-02T08:30:00.000+01:00 --first-train 1500000000 \\\n" +
      "    --group-type 1 --user 5 --path /gpfs/exfel/exp/SPB/202601/p001234/raw/ --dry-run",
    "mymdc run register --json run.json",
  ]);
  command.action((choice: RegisterChoice) =>
    withClient(command, context, async ({ runs: api }) => {
      const { json, experiment, sample, number, begin, firstTrain, technique, groupType, user, path, set, setGroup } = choice;
      const base = json === undefined ? {} : objectOf(await readInput(context, json), "--json");
      const run = given({
        run_number: number,
        begin_at: begin,
        first_train: firstTrain,
        runs_techniques_attributes: technique?.map((technique_id) => ({ technique_id })),
      });
      const group = given({ data_group_type_id: groupType, user_id: user, prefix_path: path });
      const what = {
        ...base,
        ...given({ experiment_id: experiment, sample_id: sample }),
        run: { ...(base["run"] as object | undefined), ...run, ...set },
        data_group: { ...(base["data_group"] as object | undefined), ...group, ...setGroup },
      };
      await writeResult(context, await api.register(what as unknown as RegisterRun, writeOptions(choice, context)), choice);
    }),
  );
}

function addFill(runs: Command, context: CommandContext): void {
  const command = runs
    .command("fill")
    .description("register files of a run that is open")
    .option("--experiment <id>", "id of the experiment", recordId("--experiment"))
    .option("--run <id>", "id of the run", recordId("--run"))
    .option("--group <id>", "id of the data group", recordId("--group"))
    .option("--file <path>", "a file below the prefix_path of the group, such as r0017/RAW-R0017-DA01-S00000.h5; repeatable", texts)
    .option("--json <file>", "all of it as JSON { experiment_id, run_id, data_group_id, data_group, files }; options go before it");
  addExamples(finish(command), ["mymdc run fill --experiment 12 --run 343 --group 77 --file r0017/RAW-R0017-DA01-S00000.h5"]);
  command.action((choice: FillChoice) =>
    withClient(command, context, async ({ runs: api }) => {
      const { json, experiment, run, group, file } = choice;
      const base = json === undefined ? {} : objectOf(await readInput(context, json), "--json");
      const files = file?.map((path) => {
        const mark = path.lastIndexOf("/") + 1;
        return { filename: path.slice(mark), relative_path: path.slice(0, mark) };
      });
      const what = { ...base, ...given({ experiment_id: experiment, run_id: run, data_group_id: group, files }) };
      await writeResult(context, await api.registerData(what as unknown as RegisterRunData, writeOptions(choice, context)), choice);
    }),
  );
}

function addClose(runs: Command, context: CommandContext): void {
  const command = naming(runs.command("close").description("close a run"))
    .option("--end <time>", "when it ended")
    .option("--last-train <id>", "its last train", trainId("--last-train"))
    .option("--experiment <id>", "move it to this experiment", recordId("--experiment"))
    .option("--sample <id>", "give it this sample", recordId("--sample"))
    .option("--status <n>", "flg_status (default: 2, closed)", recordId("--status"))
    .option("--set <name=value>", "a further field of the run, repeatable", fieldValue("--set"));
  addExamples(finish(command), ["mymdc run close 1234 17 --end 2026-03-02T09:30:00.000+01:00 --last-train 1500036000"]);
  command.action((proposal: number | undefined, run: number | undefined, choice: CloseChoice) =>
    withClient(command, context, async (mdc) => {
      const { id, experiment, sample, end, lastTrain, status, set } = choice;
      const missing = [end === undefined ? "--end" : "", lastTrain === undefined ? "--last-train" : ""].filter((name) => name !== "");
      if (missing.length > 0) throw new SciError("INVALID_ARGUMENT", `run close needs ${missing.join(" and ")}. Nothing was sent.`);
      const what = {
        run_id: await runId(mdc, context, proposal, run, id),
        ...given({ experiment_id: experiment, sample_id: sample }),
        run: { ...given({ end_at: end, last_train: lastTrain, flg_status: status }), ...set },
      };
      await writeResult(context, await mdc.runs.close(what as unknown as CloseRun, writeOptions(choice, context)), choice);
    }),
  );
}
