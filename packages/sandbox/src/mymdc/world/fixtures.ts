import type { Row, Stored, Value } from "../fields.ts";
import reference from "./mymdc-instruments.json" with { type: "json" };
import { identifiers, repositories, testRepository } from "./names.ts";

/** Rows that are there from the start, by collection. */
export type FixedRows = Readonly<Record<string, readonly Stored[]>>;

const testInstruments: readonly Stored[] = [
  {
    id: -1,
    name: "Functional Tests Instrument (DO NOT CHANGE)",
    identifier: "INST_T",
    url: "https://in.xfel.eu/upex",
    facility_id: 3,
    topic_id: -1,
    instrument_type_id: 1,
    repository_id: -1,
    flg_available: false,
    description: "instrument used by upex and metadata client library for functional tests.",
  },
  {
    id: -2,
    name: "Functional Tests Instrument 2",
    identifier: "INST_U",
    url: "https://in.xfel.eu/upex",
    facility_id: 3,
    topic_id: -1,
    instrument_type_id: 1,
    repository_id: -1,
    flg_available: false,
    description: "",
  },
];

interface Documented {
  readonly id: number;
  readonly name: string;
  readonly techniques?: readonly Stored[];
  readonly [name: string]: unknown;
}
const documented = reference.instruments as unknown as readonly Documented[];
const plain = [
  "id",
  "name",
  "identifier",
  "url",
  "facility_id",
  "topic_id",
  "instrument_type_id",
  "repository_id",
  "flg_available",
  "description",
];

/** What is documented of an instrument; what is not documented of it is filled in. */
function instrument(found: Documented): Stored {
  const row: Row = {
    name: found.name,
    identifier: identifiers[found.id - 1] ?? null,
    url: "https://www.xfel.eu/facility/instruments",
    facility_id: 1,
    topic_id: 1,
    instrument_type_id: 2,
    repository_id: 103,
    flg_available: true,
    description: "",
  };
  const more: Row = {};
  for (const [name, value] of Object.entries(found)) (plain.includes(name) ? row : more)[name] = value as Value;
  return { ...row, id: found.id, _more: more };
}

const techniques: readonly Stored[] = [
  {
    id: -1,
    identifier: "TECHNIQUE-TEST-1",
    name: "Functional Tests Technique 01 (DO NOT CHANGE)",
    url: "https://in.xfel.eu/TECH1",
    flg_xfel_available: true,
    flg_available: true,
    description: "Technique used by upex and metadata client library for functional tests.",
  },
  {
    id: -2,
    identifier: "TECHNIQUE-TEST-2",
    name: "Functional Tests Technique 02 (DO NOT CHANGE)",
    url: "https://in.xfel.eu/TECH2",
    flg_xfel_available: true,
    flg_available: true,
    description: "",
  },
  ...(documented[0]?.techniques ?? []).map((row): Stored => ({ ...row, flg_xfel_available: true })),
];

function darkRun(id: number, mode: number, names: string): Stored {
  return {
    id,
    proposal_id: -1,
    detector_id: -2,
    detector_identifier: `TEST_DET_CI${id} - DO NOT DELETE!`,
    detector_type_id: -1,
    pdu_physical_names: names,
    runs_info: `[${mode}]`,
    operation_mode_id: -1,
    operation_mode_name: `Operation Mode ${mode} - DO NOT DELETE!`,
    flg_status: "R",
    pdu_karabo_das: ["t1", "t2"],
    operation_mode_identifier: `Operation_identifier${id}`,
    size: "",
    report_url: "",
    input_path: "",
    output_path: "",
    calcat_feedback: "",
    description: `desc default${mode}`,
    full_calcat_report_url: null,
  };
}

function proposal(id: number, number: number, title: string, more: Row = {}): Stored {
  const folder = `p${String(number).padStart(6, "0")}`;
  return {
    id,
    number,
    title,
    abstract: "",
    url: `https://in.xfel.eu/upex/proposal/${number}`,
    instrument_id: 1,
    instrument_identifier: "SPB",
    instrument_cycle_id: -1,
    principal_investigator_id: -7,
    main_proposer_id: -7,
    begin_at: "2021-06-02T17:42:00.000+02:00",
    end_at: "2021-06-09T17:42:00.000+02:00",
    release_at: "2024-06-09T17:42:00.000+02:00",
    flg_beamtime_status: "N",
    beamtime_start_at: null,
    beamtime_end_at: null,
    flg_proposal_system: "L",
    flg_available: true,
    description: "",
    proposal_folder: folder,
    def_proposal_path: `/gpfs/exfel/exp/SPB/200030/${folder}/raw`,
    doi: `10.0850/XFEL.EU-DATA-${String(number).padStart(6, "0")}-00`,
    local_contact_id: null,
    orig_repository_id: -1,
    ...more,
  };
}

function experiment(id: number, proposalId: number, name: string): Stored {
  return {
    id,
    name,
    experiment_type_id: 1,
    proposal_id: proposalId,
    flg_available: true,
    publisher: "XFEL",
    contributor: "XFEL",
    description: "",
    experiment_number: 1,
    experiment_folder: "e0001",
  };
}

function sample(id: number, proposalId: number, name: string): Stored {
  return {
    id,
    name,
    url: "https://www.google.com",
    sample_type_id: 1,
    proposal_id: proposalId,
    flg_proposal_system: "",
    proposal_system_id: "",
    flg_available: true,
    description: "",
  };
}

function run(id: number, number: number, status: number, quality: number): Stored {
  return {
    id,
    run_number: number,
    run_alias: "",
    experiment_id: -1,
    sample_id: -1,
    begin_at: "2014-05-25T08:30:00.000+02:00",
    end_at: status === 2 ? "2014-05-25T09:30:00.000+02:00" : null,
    first_train: 1,
    last_train: status === 2 ? 999 : null,
    flg_available: true,
    flg_status: status,
    original_format: "",
    system_msg: "",
    description: "",
    run_folder: `r${String(number).padStart(4, "0")}`,
    _techniques: [],
    _quality: quality,
  };
}

function dataGroup(id: number, experimentId: number, runs: readonly number[]): Stored {
  return {
    id,
    name: `TestDataGroup ${id} DO NOT DELETE!`,
    language: "en",
    data_group_type_id: 1,
    experiment_id: experimentId,
    user_id: -1,
    prefix_path: "/webstorage/XFEL/raw/SPB/2016_01/p0008/e0001/",
    flg_available: true,
    flg_writing: false,
    flg_public: false,
    format: "hdf5",
    data_passport: "",
    removed_at: null,
    description: "",
    _runs: [...runs],
  };
}

const kind = (id: number, name: string, identifier: string, description = ""): Stored => ({
  id,
  name,
  identifier,
  flg_available: true,
  description,
});

function user(id: number, email: string, first: string, last: string, nickname: string): Stored {
  return { id, email, first_name: first, last_name: last, name: `${first} ${last}`, nickname, provider: "ldap", uid: nickname };
}

const cycle = (id: number, identifier: number, instrumentId: number, instrumentIdentifier: string, year: number): Stored => ({
  id,
  identifier,
  instrument_id: instrumentId,
  instrument_identifier: instrumentIdentifier,
  begin_at: `${year}-01-01T00:00:00.000+01:00`,
  end_at: `${year}-06-30T23:59:59.000+02:00`,
  start_call_at: `${year - 1}-09-01T00:00:00.000+02:00`,
  close_call_at: `${year - 1}-10-01T00:00:00.000+02:00`,
  url: `https://in.xfel.eu/upex/instrument_cycle/${identifier}-${instrumentIdentifier}`,
  flg_available: true,
  flg_proposal_system: "upex",
  description: "",
});

/** What the service documents or its own tests rely on; `email` is who uses the service. */
export function fixedRows(email: string): FixedRows {
  return {
    users: [user(-1, email, "Luis", "Maia", "maial"), user(-7, "controls@example.org", "Control", "System", "ctrl")],
    data_group_types: [
      ...reference.data_group_types.map(({ id, name, identifier }) => kind(id, name, identifier)),
      kind(145, "Operation", "OPK_1", "about data group types updated"),
    ],
    data_types: [kind(30, "Double", "DOUBLE"), kind(31, "Float", "FLOAT"), kind(70, "String", "STRING")],
    experiment_types: [kind(1, "Test experiment", "TEST")],
    parameter_types: [kind(1, "Slow data", "SLOW")],
    units: [{ id: 1, name: "metre", identifier: "M", symbol: "m", origin: "SI", flg_available: true, description: "" }],
    instruments: [...testInstruments, ...documented.map(instrument)],
    instrument_cycles: [
      cycle(-1, 200030, 1, "SPB", 2020),
      ...identifiers.slice(0, 6).map((name, index) => cycle(index + 1, 202601, index + 1, name, 2026)),
    ],
    techniques,
    repositories: [testRepository, ...repositories],
    proposals: [
      proposal(-1, 0, "Proposal Title 001"),
      proposal(-2, 900061, "DO NOT DELETE - CONTROLS TEST PROPOSAL 900061", {
        url: "https://www.xfel.eu/cas_robot_framework_test",
        flg_beamtime_status: "R",
      }),
      proposal(-3, 900966, "Proposal without samples"),
    ],
    experiments: [experiment(-1, -1, "TestExperiment DO NOT DELETE!"), experiment(-2, -2, "Controls test")],
    samples: [sample(-1, -1, "TestSample DO NOT DELETE!"), sample(-2, -2, "Controls sample")],
    runs: [run(-1, 1, 2, 1), run(-2, 2, 1, -1)],
    data_groups: [dataGroup(-1, -1, [-1]), dataGroup(-2, -2, [])],
    data_groups_repositories: [{ id: -1, data_group_id: -1, repository_id: -1, flg_available: true }],
    dark_runs: [
      darkRun(-11, 1, '["PDU-3_DO_NOT_DELETE", "PDU-2_DO_NOT_DELETE"]'),
      darkRun(-12, 2, '["TEST_DAQ_DA_02 (Q1M2)", "TEST_DAQ_DA_03 (Q1M3)"]'),
    ],
    proposals_techniques: [{ id: -1, proposal_id: -1, technique_id: -1 }],
    data_source_groups: identifiers.slice(0, 6).map((name, index) => kind(index + 1, `${name}_DAQ`, `${name}_DAQ`)),
    data_source_group_versions: identifiers.slice(0, 6).flatMap((_name, index): Stored[] =>
      [1, 2].map((version) => ({
        id: 2 * index + version,
        name: `v${version}`,
        data_source_group_id: index + 1,
        flg_status: version === 1 ? "D" : "N",
        last_deployed_at: version === 1 ? "2026-01-12T09:00:00.000+01:00" : null,
      })),
    ),
  };
}
