import type { SciEvent } from "../engine/events.ts";

/** A browser has no diagnostics channels: events go to the client's own listener only. */
export function publish(_event: SciEvent): void {}

export function isObserved(): boolean {
  return false;
}
