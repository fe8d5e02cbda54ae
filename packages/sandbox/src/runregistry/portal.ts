import type { RulesLogic } from "json-logic-js";
import { checkFields, checkWhole } from "../names.ts";
import { bare, ok } from "./answers.ts";
import type { Reply } from "../http/message.ts";
import { addDataset, emptyParts, type GoldenParts, looksAtSingles, onlineLuminosity, stored } from "./golden.ts";
import type { JsonObject } from "./jsonb.ts";
import { jsonb } from "./jsonb.ts";
import type { ListedEntry, Listing } from "./query/listing.ts";
import { SqlError, toInteger } from "./query/sql.ts";
import { similarTo } from "./similar-to.ts";
import type { Store } from "./store.ts";

/** How the portal lets clients wait. */
export interface PortalOptions {
  /** Polls answered with 203 before a job counts as taken up. Default 1. */
  readonly waitingPolls?: number;
  /** Polls answered with 202 before a job can be ready. Default 2. */
  readonly runningPolls?: number;
}

interface Job {
  readonly id: number;
  readonly data: {
    readonly dataset_name_filter: string;
    readonly json_logic: RulesLogic;
    readonly created_by: string | undefined;
    readonly tags: string;
    readonly official: boolean;
  };
  polls: number;
  progress: number;
  failed: boolean;
  row: (JsonObject & { id: number }) | undefined;
  early: JsonObject | undefined;
}

const chunk = 25;
const nextTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The JSON portal: makes lists of good lumisections in the background, and lets clients poll for them. */
export class Portal {
  readonly #store: Store;
  readonly #runs: Listing;
  readonly #datasets: Listing;
  readonly #jobs = new Map<number, Job>();
  readonly #waiting: number;
  readonly #running: number;
  #next: number;
  #closed = false;
  /** While true no job is taken up: every poll is answered with 203. */
  paused = false;
  /** How many of the next jobs shall fail. */
  failing = 0;

  constructor(store: Store, runs: Listing, datasets: Listing, options: PortalOptions) {
    checkFields("option of runregistry.portal", options, ["waitingPolls", "runningPolls"]);
    this.#store = store;
    this.#runs = runs;
    this.#datasets = datasets;
    this.#waiting = checkWhole("portal.waitingPolls", options.waitingPolls ?? 1, 0, 1000);
    this.#running = checkWhole("portal.runningPolls", options.runningPolls ?? 2, 0, 1000);
    this.#next = Math.max(0, ...store.jobs.keys()) + 1;
  }

  /** Stops what is being made; results are not kept. */
  close(): void {
    this.#closed = true;
  }

  generate(body: Readonly<Record<string, unknown>>, email: string | undefined): Reply {
    let logic: unknown;
    try {
      logic = JSON.parse(String(body["json_logic"]));
    } catch {
      throw new SqlError("JSON logic sent is not in json format");
    }
    if (logic === null || logic === false || logic === 0 || logic === "" || Object.keys(logic as object).length === 0)
      throw new SqlError("Empty json logic sent");
    const filter = body["dataset_name_filter"];
    if (filter === undefined || filter === null || filter === "") throw new SqlError("No dataset name specified");
    const pattern = similarTo(String(filter));
    const entries = this.#datasets.all({}).filter(({ name }) => pattern.test(name as string));
    if (entries.length === 0) throw new SqlError("No datasets matched that dataset name");
    const id = this.#next++;
    const data = {
      dataset_name_filter: String(filter),
      json_logic: logic as RulesLogic,
      created_by: email,
      tags: String(body["tags"] ?? ""),
      official: Boolean(body["official"]),
    };
    const job: Job = { id, data, polls: 0, progress: 0, failed: false, row: undefined, early: undefined };
    this.#jobs.set(id, job);
    const doomed = this.failing > 0;
    if (doomed) this.failing--;
    this.#make(job, entries.reverse(), doomed).catch(() => (job.failed = true));
    const timestamp = Date.now();
    return ok({
      id: String(id),
      name: "__default__",
      data,
      opts: { jobId: id, attempts: 5, delay: 0, timestamp },
      progress: 0,
      delay: 0,
      timestamp,
      attemptsMade: 0,
      stacktrace: [],
      returnvalue: null,
      finishedOn: null,
      processedOn: null,
    });
  }

  async #make(job: Job, entries: readonly ListedEntry[], doomed: boolean): Promise<void> {
    // A row cannot be stored without its author, so that such a job always fails.
    if (doomed || job.data.created_by === undefined) throw new SqlError("notNull Violation: GeneratedJson.created_by cannot be null");
    const parts = emptyParts();
    const singles = looksAtSingles(job.data.json_logic);
    for (let index = 0; index < entries.length; index++) {
      const { run, name } = entries[index] as ListedEntry;
      addDataset(parts, this.#store, run, name as string, job.data.json_logic, singles);
      job.progress = index / entries.length;
      if (index % chunk === chunk - 1) await nextTick();
      if (this.#closed) return;
    }
    const runs = entries.map(({ run }) => run);
    const [from, to] = [Math.min(...runs.slice(0, 1)), Math.max(...runs.slice(-1))];
    const early = this.#row(job, parts, from, to);
    const online = this.#runs.all({ run_number: { ">=": from, "<=": to } }).map(({ run }) => run);
    const range = { recorded: 0, delivered: 0 };
    for (let index = 0; index < online.length; index += chunk) {
      const some = onlineLuminosity(this.#store, online.slice(index, index + chunk));
      range.recorded += some.recorded;
      range.delivered += some.delivered;
      await nextTick();
      if (this.#closed) return;
    }
    job.early = early;
    job.row = {
      ...early,
      generated_anti_json: stored(parts.anti),
      generated_anti_json_with_dataset_names: stored(parts.antiNamed),
      total_recorded_luminosity_lost: parts.recorded - parts.recordedIn,
      total_delivered_luminosity_lost: parts.delivered - parts.deliveredIn,
      total_recorded_luminosity_from_run_range: range.recorded,
      total_delivered_luminosity_from_run_range: range.delivered,
      updatedAt: new Date().toISOString(),
    };
    this.#store.keepJob(job.row);
  }

  /** The row as it is first stored: what was left out and what was lost follow later. */
  #row(job: Job, parts: GoldenParts, from: number, to: number): JsonObject & { id: number } {
    const { dataset_name_filter, json_logic, created_by, tags, official } = job.data;
    const now = new Date().toISOString();
    return {
      id: job.id,
      dataset_name_filter,
      tags,
      created_by: created_by as string,
      official,
      runregistry_version: String(this.#store.latestAtomicVersion),
      json_logic: jsonb(json_logic) as JsonObject,
      generated_json: stored(parts.golden),
      generated_json_with_dataset_names: stored(parts.goldenNamed),
      generated_anti_json: {},
      generated_anti_json_with_dataset_names: {},
      min_run_number: from,
      max_run_number: to,
      total_delivered_luminosity: parts.delivered,
      total_recorded_luminosity: parts.recorded,
      recorded_luminosity_in_json: parts.recordedIn,
      delivered_luminosity_in_json: parts.deliveredIn,
      total_recorded_luminosity_lost: -1,
      total_delivered_luminosity_lost: -1,
      total_recorded_luminosity_from_run_range: -1,
      total_delivered_luminosity_from_run_range: -1,
      rules_flagged_false_quantity_luminosity: {},
      rules_flagged_false_combination_luminosity: {},
      runs_lumisections_responsible_for_rule: {},
      deleted: false,
      createdAt: now,
      updatedAt: now,
    };
  }

  poll(asked: unknown): Reply {
    if (asked === undefined) throw new SqlError('WHERE parameter "id" has invalid "undefined" value');
    const id = typeof asked === "number" ? asked : toInteger(String(asked));
    const job = this.#jobs.get(id);
    if (job === undefined) {
      const row = this.#store.jobs.get(id);
      if (row === undefined) throw new SqlError("Cannot read property 'isWaiting' of null");
      return ok({ final_json: row });
    }
    if (this.paused) return bare(203);
    job.polls++;
    if (job.polls <= this.#waiting) return bare(203);
    if (job.failed) return bare(500);
    if (job.row === undefined || job.polls <= this.#waiting + this.#running) {
      const least = this.#running === 0 ? 0 : (job.polls - this.#waiting) / (this.#running + 1);
      return ok({ progress: job.row === undefined ? job.progress : Math.min(1, least) }, 202);
    }
    // The first answer comes before the row is complete.
    const row = job.early ?? job.row;
    job.early = undefined;
    return ok({ final_json: row });
  }
}
