import type { Resource } from "../resource.ts";
import { dataResources } from "./data.ts";
import { proposalResources } from "./proposals.ts";
import { runResources } from "./runs.ts";
import { types } from "./types.ts";

/** The 24 resources of the catalogue. */
export const resources: readonly Resource[] = [...types, ...proposalResources, ...runResources, ...dataResources];
