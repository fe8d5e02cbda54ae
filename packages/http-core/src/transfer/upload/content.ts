import { closeSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import { describeCause, isSciError, SciError } from "../../errors.ts";

/** What is uploaded: where its bytes come from. */
export interface Content {
  /** Bytes; undefined for a stream of unknown length. */
  readonly size: number | undefined;
  /** Of the last change, in milliseconds since 1970. */
  readonly mtime: number | undefined;
  /** Whether it can be read again, after a connection broke. */
  readonly repeatable: boolean;
  /** For messages: the path of a file. */
  readonly label: string;
  /** All of it at once, where it is small; undefined where it is not. @throws FILE, CHANGED */
  whole(): Uint8Array | undefined;
  /**
   * All of it in pieces. With `reuse`, a piece is overwritten by the seventh after it: for readers that are then done with it.
   * @throws FILE, CHANGED
   */
  pieces(reuse: boolean): AsyncIterable<Uint8Array>;
}

/** Up to here a file is read at once, without the thread pool: many small files are then several times as fast. */
export const wholeLength = 64 * 1024;
const pieceLength = 512 * 1024;
/** Pieces that are used in turn. */
const ringLength = 7;

/** A file of this machine, as it was when it was found: if it is another when it is read, that is an error. */
export function fileContent(path: string, found: Stats): Content {
  const size = found.size;
  const check = (now: Stats): void => {
    if (now.size === size && now.mtimeMs === found.mtimeMs) return;
    throw new SciError("CHANGED", `${path} changed while it was uploaded. Start again when nothing writes to it.`, {
      details: { permanent: true, path },
    });
  };
  return {
    size,
    mtime: found.mtimeMs,
    repeatable: true,
    label: path,
    whole() {
      if (size > wholeLength) return undefined;
      let handle: number | undefined;
      try {
        handle = openSync(path, "r");
        const bytes = Buffer.allocUnsafe(size);
        let read = 0;
        while (read < size) {
          const count = readSync(handle, bytes, read, size - read, read);
          if (count === 0) break;
          read += count;
        }
        check(fstatSync(handle));
        return bytes;
      } catch (cause) {
        throw unreadable(path, cause);
      } finally {
        if (handle !== undefined) closeSync(handle);
      }
    },
    async *pieces(reuse) {
      let handle: Awaited<ReturnType<typeof open>> | undefined;
      try {
        handle = await open(path, "r");
        const length = Math.min(pieceLength, Math.max(1, size));
        const ring = Array.from({ length: reuse ? Math.min(ringLength, Math.ceil(size / length)) : 0 }, () =>
          Buffer.allocUnsafeSlow(length),
        );
        for (let at = 0, turn = 0; at < size; turn++) {
          const buffer = ring[turn % ringLength] ?? Buffer.allocUnsafeSlow(length);
          const { bytesRead } = await handle.read(buffer, 0, Math.min(length, size - at), at);
          if (bytesRead === 0) break;
          at += bytesRead;
          yield buffer.subarray(0, bytesRead);
        }
        check(await handle.stat());
      } catch (cause) {
        throw unreadable(path, cause);
      } finally {
        await handle?.close();
      }
    },
  };
}

/** Bytes in memory. */
export function bytesContent(bytes: Uint8Array, label: string, mtime?: number): Content {
  return {
    size: bytes.byteLength,
    mtime,
    repeatable: true,
    label,
    whole: () => bytes,
    async *pieces() {
      for (let at = 0; at < bytes.byteLength; at += pieceLength) yield await Promise.resolve(bytes.subarray(at, at + pieceLength));
    },
  };
}

/** A stream: a function makes it anew for every attempt; one that is given as it is can be read once. */
export function streamContent(
  source: AsyncIterable<Uint8Array> | (() => AsyncIterable<Uint8Array>),
  facts: { readonly label: string; readonly size?: number; readonly mtime?: number },
): Content {
  const repeatable = typeof source === "function";
  let taken = false;
  return {
    size: facts.size,
    mtime: facts.mtime,
    repeatable,
    label: facts.label,
    whole: () => undefined,
    async *pieces() {
      if (!repeatable && taken) throw onlyOnce(facts.label);
      taken = true;
      try {
        for await (const piece of repeatable ? source() : source) {
          if (!(piece instanceof Uint8Array)) {
            throw new SciError("INVALID_ARGUMENT", `The stream for ${facts.label} must give bytes (Uint8Array), not ${typeof piece}.`);
          }
          yield piece;
        }
      } catch (cause) {
        if (isSciError<string>(cause)) throw cause;
        throw new SciError("FILE", `The stream for ${facts.label} failed: ${describeCause(cause) ?? String(cause)}`, {
          cause,
          details: { permanent: true },
        });
      }
    },
  };
}

export function onlyOnce(label: string, cause?: unknown): SciError<"FILE"> {
  return new SciError(
    "FILE",
    `The stream for ${label} was sent in part and cannot be read again. Give a function that makes it anew, or a file, so that an upload that breaks can be repeated.`,
    { cause, details: { permanent: true } },
  );
}

function unreadable(path: string, cause: unknown): SciError<string> {
  if (isSciError<string>(cause)) return cause;
  return new SciError("FILE", `${path} could not be read: ${describeCause(cause) ?? String(cause)}`, {
    cause,
    details: { permanent: true, path },
  });
}
