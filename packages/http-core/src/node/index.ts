export { browserLogin, browserToken } from "./browser-login.ts";
export type { BrowserOptions } from "./browser-login.ts";
export { openBrowser } from "./open-browser.ts";
export { fileTokenStore } from "./token-store.ts";
export type { FileTokenStoreOptions } from "./token-store.ts";
export { withFileLock } from "./file-lock.ts";
export type { FileLock, FileLockOptions } from "./file-lock.ts";
export { readSecretFile, secretFolder, writeSecretFile } from "./secret-file.ts";
export type { SecretFile } from "./secret-file.ts";
