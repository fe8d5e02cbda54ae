import { type CallOptions, checkNames, type Core, type Listing, type Schema, SciError, shown } from "@sci/http-core";
import { define, pagedSearch, recordOperation } from "./definition.ts";
import { type Experiment, experiment } from "./experiments.ts";
import { checkNumber, type Id, isRecord, listSchema, type Writable } from "./kinds.ts";
import { listing, listingAfter, type SearchOptions } from "./listing.ts";
import { type Proposal, type ProposalInfo, proposalKinds, type ProposalRun, proposalRunKinds } from "./proposal-types.ts";
import { callOptions, type Gets, getsApi, type Searches, searchesApi, type Writes, writesApi } from "./resource.ts";
import { type Sample, sample } from "./samples.ts";

/** What can be written to a proposal. */
export type ProposalFields = Writable<
  Proposal,
  "id" | "proposal_folder" | "def_proposal_path" | "doi" | "instrument_identifier" | "local_contact_id" | "orig_repository_id" | "last_run"
>;

/** What proposals can be searched by. */
export interface ProposalSearch {
  readonly number: number | string;
}

/** Options of `proposals.info`. */
export interface ProposalInfoOptions extends CallOptions {
  /** Identifiers of the instruments that the proposal may belong to; an empty list allows none. @default any */
  readonly instruments?: readonly string[];
}

/** Calls on proposals. Their numbers are what people use; ids are the catalogue's own. */
export interface ProposalsApi extends Gets<Proposal>, Searches<Proposal, ProposalSearch>, Writes<Proposal, ProposalFields> {
  /** @throws NOT_FOUND */
  byNumber(number: Id, options?: CallOptions): Promise<Proposal>;
  /** What data acquisition needs to know of a proposal. @throws NOT_FOUND; VALIDATION where it is not ready, e.g. without samples */
  daqInfo(number: Id, options?: CallOptions): Promise<ProposalInfo>;
  /** The same, for instruments that are allowed. @throws INSTRUMENT_MISMATCH for a proposal of another instrument, and as `daqInfo` */
  info(number: Id, options?: ProposalInfoOptions): Promise<ProposalInfo>;
  /** The active proposal of an instrument. @throws NOT_FOUND */
  active(of: { readonly instrumentId: Id }, options?: CallOptions): Promise<Proposal>;
  /** The runs of a proposal, with their repositories. @throws NOT_FOUND */
  runs(number: Id, options?: SearchOptions): Listing<ProposalRun>;
  /** One of them, by its number. @throws NOT_FOUND */
  run(number: Id, runNumber: Id, options?: CallOptions): Promise<ProposalRun>;
  /** @throws NOT_FOUND */
  experiments(number: Id, options?: SearchOptions): Listing<Experiment>;
  /** @throws NOT_FOUND */
  samples(number: Id, options?: SearchOptions): Listing<Sample>;
}

interface ByNumber {
  readonly number: number | string;
}

const rowsOf = (data: unknown): unknown => (isRecord(data) ? data["runs"] : data);
const rows = listSchema<ProposalRun>(proposalRunKinds);
/** `{ proposal, runs }` */
const response: Schema<unknown> = { "~standard": { validate: (data) => rows["~standard"].validate(rowsOf(data)) } };
const runsSearch = { paged: true, kinds: proposalRunKinds, response, rowsOf } as const;

const runsOfProposal = pagedSearch<ProposalRun>({
  ...runsSearch,
  name: "proposals.runs",
  path: "/proposals/by_number/{number}/runs",
  key: ({ id }) => id,
});
const runOfProposal = pagedSearch<ProposalRun>({ ...runsSearch, name: "proposals.run", path: "/proposals/by_number/{number}/runs/{run}" });

const operations = {
  byNumber: recordOperation<ByNumber, Proposal>(proposalKinds, {
    name: "proposals.byNumber",
    method: "GET",
    path: "/proposals/by_number/{number}",
  }),
  daqInfo: recordOperation<ByNumber, ProposalInfo>(proposalKinds, {
    name: "proposals.daqInfo",
    method: "GET",
    path: "/proposals/by_number_daq_info/{number}",
  }),
  active: recordOperation<{ readonly instrumentId: number | string }, Proposal>(proposalKinds, {
    name: "proposals.active",
    method: "GET",
    path: "/instruments/{instrumentId}/active_proposal",
  }),
  runs: runsOfProposal.operation,
  run: runOfProposal.operation,
};

export const proposal = define<Proposal>({
  name: "proposals",
  collection: "proposals",
  wrapper: "proposal",
  kinds: proposalKinds,
  server: ["proposal_folder", "def_proposal_path", "doi", "instrument_identifier", "local_contact_id", "orig_repository_id", "last_run"],
  routes: "CRUD",
  searches: [{ by: ["number"] }],
  operations,
});

export function proposalsApi(core: Core): ProposalsApi {
  const numberOf = (number: unknown, of: string): number | string => checkNumber(number, `The number of the proposal in ${of}()`);
  const daqInfo = async (number: Id, options: CallOptions | undefined, of: string): Promise<ProposalInfo> =>
    core.request(operations.daqInfo, { number: numberOf(number, of) }, callOptions(options, of));
  const experiments = searchesApi<Experiment, { readonly proposal_id: number }>(core, experiment);
  const samples = searchesApi<Sample, { readonly proposal_id: number }>(core, sample);
  /** A list that the service gives for the id of a proposal only. */
  const ofProposal = <Row>(number: Id, of: string, options: SearchOptions = {}, list: (id: number) => Listing<Row>): Listing<Row> => {
    const known = numberOf(number, of);
    const { signal, timeout, retry, headers, validate } = options;
    const forCall = Object.fromEntries(
      Object.entries({ signal, timeout, retry, headers, validate }).filter(([, one]) => one !== undefined),
    );
    // Made once before anything is sent, so that a misspelt option is told here and now.
    list(0);
    return listingAfter(
      () => core.request(operations.byNumber, { number: known }, forCall as CallOptions),
      ({ id }) => list(id),
    );
  };
  return {
    ...getsApi(core, proposal),
    ...searchesApi(core, proposal),
    ...writesApi(core, proposal),
    byNumber: async (number, options) => {
      const of = "proposals.byNumber";
      return core.request(operations.byNumber, { number: numberOf(number, of) }, callOptions(options, of));
    },
    daqInfo: (number, options) => daqInfo(number, options, "proposals.daqInfo"),
    async info(number, options = {}) {
      const { instruments, ...rest } = options;
      if (instruments !== undefined && !(Array.isArray(instruments) && instruments.every((one) => typeof one === "string")))
        throw new SciError("INVALID_ARGUMENT", `instruments of proposals.info() must be a list of identifiers, not ${shown(instruments)}.`);
      const found = await daqInfo(number, rest, "proposals.info");
      if (instruments === undefined || instruments.includes(found.instrument_identifier)) return found;
      const allowed = instruments.length === 0 ? "none is allowed" : `allowed are ${instruments.join(", ")}`;
      throw new SciError(
        "INSTRUMENT_MISMATCH",
        `Proposal ${number} belongs to ${found.instrument_identifier || "no instrument"}; ${allowed}.`,
        {
          service: "mymdc",
          operation: "proposals.info",
          details: { instrument: found.instrument_identifier, allowed: instruments },
        },
      );
    },
    async active(instrument, options) {
      const of = "proposals.active";
      checkNames(instrument, ["instrumentId"], `name in ${of}()`);
      const instrumentId = checkNumber((instrument as { instrumentId?: unknown } | undefined)?.instrumentId, `instrumentId in ${of}()`);
      return core.request(operations.active, { instrumentId }, callOptions(options, of));
    },
    runs: (number, options = {}) => {
      const of = "proposals.runs";
      return listing(core, runsOfProposal, { query: [], params: { number: numberOf(number, of) } }, options, of);
    },
    async run(number, runNumber, options) {
      const of = "proposals.run";
      const params = { number: numberOf(number, of), run: checkNumber(runNumber, `The number of the run in ${of}()`) };
      const { items } = await listing(core, runOfProposal, { query: [], params }, callOptions(options, of), of);
      if (items[0] !== undefined) return items[0];
      throw new SciError("NOT_FOUND", `Proposal ${number} has no run ${runNumber}.`, { service: "mymdc", operation: of });
    },
    experiments: (number, options) =>
      ofProposal(number, "proposals.experiments", options, (id) => experiments.list({ proposal_id: id }, options)),
    samples: (number, options) => ofProposal(number, "proposals.samples", options, (id) => samples.list({ proposal_id: id }, options)),
  };
}
