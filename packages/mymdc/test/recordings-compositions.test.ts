import { isSciError, type SciError } from "@sci/http-core";
import type { RecordedExchange } from "@sci/http-core/testing";
import { expect, test } from "vitest";
import type { MyMdc } from "../src/index.ts";
import { replayedIn } from "./support/elsewhere.ts";
import { casesOf, type Envelope, type RecordedCall, type RecordedCase } from "./support/recorded.ts";
import { pageOf } from "./support/methods.ts";
import { codeFor, playing, typed } from "./support/replayed.ts";

type Fields = Readonly<Record<string, unknown>>;
type Composition = (mdc: MyMdc, args: readonly unknown[], call: RecordedCall) => PromiseLike<unknown>;

const closing = (args: readonly unknown[]): never =>
  ({ experiment_id: args[0], sample_id: args[1], run_id: args[2], run: args[4] }) as never;
const replica = ([proposal, run, repository]: readonly unknown[]): never => ({ proposal, run, repository }) as never;

const compositions: Readonly<Record<string, Composition>> = {
  register_run: (mdc, [experiment_id, sample_id, run, data_group]) =>
    mdc.runs.register({ experiment_id, sample_id, run, data_group } as never),
  register_run_data: (mdc, [experiment_id, sample_id, run_id, data_group_id, data_group, files]) =>
    mdc.runs.registerData({ experiment_id, sample_id, run_id, data_group_id, data_group, files } as never),
  close_run: (mdc, args) => mdc.runs.close(closing(args)),
  register_run_data_and_results: (mdc, [experiment_id, sample_id, run, data_group, files]) =>
    mdc.runs.registerDataAndResults({ experiment_id, sample_id, run, data_group, files } as never),
  register_run_replica: (mdc, args) => mdc.runs.registerReplica(replica(args)),
  unregister_run_replica: (mdc, args) => mdc.runs.unregisterReplica(replica(args)),
  // Named like a question: here it is one.
  get_run_register_repositories: (mdc, args) => mdc.runs.replicas(replica(args)),
  get_proposal_info: (mdc, [number, instruments]) =>
    mdc.proposals.info(number as never, instruments === null ? {} : { instruments: instruments as string[] }),
  get_proposal_experiments: (mdc, [number]) => mdc.proposals.experiments(number as never),
  get_proposal_samples: (mdc, [number], call) => mdc.proposals.samples(number as never, pageOf(call, 1)),
  get_data_source_group_version_by_name: (mdc, [group, version]) => mdc.dataSourceGroupVersions.byName({ group, version } as never),
  deploy_data_source_group_version: (mdc, [group, version]) => mdc.dataSourceGroupVersions.deploy({ group, version } as never),
  "Sample.set_by_name_and_proposal_id": (mdc, [fields]) => mdc.samples.ensure(fields as never),
  "Technique.set_by_name": (mdc, [fields]) => mdc.techniques.ensure(fields as never),
  "DataGroupRepository.set_from_dict": (mdc, [fields]) => mdc.dataGroupRepositories.set(fields as never),
};

/** The body of a request as this client makes it. Ids that come from an answer are numbers here. */
function bodyHere(body: unknown, { call, exchanges }: RecordedCase): unknown {
  const all = body as Fields;
  const { run, data_file } = all as { run?: Fields; data_file?: Fields };
  if (run !== undefined) {
    const { runs_techniques_attributes: techniques, sample_id, ...fields } = run;
    // Not sent where there are none; no sample is null, not an empty text.
    return {
      run: {
        ...fields,
        sample_id: sample_id === "" ? null : sample_id,
        ...(techniques === "" ? {} : { runs_techniques_attributes: techniques }),
      },
    };
  }
  if (all["data_group"] !== undefined) {
    // A doi that was given is sent.
    const given = call.args[3] as Fields;
    return { data_group: { ...(all["data_group"] as Fields), doi: given["doi"] ?? null } };
  }
  if (data_file !== undefined) {
    const created = exchanges.length > 2 && call.method.endsWith("results");
    return {
      data_file: {
        data_group_id: created ? Number(data_file["data_group_id"]) : data_file["data_group_id"],
        files: filesHere(call.args.at(-1)),
      },
    };
  }
  // The maker of a group by the name that the service has for it.
  const { creator_id, ...fields } = all;
  if (creator_id !== undefined) return { ...fields, user_id: creator_id };
  return call.method.endsWith("results") && fields["run_id"] !== undefined ? { ...fields, run_id: Number(fields["run_id"]) } : fields;
}

/** Python's text of a list, without blanks between its parts and with all that stand in texts. */
function filesHere(files: unknown): string {
  const literal = (value: unknown): string => {
    if (value === null) return "None";
    if (typeof value === "boolean") return value ? "True" : "False";
    if (typeof value === "string") return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replaceAll("'", "\\'")}'`;
    if (Array.isArray(value)) return `[${value.map(literal).join(",")}]`;
    if (typeof value === "object")
      return `{${Object.entries(value)
        .map(([key, one]) => `${literal(key)}:${literal(one)}`)
        .join(",")}}`;
    return String(value);
  };
  return literal(files);
}

/** What the exchanges of a case are here. */
function change(recorded: RecordedCase): readonly RecordedExchange[] {
  const { call, exchanges } = recorded;
  const reads = call.method === "get_run_register_repositories";
  const [, group, removal] = exchanges;
  // After an answer that it could not read, the original left the run behind.
  const left = call.method === "register_run" && group !== undefined && (group.response.status ?? 0) >= 300 && removal === undefined;
  return [...exchanges, ...(left ? [removalOf(exchanges[0])] : []), ...othersOf(recorded)]
    .filter(({ request }) => !(reads && request.method !== "GET"))
    .map((exchange) => {
      const { body } = exchange.request;
      if (body?.json === undefined) return exchange;
      return { ...exchange, request: { ...exchange.request, body: { json: bodyHere(body.json, recorded) } } };
    });
}

/** Ids of the raw data groups of a run. */
function groupsOf({ exchanges }: RecordedCase): readonly unknown[] {
  const found = exchanges.find(({ request }) => request.path.endsWith("/all_raw_data_groups_ids"))?.response.body?.json;
  return Array.isArray(found) ? found : [];
}

/** What is asked and written here for the raw data groups behind one whose writing failed. */
function othersOf(recorded: RecordedCase): RecordedExchange[] {
  const { call, exchanges } = recorded;
  const last = exchanges.at(-1);
  if (!/_replica$/.test(call.method) || last?.request.method === "GET" || (last?.response.status ?? 0) < 300) return [];
  const [repository] = exchanges[0]?.response.body?.json as [{ readonly id: number }];
  const asked = exchanges.filter(({ request }) => request.query.some(([name]) => name === "repository_id")).length;
  const path = "/metadata/api/data_groups_repositories/";
  return groupsOf(recorded)
    .slice(asked)
    .flatMap((data_group_id) => {
      const fields = {
        data_group_id,
        repository_id: repository.id,
        flg_available: call.method === "register_run_replica" ? "true" : "false",
      };
      const query = [...Object.entries(fields).slice(0, 2), ["page", 1], ["page_size", 100]].map(
        ([name, value]) => [String(name), String(value)] as const,
      );
      return [
        { request: { method: "GET", path, query, headers: {}, body: null }, response: { status: 200, body: { json: [] } } },
        {
          request: { method: "POST", path, query: [], headers: {}, body: { json: { data_group_repository: fields } } },
          response: { status: 201, body: { json: { id: 1, ...fields } } },
        },
      ];
    });
}

function removalOf(created: RecordedExchange | undefined): RecordedExchange {
  const { id } = created?.response.body?.json as { readonly id: number };
  return {
    request: { method: "DELETE", path: `/metadata/api/runs/${id}`, query: [], headers: {}, body: null },
    response: { status: 204 },
  };
}

/** What is missing, by the original's sentence, in the words of here: what this client does not need is not asked for. */
function missingOf(returns: unknown): string[] {
  const found = /mandatory: \[(.*)\]/.exec(String((returns as Partial<Envelope> | undefined)?.info))?.[1];
  return [...(found ?? "").matchAll(/'([^']*)'/g)]
    .map(([, name = ""]) => name.replace("creator_id", "user_id").replace("data_group_files", "files"))
    .filter((name) => name !== "run must be a Hash");
}

/** Mandatory values that are null: refused here before anything is sent, by the server there. */
function nullIn({ call }: RecordedCase): string[] {
  const due = { register_run: [[], ["run_number", "begin_at", "first_train"], ["data_group_type_id", "creator_id", "prefix_path"]] }[
    call.method
  ];
  if (due === undefined) return [];
  const [run, group] = [call.args[2], call.args[3]] as [Fields, Fields];
  return [
    ...(due[1] as string[]).filter((name) => run[name] === null).map((name) => `run.${name}`),
    ...(due[2] as string[]).filter((name) => group[name] === null).map((name) => `data_group.${name.replace("creator_id", "user_id")}`),
  ];
}

async function outcomeOf(
  recorded: RecordedCase,
  expected: readonly RecordedExchange[],
): Promise<{ value?: unknown; error?: SciError; sent: number }> {
  return playing(
    recorded,
    async ({ mdc, server }) => {
      try {
        return { value: await compositions[recorded.call.method]?.(mdc, recorded.call.args, recorded.call), sent: server.requests.length };
      } catch (error) {
        if (!isSciError<string>(error)) throw error;
        return { error, sent: server.requests.length };
      }
    },
    { change: () => expected, order: "any" },
  );
}

const answerOf = (exchange: RecordedExchange | undefined): unknown => typed(exchange?.response.body?.json);
const isClosing = (recorded: RecordedCase): boolean => recorded.call.method === "close_run" && !isFull(recorded.call.args[4]);
const isFull = (run: unknown): boolean => typeof run === "object" && run !== null && "end_at" in run && "last_train" in run;
/** Closing in one go with the rest: its fields are checked at the start. */
const isLate = ({ call }: RecordedCase): boolean =>
  call.method === "register_run_data_and_results" && call.args[0] !== null && !isFull(call.args[2]);

const all = casesOf(replayedIn["recordings-compositions.test.ts"] as RegExp);
const refused = all.filter(([, one]) => missingOf(one.returns).length > 0 || nullIn(one).length > 0 || isClosing(one) || isLate(one));

test.each(refused)("%s is refused before anything is sent, naming what is missing", async (_id, recorded) => {
  const { error, sent } = await outcomeOf(recorded, []);
  const expected = isClosing(recorded) ? ["run.end_at", "run.last_train"] : [...missingOf(recorded.returns), ...nullIn(recorded)];
  expect(error?.code).toBe("INVALID_ARGUMENT");
  expect(error?.details?.["missing"]).toEqual(expect.arrayContaining(expected));
  expect(sent).toBe(0);
});

test.each(all.filter((one) => !refused.includes(one)))("%s", async (_id, recorded) => {
  const expected = change(recorded);
  const { value, error } = await outcomeOf(recorded, expected);
  const failed = expected.find(({ request, response }) => (response.status ?? 0) >= 300 && request.method !== "DELETE");
  if (failed !== undefined) {
    // The original stops at the first raw data group that fails; here the others are done.
    const isPartial = /_replica$/.test(recorded.call.method) && failed.request.method !== "GET" && groupsOf(recorded).length > 1;
    expect(error?.code).toBe(isPartial ? "PARTIAL" : codeFor(failed));
    if (isPartial) return;
    expect(error?.status).toBe(failed.response.status);
    return checkUndo(recorded, error as SciError);
  }
  const check = values[recorded.call.method];
  if (check === undefined) throw new Error(recorded.call.method);
  check({ value, error, recorded, expected });
});

interface Outcome {
  readonly value: unknown;
  readonly error: SciError | undefined;
  readonly recorded: RecordedCase;
  readonly expected: readonly RecordedExchange[];
}

/** A run whose group failed is deleted again, and the error tells how that went. */
function checkUndo({ call, exchanges }: RecordedCase, error: SciError): void {
  const [run_id, data_group_id] = exchanges.map(({ response }) => (response.body?.json as { readonly id?: number } | undefined)?.id);
  if (call.method === "register_run_data_and_results" && exchanges.length > 2) {
    expect(error.details?.["exists"]).toMatchObject({ run_id, data_group_id });
    return;
  }
  if (call.method !== "register_run" || exchanges.length === 1) return;
  const removal = exchanges.find(({ request }) => request.method === "DELETE");
  if (removal === undefined || removal.response.status === 204) expect(error.details).toMatchObject({ exists: {}, undone: [{ run_id }] });
  else expect(error.details).toMatchObject({ exists: { run_id }, undone: [] });
}

const statusOf = ({ expected }: Outcome, index: number): unknown => answerOf(expected[index]);
const firstOf = (list: unknown): unknown => (Array.isArray(list) ? list[0] : list);
const notFound = ({ error }: Outcome): void => expect(error?.code).toBe("NOT_FOUND");
const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const values: Readonly<Record<string, (outcome: Outcome) => void>> = {
  register_run: (one) => expect(one.value).toEqual({ run: statusOf(one, 0), data_group: statusOf(one, 1) }),
  register_run_data: (one) =>
    expect(one.value).toEqual(
      one.expected.length === 1
        ? { data_group: undefined, data_file: statusOf(one, 0) }
        : { data_group: statusOf(one, 0), data_file: statusOf(one, 1) },
    ),
  close_run: (one) => expect(one.value).toEqual(statusOf(one, 0)),
  register_run_data_and_results: (one) => {
    const files = one.expected.find(({ request }) => request.path.endsWith("/data_files/"));
    expect(one.value).toEqual({
      run: answerOf(one.expected.at(-1)),
      data_group: statusOf(one, 1),
      data_file: files === undefined ? undefined : answerOf(files),
    });
  },
  register_run_replica: replicas,
  unregister_run_replica: replicas,
  get_run_register_repositories(one) {
    if (isEmpty(statusOf(one, 0))) return notFound(one);
    const links = one.expected.slice(2).flatMap((exchange) => answerOf(exchange) as Fields[]);
    expect(one.value).toEqual(links.map((link) => ({ ...link, repository: firstOf(statusOf(one, 0)) })));
  },
  get_proposal_info(one) {
    const found = statusOf(one, 0) as { instrument_identifier: string };
    const allowed = one.recorded.call.args[1] as readonly string[] | null;
    if (allowed === null || allowed.includes(found.instrument_identifier)) expect(one.value).toEqual(found);
    else expect(one.error?.code).toBe("INSTRUMENT_MISMATCH");
  },
  get_proposal_experiments: (one) => expect((one.value as { items: unknown }).items).toEqual(statusOf(one, 1)),
  get_proposal_samples: (one) => expect((one.value as { items: unknown }).items).toEqual(statusOf(one, 1)),
  get_data_source_group_version_by_name(one) {
    const versions = one.expected.length < 2 ? [] : (statusOf(one, 1) as readonly unknown[]);
    if (versions.length === 1) expect(one.value).toEqual(versions[0]);
    else expect(one.error?.code).toBe(versions.length === 0 ? "NOT_FOUND" : "AMBIGUOUS");
  },
  deploy_data_source_group_version(one) {
    const versions = one.expected.length < 2 ? [] : (statusOf(one, 1) as readonly unknown[]);
    if (versions.length === 0) return notFound(one);
    const changed = one.expected.length === 3;
    expect(one.value).toEqual({ version: changed ? statusOf(one, 2) : versions[0], changed });
  },
  "Sample.set_by_name_and_proposal_id": ensured,
  "Technique.set_by_name": ensured,
  "DataGroupRepository.set_from_dict": ensured,
};

function ensured(one: Outcome): void {
  const outcome = one.expected.length === 1 ? "unchanged" : one.expected[1]?.request.method === "PUT" ? "updated" : "created";
  expect(one.value).toEqual({ record: firstOf(answerOf(one.expected.at(-1))), outcome });
}

function replicas(one: Outcome): void {
  if (isEmpty(statusOf(one, 0))) return notFound(one);
  const writes = one.expected.filter(({ request }) => request.method !== "GET");
  expect(one.value).toEqual({
    repository: firstOf(statusOf(one, 0)),
    items: writes.map((exchange) => ({
      data_group_id: (answerOf(exchange) as { data_group_id: number }).data_group_id,
      outcome: exchange.request.method === "PUT" ? "updated" : "created",
      record: answerOf(exchange),
    })),
  });
}
