// A run of European XFEL in its metadata catalogue, from its opening to its replica.
import { formatTime } from "@sci/mymdc";

/** Whose run it is, and where its data go. */
export const beamtime = { proposal: 1234, instruments: ["SPB"], repository: "XFEL_GPFS_OFFLINE_RAW_CC", rawData: 1 };

/** Opens a run with the number after the last one, in the last experiment of the proposal and with its first sample. */
export async function openRun(mdc, beginAt = new Date()) {
  const { proposal: number, instruments, rawData } = beamtime;
  const proposal = await mdc.proposals.info(number, { instruments });
  const [experiments, { items: samples }, me] = await Promise.all([
    mdc.proposals.experiments(number).collect({ limit: 100 }),
    mdc.proposals.samples(number, { limit: 1 }),
    mdc.users.me(),
  ]);
  const experiment = experiments.at(-1);
  const { run, data_group } = await mdc.runs.register({
    experiment_id: experiment.id,
    sample_id: samples[0].id,
    run: { run_number: proposal.last_run + 1, begin_at: formatTime(beginAt), first_train: firstTrain },
    data_group: { data_group_type_id: rawData, user_id: me.id, prefix_path: `${proposal.def_proposal_path}/` },
  });
  return { proposal, experiment, sample: samples[0], run, data_group };
}

/** Trains are counted with 64 bits; beyond 2^53 only a bigint is exact. */
const firstTrain = 2n ** 53n + 1n;
const trainsPerSecond = 10n;

/** Registers the files of the run. */
export async function fillRun(mdc, { experiment, run, data_group }, count = 3) {
  const folder = run.run_folder;
  const files = Array.from({ length: count }, (_, index) => ({
    filename: `RAW-${folder.toUpperCase()}-DA01-S${String(index).padStart(5, "0")}.h5`,
    relative_path: `${folder}/`,
  }));
  await mdc.runs.registerData({ experiment_id: experiment.id, run_id: run.id, data_group_id: data_group.id, files });
  return files;
}

/** Closes the run after so many seconds. */
export async function closeRun(mdc, { run, experiment, sample }, seconds = 60) {
  return mdc.runs.close({
    run_id: run.id,
    experiment_id: experiment.id,
    sample_id: sample.id,
    run: {
      end_at: formatTime(new Date(Date.parse(run.begin_at) + seconds * 1000)),
      last_train: run.first_train + BigInt(seconds) * trainsPerSecond,
    },
  });
}

/** Says that the raw data are in the repository. */
export async function replicateRun(mdc, { run }) {
  const { proposal, repository } = beamtime;
  const { items } = await mdc.runs.registerReplica({ proposal, run: run.run_number, repository });
  return items;
}

/** The run as a portal shows it. Throws when it is not closed, or its files or replicas are not those that were registered. */
export async function checkRun(mdc, { run, data_group }, files) {
  const { proposal, repository } = beamtime;
  const listed = await mdc.proposals.run(proposal, run.run_number);
  const replicas = await mdc.runs.replicas({ proposal, run: run.run_number });
  const expected = { status: 2, files: files.length, replicas: [`${data_group.id} in ${repository}`] };
  const found = {
    status: listed.flg_status,
    files: listed.num_files,
    replicas: replicas.filter((one) => one.flg_available).map((one) => `${one.data_group_id} in ${one.repository.identifier}`),
  };
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`The catalogue shows ${JSON.stringify(found)} of run ${run.run_number}, not ${JSON.stringify(expected)}.`);
  return listed;
}
