import { type Core, isSciError, SciError, withMore } from "@sci/http-core";
import { dataFile, type DataFile } from "./data-files.ts";
import { type DataGroup, dataGroup, type DataGroupFields } from "./data-groups.ts";
import type { Definition, FieldsInput } from "./definition.ts";
import type { Id, Kind } from "./kinds.ts";
import { type FileEntry, formatFileList } from "./python-literal.ts";
import {
  type Checked,
  checkClosing,
  checkRegistration,
  checkRequest,
  checkRunData,
  type ClosingFields,
  type OpeningFields,
  type RunDataChecked,
} from "./run-checks.ts";
import { operationsOf } from "./resource.ts";
import type { Run } from "./runs.ts";
import { createWrite, type Write, type Writer } from "./writes.ts";

/** Fields of the data group of a run. `creator_id` is the original's name for `user_id`. */
export type RunDataGroupFields = Omit<DataGroupFields, "experiment_id" | "runs_data_groups_attributes"> & { readonly creator_id?: Id };

/** The same for a data group to be created. */
export type OpeningGroupFields = RunDataGroupFields & { readonly data_group_type_id: Id; readonly prefix_path: string } & (
    { readonly user_id: Id } | { readonly creator_id: Id }
  );

/** A run to be opened, with its first data group. */
export interface RegisterRun {
  readonly experiment_id: Id;
  readonly sample_id?: Id | null;
  /** `run_number`, `begin_at` and `first_train` are due. */
  readonly run: OpeningFields;
  /** `data_group_type_id`, `user_id` (or `creator_id`) and `prefix_path` are due. */
  readonly data_group: OpeningGroupFields;
}

/** What was opened. */
export interface RegisteredRun {
  readonly run: Run;
  readonly data_group: DataGroup;
}

/** Files of a run that is open. */
export interface RegisterRunData {
  readonly experiment_id: Id;
  readonly sample_id?: Id | null;
  readonly run_id: Id;
  readonly data_group_id: Id;
  /** What is to be changed in the data group; with any field also `data_group_type_id` and `user_id` (or `creator_id`). @default nothing */
  readonly data_group?: RunDataGroupFields | null;
  /** Each with `filename` and `relative_path`. */
  readonly files: readonly FileEntry[];
}

/** What was written. */
export interface RegisteredRunData {
  /** Undefined where it was not changed. */
  readonly data_group: DataGroup | undefined;
  readonly data_file: DataFile;
}

/** A run to be closed. */
export interface CloseRun {
  readonly run_id: Id;
  readonly experiment_id?: Id;
  readonly sample_id?: Id | null;
  /** `end_at` and `last_train` are due. `flg_status` is 2 (closed) if not given. */
  readonly run: ClosingFields;
}

/** A run to be opened, filled and closed in one go: `run` also holds what closing needs. */
export interface RegisterRunDataAndResults extends RegisterRun {
  readonly run: OpeningFields & ClosingFields;
  /** None leaves out that step. */
  readonly files?: readonly FileEntry[] | null;
}

/** What was written. */
export interface RegisteredRunDataAndResults extends RegisteredRun {
  /** Undefined without files. */
  readonly data_file: DataFile | undefined;
}

/**
 * Opening, filling and closing runs. Everything is checked before anything is sent; where a later step fails, `details` of the error say
 * what exists now (`exists`), and what was taken back (`undone`).
 */
export interface RegistrationApi {
  /**
   * Creates a run and its data group. If the group cannot be created, the run is deleted again.
   * @throws INVALID_ARGUMENT naming all that is missing, before anything is sent; VALIDATION, …
   */
  register: Write<[what: RegisterRun], RegisteredRun>;
  /** Changes the data group, where fields are given, and registers files. @throws as `register` */
  registerData: Write<[what: RegisterRunData], RegisteredRunData>;
  /** Closes a run. @throws as `register` */
  close: Write<[what: CloseRun], Run>;
  /** The three in a row. What was written before a step that fails stays, and the error says so. @throws as `register` */
  registerDataAndResults: Write<[what: RegisterRunDataAndResults], RegisteredRunDataAndResults>;
}

interface Setup {
  readonly run: Definition<Run>;
  readonly links: Readonly<Record<string, Kind>>;
}

const someId = (what: string): number => `<id of the ${what}>` as unknown as number;

export function registrationApi(core: Core, { run, links }: Setup): RegistrationApi {
  const runs = operationsOf(run);
  const groups = operationsOf(dataGroup);
  const files = operationsOf(dataFile);
  const rules = { run, links };

  async function open(writer: Writer, { run: runFields, dataGroup: groupFields }: Checked): Promise<RegisteredRun> {
    // Cancelled beforehand, nothing is sent.
    const never = writer.options.signal?.aborted === true;
    const opened = await writer
      .write(runs.create, { fields: runFields }, { ...runFields, id: someId("run") } as unknown as Run)
      .catch((error: unknown) => {
        throw never || isAnswered(error)
          ? error
          : withMore(error, "Whether the run was created is not known: look for it before trying again.");
      });
    if (typeof opened.id !== "number" && !Object.is(opened.id, someId("run"))) throw withoutId(opened);
    const fields = { ...groupFields, runs_data_groups_attributes: [{ run_id: opened.id }] };
    try {
      const instead = { ...fields, id: someId("data group") } as unknown as DataGroup;
      return { run: opened, data_group: await writer.write(groups.create, { fields }, instead) };
    } catch (error) {
      throw await takenBack(writer, opened, error);
    }
  }

  /** Deletes the run that was left alone, and says so in the error. */
  async function takenBack(writer: Writer, { id }: Run, error: unknown): Promise<unknown> {
    const unsure = isAnswered(error) ? "" : " Whether the data group was created is not known.";
    try {
      await writer.undo(runs.delete, { id });
    } catch (reason) {
      const why = reason instanceof Error ? reason.message : String(reason);
      return withMore(error, `The run ${id}, created before, is still there, because deleting it again failed: ${why}${unsure}`, {
        exists: { run_id: id },
        undone: [],
        undoError: isSciError<string>(reason) ? { code: reason.code, message: reason.message } : { message: why },
      });
    }
    return withMore(error, `The run ${id}, created before, was deleted again.${unsure}`, { exists: {}, undone: [{ run_id: id }] });
  }

  async function fill(writer: Writer, { data_group_id, dataGroup: fields, files: entries }: RunDataChecked): Promise<RegisteredRunData> {
    const changed =
      fields === undefined
        ? undefined
        : await writer.write(groups.update, { id: data_group_id, fields, bare: true }, {
            ...fields,
            id: data_group_id,
          } as unknown as DataGroup);
    const input = { fields: { data_group_id, files: formatFileList(entries) } };
    try {
      return {
        data_group: changed,
        data_file: await writer.write(files.create, input, { ...input.fields, id: someId("data file") } as DataFile),
      };
    } catch (error) {
      if (changed === undefined) throw error;
      throw withMore(error, `The data group ${data_group_id} was changed before, and stays so.`, {
        exists: { data_group_id },
        undone: [],
      });
    }
  }

  async function close(writer: Writer, input: { readonly id: Id } & FieldsInput): Promise<Run> {
    return writer.write(runs.update, input, { ...input.fields, id: input.id } as unknown as Run);
  }

  return {
    register: createWrite<[RegisterRun], RegisteredRun>(core, "runs.register", 1, (writer, what) => {
      checkRequest(what, ["experiment_id", "sample_id", "run", "data_group"], "runs.register()");
      return open(writer, checkRegistration(what, rules, writer.unchecked, "runs.register()"));
    }),
    registerData: createWrite<[RegisterRunData], RegisteredRunData>(core, "runs.registerData", 1, (writer, what) => {
      const names = ["experiment_id", "sample_id", "run_id", "data_group_id", "data_group", "files"];
      checkRequest(what, names, "runs.registerData()");
      return fill(writer, checkRunData(what, writer.unchecked, "runs.registerData()"));
    }),
    close: createWrite<[CloseRun], Run>(core, "runs.close", 1, (writer, what) => {
      checkRequest(what, ["run_id", "experiment_id", "sample_id", "run"], "runs.close()");
      return close(writer, checkClosing(what, rules, writer.unchecked, "runs.close()"));
    }),
    registerDataAndResults: createWrite<[RegisterRunDataAndResults], RegisteredRunDataAndResults>(
      core,
      "runs.registerDataAndResults",
      1,
      async (writer, what) => {
        const of = "runs.registerDataAndResults()";
        checkRequest(what, ["experiment_id", "sample_id", "run", "data_group", "files"], of);
        const { experiment_id, sample_id, files: given } = what;
        const withFiles = Array.isArray(given) && given.length > 0;
        const checked = checkRegistration(what, rules, writer.unchecked, of, true);
        const ids = { experiment_id, ...(sample_id === undefined ? {} : { sample_id }) };
        const dataOf = (run_id: Id, data_group_id: Id): RunDataChecked =>
          checkRunData({ ...ids, run_id, data_group_id, data_group: what.data_group, files: given ?? [] }, writer.unchecked, of);
        // With numbers that stand for those not known yet, so that what is wrong is told before anything is sent.
        if (withFiles) dataOf(0, 0);
        const opened = await open(writer, checked);
        const exists: Record<string, unknown> = { run_id: opened.run.id, data_group_id: opened.data_group.id };
        const soFar = (error: unknown): unknown => {
          const list = Object.entries(exists).map(([name, id]) => `${name} ${String(id)}`);
          const text = `What was written before stays, and the run is open: ${list.join(", ")}.`;
          return withMore(error, text, { exists: { ...exists }, undone: [] });
        };
        try {
          let data_file: DataFile | undefined;
          if (withFiles) {
            data_file = (await fill(writer, dataOf(opened.run.id, opened.data_group.id))).data_file;
            exists["data_file_id"] = data_file.id;
          }
          const closing = checkClosing({ ...ids, run_id: opened.run.id, run: what.run }, rules, writer.unchecked, of);
          return { ...opened, run: await close(writer, closing), data_file };
        } catch (error) {
          throw soFar(error);
        }
      },
    ),
  };
}

/** A run that was created, and can neither be filled nor taken back. */
function withoutId({ run_number }: Run): SciError<"INVALID_RESPONSE"> {
  const message = `mymdc runs.create gave no id for the run ${run_number} that it created: look for it by its number. No data group was created.`;
  return new SciError("INVALID_RESPONSE", message, {
    service: "mymdc",
    operation: "runs.create",
    details: { exists: { run_number }, undone: [] },
  });
}

/** Whether it is known that nothing was written: not where the way to the service, or back from it, failed. */
function isAnswered(error: unknown): boolean {
  return !isSciError(error, "NETWORK", "TIMEOUT", "TRUNCATED", "ABORTED", "UNAVAILABLE") || error.details?.["sent"] === false;
}
