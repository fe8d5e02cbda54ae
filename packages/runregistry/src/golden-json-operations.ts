import { type Answer, type Failure, operation, SciError, shown } from "@sci/http-core";
import * as z from "zod/mini";
import { checkFields, checkText } from "./batch-inputs.ts";
import type { GoldenJsonRecord, GoldenJsonRequest } from "./golden-json-types.ts";
import { shape } from "./schema.ts";
import { failure as serviceFailure } from "./service.ts";

interface Job {
  readonly json_logic: string;
  readonly dataset_name_filter: string;
  readonly tags?: string;
  readonly official?: boolean;
}

/** Where a job is, as the service tells it. */
export type JobState =
  | { readonly state: "waiting" }
  | { readonly state: "running"; readonly progress: number }
  | { readonly state: "done"; readonly record: GoldenJsonRecord };

export const generate = operation<Job, string>({
  name: "goldenJson.generate",
  method: "POST",
  path: "/json_portal/generate",
  // Every request makes a job.
  repeatable: false,
  params: () => ({}),
  body: (job) => ({ json: job }),
  response: shape(z.looseObject({ id: z.union([z.string(), z.number()]) })),
  read: ({ data }) => {
    const id = (data as { id?: unknown } | null | undefined)?.id;
    if ((typeof id === "string" && id !== "") || typeof id === "number") return String(id);
    throw new SciError("INVALID_RESPONSE", `Run Registry queued a JSON without telling its id: ${shown(data)}.`, {
      operation: "goldenJson.generate",
    });
  },
});

const ranges = z.record(z.string(), z.array(z.tuple([z.number(), z.number()])));

export const ask = operation<{ readonly id: string }, JobState>({
  name: "goldenJson.status",
  method: "POST",
  path: "/json_portal/json",
  // It only reads, although it is a POST.
  repeatable: true,
  params: () => ({}),
  body: ({ id }) => ({ json: { id_json: id } }),
  response: shape(
    z.optional(
      z.looseObject({
        progress: z.optional(z.number()),
        final_json: z.optional(z.looseObject({ id: z.number(), generated_json: ranges })),
      }),
    ),
  ),
  failure,
  read: ({ status, data }) => {
    if (status === 203) return { state: "waiting" };
    const { progress, final_json: record } = (data ?? {}) as { progress?: unknown; final_json?: unknown };
    if (status === 202) return { state: "running", progress: typeof progress === "number" ? Math.min(1, Math.max(0, progress)) : 0 };
    if (typeof record === "object" && record !== null) return { state: "done", record: record as GoldenJsonRecord };
    throw new SciError("INVALID_RESPONSE", `Run Registry answered ${status} without a result: ${shown(data)}.`, {
      operation: "goldenJson.status",
    });
  },
});

function failure(answer: Answer & { readonly ok: boolean }): Failure | undefined {
  if (answer.status === 500 && (answer.data === "" || answer.data === undefined)) {
    return {
      code: "SERVICE_ERROR",
      message:
        "Run Registry failed to generate this JSON and gives no reason; the logic may use a variable in a way that its type does not allow.",
    };
  }
  const told = serviceFailure(answer);
  // What the service says of a number that was never given out.
  if (told !== undefined && /isWaiting/.test(told.message))
    return { code: "NOT_FOUND", message: "Run Registry knows no generated JSON of this number." };
  return told;
}

/** @throws INVALID_ARGUMENT */
export function checkRequest(request: GoldenJsonRequest): Job {
  checkFields(request, ["logic", "datasets", "tags", "official"], "the request of goldenJson");
  const { logic, datasets, tags, official } = request;
  if (tags !== undefined && typeof tags !== "string") throw invalid(`tags must be text, not ${shown(tags)}`);
  if (official !== undefined && typeof official !== "boolean") throw invalid(`official must be true or false, not ${shown(official)}`);
  return {
    json_logic: logicText(logic),
    dataset_name_filter: checkPattern(datasets),
    ...(tags === undefined ? {} : { tags }),
    ...(official === undefined ? {} : { official }),
  };
}

/** The service takes the logic as JSON text inside JSON. */
function logicText(logic: unknown): string {
  let value = logic;
  if (typeof logic === "string") {
    try {
      value = JSON.parse(logic);
    } catch (cause) {
      throw new SciError("INVALID_ARGUMENT", `goldenJson: the logic is not JSON: ${(cause as Error).message}.`, { cause });
    }
  }
  if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
    throw invalid(`the logic must be an object like {"and": [{"==": [{"var": "lumisection.rr.dt-dt"}, "GOOD"]}]}, not ${shown(value)}`);
  }
  return typeof logic === "string" ? logic : JSON.stringify(value);
}

/** What the database would refuse, or find nothing with, is told before a job is made. */
function checkPattern(datasets: unknown): string {
  const pattern = checkText(datasets, "datasets of goldenJson (a pattern of dataset names)");
  const wrong = (what: string): SciError => invalid(`the pattern of dataset names ${shown(pattern)} ${what}`);
  const open: string[] = [];
  const closing: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] as string;
    if (character === "\\") {
      if (++i >= pattern.length) throw wrong('ends with "\\"');
    } else if (open.at(-1) === "[") {
      if (character === "]") open.pop();
    } else if ("([{".includes(character)) open.push(character);
    else if (character in closing && open.pop() !== closing[character]) throw wrong(`has a "${character}" that was not opened`);
  }
  if (open.length > 0) throw wrong(`has a "${open.at(-1)}" that is not closed`);
  return pattern;
}

function invalid(message: string): SciError<"INVALID_ARGUMENT"> {
  return new SciError("INVALID_ARGUMENT", `goldenJson: ${message}.`);
}
