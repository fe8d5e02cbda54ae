export { loadCaFolder, readCaMaterial } from "./ca-folder.ts";
export type { CaInput, CaOptions } from "./ca-folder.ts";
export { describeCertificate } from "./describe.ts";
export type { CertificateDescription } from "./describe.ts";
export { defaultCertificatePlaces, findCertificate } from "./find.ts";
export type { CertificateFiles, CertificatePlace, FindCertificateOptions } from "./find.ts";
export { loadCertificate } from "./load.ts";
export type { LoadCertificateOptions, LoadedCertificate } from "./load.ts";
