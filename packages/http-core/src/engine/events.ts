import { publish } from "#diagnostics";

/**
 * What clients tell observers. On Node the same objects go to `node:diagnostics_channel`, one channel per type:
 * `sci:request`, `sci:response`, `sci:retry`, `sci:page`. None holds a credential.
 */
export type SciEvent =
  | {
      readonly type: "request";
      readonly id: number;
      readonly service: string;
      readonly operation: string;
      readonly method: string;
      readonly url: string;
      readonly attempt: number;
    }
  | {
      readonly type: "response";
      readonly id: number;
      readonly service: string;
      readonly operation: string;
      readonly method: string;
      readonly url: string;
      readonly attempt: number;
      /** Undefined where no answer came. */
      readonly status: number | undefined;
      /** Milliseconds until the head of the answer, or until the fault. */
      readonly duration: number;
      readonly code: string | undefined;
    }
  | {
      readonly type: "retry";
      readonly id: number;
      readonly service: string;
      readonly operation: string;
      readonly attempt: number;
      readonly delay: number;
      readonly reason: string;
    }
  | {
      readonly type: "page";
      readonly service: string;
      readonly operation: string;
      readonly page: number;
      readonly items: number;
      readonly total: number | undefined;
    };

export type EventListener = (event: SciEvent) => void;

/** Tells the listener of the client, and the channels where somebody listens. */
export function emit(event: SciEvent, listener: EventListener | undefined): void {
  listener?.(event);
  publish(event);
}
