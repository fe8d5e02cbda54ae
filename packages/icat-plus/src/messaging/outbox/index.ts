import { SciError } from "@sci/http-core";
import { OutboxFolder, type DeadLetter, type WaitingLetter } from "./folder.ts";

/** What an outbox holds, for people and programs that look after it. */
export interface Outbox {
  readonly dir: string;
  /** Messages that wait, in the order in which they are sent. */
  waiting(): Promise<readonly WaitingLetter[]>;
  /** Messages that were set aside: refused by the broker, or corrupt on disk. */
  dead(): Promise<readonly DeadLetter[]>;
  /** Puts a dead letter back to its place in the row. @throws NOT_FOUND, INVALID_ARGUMENT, INVALID_RESPONSE for a corrupt file */
  retry(name: string): Promise<void>;
  /** Deletes a dead letter for good. @throws NOT_FOUND, INVALID_ARGUMENT */
  drop(name: string): Promise<void>;
}

/** Opens the folder of an outbox without sending anything. @throws INVALID_ARGUMENT */
export function openOutbox(dir: string): Outbox {
  if (typeof dir !== "string" || dir === "") throw new SciError("INVALID_ARGUMENT", "openOutbox needs the path of a folder.");
  const folder = new OutboxFolder(dir);
  return {
    dir,
    waiting: async () => await folder.waiting(),
    dead: async () => await folder.dead(),
    retry: async (name) => {
      await folder.retry(name);
    },
    drop: async (name) => {
      await folder.drop(name);
    },
  };
}
