import { checkNames, SciError, shown } from "@sci/http-core";
import { dataGroup, dataGroupLinks } from "./data-groups.ts";
import type { Definition, FieldsInput } from "./definition.ts";
import { checkFields, checkNumber, type Id, isRecord, type Kind, type WriteRules } from "./kinds.ts";
import type { FileEntry } from "./python-literal.ts";
import { rulesOf } from "./resource.ts";
import type { CloseRun, RegisterRun, RegisterRunData } from "./run-registration.ts";
import type { Run, RunFields } from "./runs.ts";

/** Fields of a run to be opened. */
export type OpeningFields = Omit<RunFields, "experiment_id" | "sample_id"> & {
  readonly run_number: Id;
  readonly begin_at: string;
  readonly first_train: bigint | number | string;
};

/** Fields of a run to be closed. */
export type ClosingFields = Omit<RunFields, "experiment_id" | "sample_id"> & {
  readonly end_at: string;
  readonly last_train: bigint | number | string;
};

interface RunRules {
  readonly run: Definition<Run>;
  readonly links: Readonly<Record<string, Kind>>;
}

/** The fields of the first requests of a registration. */
export interface Checked {
  readonly run: Readonly<Record<string, unknown>>;
  readonly dataGroup: Readonly<Record<string, unknown>>;
}

/** What the requests that register files are made of. */
export interface RunDataChecked {
  readonly data_group_id: Id;
  readonly dataGroup: Readonly<Record<string, unknown>> | undefined;
  readonly files: readonly FileEntry[];
}

/** The rules of a resource without the names that a composition fills in itself. */
function rulesWithout(rules: WriteRules, names: readonly string[]): WriteRules {
  const without = (kinds: Readonly<Record<string, Kind>> = {}): Record<string, Kind> =>
    Object.fromEntries(Object.entries(kinds).filter(([name]) => !names.includes(name)));
  return { kinds: without(rules.kinds), server: rules.server, further: without(rules.further) };
}

const runRules = ({ run, links }: RunRules): WriteRules => rulesWithout(rulesOf(run, links), ["experiment_id", "sample_id"]);
const groupRules = (): WriteRules =>
  rulesWithout(rulesOf(dataGroup, { ...dataGroupLinks, creator_id: "id" }), ["experiment_id", "runs_data_groups_attributes"]);

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === "";
const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

/** The names among `names` that have no value in `given`; null and the empty text are none. */
function missingIn(given: unknown, names: readonly string[], prefix = ""): string[] {
  const record = recordOf(given);
  return names.filter((name) => isMissing(record[name])).map((name) => prefix + name);
}

/** The same for a data group, whose maker goes by two names. */
function missingInGroup(given: unknown, names: readonly string[]): string[] {
  const { user_id, creator_id } = recordOf(given);
  return missingIn({ ...recordOf(given), user_id: user_id ?? creator_id }, names, "data_group.");
}

/** The one argument of a composition. @throws INVALID_ARGUMENT for what is no object, and for a name that is not known */
export function checkRequest(what: unknown, names: readonly string[], of: string): void {
  if (!isRecord(what)) throw new SciError("INVALID_ARGUMENT", `${of} takes an object with ${names.join(", ")}, not ${shown(what)}.`);
  checkNames(what, names, `name in ${of}`);
}

function refuseMissing(missing: readonly string[], of: string): void {
  if (missing.length === 0) return;
  throw new SciError("INVALID_ARGUMENT", `${of} needs ${missing.join(", ")}. Nothing was sent.`, { details: { missing } });
}

/** @throws INVALID_ARGUMENT naming all that is missing, or what does not fit */
export function checkRegistration(what: RegisterRun, rules: RunRules, unchecked: boolean, of: string, closing = false): Checked {
  const { experiment_id, sample_id, run: runFields, data_group } = what;
  refuseMissing(
    [
      ...missingIn(what, ["experiment_id"]),
      ...missingIn(runFields, ["run_number", "begin_at", "first_train", ...(closing ? ["end_at", "last_train"] : [])], "run."),
      ...missingInGroup(data_group, ["data_group_type_id", "user_id", "prefix_path"]),
    ],
    of,
  );
  const experiment = checkNumber(experiment_id, `experiment_id in ${of}`);
  const given = checkFields(runFields, runRules(rules), `run in ${of}`, unchecked);
  const group = groupFields(data_group, unchecked, of);
  return {
    // The values that the original sends where none are given; the server is known to take them.
    run: {
      run_alias: "",
      end_at: "",
      last_train: "",
      flg_available: "true",
      flg_status: "1",
      original_format: "",
      system_msg: "",
      description: "",
      ...given,
      experiment_id: String(experiment),
      sample_id: isMissing(sample_id) ? null : String(checkNumber(sample_id, `sample_id in ${of}`)),
    },
    dataGroup: {
      name: "",
      language: "en",
      doi: null,
      flg_available: "true",
      flg_writing: "false",
      flg_public: "false",
      format: "",
      data_passport: "",
      removed_at: "",
      description: "",
      ...group,
      experiment_id: experiment,
    },
  };
}

/** The fields of a data group, with the name of its maker as the service has it. */
function groupFields(given: unknown, unchecked: boolean, of: string): Record<string, unknown> {
  const what = `data_group in ${of}`;
  const { creator_id, ...fields } = checkFields(given, groupRules(), what, unchecked);
  if (creator_id === undefined) return fields;
  if (fields["user_id"] !== undefined && String(fields["user_id"]) !== String(creator_id))
    throw new SciError("INVALID_ARGUMENT", `user_id and creator_id of ${what} are two names of the same, and must not differ.`);
  return { ...fields, user_id: creator_id };
}

/** @throws INVALID_ARGUMENT naming all that is missing, or what does not fit */
export function checkRunData(what: RegisterRunData, unchecked: boolean, of: string): RunDataChecked {
  const { data_group_id, data_group, files } = what;
  const given: unknown = files;
  const changes = isRecord(data_group) && Object.keys(data_group).length > 0;
  if (!isMissing(data_group) && !isRecord(data_group))
    throw new SciError("INVALID_ARGUMENT", `data_group in ${of} must be an object, not ${shown(data_group)}.`);
  if (!isMissing(given) && !Array.isArray(given))
    throw new SciError("INVALID_ARGUMENT", `files in ${of} must be a list, not ${shown(given)}.`);
  const list = (given ?? []) as readonly unknown[];
  refuseMissing(
    [
      ...missingIn(what, ["experiment_id", "run_id", "data_group_id"]),
      ...(changes ? missingInGroup(data_group, ["data_group_type_id", "user_id"]) : []),
      ...(list.length === 0 ? ["files"] : []),
      ...list.flatMap((one, index) =>
        // A file at the top of its group has an empty path.
        ["filename", "relative_path"].filter((name) => typeof recordOf(one)[name] !== "string").map((name) => `files[${index}].${name}`),
      ),
    ],
    of,
  );
  for (const name of ["experiment_id", "run_id", "sample_id"] as const)
    if (!isMissing(what[name])) checkNumber(what[name], `${name} in ${of}`);
  return {
    data_group_id: checkNumber(data_group_id, `data_group_id in ${of}`),
    dataGroup: changes ? groupFields(data_group, unchecked, of) : undefined,
    files: list as readonly FileEntry[],
  };
}

/** @throws INVALID_ARGUMENT naming all that is missing, or what does not fit */
export function checkClosing(what: CloseRun, rules: RunRules, unchecked: boolean, of: string): { readonly id: Id } & FieldsInput {
  const { run_id, experiment_id, sample_id, run: fields } = what;
  refuseMissing([...missingIn(what, ["run_id"]), ...missingIn(fields, ["end_at", "last_train"], "run.")], of);
  const id = checkNumber(run_id, `run_id in ${of}`);
  const given = checkFields(fields, runRules(rules), `run in ${of}`, unchecked);
  return {
    id,
    // Without a wrapper key and with the ids, as the original sends it.
    bare: true,
    fields: {
      ...given,
      run_id: id,
      ...(isMissing(experiment_id) ? {} : { experiment_id: checkNumber(experiment_id, `experiment_id in ${of}`) }),
      ...(isMissing(sample_id) ? {} : { sample_id: checkNumber(sample_id, `sample_id in ${of}`) }),
      flg_status: given["flg_status"] ?? 2,
    },
  };
}
