export type { IcatMetadata } from "../definitions/metadata.generated.ts";
