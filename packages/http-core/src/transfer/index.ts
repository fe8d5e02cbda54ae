export { createDoor } from "./door.ts";
export type { Door, DoorOptions } from "./door.ts";
export * from "./webdav/index.ts";
export * from "./upload/index.ts";
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
export { downloadFile, downloadTree } from "./download.ts";
export type { DownloadOptions, FileSource, TreeSource } from "./download.ts";
export { startJob } from "./job.ts";
export { transferOptionNames } from "./job-options.ts";
export { createSelection } from "./patterns.ts";
export type { Selection } from "./patterns.ts";
export type { RunningJob, Slot } from "./job.ts";
