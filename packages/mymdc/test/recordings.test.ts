import { isSciError, parseJson } from "@sci/http-core";
import { refusal, type RecordedExchange } from "@sci/http-core/testing";
import { expect, test } from "vitest";
import { cases, casesOf, leftOut, type Envelope, type RecordedCase } from "./support/recorded.ts";
import { elsewhere, replayedIn } from "./support/elsewhere.ts";
import { findMethods, pageOf, searchArity, single } from "./support/methods.ts";
import { codeFor, playing, typed } from "./support/replayed.ts";

/** The fields of a body, without the key around them. */
function fieldsIn(body: unknown): Record<string, unknown> {
  const record = body as Record<string, unknown>;
  const inner = Object.values(record)[0];
  return Object.keys(record).length === 1 && typeof inner === "object" && inner !== null && !Array.isArray(inner)
    ? (inner as Record<string, unknown>)
    : record;
}

/**
 * What the original's objects send by themselves, and this client does not: fields that were not given, empty; the record without the key
 * around it (the server takes both; here it is always there).
 */
function change({ call, exchanges }: RecordedCase): readonly RecordedExchange[] {
  const [type = "", method = ""] = call.method.split(".");
  const isObject = /^(create|update)$/.test(method) && call.construct !== undefined;
  if (!isObject && !/_from_dict$/.test(method)) return exchanges;
  const given: Record<string, unknown> = isObject ? { ...call.construct, ...call.set } : (call.args.at(-1) as Record<string, unknown>);
  const wrapper = type.replace(/[a-z](?=[A-Z])/g, "$&_").toLowerCase();
  return exchanges.map((exchange) => {
    const { body } = exchange.request;
    // What is compared byte for byte is looked at in a test of its own.
    const json = body?.json ?? (body?.text === undefined ? undefined : (JSON.parse(body.text) as unknown));
    if (json === undefined || method === "create_multiple_from_dict") return exchange;
    const sent = fieldsIn(json);
    const fields = Object.fromEntries(Object.entries(sent).filter(([name]) => Object.hasOwn(given, name)));
    const added = Object.keys(sent).filter((name) => !Object.hasOwn(given, name));
    expect(
      added.every((name) => [null, "", "[]"].includes(Array.isArray(sent[name]) ? JSON.stringify(sent[name]) : (sent[name] as null))),
    ).toBe(true);
    // Set when it is created only, says the original; given, it is sent.
    if (method === "update" && given["runs_info"] !== undefined) fields["runs_info"] = given["runs_info"];
    return { ...exchange, request: { ...exchange.request, body: { json: { [wrapper]: fields } } } };
  });
}

/** The fields of the last request, as this client gives them back. */
function sentIn(exchanges: readonly RecordedExchange[]): Record<string, unknown> {
  return typed(fieldsIn(exchanges.at(-1)?.request.body?.json)) as Record<string, unknown>;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The value that is due here for what the original returned, or the code of the error. */
function due({ call, returns, exchanges }: RecordedCase): { readonly value: unknown } | { readonly code: string; readonly status: number } {
  const { request, response } = exchanges.at(-1) as RecordedExchange;
  const { method } = request;
  const deletes = method === "DELETE" || request.path.endsWith("/bulk_delete");
  const status = response.status as number;
  if (status >= 300) return { code: codeFor(exchanges.at(-1) as RecordedExchange), status };
  const text = response.body?.text?.trim().replace(/^\uFEFF/, "");
  if (text !== undefined && text !== "" && !isJson(text)) return { code: text.startsWith("<") ? "NOT_AUTHENTICATED" : "NOT_JSON", status };
  const body =
    text === undefined ? response.body?.json : text === "" ? undefined : parseJson(text, { bigints: ["first_train", "last_train"] });
  const data = body === null ? undefined : body;
  const isFind = findMethods.includes(call.method);
  if (isFind && Array.isArray(data))
    return data.length === 0
      ? { code: "NOT_FOUND", status: 0 }
      : data.length === 1
        ? { value: typed(data[0]) }
        : { code: "AMBIGUOUS", status: 0 };
  if (deletes) return status === 204 ? { value: undefined } : { code: "INVALID_RESPONSE", status };
  const creates = /(^|[._])create/.test(call.method);
  if (creates && status !== 201) return { code: "INVALID_RESPONSE", status };
  if (method === "PUT" && status === 204) return { value: { ...sentIn(exchanges), id: Number(request.path.split("/").at(-1)) } };
  if (Array.isArray(data) ? /get_by_id$/.test(call.method) : /bulk_(create|update|check)/.test(request.path))
    return { code: "INVALID_RESPONSE", status };
  const runs = (data as { readonly runs?: readonly unknown[] } | undefined)?.runs;
  if (runs?.length === 0 && /\/runs\/-?\d+$/.test(request.path)) return { code: "NOT_FOUND", status: 0 };
  const lists = Array.isArray(data) || (typeof data === "object" && data !== null && "runs" in data);
  if (!lists && (data === undefined || Object.keys(data as object).length === 0)) return { code: "INVALID_RESPONSE", status };
  const envelope = returns as Partial<Envelope> | undefined;
  // What the original made of it, where it made something of it: the same as what came.
  if (envelope?.success === true && envelope.data !== undefined && typeof envelope.data === "object")
    expect(typed(envelope.data)).toEqual(typed(data));
  return { value: typed(data) };
}

const isNumeral = (value: unknown): boolean => /^-?\d+$/.test(String(value));

/** What is refused here before anything is sent, and by which word of the message. Told by the arguments, not by the case. */
function refusedFor({ call, exchanges }: RecordedCase): string | undefined {
  const { method, args } = call;
  if (/(get|delete)_by_id$|^(get|delete)_.*_by_id_api$/.test(method) && !isNumeral(args[0])) return "id";
  const searched = searchArity[method];
  if (searched !== undefined) {
    const missing = args.slice(0, searched).find((value) => value === null || value === "");
    if (missing !== undefined) return missing === null ? "null" : "value";
    const { page = 1, pageSize = 1 } = pageOf(call, searched);
    if (Number(pageSize) > 500 || Number(pageSize) < 1) return "pageSize";
    if (Number(page) < 1) return "page";
  }
  if (method.endsWith("create_from_dict")) {
    const sent = fieldsIn(exchanges[0]?.request.body?.json ?? {});
    return Object.keys(args[0] as object).find((name) => !Object.hasOwn(sent, name));
  }
  return undefined;
}

/** The same call without the argument that is not known. */
function without(recorded: RecordedCase, name: string): RecordedCase {
  const { [name]: _unknown, ...fields } = recorded.call.args[0] as Record<string, unknown>;
  return { ...recorded, call: { ...recorded.call, args: [fields, ...recorded.call.args.slice(1)] } };
}

/** The value of a call: of a search the records of its page, with the total that the headers tell. */
function valueOf(value: unknown, recorded: RecordedCase): unknown {
  const page = value as { readonly items?: readonly unknown[]; readonly total?: number } | undefined;
  const { response } = recorded.exchanges.at(-1) as RecordedExchange;
  if (page?.items === undefined) return value;
  const headers = Object.fromEntries(Object.entries(response.headers ?? {}).map(([name, one]) => [name.toLowerCase(), one]));
  const count = headers["x-total-count"];
  expect(page.total).toBe(count === undefined || headers["x-total-pages"] === undefined ? undefined : Number(count));
  return page.items;
}

/** Plays a case and compares what comes of it. */
async function replayed(recorded: RecordedCase): Promise<void> {
  const counterpart = single[recorded.call.method];
  if (counterpart === undefined) throw new Error(recorded.id);
  const expected = due(recorded);
  await playing(
    recorded,
    async ({ mdc }) => {
      const outcome: unknown = await (async () => ({ value: await counterpart(mdc, recorded.call) }))().catch((error: unknown) => error);
      if ("code" in expected) {
        if (!isSciError<string>(outcome)) throw new Error(`expected ${expected.code}, got ${JSON.stringify(outcome)}`, { cause: outcome });
        expect(outcome.code).toBe(expected.code);
        if (expected.status > 0) expect(outcome.status).toBe(expected.status);
        return;
      }
      if (isSciError<string>(outcome)) throw outcome;
      const value = valueOf((outcome as { value: unknown }).value, recorded);
      const all = expected.value as { readonly runs?: readonly unknown[] } | undefined;
      const isRuns = typeof all === "object" && all !== null && "runs" in all;
      expect(value).toEqual(isRuns ? (Array.isArray(value) ? all.runs : all.runs?.[0]) : expected.value);
    },
    { change: () => change(recorded) },
  );
}

const here = casesOf(Object.keys(single)).filter(([id]) => !Object.hasOwn(elsewhere, id));
const isRefused = ([, recorded]: [string, RecordedCase]): boolean => refusedFor(recorded) !== undefined;

test.each(here.filter((one) => !isRefused(one)))("%s", (_id, recorded) => replayed(recorded));

test.each(here.filter(isRefused))("%s is refused before it is sent", async (_id, recorded) => {
  const name = refusedFor(recorded) as string;
  const error = await playing(recorded, ({ mdc }) => refusal(async () => single[recorded.call.method]?.(mdc, recorded.call)), {
    change: () => [],
  });
  expect(error.message).toContain(name);
  if (/from_dict/.test(recorded.call.method)) await replayed(without(recorded, name));
});

test("every case is replayed somewhere, or left out for a reason", () => {
  const known = new Set([...here.map(([id]) => id), ...Object.keys(elsewhere), ...Object.keys(leftOut)]);
  const files = Object.entries(replayedIn).flatMap(([file, methods]) => casesOf(methods).map(([id]) => [id, file] as const));
  for (const [id] of files) known.add(id);
  expect(cases.filter(({ id }) => !known.has(id)).map(({ id, call }) => `${id} (${call.method})`)).toEqual([]);
});
