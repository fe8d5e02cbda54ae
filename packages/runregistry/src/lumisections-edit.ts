import { type Core, operation, SciError, shown } from "@sci/http-core";
import * as z from "zod/mini";
import { components } from "./attributes.generated.ts";
import { checkFields, checkOneOf, checkText } from "./batch-inputs.ts";
import { createWrite, type Write } from "./batch-write.ts";
import { checkRunNumber } from "./runs.ts";
import { shape } from "./schema.ts";

/** Statuses that can be set. EMPTY and "NO VALUE FOUND" only arise. */
export const editableStatuses = ["GOOD", "BAD", "STANDBY", "EXCLUDED", "NOTSET"] as const;
export type EditableStatus = (typeof editableStatuses)[number];

/** A status for one component over a range of lumisections. */
export interface LumisectionEdit {
  readonly run_number: number;
  /** @default "online", whose run must be OPEN */
  readonly dataset_name?: string;
  /** `workspace-column`, e.g. `dt-dt`. */
  readonly component: string;
  /** First and last lumisection, inclusive, from 1. The service makes lumisections beyond the run's last one as it is told. */
  readonly start: number;
  readonly end: number;
  readonly status: EditableStatus;
  /** At least 3 characters for BAD. @default "" */
  readonly comment?: string;
  /** @default "" */
  readonly cause?: string;
  /** Takes a component that this package does not know: the service would make a new one of a misspelt name. @default false */
  readonly unchecked?: boolean;
}

/** The change that an edit made. */
export interface LumisectionEditEvent {
  readonly version: number;
  readonly run_number: number;
  /** Of the dataset. */
  readonly name: string;
  readonly lumisection_metadata_id: number;
  /** Changes by hand win over automatic ones, also over later ones. */
  readonly manual_change: boolean;
}

type EditInput = Required<Omit<LumisectionEdit, "unchecked">>;

const editLumisections = operation<EditInput, LumisectionEditEvent>({
  name: "lumisections.edit",
  method: "PUT",
  path: "/lumisections/edit_rr_lumisections",
  // It makes a new version, although it is a PUT.
  repeatable: false,
  params: () => ({}),
  body: ({ start, end, status, comment, cause, run_number, dataset_name, component }) => ({
    json: { new_lumisection_range: { start, end, status, comment, cause }, run_number, dataset_name, component },
  }),
  response: shape(z.looseObject({ run_number: z.number(), name: z.string() })),
});

const fields = ["run_number", "dataset_name", "component", "start", "end", "status", "comment", "cause", "unchecked"];

function prepare(edit: LumisectionEdit): EditInput {
  checkFields(edit, fields, "an edit in lumisections.edit()");
  const { component, start, end, status, comment = "", cause = "", unchecked = false } = edit;
  const run_number = checkRunNumber(edit.run_number);
  const dataset_name = checkText(edit.dataset_name ?? "online", "dataset_name of lumisections.edit()");
  checkText(component, "component of lumisections.edit()");
  if (unchecked !== true)
    checkOneOf<string>(component, components, "component in lumisections.edit() (unchecked: true sends it all the same)");
  const range = (what: string): SciError =>
    new SciError("INVALID_ARGUMENT", `lumisections.edit(): run ${run_number}, lumisections ${shown(start)} to ${shown(end)}: ${what}.`);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 1) throw range("start and end must be whole numbers from 1");
  if (end < start) throw range("end lies before start");
  checkOneOf(status, editableStatuses, "status in lumisections.edit()");
  for (const [name, text] of Object.entries({ comment, cause })) {
    if (typeof text !== "string")
      throw new SciError("INVALID_ARGUMENT", `${name} of lumisections.edit() must be text, not ${shown(text)}.`);
  }
  if (status === "BAD" && comment.trim().length < 3) throw range("BAD needs a comment of at least 3 characters");
  return { run_number, dataset_name, component, start, end, status, comment, cause };
}

/** Edits go one after the other: where they overlap, the later one wins. */
export function createEdit(core: Core): Write<LumisectionEdit, [], LumisectionEditEvent> {
  return createWrite(core, {
    name: "lumisections.edit",
    operation: editLumisections,
    arity: 0,
    prepare,
    label: ({ run_number, dataset_name = "online", component, start, end }) =>
      `run ${run_number} ${dataset_name} ${component} ${start}-${end}`,
    ordered: true,
  });
}
