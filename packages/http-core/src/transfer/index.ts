export { createDoor } from "./door.ts";
export type { Door, DoorOptions } from "./door.ts";
export type {
  Checksums,
  ChecksumName,
  ConflictPolicy,
  DoorAnswer,
  DoorCallOptions,
  DoorHead,
  DoorRequest,
  DoorStream,
  FileOutcome,
  RemoteEntry,
  TransferErrorCode,
  TransferEvent,
  TransferJob,
  TransferListener,
  TransferOptions,
  TransferProgress,
  TransferReport,
  Verification,
} from "./types.ts";
