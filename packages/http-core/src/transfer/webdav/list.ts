import { checkInteger, checkNames } from "../../check.ts";
import { isSciError, SciError } from "../../errors.ts";
import { onAbort } from "../../transport/abort.ts";
import { abortError } from "../../transport/classify.ts";
import type { Door } from "../door.ts";
import type { RemoteEntry } from "../types.ts";
import { withSlash } from "./entry.ts";
import { listCollection } from "./list-collection.ts";
import { propertyNames, type PropertyOptions } from "./properties.ts";
import { statEntry } from "./stat.ts";

export interface ListOptions extends PropertyOptions {
  /** With everything below. @default false */
  readonly recursive?: boolean;
  /** Directories asked at a time. @default 8 */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** Asked for each directory found: false passes over what is below it. */
  readonly enter?: (directory: RemoteEntry) => boolean;
  /** Told of what could not be listed (no right, gone meanwhile); the walk goes on. Without it, the first such error ends the walk. */
  readonly onError?: (error: SciError<string>, path: string) => void;
}

export const listNames = ["recursive", "concurrency", "signal", "enter", "onError", "checksums", "locality", "properties"] as const;

/** Entries that wait for the reader; more stop the reading of the answers. */
const mostWaiting = 4096;
/** Directories within one another; more are a loop of links on the server. */
const deepest = 200;

/**
 * Lists a directory, or a tree by one question (Depth 1) per directory, as a stream: entries come as the server sends them, several
 * directories at a time, and nothing is read faster than it is taken. A file gives itself. The order is the server's.
 * @param path decoded, below the base URL
 */
export async function* listEntries(door: Door, path: string, options: ListOptions = {}): AsyncGenerator<RemoteEntry, void, undefined> {
  for await (const batch of listBatches(door, path, options)) yield* batch;
}

/** The same in batches, for readers to which a turn of the event loop for each entry is too much. */
export async function* listBatches(
  door: Door,
  path: string,
  options: ListOptions = {},
): AsyncGenerator<readonly RemoteEntry[], void, undefined> {
  checkNames(options, listNames, "option of list");
  const { recursive = false, concurrency = 8, signal } = options;
  checkInteger(concurrency, "concurrency", { min: 1, max: 256 });
  const walk = new Walk(door, options, recursive ? concurrency : 1, recursive);
  const abort = (): void => walk.stop(abortError(signal as AbortSignal));
  if (signal?.aborted === true) abort();
  const release = signal === undefined ? undefined : onAbort(signal, abort);
  try {
    walk.start({ url: withSlash(door.urlOf(path)), name: "", path, depth: 0 });
    yield* walk.batches();
  } finally {
    release?.();
    walk.stop();
  }
}

interface Pending {
  readonly url: string;
  readonly name: string;
  readonly path: string;
  readonly depth: number;
}

/** Several directories read at a time, their entries in one stream. */
class Walk {
  readonly #pending: Pending[] = [];
  readonly #ready: (readonly RemoteEntry[])[] = [];
  #waiting = 0;
  #active = 0;
  #failure: { readonly error: unknown } | undefined;
  readonly #controller = new AbortController();
  /** Wakes the reader, and the questions that wait for it. */
  #onReady: (() => void) | undefined;
  #onRoom: (() => void)[] = [];
  readonly #properties: readonly string[];

  constructor(
    private readonly door: Door,
    private readonly options: ListOptions,
    private readonly concurrency: number,
    private readonly recursive: boolean,
  ) {
    this.#properties = propertyNames(options);
  }

  start(directory: Pending): void {
    this.#pending.push(directory);
    this.#next();
  }

  stop(error?: SciError): void {
    if (error !== undefined) this.#failure ??= { error };
    this.#controller.abort();
    this.#pending.length = 0;
    this.#wake();
  }

  async *batches(): AsyncGenerator<readonly RemoteEntry[], void, undefined> {
    for (;;) {
      const batch = this.#ready.shift();
      if (batch !== undefined) {
        this.#waiting -= batch.length;
        if (this.#waiting < mostWaiting) for (const go of this.#onRoom.splice(0)) go();
        yield batch;
      } else if (this.#failure !== undefined) throw this.#failure.error;
      else if (this.#active === 0 && this.#pending.length === 0) return;
      else await new Promise<void>((resolve) => (this.#onReady = resolve));
    }
  }

  /** The last found goes first: what waits is then never more than the directories on the way down. */
  #next(): void {
    while (this.#active < this.concurrency && this.#failure === undefined) {
      const directory = this.#pending.pop();
      if (directory === undefined) break;
      this.#active += 1;
      void this.#one(directory)
        .catch((error: unknown) => this.#failed(error, directory))
        .finally(() => {
          this.#active -= 1;
          this.#next();
          this.#wake();
        });
    }
  }

  async #one(directory: Pending): Promise<void> {
    const { onError } = this.options;
    const query = {
      door: this.door,
      url: directory.url,
      depth: 1,
      properties: this.#properties,
      name: directory.name,
      operation: "list",
      signal: this.#controller.signal,
      onUnreadable: onError,
    } as const;
    let any = false;
    try {
      for await (const { own, entries } of listCollection(query)) {
        any = true;
        // What was asked for is a file after all.
        if (own?.entry.type === "file" && directory.depth === 0) await this.#give([own.entry], directory);
        if (entries.length > 0) await this.#give(entries, directory);
      }
    } catch (error) {
      if (any || directory.depth > 0 || !mayBeFile(error)) throw error;
      const entry = await fileInstead(this.door, directory.path, this.options);
      if (entry === undefined) throw error;
      await this.#give([entry], directory);
    }
  }

  async #give(entries: readonly RemoteEntry[], { depth, path }: Pending): Promise<void> {
    if (this.recursive) {
      for (const entry of entries) {
        if (entry.type !== "directory" || this.options.enter?.(entry) === false) continue;
        if (depth >= deepest) throw loop(path);
        this.#pending.push({ url: entry.url, name: entry.name, path: entry.path, depth: depth + 1 });
      }
      this.#next();
    }
    this.#ready.push(entries);
    this.#waiting += entries.length;
    this.#wake();
    while (this.#waiting >= mostWaiting && !this.#controller.signal.aborted) await new Promise<void>((go) => this.#onRoom.push(go));
  }

  #failed(error: unknown, directory: Pending): void {
    const { onError } = this.options;
    const ofOne = isSciError<string>(error) && isSciError(error, "FORBIDDEN", "NOT_FOUND", "LOCKED", "HTTP_STATUS", "INVALID_RESPONSE");
    if (onError !== undefined && ofOne && directory.depth > 0) {
      onError(error, directory.path);
      return;
    }
    this.#failure ??= { error };
    this.#controller.abort();
    this.#pending.length = 0;
  }

  #wake(): void {
    const ready = this.#onReady;
    this.#onReady = undefined;
    ready?.();
    if (this.#controller.signal.aborted) for (const go of this.#onRoom.splice(0)) go();
  }
}

/** What servers answer where the slash of a directory follows the name of a file. */
function mayBeFile(error: unknown): boolean {
  const status = isSciError<string>(error) ? error.status : undefined;
  return status !== undefined && [400, 404, 405, 409, 500].includes(status);
}

async function fileInstead(door: Door, path: string, options: ListOptions): Promise<RemoteEntry | undefined> {
  if (path.replaceAll("/", "") === "") return undefined;
  const { signal, checksums, locality, properties } = options;
  try {
    const asked = { checksums: checksums === true, locality: locality === true, properties: properties ?? [] };
    const entry = await statEntry(door, path, { ...asked, ...(signal === undefined ? {} : { signal }), operation: "list" });
    return entry.type === "file" ? entry : undefined;
  } catch (error) {
    if (isSciError(error, "ABORTED")) throw error;
    return undefined;
  }
}

function loop(path: string): SciError<"INVALID_RESPONSE"> {
  return new SciError(
    "INVALID_RESPONSE",
    `Directories are nested more than ${deepest} deep at ${path.slice(0, 200)}: a link on the server leads back.`,
  );
}
