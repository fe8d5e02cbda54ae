import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import { type Searches, searchesApi } from "./resource.ts";

/** That a proposal uses a technique. */
export interface ProposalTechnique {
  readonly id: number;
  readonly proposal_id: number;
  readonly technique_id: number;
}

/** What these links can be searched by. */
export type ProposalTechniqueSearch = { readonly proposal_id: number | string } | { readonly technique_id: number | string };

/** Calls on the links between proposals and techniques; they are not written here. */
export type ProposalTechniquesApi = Searches<ProposalTechnique, ProposalTechniqueSearch>;

export const proposalTechnique = define<ProposalTechnique>({
  name: "proposalTechniques",
  collection: "proposals_techniques",
  wrapper: "proposals_technique",
  kinds: { id: "id", proposal_id: "id", technique_id: "id" },
  server: [],
  routes: "",
  searches: [{ by: ["proposal_id"] }, { by: ["technique_id"] }],
});

export function proposalTechniquesApi(core: Core): ProposalTechniquesApi {
  return searchesApi(core, proposalTechnique);
}
