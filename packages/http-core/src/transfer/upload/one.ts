import { contextOf, isSciError, SciError, type ErrorContext } from "../../errors.ts";
import { onAbort } from "../../transport/abort.ts";
import { contextFor } from "../attempt.ts";
import { targetOf } from "../door-call.ts";
import { stateOf } from "../door-state.ts";
import type { Slot } from "../job.ts";
import { Retries, transferRetryStatuses } from "../retries.ts";
import type { RemoteEntry } from "../types.ts";
import { isKnownDirectory, makeDirectory } from "../webdav/make-directory.ts";
import { readsDestination, serverKind } from "../webdav/server-kind.ts";
import { statIfThere } from "../webdav/stat.ts";
import { onlyOnce } from "./content.ts";
import { askStorage, keptCopy } from "./ask-storage.ts";
import { Leftover } from "./leftover.ts";
import { uploadsOf } from "./knowledge.ts";
import { put, type PutAnswer } from "./put.ts";
import { mayRename } from "./rights.ts";
import { renameInto } from "./rename-into.ts";
import { parentOf, temporaryPath, type Uploaded, type UploadSurroundings, type UploadTask } from "./task.ts";
import { unavailable, verify } from "./verify.ts";

/** New files above this go to a name of their own first, which nobody takes for the file. */
const directLength = 16 * 1024 * 1024;

/** Uploads one file in as many attempts as it takes, each from the door on. Nothing of it stays under its name when it fails. */
export class Upload {
  attempts = 0;
  readonly #url: string;
  readonly #context: () => ErrorContext;
  readonly #leftover: Leftover;
  #parentsMade = false;
  #sentBefore = false;
  /** The storage said that it has the file under its final name. */
  #taken = false;

  constructor(
    private readonly around: UploadSurroundings,
    private readonly task: UploadTask,
    private readonly slot: Slot,
  ) {
    const { door } = around;
    const state = stateOf(door);
    this.#url = door.urlOf(task.path);
    this.#context = contextFor(state, { operation: "upload", method: "PUT", url: this.#url }, targetOf(state, this.#url));
    this.#leftover = new Leftover(door);
  }

  /** @throws the final error, after what was left behind has been removed */
  async run(): Promise<Uploaded> {
    const { around, task } = this;
    const state = stateOf(around.door);
    const retries = new Retries(state, around.deadline, {
      retry: state.settings.retry,
      repeatable: true,
      retryStatuses: around.door.service.retryStatuses ?? transferRetryStatuses,
      context: this.#context,
      onRetry: (error, number, delay) => this.slot.retrying(error, number, delay, 0),
      wait: (milliseconds) => this.slot.rest(milliseconds),
    });
    try {
      this.#check();
      if (around.temporary === "auto") await this.#learn();
      for (;;) {
        const started = performance.now();
        try {
          this.attempts = retries.attempt;
          this.#taken = false;
          return await this.#attempt(retries.attempt);
        } catch (fault) {
          const permanent = isSciError<string>(fault) && fault.details?.["permanent"] === true;
          if (this.#sentBefore && !task.content.repeatable && !permanent && !around.job.signal.aborted)
            throw onlyOnce(task.content.label, fault);
          await retries.after(fault, started);
          await this.#leftover.clear(around.job.signal, isSciError<string>(fault, "CHECKSUM_MISMATCH"));
        }
      }
    } catch (error) {
      // The storage has it whole under its name, and the next run finds it there: only the look at it was left out.
      if (this.#taken && around.job.signal.aborted) this.#leftover.forget();
      const remains = await this.#leftover.clearAtLast();
      throw remains === undefined ? error : withRemains(error, remains);
    }
  }

  /** @throws INVALID_ARGUMENT for what the storage is known not to take */
  #check(): void {
    const { task, around } = this;
    if (task.content.size !== undefined || serverKind(around.door) !== "xrootd") return;
    const message = `${around.door.service.name} runs XRootD, which takes no stream of unknown length. Give its size, or spool.`;
    throw new SciError("INVALID_ARGUMENT", message, { ...this.#context(), details: { permanent: true } });
  }

  /** What has to be known before a large file, or one that replaces another, is sent. */
  async #learn(): Promise<void> {
    const { around, task } = this;
    const { door, deadline, continueTimeout } = around;
    const large = (task.content.size ?? Number.POSITIVE_INFINITY) > directLength;
    if (!large && task.replaces === undefined) return;
    const { knowledge } = uploadsOf(door);
    const may = mayRename(door);
    // Asked with a file, a storage that lets nothing be removed would keep it.
    if (may === false) knowledge.rename ??= false;
    if (!large || !readsDestination(door, task.path)) return;
    const folder = parentOf(task.path);
    if (around.parents && !isKnownDirectory(door, folder)) await makeDirectory(door, folder, { signal: this.slot.signal });
    if (may === undefined) await askStorage(door, folder, { deadline, continueTimeout, signal: this.slot.signal });
  }

  async #attempt(number: number): Promise<Uploaded> {
    const { around, task } = this;
    const { knowledge } = uploadsOf(around.door);
    const large = (task.content.size ?? Number.POSITIVE_INFINITY) > directLength;
    const wanted = around.temporary === "always" || (around.temporary === "auto" && (large || task.replaces !== undefined));
    // Where renaming is refused or uncertain, a large new file goes straight to its name, and a replacement over the old one.
    if (!wanted || knowledge.rename === false) return this.#straight(number);
    if (readsDestination(around.door, task.path)) return this.#throughOther(number);
    try {
      return await this.#straight(number);
    } catch (error) {
      // It puts nothing over a file, as dCache; those that take a name for another do.
      const kept = task.replaces !== undefined && isSciError(error, "CONFLICT", "FORBIDDEN") && [403, 409].includes(error.status ?? 0);
      if (!kept || (this.#sentBefore && !task.content.repeatable)) throw error;
      return this.#throughOther(number);
    }
  }

  /** Straight to its name: the storage itself takes it only if there is nothing, or still what was seen. */
  async #straight(number: number): Promise<Uploaded> {
    const { task } = this;
    const { replaces } = task;
    const headers =
      replaces === undefined
        ? { "if-none-match": "*" }
        : replaces.etag === undefined || replaces.etag.startsWith("W/")
          ? {}
          : { "if-match": replaces.etag };
    const answer = await this.#put(this.#url, task.path, headers, number, replaces === undefined);
    if (answer === "there") return this.#own();
    this.#taken = replaces === undefined;
    const uploaded = await this.#verified(this.#url, answer, task.lengthLater);
    this.#leftover.forget();
    return uploaded;
  }

  /** To a name of its own, where it is verified, and only then to the one that it is to have. */
  async #throughOther(number: number): Promise<Uploaded> {
    const { task, around } = this;
    const path = temporaryPath(task.path, task.content);
    const url = around.door.urlOf(path);
    const answer = await this.#putOver(url, path, number);
    const uploaded = await this.#verified(url, answer, undefined);
    const renamed = await renameInto(
      around.door,
      { from: url, fromPath: path, to: task.path, replaces: task.replaces, size: uploaded.size },
      this.slot.signal,
    );
    if (renamed === "refused") {
      uploadsOf(around.door).knowledge.rename = false;
      const remains = await this.#leftover.clearAtLast();
      if (remains !== undefined) stateOf(around.door).settings.warnOnce(keptCopy(around.door, remains));
      if (!task.content.repeatable) {
        const message = `${around.door.service.name} does not let files be renamed, so that ${task.content.label} could not get its name; it must be sent again. Give temporary: "never".`;
        throw new SciError("FORBIDDEN", message, { ...answer.context, details: { permanent: true } });
      }
      return this.#straight(number);
    }
    this.#leftover.forget();
    return uploaded;
  }

  /** A name of our own may still be taken by a run that was killed; some storages do not write over that. */
  async #putOver(url: string, path: string, number: number): Promise<PutAnswer> {
    const { door } = this.around;
    for (let again = false; ; again = true) {
      let refusal: SciError<string> = new SciError(
        "CONFLICT",
        `${path} cannot be written: the storage says that it is there.`,
        this.#context(),
      );
      try {
        const answer = await this.#put(url, path, {}, number, true);
        if (answer !== "there") return answer;
      } catch (error) {
        if (!isSciError(error, "FORBIDDEN", "CONFLICT")) throw error;
        refusal = error;
      }
      const call = { signal: this.slot.signal };
      if (again || (await statIfThere(door, path, call)) === undefined) {
        throw refusal;
      }
      await door.request({ operation: "clean up", method: "DELETE", url, statuses: [404] }, call);
    }
  }

  /** @returns "there" where a new file met one of its name */
  async #put(url: string, path: string, headers: Record<string, string>, number: number, isNew: boolean): Promise<PutAnswer | "there"> {
    const { around, task, slot } = this;
    const { door, job, deadline } = around;
    const { knowledge } = uploadsOf(door);
    const { content } = task;
    const controller = new AbortController();
    const release = onAbort(slot.signal, () => controller.abort(slot.signal.reason));
    const watch = job.rates.watch((error) => controller.abort(error));
    let moved = 0;
    try {
      const answer = await put(door, {
        url,
        content,
        headers: {
          ...headers,
          ...(around.times && content.mtime !== undefined ? { "x-oc-mtime": String(Math.floor(content.mtime / 1000)) } : {}),
        },
        statuses: [404, 409, 412],
        algorithm: knowledge.checksums === "none" ? undefined : (knowledge.algorithm ?? "adler32"),
        number,
        signal: controller.signal,
        deadline,
        context: this.#context,
        continueTimeout: around.continueTimeout,
        moved: (bytes) => {
          moved += bytes;
          if (moved > 0) {
            this.#sentBefore = true;
            // From here on a part of it may stand there.
            if (isNew) this.#leftover.suspect(url, path, content.size);
          }
          watch.count(Math.max(0, bytes));
          return slot.moved(bytes);
        },
      });
      if (answer.status === 412) return this.#met(answer);
      if (answer.status === 404 || answer.status === 409)
        return await this.#withoutParent(answer, path, () => this.#put(url, path, headers, number, isNew));
      if (isNew) this.#leftover.suspect(url, path, content.size);
      return answer;
    } catch (error) {
      if (moved > 0) void slot.moved(-moved);
      throw error;
    } finally {
      release();
      watch.end();
    }
  }

  #met(answer: PutAnswer): "there" {
    const { replaces, path } = this.task;
    if (replaces === undefined) return "there";
    throw new SciError("CONFLICT", `${path} was changed on the storage meanwhile and was not replaced.`, {
      ...answer.context,
      status: 412,
    });
  }

  /** Makes the directories above, once; what a storage answers then stands. */
  async #withoutParent(answer: PutAnswer, path: string, again: () => Promise<PutAnswer | "there">): Promise<PutAnswer | "there"> {
    const { around } = this;
    const folder = parentOf(path);
    const { context, status } = answer;
    if (!this.#parentsMade && around.parents && folder !== "") {
      this.#parentsMade = true;
      if (this.#sentBefore && !this.task.content.repeatable) throw onlyOnce(this.task.content.label);
      await makeDirectory(around.door, folder, { signal: this.slot.signal });
      return again();
    }
    const words = answer.text
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 200);
    const hint = around.parents ? "" : " The directory above it may be missing: make it first, or give parents: true.";
    const message = `The storage does not take ${path}: status ${status}${words === "" ? "" : ` (${words})`}.${hint}`;
    throw new SciError("CONFLICT", message, { ...context, status });
  }

  /** Something has the name of a new file: what an attempt of ours left, complete or in part, or the file of somebody else. */
  async #own(): Promise<Uploaded> {
    const { task, around } = this;
    const there = await this.#leftover.look(task.path, this.slot.signal);
    if (there === "ours" && task.content.size !== undefined) {
      const answer = { bytes: task.content.size, checksum: undefined };
      return this.#verified(this.#url, { sent: answer, stated: {}, context: this.#context() }, undefined);
    }
    if (there === "part") {
      throw new SciError("NETWORK", `A part of ${task.path} was left by an attempt that broke off.`, {
        ...this.#context(),
        details: { sent: false },
      });
    }
    this.#leftover.forget();
    const message = `${task.path} exists already on ${around.door.service.name} and was not replaced. Choose conflict: "overwrite", "skip", "newer" or "rename".`;
    throw new SciError("CONFLICT", message, { ...this.#context(), status: 412 });
  }

  async #verified(
    url: string,
    answer: Pick<PutAnswer, "sent" | "stated" | "context">,
    later: (() => Promise<RemoteEntry | undefined>) | undefined,
  ): Promise<Uploaded> {
    const { around, task } = this;
    const { door, requireChecksum } = around;
    const { sent, stated, context } = answer;
    const request = { door, url, content: task.content, sent, stated, requireChecksum, signal: this.slot.signal, context };
    const size = sent.bytes;
    if (later !== undefined && uploadsOf(door).knowledge.checksums === "none") {
      if (requireChecksum) throw unavailable(request);
      const entry = await later();
      if (entry?.size === size) return { size, verification: { by: "length", bytes: size } };
      // What the listing tells is looked at once more, alone, before it counts.
    }
    return { size, verification: await verify(request) };
  }
}

function withRemains(error: unknown, remains: string): unknown {
  if (!isSciError<string>(error)) return error;
  const message = `${error.message} A part of it may remain at ${remains}, which could not be removed.`;
  return new SciError(error.code, message, { ...contextOf(error), details: { ...error.details, remains }, cause: error.cause ?? error });
}
