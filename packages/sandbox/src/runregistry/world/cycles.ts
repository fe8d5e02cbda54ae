import type { Store } from "../store.ts";

const members: readonly {
  name: string;
  deadline: string;
  states: Readonly<Record<string, string>>;
  datasets: readonly (readonly [number, string])[];
}[] = [
  {
    name: "Collisions18 first week",
    deadline: "2018-05-11T00:00:00.000Z",
    states: { dt_state: "completed", global_state: "completed", tracker_state: "completed" },
    datasets: [315257, 315259, 315264, 315265, 315267].map((run) => [run, "/PromptReco/Collisions2018A/DQM"] as const),
  },
  {
    name: "Cosmics18 week 48",
    deadline: "2018-12-07T00:00:00.000Z",
    states: { dt_state: "completed", global_state: "pending", tracker_state: "pending" },
    datasets: [327600, 327601, 327604].map((run) => [run, "/PromptReco/Cosmics18/DQM"] as const),
  },
];

/** Groups of datasets that are certified together: all of them, whatever workspace is asked for. Each dataset stands in it twice, as in the service. */
export function cycles(store: Store): object[] {
  return members.map(({ name, deadline, states, datasets }, index) => {
    const createdAt = new Date(Date.parse(deadline) - 6 * 86_400_000).toISOString();
    const rows = datasets.filter(([run, dataset]) => store.dataset(run, dataset) !== undefined);
    const nested = rows.map(([run, dataset]) => ({
      id_cycle: index + 1,
      run_number: run,
      name: dataset,
      createdAt,
      updatedAt: createdAt,
      Datasets: [store.dataset(run, dataset)],
    }));
    return {
      id_cycle: index + 1,
      cycle_name: name,
      cycle_attributes: states,
      deadline,
      deleted: false,
      createdAt,
      updatedAt: createdAt,
      CycleDataset: nested,
      datasets: nested.flatMap((entry) => entry.Datasets),
    };
  });
}
