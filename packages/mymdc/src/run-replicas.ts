import { type CallOptions, type Core, isSciError, type Operation, SciError, shown, withMore } from "@sci/http-core";
import { dataGroupRepository, type DataGroupRepository } from "./data-group-repositories.ts";
import { type Repository, repository } from "./repositories.ts";
import { callOptions, operationsOf, searchesApi } from "./resource.ts";
import { checkRunRef, type RunRef, type RunRefInput } from "./run-ref.ts";
import { createWrite, type Write, type Writer } from "./writes.ts";

/** Data of a run at a place. */
export interface ReplicaRef extends RunRef {
  /** Identifier of the repository: "XFEL_GPFS_OFFLINE_RAW_CC". */
  readonly repository: string;
}

/** What became of one raw data group. */
export interface ReplicaOutcome {
  readonly data_group_id: number;
  readonly outcome: "created" | "updated" | "failed";
  /** As it is now; undefined where it failed. */
  readonly record?: DataGroupRepository;
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** What became of all raw data groups of a run. */
export interface ReplicaReport {
  readonly repository: Repository;
  readonly items: readonly ReplicaOutcome[];
}

/** A replica of a raw data group of a run. */
export interface Replica extends DataGroupRepository {
  readonly repository: Repository;
}

/** Where the raw data of runs are said to lie. */
export interface ReplicasApi {
  /**
   * Says that the raw data of a run are in a repository: for each raw data group its record is updated, or created.
   * All is looked up before anything is written. A group that fails does not stop the others.
   * @throws NOT_FOUND for the repository, the run, or a run without raw data groups; PARTIAL where some groups failed, with the
   * outcomes in `details.outcomes`; the error of the first where all failed
   */
  registerReplica: Write<[replica: ReplicaRef], ReplicaReport>;
  /** Says that they are there no longer; the records stay, with `flg_available` false. @throws as `registerReplica` */
  unregisterReplica: Write<[replica: ReplicaRef], ReplicaReport>;
  /** Reads the replicas of all raw data groups of a run, those taken away included (`flg_available`). @throws NOT_FOUND */
  replicas(of: RunRef & { readonly repository?: string }, options?: CallOptions): Promise<readonly Replica[]>;
}

type LinkSearch = { readonly data_group_id: number } | { readonly data_group_id: number; readonly repository_id: number };

export function replicasApi(core: Core, rawDataGroupIds: Operation<RunRefInput, readonly number[]>): ReplicasApi {
  const repositories = searchesApi<Repository, { readonly identifier: string }>(core, repository);
  const { get: getRepository } = operationsOf(repository);
  const links = searchesApi<DataGroupRepository, LinkSearch>(core, dataGroupRepository);
  const { create, update } = operationsOf(dataGroupRepository);

  const findRepository = async (identifier: unknown, options: CallOptions, of: string): Promise<Repository> => {
    if (typeof identifier !== "string" || identifier === "")
      throw new SciError("INVALID_ARGUMENT", `repository in ${of}() must be the identifier of a repository, not ${shown(identifier)}.`);
    const found = await repositories.find({ identifier }, options);
    refuseOther(found.identifier?.toLowerCase(), identifier.toLowerCase(), `a repository with the identifier ${identifier}`, of);
    return found;
  };

  /** One after the other: a beamline program may be writing at the same time. */
  async function setAll(writer: Writer, found: Repository, groups: readonly LinkedGroup[], available: boolean): Promise<ReplicaOutcome[]> {
    const outcomes: ReplicaOutcome[] = [];
    let first: unknown;
    for (const { id: data_group_id, link } of groups) {
      const fields = { data_group_id, repository_id: found.id, flg_available: available ? "true" : "false" };
      const outcome = link === undefined ? "created" : "updated";
      const instead = { id: link?.id ?? 0, data_group_id, repository_id: found.id, flg_available: available };
      try {
        const record =
          link === undefined
            ? await writer.write(create, { fields }, instead)
            : await writer.write(update, { id: link.id, fields }, instead);
        outcomes.push({ data_group_id, outcome, record });
      } catch (error) {
        first ??= error;
        const { code, message } = isSciError<string>(error) ? error : { code: "UNKNOWN", message: String(error) };
        outcomes.push({ data_group_id, outcome: "failed", error: { code, message } });
        // What ends the whole call is not tried again with the next group.
        if (!isSciError<string>(error) || isSciError(error, "ABORTED", "NOT_AUTHENTICATED", "MISSING_CREDENTIALS")) break;
      }
    }
    const done = outcomes.filter((one) => one.outcome !== "failed").length;
    if (done === groups.length) return outcomes;
    const failures = outcomes.flatMap((one) => (one.error === undefined ? [] : [`data group ${one.data_group_id}: ${one.error.message}`]));
    const left = groups.length - outcomes.length;
    const text = `Of ${groups.length} raw data groups ${done} were done${left === 0 ? "" : `, and ${left} were not tried`}.`;
    if (done === 0) throw withMore(first, text, { outcomes });
    throw new SciError("PARTIAL", `${text} ${failures.join(" ")}`, { service: "mymdc", cause: first, details: { outcomes } });
  }

  const setReplica = (name: string, available: boolean): Write<[ReplicaRef], ReplicaReport> =>
    createWrite<[ReplicaRef], ReplicaReport>(core, name, 1, async (writer, ref) => {
      const input = checkRunRef(ref, name, ["repository"]);
      const found = await findRepository(ref.repository, writer.options, name);
      const ids = await writer.read(rawDataGroupIds, input);
      if (ids.length === 0)
        throw new SciError("NOT_FOUND", `Run ${input.run} of proposal ${input.proposal} has no raw data group.`, {
          service: "mymdc",
          operation: name,
        });
      const groups: LinkedGroup[] = [];
      for (const id of ids) {
        const { items } = await links.list({ data_group_id: id, repository_id: found.id }, writer.options);
        const [link] = items;
        const asked = `the replica of data group ${id} in ${found.identifier}`;
        if (link !== undefined) {
          refuseOther(link.data_group_id, id, asked, name);
          refuseOther(link.repository_id, found.id, asked, name);
        }
        groups.push({ id, link });
      }
      return { repository: found, items: await setAll(writer, found, groups, available) };
    });

  return {
    registerReplica: setReplica("runs.registerReplica", true),
    unregisterReplica: setReplica("runs.unregisterReplica", false),
    async replicas(ref, given) {
      const of = "runs.replicas";
      const options = callOptions(given, of);
      const input = checkRunRef(ref, of, ["repository"]);
      const only = ref.repository === undefined ? undefined : await findRepository(ref.repository, options, of);
      const known = new Map<number, Repository>(only === undefined ? [] : [[only.id, only]]);
      const found: Replica[] = [];
      for (const data_group_id of await core.request(rawDataGroupIds, input, options)) {
        const where = only === undefined ? { data_group_id } : { data_group_id, repository_id: only.id };
        for await (const link of links.list(where, options)) {
          const { repository_id: id } = link;
          const at = known.get(id) ?? (await core.request(getRepository, { id }, options));
          known.set(id, at);
          found.push({ ...link, repository: at });
        }
      }
      return found;
    },
  };
}

/** A record of something else, from a search that ignored what was asked: written to, it would take another replica away. */
function refuseOther(told: unknown, due: unknown, asked: string, operation: string): void {
  if (told === undefined || told === null || told === due) return;
  const message = `myMdC was asked for ${asked}, and gave another record (${shown(told)} instead of ${shown(due)}). Nothing was written.`;
  throw new SciError("INVALID_RESPONSE", message, { service: "mymdc", operation });
}

interface LinkedGroup {
  readonly id: number;
  /** Its record for the repository, where there is one. */
  readonly link: DataGroupRepository | undefined;
}
