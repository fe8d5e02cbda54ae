import { type CallOptions, callOptionNames, checkNames, type Core, isSciError, SciError, shown, withMore } from "@sci/http-core";
import { ask, checkRequest, generate, type JobState } from "./golden-json-operations.ts";
import {
  type GoldenJsonOptions,
  type GoldenJsonRecord,
  type GoldenJsonRequest,
  type GoldenJsonResult,
  type GoldenJsonStep,
} from "./golden-json-types.ts";
import { LumiMask } from "./lumi-mask.ts";

/** Golden JSON made by Run Registry's JSON portal: a job that may take minutes. */
export interface GoldenJsonApi {
  /**
   * Makes a job and tells how far it is until it is done; the last step has the result. Nothing is sent before the first step is asked
   * for. Ending the loop early ends the waiting, not the job.
   * @example for await (const step of rr.goldenJson.generate({ logic, datasets: "/PromptReco/Collisions2018A/DQM" })) …
   * @throws INVALID_ARGUMENT; SERVICE_ERROR with the service's reason (no dataset fits, or the job failed); TIMEOUT after `deadline`;
   * ABORTED. Once there is a job, `error.details.id` is its id.
   */
  generate(request: GoldenJsonRequest, options?: GoldenJsonOptions): AsyncIterableIterator<GoldenJsonStep>;
  /** Goes on waiting for a job. @throws NOT_FOUND for an id that was never given out, and as {@link generate} */
  resume(id: string | number, options?: GoldenJsonOptions): AsyncIterableIterator<GoldenJsonStep>;
  /** Asks once. @throws NOT_FOUND; SERVICE_ERROR for a job that failed */
  status(id: string | number, options?: CallOptions): Promise<GoldenJsonStep>;
  /** Makes a job, waits for it and gives its record. */
  create(request: GoldenJsonRequest, options?: GoldenJsonOptions): Promise<GoldenJsonResult>;
}

const optionNames = [...callOptionNames, "deadline", "pollInterval", "maxPollInterval", "waitForComplete"];

export function goldenJsonApi(core: Core): GoldenJsonApi {
  async function* start(request: GoldenJsonRequest, options: GoldenJsonOptions = {}): AsyncGenerator<GoldenJsonStep, void, undefined> {
    const job = checkRequest(request);
    const { call } = checkOptions(options);
    yield* wait(await core.request(generate, job, call), options);
  }

  async function* wait(id: string, options: GoldenJsonOptions): AsyncGenerator<GoldenJsonStep, void, undefined> {
    const { deadline, pollInterval, maxPollInterval, waitForComplete, call } = checkOptions(options);
    const started = performance.now();
    const elapsed = (): number => performance.now() - started;
    let early: GoldenJsonStep | undefined;
    for (let pause = 0; ; pause = pause === 0 ? pollInterval : Math.min(pause * 1.5, maxPollInterval)) {
      let step: GoldenJsonStep;
      try {
        await sleep(Math.min(pause, deadline - elapsed()), options.signal);
        const left = deadline - elapsed();
        if (left <= 0) throw expired(deadline);
        const limited = { ...call, timeout: { ...call.timeout, total: Math.min(left, call.timeout?.total ?? Infinity) } };
        step = toStep(id, await core.request(ask, { id }, limited), elapsed());
      } catch (error) {
        const isOver = isSciError(error, "TIMEOUT") && deadline - elapsed() <= 5;
        if (!isOver || early === undefined) throw ofJob(id, isOver ? expired(deadline, error) : error);
        step = { ...early, elapsed: elapsed() };
        yield step;
        return;
      }
      if (step.state !== "done") yield step;
      else if (step.result.complete || !waitForComplete) {
        yield step;
        return;
      } else {
        early = step;
        yield { state: "running", id, progress: 1, elapsed: step.elapsed };
      }
    }
  }

  return {
    generate: start,
    resume: async function* (id, options = {}) {
      yield* wait(checkId(id), options);
    },
    async status(id, options = {}) {
      checkNames(options, callOptionNames, "option of goldenJson.status()");
      const checked = checkId(id);
      return toStep(checked, await core.request(ask, { id: checked }, options), 0);
    },
    async create(request, options) {
      for await (const step of start(request, options)) if (step.state === "done") return step.result;
      throw new SciError("SERVICE_ERROR", "Run Registry ended a job without a result.", { service: core.service.name });
    },
  };
}

function toStep(id: string, job: JobState, elapsed: number): GoldenJsonStep {
  if (job.state === "waiting") return { state: "waiting", id, progress: 0, elapsed };
  if (job.state === "running") return { state: "running", id, progress: job.progress, elapsed };
  return { state: "done", id, progress: 1, elapsed, result: toResult(job.record) };
}

function toResult(record: GoldenJsonRecord): GoldenJsonResult {
  let mask: LumiMask | undefined;
  const { total_recorded_luminosity_lost: lost, total_recorded_luminosity_from_run_range: all } = record;
  return Object.defineProperties({ ...record } as GoldenJsonResult, {
    mask: { get: () => (mask ??= readMask(record)) },
    complete: { value: lost !== -1 && all !== -1 },
  });
}

function readMask({ id, generated_json }: GoldenJsonRecord): LumiMask {
  try {
    return LumiMask.parse(generated_json);
  } catch (cause) {
    throw new SciError("INVALID_RESPONSE", `The generated JSON ${id} of Run Registry is no golden JSON: ${(cause as Error).message}`, {
      service: "runregistry",
      cause,
    });
  }
}

function checkOptions(options: GoldenJsonOptions): Required<Omit<GoldenJsonOptions, keyof CallOptions>> & { readonly call: CallOptions } {
  checkNames(options, optionNames, "option of goldenJson");
  const {
    deadline = 1_800_000,
    pollInterval = 1000,
    maxPollInterval = Math.max(15_000, pollInterval),
    waitForComplete = false,
    ...call
  } = options;
  for (const [name, value] of Object.entries({ deadline, pollInterval, maxPollInterval })) {
    if (typeof value !== "number" || !(value > 0) || !Number.isFinite(value)) {
      throw new SciError("INVALID_ARGUMENT", `${name} of goldenJson must be a number of milliseconds above 0, not ${shown(value)}.`);
    }
  }
  return { deadline, pollInterval, maxPollInterval, waitForComplete, call };
}

function checkId(id: unknown): string {
  if (/^[1-9]\d*$/.test(typeof id === "number" ? String(id) : typeof id === "string" ? id : "")) return String(id);
  throw new SciError("INVALID_ARGUMENT", `The id of a generated JSON is a whole number from 1, not ${shown(id)}.`);
}

function expired(deadline: number, cause?: unknown): SciError {
  return new SciError("TIMEOUT", `The golden JSON was not ready within ${deadline} ms (deadline).`, {
    service: "runregistry",
    operation: "goldenJson.generate",
    cause,
  });
}

/** The error with the id of the job, which goes on at the service whatever happened here. */
function ofJob(id: string, error: unknown): unknown {
  const goesOn = isSciError(error, "TIMEOUT", "ABORTED", "NETWORK", "UNAVAILABLE", "NOT_AUTHENTICATED", "RATE_LIMITED");
  return withMore(error, goesOn ? `Job ${id} goes on; goldenJson.resume("${id}") waits for it.` : `(Job ${id}.)`, { id });
}

/** Waits, or rejects with ABORTED as soon as the signal does. */
async function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(
        new SciError("ABORTED", "Waiting for the golden JSON was aborted by the caller.", {
          service: "runregistry",
          operation: "goldenJson.generate",
          cause: signal?.reason,
        }),
      );
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      },
      Math.max(0, milliseconds),
    );
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
