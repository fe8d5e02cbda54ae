import { createReadStream } from "node:fs";
import { link, mkdir, open, rm, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mix } from "../../random.ts";

/** Bytes of a file, which never change: a file that is written anew gets other content. */
export interface Content {
  readonly size: number;
  /** Bytes from `from` up to, not including, `to`. */
  read(from: number, to: number): AsyncIterable<Buffer>;
  /** What the journal says of it. */
  readonly reference: ContentReference;
  /** The same bytes for a second file. */
  share(id: string): Promise<Content>;
  /** Nobody needs it any more. */
  remove(): Promise<void>;
}

export type ContentReference = { readonly seed: number; readonly size: number } | { readonly blob: string; readonly size: number };

/** Takes the bytes of an upload. */
export interface Sink {
  write(chunk: Buffer): Promise<void> | void;
  /** What was written so far, as content. */
  finish(): Promise<Content>;
  /** Forgets what was written. */
  abort(): Promise<void>;
}

/** Where bytes are kept. */
export interface Contents {
  sink(id: string): Promise<Sink>;
  /** Finds again what the journal refers to. */
  restore(reference: ContentReference): Content;
}

const block = 65_536;

/** Bytes that follow from a number, made when they are read. */
export function generated(seed: number, size: number): Content {
  async function* read(from: number, to: number): AsyncIterable<Buffer> {
    const end = Math.min(to, size);
    for (let start = Math.floor(from / block) * block; start < end; start += block) {
      const words = new Uint32Array(block / 4);
      let state = mix(seed, start / block) | 1;
      for (let index = 0; index < words.length; index++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        words[index] = state;
      }
      yield Buffer.from(words.buffer).subarray(Math.max(0, from - start), Math.min(block, end - start));
    }
  }
  const content: Content = {
    size,
    read,
    reference: { seed, size },
    share: () => Promise.resolve(content),
    remove: () => Promise.resolve(),
  };
  return content;
}

function inMemory(chunks: readonly Buffer[], size: number, id: string): Content {
  async function* read(from: number, to: number): AsyncIterable<Buffer> {
    let start = 0;
    for (const chunk of chunks) {
      if (start >= to) return;
      if (start + chunk.length > from) yield chunk.subarray(Math.max(0, from - start), Math.min(chunk.length, to - start));
      start += chunk.length;
    }
  }
  const content: Content = {
    size,
    read,
    reference: { blob: id, size },
    share: () => Promise.resolve(content),
    remove: () => Promise.resolve(),
  };
  return content;
}

/** Keeps everything in memory. */
export class MemoryContents implements Contents {
  sink(id: string): Promise<Sink> {
    let chunks: Buffer[] = [];
    let size = 0;
    return Promise.resolve({
      write(chunk) {
        // A chunk of a socket may be a small window into a large buffer: small ones are copied.
        chunks.push(chunk.length < 16_384 ? Buffer.from(chunk) : chunk);
        size += chunk.length;
      },
      finish: () => Promise.resolve(inMemory(chunks, size, id)),
      abort() {
        chunks = [];
        return Promise.resolve();
      },
    });
  }

  restore(reference: ContentReference): Content {
    if ("seed" in reference) return generated(reference.seed, reference.size);
    throw new Error(`content ${reference.blob} is not kept in memory`);
  }
}

/** Keeps each content as a file of a folder. */
export class FolderContents implements Contents {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  #path(id: string): string {
    return join(this.#folder, id.slice(-2), id);
  }

  #content(id: string, size: number): Content {
    const path = this.#path(id);
    return {
      size,
      reference: { blob: id, size },
      read: (from, to) =>
        to <= from ? empty() : createReadStream(path, { start: from, end: Math.min(to, size) - 1, highWaterMark: 262_144 }),
      share: async (other) => {
        const target = this.#path(other);
        await mkdir(dirname(target), { recursive: true });
        await link(path, target);
        return this.#content(other, size);
      },
      remove: () => rm(path, { force: true }),
    };
  }

  async sink(id: string): Promise<Sink> {
    const path = this.#path(id);
    await mkdir(dirname(path), { recursive: true });
    const file: FileHandle = await open(path, "w");
    let size = 0;
    return {
      async write(chunk) {
        size += chunk.length;
        for (let from = 0; from < chunk.length;) from += (await file.write(chunk, from)).bytesWritten;
      },
      finish: async () => {
        await file.close();
        return this.#content(id, size);
      },
      abort: async () => {
        await file.close();
        await rm(path, { force: true });
      },
    };
  }

  restore(reference: ContentReference): Content {
    return "seed" in reference ? generated(reference.seed, reference.size) : this.#content(reference.blob, reference.size);
  }
}

async function* empty(): AsyncIterable<Buffer> {
  yield* [];
}
