/** Number of the first proposal; half of all runs belong to it. */
export const firstProposal = 1234;
const runsEach = 50;
const samplesEach = 5;

/** How runs, experiments and samples are spread over the generated proposals. All of them are counted from 0 here. */
export class Proposals {
  readonly runs: number;
  /** Proposals. */
  readonly count: number;
  readonly sampleCount: number;
  readonly #first: number;
  readonly #firstSamples: number;

  constructor(runs: number) {
    this.runs = runs;
    this.#first = Math.ceil(runs / 2);
    this.count = 1 + Math.ceil((runs - this.#first) / runsEach);
    this.#firstSamples = Math.max(3, Math.ceil(this.#first / 20));
    this.sampleCount = this.#firstSamples + (this.count - 1) * samplesEach;
  }

  /** Numbers leave 2017 to 799999 free, where clients that test themselves choose theirs. */
  number(k: number): number {
    if (k === 0) return firstProposal;
    const low = 1000 + k + (1000 + k >= firstProposal ? 1 : 0);
    return low <= 2016 ? low : 800_000 + (low - 2016);
  }

  withNumber(number: number): readonly [number, number] {
    if (number === firstProposal) return [0, 1];
    const low = number > 800_000 ? number - 800_000 + 2016 : number;
    const k = low - 1000 - (low > firstProposal ? 1 : 0);
    return k > 0 && k < this.count && this.number(k) === number ? [k, k + 1] : [0, 0];
  }

  #runsOf(k: number): readonly [number, number] {
    if (k === 0) return [0, this.#first];
    const from = this.#first + (k - 1) * runsEach;
    return [from, Math.min(from + runsEach, this.runs)];
  }

  /** The two experiments of a proposal share its runs. */
  runsOfExperiment(e: number): readonly [number, number] {
    if (e < 0 || e >= 2 * this.count) return [0, 0];
    const [from, to] = this.#runsOf(Math.floor(e / 2));
    const middle = Math.ceil((from + to) / 2);
    return e % 2 === 0 ? [from, middle] : [middle, to];
  }

  run(i: number): { readonly k: number; readonly number: number; readonly experiment: number } {
    const k = i < this.#first ? 0 : 1 + Math.floor((i - this.#first) / runsEach);
    const [from, to] = this.#runsOf(k);
    return { k, number: i - from + 1, experiment: 2 * k + (i < Math.ceil((from + to) / 2) ? 0 : 1) };
  }

  samplesOf(k: number): readonly [number, number] {
    if (k < 0 || k >= this.count) return [0, 0];
    if (k === 0) return [0, this.#firstSamples];
    const from = this.#firstSamples + (k - 1) * samplesEach;
    return [from, from + samplesEach];
  }

  proposalOfSample(s: number): number {
    return s < this.#firstSamples ? 0 : 1 + Math.floor((s - this.#firstSamples) / samplesEach);
  }
}
