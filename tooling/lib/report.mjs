/** A check that cannot be made here, with the reason: counted as skipped. */
export class Skip extends Error {}

/** Collects the outcome of checks, each of which counts as one test. */
export class Report {
  /** Totals so far. */
  counts = { passed: 0, failed: 0, skipped: 0 };

  /** With `only`, checks that are made per package are made for these packages. */
  constructor({ only } = {}) {
    this.only = only;
  }

  /** The packages that are to be checked. */
  chosen(packages) {
    return this.only === undefined ? packages : packages.filter(({ short }) => this.only.includes(short));
  }

  /** Runs one check; a thrown error is its failure, and the others still run. Returns what the check returns, undefined when it failed. */
  async check(name, body) {
    try {
      const value = await body();
      this.counts.passed += 1;
      console.log(`ok      ${name}`);
      return value;
    } catch (error) {
      const skipped = error instanceof Skip;
      this.counts[skipped ? "skipped" : "failed"] += 1;
      console.log(`${skipped ? "skipped" : "FAILED "} ${name}: ${error.message}`);
      return undefined;
    }
  }

  /** Adds the counts of a test run. */
  add(counts) {
    for (const key of Object.keys(this.counts)) this.counts[key] += counts[key] ?? 0;
  }
}

/** Throws when there are faults, one a line. */
export function expectNone(faults) {
  if (faults.length > 0) throw new Error(faults.length === 1 ? faults[0] : `\n  ${faults.join("\n  ")}`);
}
