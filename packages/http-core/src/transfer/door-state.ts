import type { Settings } from "../engine/call.ts";
import type { TransportOptions } from "../transport/types.ts";
import type { Door } from "./door.ts";

/** What the parts of the transfer engine share behind a door; no part of its public face. */
export interface DoorState {
  readonly settings: Settings;
  /** For connections that are made besides the transport's (uploads over node:https). */
  readonly connection: Pick<TransportOptions, "tls" | "proxy" | "certificateOrigins" | "fetch" | "dispatcher"> & {
    readonly connectTimeout: number;
  };
  /** Values that stand in URLs and are masked wherever they show. */
  readonly secrets: readonly string[];
  trusted(origin: string): boolean;
  /** @throws INVALID_ARGUMENT when the door is closed */
  checkOpen(): void;
  /** What else is to be ended with the door: connections of its uploads. */
  readonly ends: Set<() => void>;
}

const states = new WeakMap<Door, DoorState>();

export function keepState(door: Door, state: DoorState): void {
  states.set(door, state);
}

export function stateOf(door: Door): DoorState {
  const state = states.get(door);
  if (state === undefined) throw new TypeError("This is no door made by createDoor().");
  return state;
}
