import { between, mix, oneOf } from "../../random.ts";
import type { Row } from "../fields.ts";
import { firstGenerated, type Generated } from "../table.ts";
import { identifiers } from "./names.ts";
import { Proposals } from "./proposals.ts";

const id = (index: number): number => firstGenerated + index;
const index = (value: unknown): number => (typeof value === "number" ? value - firstGenerated : -1);

/** Where `each` rows per record of another table stand. */
function perRecord(value: unknown, count: number, each: number): readonly [number, number] {
  const found = index(value);
  return found >= 0 && found < count ? [found * each, (found + 1) * each] : [0, 0];
}

/** The milliseconds of a moment as the service writes it, in winter time. */
function moment(seconds: number): string {
  return new Date((seconds + 3600) * 1000).toISOString().replace("Z", "+01:00");
}

const day = 86_400;
const start = Date.UTC(2026, 0, 12, 7) / 1000;
const files = (proposal: number, run: number): string =>
  `[{"filename":"RAW-R${String(run).padStart(4, "0")}-DA01-S00000.h5","relative_path":"p${String(proposal).padStart(6, "0")}/r${String(run).padStart(4, "0")}/"}]`;

/** Everything that is made from the seed: proposals, what was measured in them, and the data of it. */
export function generatedTables(scale: number | undefined, seed: number): Readonly<Record<string, Generated>> {
  const world = new Proposals(scale ?? 600);
  const folder = (k: number): string => `p${String(world.number(k)).padStart(6, "0")}`;
  const instrumentOf = (k: number): number => (k === 0 ? 1 : 1 + (mix(k, seed, 1) % 6));
  const path = (k: number): string => `/gpfs/exfel/exp/${identifiers[instrumentOf(k) - 1] as string}/202601/${folder(k)}/`;
  const raw = (i: number): number => id(2 * i);

  const proposals: Generated = {
    count: world.count,
    range: (field, value) => (field === "number" ? world.withNumber(Number(value)) : undefined),
    make(k): Row {
      const begin = start + (k % 100) * day;
      return {
        number: world.number(k),
        title: `${oneOf(["Structure", "Dynamics", "Melting", "Nucleation", "Spin order"], k, seed, 2)} of ${oneOf(["water ice", "lysozyme", "iron oxide", "gold clusters", "a photoenzyme"], k, seed, 3)}`,
        abstract: "",
        url: `https://in.xfel.eu/upex/proposal/${world.number(k)}`,
        instrument_id: instrumentOf(k),
        instrument_identifier: identifiers[instrumentOf(k) - 1] as string,
        instrument_cycle_id: instrumentOf(k),
        principal_investigator_id: -7,
        main_proposer_id: -7,
        begin_at: moment(begin),
        end_at: moment(begin + 5 * day),
        release_at: moment(begin + 3 * 365 * day),
        flg_beamtime_status: k === 0 ? "R" : "N",
        beamtime_start_at: moment(begin),
        beamtime_end_at: moment(begin + 5 * day),
        flg_proposal_system: "U",
        flg_available: true,
        description: "",
        proposal_folder: folder(k),
        def_proposal_path: `${path(k)}raw`,
        doi: `10.22003/XFEL.EU-DATA-${folder(k).slice(1)}-00`,
        local_contact_id: null,
        orig_repository_id: 103,
      };
    },
  };

  const experiments: Generated = {
    count: 2 * world.count,
    range: (field, value) => (field === "proposal_id" ? perRecord(value, world.count, 2) : undefined),
    make(e): Row {
      const number = 1 + (e % 2);
      return {
        name: number === 1 ? "Main beamtime" : "Second shift block",
        experiment_type_id: 1,
        proposal_id: id(Math.floor(e / 2)),
        flg_available: true,
        publisher: "XFEL",
        contributor: "XFEL",
        description: "",
        experiment_number: number,
        experiment_folder: `e000${number}`,
      };
    },
  };

  const samples: Generated = {
    count: world.sampleCount,
    range: (field, value) => (field === "proposal_id" ? world.samplesOf(index(value)) : undefined),
    make(s): Row {
      const k = world.proposalOfSample(s);
      return {
        name: `${oneOf(["Lysozyme", "Myoglobin", "Ice VII", "Fe2O3", "Au colloid"], s, seed, 4)} ${s - world.samplesOf(k)[0] + 1}`,
        url: `https://in.xfel.eu/upex/sample/${id(s)}`,
        sample_type_id: 1,
        proposal_id: id(k),
        flg_proposal_system: "upex",
        proposal_system_id: String(10_000 + s),
        flg_available: true,
        description: "",
      };
    },
  };

  const runs: Generated = {
    count: world.runs,
    range: (field, value) => (field === "experiment_id" ? world.runsOfExperiment(index(value)) : undefined),
    make(i): Row {
      const { k, number, experiment } = world.run(i);
      const [firstSample, afterSamples] = world.samplesOf(k);
      const begin = start + (k % 100) * day + number * 600;
      const trains = between(600, 5900, i, seed, 5);
      // The second run of the first proposal has trains that a double cannot hold.
      const first = i === 1 ? 9_007_199_254_740_993n : 1_500_000_000 + number * 6000 + k * 1_000_000;
      return {
        run_number: number,
        run_alias: "",
        experiment_id: id(experiment),
        sample_id: id(firstSample + (mix(i, seed, 6) % (afterSamples - firstSample))),
        begin_at: moment(begin),
        end_at: moment(begin + Math.ceil(trains / 10)),
        first_train: first,
        last_train: typeof first === "bigint" ? first + BigInt(trains) : first + trains,
        flg_available: true,
        flg_status: 2,
        original_format: "",
        system_msg: "",
        description: "",
        run_folder: `r${String(number).padStart(4, "0")}`,
        _techniques: [{ technique_id: 250, runs_techniques_id: id(i) }],
        _quality: oneOf([-1, 1, 1, 2], i, seed, 7),
      };
    },
  };

  const dataGroups: Generated = {
    count: 2 * world.runs,
    range(field, value) {
      if (field === "_runs") return perRecord(value, world.runs, 2);
      if (field !== "experiment_id") return undefined;
      const [from, to] = world.runsOfExperiment(index(value));
      return [2 * from, 2 * to];
    },
    make(g): Row {
      const i = Math.floor(g / 2);
      const { k, number, experiment } = world.run(i);
      const kind = g % 2 === 0 ? "raw" : "proc";
      return {
        name: `${folder(k)} r${String(number).padStart(4, "0")} ${kind}`,
        language: "en",
        data_group_type_id: kind === "raw" ? 1 : 3,
        experiment_id: id(experiment),
        user_id: -7,
        prefix_path: `${path(k)}${kind}/`,
        flg_available: true,
        flg_writing: false,
        flg_public: false,
        format: "hdf5",
        data_passport: "",
        removed_at: null,
        description: "",
        _runs: [id(i)],
      };
    },
  };

  const replicas: Generated = {
    count: 3 * world.runs,
    range(field, value) {
      if (field !== "data_group_id") return undefined;
      const g = index(value);
      if (g < 0 || g >= 2 * world.runs) return [0, 0];
      const first = 3 * Math.floor(g / 2);
      return g % 2 === 0 ? [first, first + 2] : [first + 2, first + 3];
    },
    make: (r): Row => ({
      data_group_id: raw(Math.floor(r / 3)) + (r % 3 === 2 ? 1 : 0),
      repository_id: [103, 11, 12][r % 3] as number,
      flg_available: true,
    }),
  };

  /** `each` rows for the raw data of every run. */
  const ofRaw = (each: number, make: (row: number, i: number) => Row): Generated => ({
    count: each * world.runs,
    range(field, value) {
      if (field !== "data_group_id" && field !== "_groups") return undefined;
      const g = index(value);
      return g >= 0 && g % 2 === 0 ? perRecord(id(g / 2), world.runs, each) : [0, 0];
    },
    make: (row) => make(row, Math.floor(row / each)),
  });

  return {
    proposals,
    experiments,
    samples,
    runs,
    data_groups: dataGroups,
    data_groups_repositories: replicas,
    data_files: ofRaw(1, (_row, i) => ({ data_group_id: raw(i), files: files(world.number(world.run(i).k), world.run(i).number) })),
    dataset_files: ofRaw(4, (row, i) => ({
      filename: `RAW-R${String(world.run(i).number).padStart(4, "0")}-DA0${1 + (row % 4)}-S00000.h5`,
      flg_available: true,
      flg_immutable: true,
      file_creation_at: moment(start + (world.run(i).k % 100) * day + world.run(i).number * 600),
      data_group_id: raw(i),
      data_group_type_id: 1,
      byte_size: 1_000_000_000 + mix(row, seed, 8),
      checksum: mix(row, seed, 9).toString(16).padStart(8, "0"),
      format: "hdf5",
      year: 2026,
    })),
    parameters: ofRaw(2, (row, i) => ({
      data_source: `${identifiers[instrumentOf(world.run(i).k) - 1] as string}_XTD2_ATT/MOTOR/${1 + (row % 2)}`,
      name: "actualPosition",
      value: String(between(0, 9999, row, seed, 10) / 100),
      minimum: "0.0",
      maximum: "100.0",
      mean: "50.0",
      standard_deviation: "0.5",
      data_type_id: 30,
      parameter_type_id: 1,
      unit_id: 1,
      unit_prefix: "milli",
      flg_available: true,
      description: "",
      _groups: [raw(i)],
      _runs: [],
    })),
    reports: {
      count: world.runs,
      range: (field, value) => (field === "run_id" ? perRecord(value, world.runs, 1) : undefined),
      make: (i): Row => ({
        name: `correct_${folder(world.run(i).k)}_r${world.run(i).number}.pdf`,
        cal_report_path: `${path(world.run(i).k)}usr/Reports/r${String(world.run(i).number).padStart(4, "0")}/`,
        cal_report_at: moment(start + (world.run(i).k % 100) * day + world.run(i).number * 600 + 3600),
        run_id: id(i),
        description: "",
      }),
    },
    proposals_techniques: {
      count: world.count,
      range: (field, value) => (field === "proposal_id" ? perRecord(value, world.count, 1) : undefined),
      make: (k): Row => ({ proposal_id: id(k), technique_id: 250 }),
    },
  };
}
