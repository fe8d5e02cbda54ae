export { createMessenger } from "./messenger.ts";
export { openOutbox } from "./outbox/index.ts";
export type { Outbox } from "./outbox/index.ts";
export type { DeadLetter, WaitingLetter } from "./outbox/folder.ts";
export { queueConsumers } from "./health.ts";
export type { QueueHealthOptions } from "./health.ts";
export type {
  Delivery,
  Message,
  MessagingErrorCode,
  MessagingEvent,
  Messenger,
  MessengerOptions,
  MessengerTimeouts,
  OutboxOptions,
  SendOptions,
} from "./types.ts";
