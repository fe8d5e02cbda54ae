import { channel } from "node:diagnostics_channel";
import type { SciEvent } from "../engine/events.ts";

const channels = {
  request: channel("sci:request"),
  response: channel("sci:response"),
  retry: channel("sci:retry"),
  page: channel("sci:page"),
};

export function publish(event: SciEvent): void {
  const target = channels[event.type];
  if (target.hasSubscribers) target.publish(event);
}

/** Whether anybody listens to any of the channels. */
export function isObserved(): boolean {
  return Object.values(channels).some(({ hasSubscribers }) => hasSubscribers);
}
