/** A rule that says which offline datasets a run gets when it is signed off. */
export interface AcceptedDataset {
  readonly id: number;
  readonly name: string;
  readonly regexp: string;
  readonly enabled: boolean;
  readonly class: string;
  readonly run_from: number;
  readonly run_to: number;
  readonly createdAt: string;
}

type Rule = readonly [name: string, cls: string, from: number, to: number];

const rules: readonly Rule[] = [
  ["/Express/Collisions2018/DQM", "Collisions18", 315000, 326999],
  ["/PromptReco/Collisions2018A/DQM", "Collisions18", 315252, 316995],
  ["/PromptReco/Collisions2018B/DQM", "Collisions18", 316996, 319310],
  ["/PromptReco/Collisions2018C/DQM", "Collisions18", 319311, 320392],
  ["/PromptReco/Collisions2018D/DQM", "Collisions18", 320393, 326999],
  ["/Express/HICollisions2018/DQM", "HICollisions18", 326381, 327564],
  ["/PromptReco/HICollisions2018A/DQM", "HICollisions18", 326381, 327564],
  ["/Express/Cosmics18/DQM", "Cosmics18", 308000, 328999],
  ["/PromptReco/Cosmics18/DQM", "Cosmics18", 308000, 328999],
  ["/PromptReco/HICosmics18A/DQM", "Cosmics18", 326381, 328999],
  ["/Express/Commissioning2018/DQM", "Commissioning18", 308000, 328999],
  ["/Express/Collisions2022/DQM", "Collisions22", 355000, 362999],
  ["/PromptReco/Collisions2022G/DQM", "Collisions22", 362433, 362999],
  ["/Express/Collisions2024/DQM", "Collisions24", 400000, 999999999],
  ["/PromptReco/Collisions2024F/DQM", "Collisions24", 400000, 999999999],
  ["/Express/Cosmics24/DQM", "Cosmics24", 400000, 999999999],
  ["/PromptReco/Cosmics24/DQM", "Cosmics24", 400000, 999999999],
  ["/Express/Commissioning2024/DQM", "Commissioning24", 400000, 999999999],
];

/** The rules in force from the start. */
export const acceptedDatasets: readonly AcceptedDataset[] = rules.map(([name, cls, from, to], index) => ({
  id: index + 1,
  name,
  regexp: name,
  enabled: true,
  class: cls,
  run_from: from,
  run_to: to,
  createdAt: "2018-04-20T08:00:00.000Z",
}));

const cache = new Map<string, readonly string[]>();

/** Names of the offline datasets of a run, in the order of names. */
export function datasetNamesFor(cls: string, run: number): readonly string[] {
  const matching = rules.filter((rule) => rule[1] === cls && run >= rule[2] && run <= rule[3]);
  const key = matching.map((rule) => rule[0]).join(" ");
  let names = cache.get(key);
  if (names === undefined) cache.set(key, (names = matching.map((rule) => rule[0]).sort()));
  return names;
}
