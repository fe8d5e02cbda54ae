import type { BodySink } from "../transport/types.ts";

export const unwanted = new Error("The rest of the answer is not wanted.");

interface Drained {
  drain(sink: BodySink): Promise<void>;
  cut(error: Error): void;
}

/** A body that is handed over in large pieces, as a stream of them. */
export async function* piecesOf(answer: Drained): AsyncGenerator<Uint8Array, void, undefined> {
  let piece: { readonly bytes: Uint8Array; readonly taken: () => void } | undefined;
  let wake = (): void => undefined;
  let over = false;
  const work = answer
    .drain({
      passing: () => undefined,
      write: (block) =>
        new Promise((taken) => {
          piece = { bytes: block.slice(), taken };
          wake();
        }),
    })
    .finally(() => {
      over = true;
      wake();
    });
  work.catch(() => undefined);
  try {
    for (;;) {
      if (piece !== undefined) {
        const { bytes, taken } = piece;
        piece = undefined;
        yield bytes;
        taken();
      } else if (over) return await work;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    piece?.taken();
    answer.cut(unwanted);
  }
}
