export { upload } from "./upload.ts";
export type { UploadOptions, UploadSource } from "./upload.ts";
