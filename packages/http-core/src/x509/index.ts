export { loadCaFolder, readCaMaterial } from "./ca-folder.ts";
export type { CaInput, CaOptions } from "./ca-folder.ts";
