import { info, json, missingCriteria, noProposal, noRun, notFound } from "../answers.ts";
import type { Reply } from "../../http/message.ts";
import { type Context, type Endpoint, member, page } from "../context.ts";
import type { Row, Stored } from "../fields.ts";
import type { Store } from "../store.ts";

function proposalOf(store: Store, number: string | undefined): Stored | undefined {
  if (!/^-?\d{1,15}$/.test(number ?? "")) return undefined;
  return store.rows("proposals", store.table("proposals").find([["number", Number(number)]]))[0];
}

/** The user whose address the request carries. */
export const me: Endpoint = (_request, _parameters, { store, email }) => {
  const [user] = store.rows("users", store.table("users").find([["email", email]]));
  return user === undefined ? notFound() : json(200, store.shown("users", user));
};

/** The proposal that an instrument works for: the latest one whose beam time runs. */
export const activeProposal: Endpoint = (_request, { id }, { store }) => {
  const instrument = member(store, "instruments", id);
  if (instrument === undefined) return notFound();
  const running = store.table("proposals").find([
    ["instrument_id", instrument.id],
    ["flg_beamtime_status", "R"],
  ]);
  const [proposal] = store.rows("proposals", running.slice(-1));
  return proposal === undefined ? notFound() : json(200, store.shown("proposals", proposal));
};

export const byNumber: Endpoint = (_request, { number }, { store }) => {
  const proposal = proposalOf(store, number);
  return proposal === undefined ? noProposal(number as string) : json(200, store.shown("proposals", proposal));
};

/** What data acquisition asks before it opens a run: a proposal without samples will not do. */
export const byNumberForDaq: Endpoint = (_request, { number }, { store }) => {
  const proposal = proposalOf(store, number);
  if (proposal === undefined) return noProposal(number as string);
  if (store.table("samples").find([["proposal_id", proposal.id]]).length === 0)
    return info(422, "The proposal has no Samples defined yet in myMdC!");
  return json(200, store.shown("proposals", proposal));
};

/** How many files the lists of a data group name; they are texts, as their writers like them. */
function namedFiles(store: Store, group: number): number {
  const lists = store.rows("data_files", store.table("data_files").find([["data_group_id", group]]));
  return lists.reduce((count, { files = "" }) => count + [...String(files as string).matchAll(/["']filename["']\s*:/g)].length, 0);
}

/** A run as a portal lists it: how much data it has, and where they are. */
function summary(store: Store, run: Stored): Row {
  const repositories: Record<string, Row> = {};
  let files = 0;
  let size = 0;
  for (const group of store.table("data_groups").find([["_runs", run.id]])) {
    const replicas = store.rows("data_groups_repositories", store.table("data_groups_repositories").find([["data_group_id", group]]));
    for (const replica of replicas.filter((row) => row["flg_available"] === true)) {
      const repository = store.table("repositories").get(Number(replica["repository_id"]));
      if (repository === undefined) continue;
      const { name = null, mount_point = null, identifier } = repository;
      const known = (repositories[identifier as string] ??= { name, mount_point, data_groups: 0 });
      known["data_groups"] = Number(known["data_groups"]) + 1;
    }
    const dataset = store.rows("dataset_files", store.table("dataset_files").find([["data_group_id", group]]));
    files += dataset.length > 0 ? dataset.length : namedFiles(store, group);
    size += dataset.reduce((sum, row) => sum + Number(row["byte_size"] ?? 0), 0);
  }
  const { run_number = null, flg_status = null, _quality = -1 } = run;
  return { id: run.id, run_number, flg_status, flg_run_quality: _quality, size: size === 0 ? null : size, num_files: files, repositories };
}

function summaries(proposal: Stored, ids: readonly number[], request: Parameters<Endpoint>[0], context: Context): Reply {
  const { number = null, title = null } = proposal;
  return page(request, context, ids, (some) => ({
    proposal: { id: proposal.id, number, title },
    runs: context.store.rows("runs", some).map((run) => summary(context.store, run)),
  }));
}

export const runsByNumber: Endpoint = (request, { number }, context) => {
  const proposal = proposalOf(context.store, number);
  return proposal === undefined ? noProposal(number as string) : summaries(proposal, context.store.runsOf(proposal), request, context);
};

/** Run number 0 stands for all runs. */
export const runByNumber: Endpoint = (request, { number, run }, context) => {
  const proposal = proposalOf(context.store, number);
  if (proposal === undefined) return noProposal(number as string);
  if (Number(run) === 0) return summaries(proposal, context.store.runsOf(proposal), request, context);
  const found = context.store.runsOf(proposal, run);
  return found.length === 0 ? noRun(run as string) : summaries(proposal, found, request, context);
};

/** The newest run last. */
export const runsByProposal: Endpoint = (request, _parameters, context) => {
  const number = request.query.get("proposal_number");
  if (number === null) return missingCriteria();
  const proposal = proposalOf(context.store, number);
  if (proposal === undefined) return noProposal(number);
  const ids = [...context.store.runsOf(proposal)].sort((a, b) => a - b);
  return page(request, context, ids, (some) => context.store.rows("runs", some).map((row) => context.store.shown("runs", row)));
};

/** The data groups of the run that the query names, and what an endpoint makes of them. */
function ofRun(answer: (request: Parameters<Endpoint>[0], groups: readonly Stored[], context: Context) => Reply): Endpoint {
  return (request, _parameters, context) => {
    const { store } = context;
    const [run, number] = [request.query.get("run_number"), request.query.get("proposal_number")];
    if (run === null || number === null) return missingCriteria();
    const proposal = proposalOf(store, number);
    if (proposal === undefined) return noProposal(number);
    const runs = store.runsOf(proposal, run);
    if (runs.length === 0) return noRun(run);
    const ids = runs.flatMap((id) => [...store.table("data_groups").find([["_runs", id]])]);
    return answer(request, store.rows("data_groups", ids), context);
  };
}

export const rawGroups = ofRun((_request, groups) =>
  json(
    200,
    groups.filter((group) => group["data_group_type_id"] === 1).map(({ id }) => id),
  ),
);

/** Files of all data groups of a run. */
export const searchFiles = (collection: "data_files" | "dataset_files"): Endpoint =>
  ofRun((request, groups, context) => {
    const { store } = context;
    const ids = groups.flatMap(({ id }) => [...store.table(collection).find([["data_group_id", id]])]);
    return page(request, context, ids, (some) => store.rows(collection, some).map((row) => store.shown(collection, row)));
  });
