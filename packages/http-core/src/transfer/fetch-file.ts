import { renameSync } from "node:fs";
import { authorize } from "../engine/authorize.ts";
import { SciError, type ErrorContext } from "../errors.ts";
import { announcedLength } from "../transport/body.ts";
import type { Transport } from "../transport/types.ts";
import { attempt, contextFor, type Opened } from "./attempt.ts";
import { bulkOf } from "./bulk.ts";
import { parseContentRange, restOf } from "./content-range.ts";
import { bestOf, createDigest, statedChecksums } from "./digests.ts";
import { retryStatusesOf, targetOf } from "./door-call.ts";
import { fileError, writeNow } from "./files.ts";
import { type Fetched, type FetchSurroundings, heldLength, type Plan, type Source, wholeLength } from "./fetch-types.ts";
import type { Slot } from "./job.ts";
import type { Lanes } from "./lanes.ts";
import { PartFile } from "./part-file.ts";
import type { Watched } from "./rate-watch.ts";
import { Retries } from "./retries.ts";
import { differs, factsOf, noteOf } from "./source-facts.ts";
import type { Place } from "./target.ts";
import type { ChecksumName, DoorHead, DoorRequest, Verification } from "./types.ts";

/** Parts from so many bytes on get a note, so that another run can go on with them. */
export const noteLength = 1024 * 1024;
/** Bytes of contents that all files of a job may hold for the disk. */
const memory = 8 * 1024 * 1024;

type Answered = Pick<DoorHead, "status" | "header"> & Partial<Pick<DoorHead, "doorHeader">>;

/** Fetches one file, in as many attempts as it takes, each from the door on. */
export class Fetch {
  attempts = 0;
  /** Bytes over the network. */
  transferred = 0;
  #file: PartFile | undefined;
  #whole = false; // The server does not keep to ranges.
  readonly #url: URL;
  readonly #request: DoorRequest;
  readonly #context: () => ErrorContext;

  constructor(
    private readonly around: FetchSurroundings,
    private readonly source: Source,
    private readonly place: Place,
    private readonly slot: Slot,
  ) {
    this.#url = targetOf(around.state, source.url);
    this.#request = { operation: "download", method: "GET", url: source.url, statuses: [416], raw: true };
    this.#context = contextFor(around.state, this.#request, this.#url);
  }

  /** @throws the final error; what can be gone on with stays for the next run */
  async run(): Promise<Fetched> {
    // Made at the first fault: most files have none.
    let retries: Retries | undefined;
    try {
      const { place, source } = this;
      if (!place.fresh && (source.size === undefined || source.size > wholeLength)) await this.#takeUp();
      for (;;) {
        const started = performance.now();
        const before = this.#file?.size ?? 0;
        try {
          this.attempts += 1;
          const quick = this.attempts === 1 && before === 0 ? this.#quick() : undefined;
          return (quick === undefined ? undefined : await quick) ?? (await this.#attempt(this.attempts));
        } catch (fault) {
          retries ??= this.#retries();
          const now = this.#file?.size ?? 0;
          await retries.after(fault, started, now - before >= wholeLength);
        }
      }
    } finally {
      if (this.#file !== undefined) await this.#file.abandon();
    }
  }

  #retries(): Retries {
    const { state, deadline } = this.around;
    return new Retries(state, deadline, {
      retry: state.settings.retry,
      repeatable: true,
      retryStatuses: retryStatusesOf(state, this.#request),
      context: this.#context,
      onRetry: (error, number, delay) => this.slot.retrying(error, number, delay, this.#file?.size ?? 0),
      wait: (milliseconds) => this.slot.rest(milliseconds),
    });
  }

  /** What had to come again counts for the network all the same. */
  #moved(bytes: number): Promise<void> | undefined {
    if (bytes > 0) this.transferred += bytes;
    return this.slot.moved(bytes);
  }

  /** Goes on with what an earlier run left, unless the listing tells already that the file is another now. */
  async #takeUp(): Promise<void> {
    const { place, source } = this;
    const note = PartFile.leftover(place.part);
    if (note === undefined || differs(source, note)) return;
    const file = this.#part();
    await file.resume(note);
    const end = note.size ?? source.size;
    if (end === undefined || file.size > end) await file.reset();
    // Complete but for its name: one byte is asked for, since that tells whether it is still the same file.
    else file.size = Math.min(file.size, end - 1);
    void this.slot.moved(file.size, false);
  }

  #part(): PartFile {
    const { places } = this.around.job;
    const unit = (): number => Math.min(1024 * 1024, Math.max(64 * 1024, memory / Math.max(1, places.active)));
    return (this.#file ??= new PartFile(this.place.part, unit, this.around.target.kind === "memory"));
  }

  /** The quick way of a small file: undefined where it cannot be taken, or leads to anything but the file. */
  #quick(): Promise<Fetched | undefined> | undefined {
    const { lanes } = this.around;
    const { size = Number.POSITIVE_INFINITY } = this.source;
    return size <= heldLength(this.around) && lanes?.fits(this.#url) === true ? this.#overLane(lanes) : undefined;
  }

  async #overLane(lanes: Lanes): Promise<Fetched | undefined> {
    const { state, deadline, requireChecksum } = this.around;
    const about = { url: this.#url, method: "GET", deadline, secretInUrl: false, rejected: undefined };
    const { auth } = state.settings;
    const credentials = auth === undefined ? undefined : await authorize(state.settings, { ...about, context: this.#context() });
    const answer = await lanes.get(this.#url, credentials?.headers);
    if (answer === undefined) return undefined;
    const plan = this.#plan(answer, answer.body.byteLength);
    if (plan.best === undefined && requireChecksum) plan.best = await this.#required();
    return this.#keep(plan, answer.body);
  }

  async #attempt(number: number): Promise<Fetched> {
    const { transport, streams } = bulkOf(this.around.state, this.source.size);
    await streams?.take(this.slot.signal);
    return this.#over(transport, number).finally(() => streams?.free());
  }

  async #over(transport: Pick<Transport, "send"> | undefined, number: number): Promise<Fetched> {
    const { state, deadline, job } = this.around;
    const opened = await attempt(state, this.#request, {
      url: this.#url,
      headers: { ...this.around.headers, ...restOf(this.#file, this.source, this.#whole) },
      signal: this.slot.signal,
      deadline,
      idle: state.settings.timeout.idle,
      number,
      context: this.#context,
      ...(transport === undefined ? {} : { transport }),
    });
    const watch = job.rates.watch((error) => opened.cut(error));
    try {
      const plain = opened.status === 200 && (this.#file === undefined || this.#file.size === 0);
      const plan = this.#plan(opened, plain ? announcedLength(opened.header("content-length")) : await this.#accept(opened));
      if (plan.best === undefined && this.around.requireChecksum) plan.best = await this.#required();
      if (plan.held) return await this.#keep(plan, await opened.bytes(wholeLength));
      return await this.#stream(opened, plan, watch);
    } catch (error) {
      await opened.discard();
      throw error;
    } finally {
      watch.end();
    }
  }

  /** What is to be made of an answer. */
  #plan(opened: Answered, total: number | undefined): Plan {
    const { source, around } = this;
    const facts = factsOf(opened);
    const changed = differs(source, facts);
    const expected = changed ? total : (source.size ?? total);
    if (total !== undefined && expected !== total) {
      throw this.#fault("TRUNCATED", `The server announces ${total} bytes, where its listing said ${String(expected)} for the same file.`);
    }
    const stated = statedChecksums((name) => opened.header(name) ?? opened.doorHeader?.(name), opened.status !== 206);
    const mtime = facts.mtime ?? source.mtime;
    return {
      expected,
      best: bestOf(changed ? stated : { ...source.checksums, ...stated }),
      held: expected !== undefined && expected <= heldLength(this.around) && (this.#file === undefined || this.#file.size === 0),
      mtime,
      etag: facts.etag ?? source.etag,
      finish: { mtime: around.times ? mtime : undefined, sync: around.sync, identify: around.job.journal !== undefined },
    };
  }

  /** Settles where the body of an answer begins, and gives the length of the whole file, where it is stated. */
  async #accept(opened: Opened): Promise<number | undefined> {
    const file = this.#file;
    const asked = Object.keys(restOf(file, this.source, this.#whole)).length > 0;
    if (opened.status === 206 && asked && file !== undefined) {
      const range = parseContentRange(opened.header("content-range"));
      const end = file.note?.size ?? this.source.size;
      const fits = range?.from === file.size && (range.total === undefined || range.total === end) && range.to + 1 === end;
      if (fits && !differs(file.note ?? {}, factsOf(opened))) return end;
      this.#whole = !fits;
      await this.#startAnew();
      throw fits
        ? this.#fault("CHANGED", "The file changed on the server while it was read; it is read anew.")
        : this.#fault(
            "INVALID_RESPONSE",
            `The server answered another range than asked for (${opened.header("content-range") ?? "none stated"}).`,
          );
    }
    if (opened.status === 416 || opened.status === 206) {
      this.#whole = opened.status === 206;
      await this.#startAnew();
      throw this.#fault("CHANGED", `The server has no such range of the file any more (${opened.status}); it is read anew.`);
    }
    if (opened.status !== 200 && opened.status !== 203 && !(opened.status === 204 && (this.source.size ?? 0) === 0)) {
      throw this.#fault("INVALID_RESPONSE", `Status ${opened.status} does not bring a file.`, false);
    }
    // A server that does not know ranges, or a file that changed (If-Range): everything comes again.
    if (file !== undefined && file.size > 0) await this.#startAnew();
    return announcedLength(opened.header("content-length"));
  }

  async #startAnew(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    const { size } = file;
    await file.reset();
    void this.#moved(-size);
  }

  async #required(): Promise<readonly [ChecksumName, string]> {
    const best = bestOf(await this.around.checksumsOf(this.source, this.slot.signal));
    if (best !== undefined) return best;
    throw this.#fault("CHECKSUM_UNAVAILABLE", "The server states no checksum of the file, and one is required.", false);
  }

  /** Takes a file that came whole. Nothing of it is written unless it is right. */
  #keep(plan: Plan, bytes: Uint8Array): Fetched | Promise<Fetched> {
    void this.#moved(bytes.byteLength);
    let verification: Verification = { by: "length", bytes: bytes.byteLength };
    try {
      if (bytes.byteLength !== plan.expected) {
        throw this.#fault("TRUNCATED", `${bytes.byteLength} bytes came, ${String(plan.expected)} were due.`);
      }
      if (plan.best !== undefined) {
        const digest = createDigest(plan.best[0]);
        digest.update(bytes);
        verification = this.#compare(digest.value(), plan.best);
      }
    } catch (error) {
      void this.#moved(-bytes.byteLength);
      throw error;
    }
    if (plan.finish.sync || this.around.target.kind === "remote") return this.#settle(plan, bytes, verification);
    const { place } = this;
    try {
      this.#remember(plan, writeNow(place.part, bytes, plan.finish), bytes.byteLength, verification);
      renameSync(place.part, place.path);
    } catch (error) {
      throw fileError(error, place.path, "written");
    }
    return { size: bytes.byteLength, verification };
  }

  /** What waits for the disk does not hold up the network, within bounds. */
  async #settle(plan: Plan, bytes: Uint8Array, verification: Verification): Promise<Fetched> {
    const { place, around } = this;
    const { files } = around.target;
    await around.settling.take(this.slot.signal);
    try {
      this.slot.release();
      this.#remember(plan, await files.writeWhole(place.part, bytes, plan.finish), bytes.byteLength, verification);
      await files.rename(place.part, place.path);
    } catch (error) {
      throw fileError(error, place.path, "written");
    } finally {
      around.settling.free();
    }
    return { size: bytes.byteLength, verification };
  }

  async #stream(opened: Opened, plan: Plan, watch: Watched): Promise<Fetched> {
    const { expected, best } = plan;
    const file = this.#part();
    await file.open();
    await file.digestBy(best?.[0]);
    const facts = noteOf(opened, expected);
    if (file.note === undefined && facts !== undefined && expected !== undefined && expected >= noteLength) await file.remember(facts);
    const received = await file.fill(opened, (bytes, size) => {
      if (expected !== undefined && size > expected) throw this.#fault("TRUNCATED", `More than the ${expected} bytes came that were due.`);
      watch.count(bytes);
      return this.#moved(bytes);
    });
    if (expected !== undefined && received !== expected) {
      // An answer that is complete and yet too short: its bytes cannot be trusted to be the first ones.
      await this.#startAnew();
      throw this.#fault("TRUNCATED", `${received} bytes came, ${expected} were due.`);
    }
    let verification: Verification | undefined = expected === undefined ? undefined : { by: "length", bytes: received };
    const digest = file.digest();
    if (best !== undefined && digest !== undefined) {
      const value = digest.value();
      await file.digestBy(undefined);
      try {
        verification = this.#compare(value, best);
      } catch (error) {
        await this.#startAnew();
        throw error;
      }
    }
    this.#remember(plan, await file.finish(plan.finish), received, verification);
    try {
      await this.around.target.files.rename(this.place.part, this.place.path);
    } catch (error) {
      throw fileError(error, this.place.path, "written");
    }
    file.forget();
    return { size: received, verification };
  }

  #compare(value: string, [algorithm, stated]: readonly [ChecksumName, string]): Verification {
    if (value === stated) return { by: "checksum", algorithm, value };
    throw this.#fault("CHECKSUM_MISMATCH", `The contents have the ${algorithm} checksum ${value}, the server states ${stated}.`);
  }

  /** In the journal before the file gets its name, so that a run that is killed in between finds it done. */
  #remember({ mtime, etag }: Plan, local: string | undefined, size: number, verification: Verification | undefined): void {
    if (local !== undefined) this.around.job.journal?.record(this.source.name, { size, mtime, etag, local, verification });
  }

  #fault(code: string, message: string, again = true): SciError<string> {
    return new SciError(code, `${this.source.name}: ${message}`, { ...this.#context(), details: again ? { again } : { permanent: true } });
  }
}
