import { isSciError, SciError } from "@sci/http-core";
import type { FileOutcome, TransferEvent, TransferJob, TransferProgress, TransferReport } from "@sci/http-core/transfer";

const nothingYet: TransferProgress = {
  bytes: 0,
  totalBytes: 0,
  files: 0,
  totalFiles: 0,
  walked: false,
  rate: 0,
  secondsLeft: undefined,
  active: 0,
};

/** A job in a wrap: on its own it would be waited for by whatever waits for it, since it is its own promise. */
export interface Begun {
  readonly job: TransferJob;
}

/**
 * A job that begins with a question (is it a file or a directory?), and whose errors are explained. What is asked of it before it has
 * begun is done once it has.
 */
export function laterJob(start: (signal: AbortSignal) => Promise<Begun>, explain: (error: unknown, name?: string) => unknown): TransferJob {
  const controller = new AbortController();
  let job: TransferJob | undefined;
  let paused = false;
  const run = async (): Promise<TransferReport> => {
    try {
      ({ job } = await start(controller.signal));
      if (paused) job.pause();
    } catch (error) {
      throw controller.signal.aborted && !isSciError<string>(error) ? aborted(controller.signal) : explain(error);
    }
    return explainedReport(await job.report, explain);
  };
  const report = run();
  // Whoever only listens to events must not be ended by an unhandled rejection.
  report.catch(() => undefined);
  return {
    report,
    then: (fulfilled, rejected) => report.then(fulfilled, rejected),
    get progress() {
      return job?.progress ?? nothingYet;
    },
    pause() {
      paused = true;
      job?.pause();
    },
    resume() {
      paused = false;
      job?.resume();
    },
    abort(reason) {
      controller.abort(reason);
      job?.abort(reason);
    },
  };
}

function aborted(signal: AbortSignal): SciError<"ABORTED"> {
  return new SciError("ABORTED", "The transfer was aborted by the caller.", { cause: signal.reason });
}

/** The listener that gets events with their errors explained. */
export function explainedEvents(
  listener: ((event: TransferEvent) => void) | undefined,
  explain: (error: unknown, name?: string) => unknown,
): ((event: TransferEvent) => void) | undefined {
  if (listener === undefined) return undefined;
  return (event) => {
    if (event.type === "file") listener({ ...event, ...explainedOutcome(event, explain) });
    else if (event.type === "end") listener({ ...event, report: explainedReport(event.report, explain) });
    else listener(event);
  };
}

function explainedReport(report: TransferReport, explain: (error: unknown, name?: string) => unknown): TransferReport {
  return {
    ...report,
    failures: report.failures.map((one) => explainedOutcome(one, explain)),
    ...(report.error === undefined ? {} : { error: explain(report.error) as SciError<string> }),
  };
}

function explainedOutcome(outcome: FileOutcome, explain: (error: unknown, name?: string) => unknown): FileOutcome {
  return outcome.error === undefined ? outcome : { ...outcome, error: explain(outcome.error, outcome.name) as SciError<string> };
}

/** Of a job of one file: its outcome, or what made it fail. @throws the file's error, or what ended the job */
export function onlyOutcome(report: TransferReport, outcome: FileOutcome | undefined): FileOutcome {
  const failed = report.failures[0]?.error ?? report.error;
  if (failed !== undefined) throw failed;
  if (outcome === undefined) throw new SciError("INVALID_RESPONSE", "The transfer ended without a word on its file.");
  return outcome;
}
