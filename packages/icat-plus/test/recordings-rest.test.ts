import { isSciError, type SciError } from "@sci/http-core";
import { describe, expect, it, test } from "vitest";
import { playing, restCases, type RestCase } from "./support/recorded-rest.ts";

/** Cases that are not replayed here, and why. */
const leftOut: Readonly<Record<string, string>> = {
  "expire_datasets_on_close/default": "a property of the whole client: client.test.ts",
  "reason_for_missing_information/default": "a property of the whole client: client.test.ts",
  "registered_dataset_ids/stale-after-timeout":
    "an old answer is never given for a question that could not be asked: it throws (sessions.test.ts)",
  "send_message/tags-tuple": "there are no tuples; any list is taken",
  "send_text_file/msg-type-dropped": "there is one name for the type, `type`, for texts and files alike",
};

/** Where the original succeeds or says nothing, and this client refuses: its quirks, and questions that could not be answered. */
const refused: Readonly<Record<string, string>> = {
  "send_message/comment/editable-true-formatted-true": "INVALID_ARGUMENT",
  "send_message/payload-unknown-dropped": "INVALID_ARGUMENT",
  "send_message/tags-objects-extra-keys": "INVALID_ARGUMENT",
  "send_message/failure-timeout": "TIMEOUT",
  "send_binary_data/failure-timeout": "TIMEOUT",
  "send_binary_data/investigation-id-ignored": "INVALID_ARGUMENT",
  "investigation_info/timeout": "TIMEOUT",
  "investigation_info/timeout-argument": "TIMEOUT",
  "investigation_info/failure-401": "NOT_AUTHENTICATED",
  "investigation_info/failure-403": "FORBIDDEN",
  "investigation_info/failure-500": "HTTP_STATUS",
  "investigation_info/failure-400": "HTTP_STATUS",
  "investigation_info_string/unavailable": "HTTP_STATUS",
  "investigation_summary/unavailable": "HTTP_STATUS",
  "registered_dataset_ids/session-unavailable": "HTTP_STATUS",
  "registered_dataset_ids/datasets-unavailable": "HTTP_STATUS",
  "registered_datasets/datasets-unavailable": "HTTP_STATUS",
  "download_file_by/chunks-failure-404": "NOT_FOUND",
};

/** Where the original fails or does harm, and this client does what was meant. */
const mended: Readonly<Record<string, string>> = {
  "send_message/type-commandLine": "a documented type is taken",
  "send_message/investigation-id-number": "a number is taken",
  "send_message/answer-unusable": "the answer to a message that was taken is not looked at",
  "send_message/answer-empty": "the answer to a message that was taken is not looked at",
  "registered_datasets/without-location": "a dataset without a folder is called by its name",
  "send_message/metadata-type-wins-over-message": "what the call says wins over defaults",
  "send_message/payload-creation-date-utc": "a time is sent as it was given",
  "investigation_info/id-not-integer": "an id that is text is taken",
  "investigation_info/cached-ignores-open-ended": "what is allowed is looked at for kept answers too",
};

const cases = restCases.filter(({ id }) => !id.startsWith("null/") && !(id in leftOut));
const only = (keep: (one: RestCase) => boolean): [string, RestCase][] => cases.filter(keep).map((one) => [one.id, one]);

/** A recorded answer by our names: of what the originals drop we know nothing, so ours may hold more. */
function wanted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wanted);
  if (typeof value !== "object" || value === null) return value;
  const given = value as Readonly<Record<string, unknown>>;
  if ("$tuple" in given) return wanted(given["$tuple"]);
  if ("$bytes" in given) return new Uint8Array(Buffer.from(given["$bytes"] as string, "base64"));
  const camel = (name: string): string => name.replace(/(?<=[a-z])_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(given).map(([name, inner]) => [camel(name), wanted(inner)]));
}

/** Phrases for people are worded freely. */
const isFree = (value: unknown): boolean => JSON.stringify(value).includes("<text: ");

describe("what succeeds", () => {
  it.each(only((one) => one.raises === undefined && !(one.id in refused) && !(one.id in mended)))("%s", async (_id, recorded) => {
    const result = await playing(recorded, ({ call }) => call(recorded.call));
    if (recorded.returns === null || recorded.returns === undefined) expect(result).toBeUndefined();
    else if (isFree(recorded.returns)) expect(result).toBeDefined();
    else if (Object.keys(recorded.returns).length === 0 && !Array.isArray(recorded.returns)) expect(result).toBeUndefined();
    else if (recorded.id.startsWith("download")) expect(new Uint8Array(result as Uint8Array)).toEqual(wanted(recorded.returns));
    else if (Array.isArray(recorded.returns)) expect(result).toEqual((wanted(recorded.returns) as unknown[]).map((row) => partly(row)));
    else expect(result).toMatchObject(wanted(recorded.returns) as object);
  });

  const partly = (row: unknown): unknown =>
    typeof row === "object" && row !== null && !Array.isArray(row) ? expect.objectContaining(deep(row)) : row;
  const deep = (row: object): object =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Array.isArray(value) ? value.map(partly) : partly(value)]));

  test("a session is told in two columns, as the original does", async () => {
    const recorded = caseOf("investigation_info_string/found");
    const text = (await playing(recorded, ({ call }) => call(recorded.call))) as string;
    expect(text.split("\n").slice(1)).toEqual((recorded.returns as string).split("\n").slice(1));
  });
});

describe("what fails", () => {
  const codes: Readonly<Record<number, string>> = { 401: "NOT_AUTHENTICATED", 403: "FORBIDDEN", 404: "NOT_FOUND" };

  it.each(only((one) => one.raises !== undefined && !(one.id in mended)))("%s", async (id, recorded) => {
    const error = await failure(recorded);
    const status = recorded.raises?.status;
    expect(error.message).not.toMatch(/session-0|elogbook-token|pw-1|wrong/);
    if (status === undefined) {
      expect(error.code).toBe(codeWithoutStatus(id));
    } else {
      expect(error.status).toBe(status);
      expect(error.code).toBe(/do_log_in\/refused|expired-403/.test(id) ? "NOT_AUTHENTICATED" : (codes[status] ?? "HTTP_STATUS"));
    }
  });

  it.each(only((one) => one.id in refused))("%s (here)", async (id, recorded) => {
    expect((await failure(recorded)).code).toBe(refused[id]);
  });
});

describe("what the original gets wrong", () => {
  it.each(only((one) => one.id in mended && one.exchanges.length > 0 && !/type-wins|date-utc|open-ended/.test(one.id)))(
    "%s",
    async (_id, recorded) => {
      await playing(recorded, ({ call }) => call(recorded.call));
    },
  );

  /** Our call of one case makes the requests of another. */
  test.each([
    ["send_message/type-commandLine", "send_message/type-command", "a documented type is taken"],
    ["send_message/investigation-id-number", "send_message/investigation-id", "a number is taken as well"],
    ["send_message/metadata-type-wins-over-message", "send_message/type-info", "what the call says wins over defaults"],
  ])("%s: as %s (%s)", async (id, like) => {
    const { exchanges, call: theirs } = caseOf(like);
    await playing(caseOf(id), ({ call }) => call({ ...caseOf(id).call, args: theirs.args ?? [] }), { exchanges });
  });

  test("a time is sent as it was given", async () => {
    const recorded = caseOf("send_message/payload-creation-date-utc");
    const given = recorded.call.kwargs?.["creationDate"];
    await playing(recorded, ({ call }) => call(recorded.call), {
      change: ({ request, response }) => ({
        response,
        request: { ...request, body: { json: { ...(request.body?.json as object), creationDate: given } } },
      }),
    });
  });

  test("what is allowed is looked at for kept answers too", async () => {
    const recorded = caseOf("investigation_info/cached-ignores-open-ended");
    expect(await playing(recorded, ({ call }) => call(recorded.call))).toMatchObject({ id: 1002 });
  });
});

test("every case is replayed or left out with a reason", () => {
  for (const name of [...Object.keys(leftOut), ...Object.keys(refused), ...Object.keys(mended)]) {
    expect(restCases.map(({ id }) => id)).toContain(name);
  }
});

function codeWithoutStatus(id: string): string {
  if (/refused$|dropped$/.test(id)) return "NETWORK";
  if (/missing$|utf8$/.test(id)) return "FILE";
  return /no-token$|no-session$/.test(id) ? "MISSING_CREDENTIALS" : "INVALID_ARGUMENT";
}

function caseOf(id: string): RestCase {
  const found = restCases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`No case is called ${id}.`);
  return found;
}

async function failure(recorded: RestCase): Promise<SciError> {
  // What is refused here is refused before anything is sent.
  const exchanges = refused[recorded.id] === "INVALID_ARGUMENT" ? [] : recorded.exchanges;
  const error = await playing(
    recorded,
    ({ call }) =>
      call(recorded.call).then(
        () => undefined,
        (thrown: unknown) => thrown,
      ),
    { exchanges },
  );
  if (!isSciError<string>(error)) throw error instanceof Error ? error : new Error("Nothing was thrown.");
  return error;
}
