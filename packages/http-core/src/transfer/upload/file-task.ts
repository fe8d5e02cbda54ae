import { isSciError, SciError } from "../../errors.ts";
import { asError } from "../retries.ts";
import type { Slot } from "../job.ts";
import { numberedName } from "../names.ts";
import type { FileOutcome, RemoteEntry } from "../types.ts";
import { checkName } from "../webdav/server-kind.ts";
import type { Content } from "./content.ts";
import { decide } from "./decide.ts";
import { Upload } from "./one.ts";
import { parentOf, type UploadSurroundings } from "./task.ts";

export interface FileTask {
  /** Below the root of the job. */
  readonly name: string;
  readonly content: Content;
  /** Decoded, below the base URL, with a slash in front. */
  readonly path: string;
  /** What stands under a path now. */
  readonly stat: (path: string) => Promise<RemoteEntry | undefined>;
  readonly lengthLater?: () => Promise<RemoteEntry | undefined>;
}

/** One file of a job, from the look at what has its name to the outcome. Only an end of the whole job is thrown. */
export async function uploadFile(around: UploadSurroundings, task: FileTask, slot: Slot): Promise<FileOutcome> {
  const { door, job } = around;
  const { content, name } = task;
  let { path } = task;
  let transferred = 0;
  const counting: Slot = {
    signal: slot.signal,
    moved: (bytes) => {
      transferred += Math.max(0, bytes);
      return slot.moved(bytes);
    },
    rest: (milliseconds) => slot.rest(milliseconds),
    release: () => slot.release(),
    retrying: (...facts) => slot.retrying(...facts),
  };
  let run: Upload | undefined;
  const outcome = (rest: Pick<FileOutcome, "status"> & Partial<FileOutcome>): FileOutcome => ({
    name,
    size: content.size,
    transferred,
    target: door.urlOf(path),
    attempts: run?.attempts ?? 0,
    ...rest,
  });
  const policy = job.options.conflict ?? "error";
  try {
    const record = job.journal?.find(name);
    let replaces: RemoteEntry | undefined;
    const there = await task.stat(path);
    checkName(door, path);
    if (there !== undefined) {
      const compareChecksums = job.options.compareChecksums === true;
      const decision = await decide(content, there, { door, policy, compareChecksums, signal: slot.signal, record });
      if (decision.action === "skip") {
        const { reason, verification } = decision;
        return outcome({ status: "skipped", reason, ...(verification === undefined ? {} : { verification }) });
      }
      if (decision.action === "rename") path = await freePath(task);
      else if (decision.action === "replace") replaces = there;
      else await door.request({ operation: "clean up", method: "DELETE", url: there.url, statuses: [404] }, { signal: slot.signal });
    }
    const facts = { size: content.size, mtime: content.mtime };
    // A run that is killed from here on leaves a part that the next one may take for its own.
    if (replaces === undefined) job.journal?.record(name, facts);
    run = new Upload(around, { content, path, replaces, lengthLater: task.lengthLater }, counting);
    const { size, verification } = await run.run();
    job.journal?.record(name, { ...facts, verification });
    return outcome({ status: "done", size, verification });
  } catch (thrown) {
    const error = asError(thrown, () => ({ service: door.service.name, operation: "upload", method: "PUT" }));
    if (policy === "skip" && isSciError(error, "CONFLICT") && error.status === 412) return outcome({ status: "skipped", reason: "exists" });
    // The others will not fit either.
    if (isSciError<string>(error, "DISK_FULL")) job.stop(error);
    return outcome({ status: "failed", error });
  }
}

async function freePath({ path, stat }: FileTask): Promise<string> {
  const last = path.slice(path.lastIndexOf("/") + 1);
  for (let number = 1; number <= 1000; number++) {
    const candidate = `${parentOf(path)}/${numberedName(last, number)}`;
    if ((await stat(candidate)) === undefined) return candidate;
  }
  throw new SciError("CONFLICT", `${path} and a thousand numbered names like it are taken.`);
}
