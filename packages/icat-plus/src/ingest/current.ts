import type { IcatMetadata } from "../datasets/types.ts";

/** What calls fall back to when they name nothing; a session that is started changes the first two. */
export interface Current {
  beamline: string | undefined;
  proposal: string | undefined;
  dataset: string | undefined;
  path: string | undefined;
  metadata: IcatMetadata | undefined;
}
