import type { Kinds } from "./kinds.ts";

/** A proposal for beamtime. */
export interface Proposal {
  readonly id: number;
  /** What people call it by; cannot be changed. */
  readonly number: number;
  readonly title: string;
  readonly abstract: string | null;
  readonly url: string | null;
  readonly instrument_id: number | null;
  readonly instrument_cycle_id: number | null;
  readonly principal_investigator_id: number | null;
  readonly main_proposer_id: number | null;
  readonly begin_at: string | null;
  readonly end_at: string | null;
  /** When its data become public. */
  readonly release_at: string | null;
  /** A letter: N, R, … */
  readonly flg_beamtime_status: string | null;
  readonly beamtime_start_at: string | null;
  readonly beamtime_end_at: string | null;
  /** A letter: U for the user portal, L for local, … */
  readonly flg_proposal_system: string | null;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
  /** `p001234` */
  readonly proposal_folder: string;
  readonly def_proposal_path: string | null;
  readonly doi: string | null;
  /** "SPB", "FXE", … */
  readonly instrument_identifier: string;
  readonly local_contact_id: number | null;
  readonly orig_repository_id: number | null;
  readonly last_run: number | null;
}

/** A proposal as data acquisition sees it; the service may tell more. */
export type ProposalInfo = Proposal & Readonly<Record<string, unknown>>;

/** A run in the list of a proposal. */
export interface ProposalRun {
  readonly id: number;
  readonly run_number: number;
  /** -1, 1 open, 2 closed. */
  readonly flg_status: number;
  readonly flg_run_quality: number | null;
  /** Bytes. */
  readonly size: number | null;
  readonly num_files: number | null;
  /** Where its data lie, by the identifier of the repository. */
  readonly repositories: Readonly<
    Record<string, { readonly name: string; readonly mount_point: string | null; readonly data_groups: number }>
  >;
}

export const proposalKinds: Kinds<Proposal> = {
  id: "id",
  number: "integer",
  title: "text",
  abstract: "text",
  url: "text",
  instrument_id: "id",
  instrument_cycle_id: "id",
  principal_investigator_id: "id",
  main_proposer_id: "id",
  begin_at: "time",
  end_at: "time",
  release_at: "time",
  flg_beamtime_status: "text",
  beamtime_start_at: "time",
  beamtime_end_at: "time",
  flg_proposal_system: "text",
  flg_available: "flag",
  description: "text",
  proposal_folder: "text",
  def_proposal_path: "text",
  doi: "text",
  instrument_identifier: "text",
  local_contact_id: "id",
  orig_repository_id: "id",
  last_run: "any",
};

export const proposalRunKinds: Kinds<ProposalRun> = {
  id: "id",
  run_number: "integer",
  flg_status: "integer",
  flg_run_quality: "integer",
  size: "any",
  num_files: "integer",
  repositories: "any",
};
