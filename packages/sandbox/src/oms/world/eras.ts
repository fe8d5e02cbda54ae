/** A time of data taking, with the runs and fills that bound it. */
export interface Era {
  readonly name: string;
  readonly startRun: number;
  readonly endRun: number;
}

/** Eras by their runs; where one run belongs to two of them (heavy ions within cosmics) the first counts. */
export const eras: readonly Era[] = [
  { name: "PARun2016C", startRun: 285_479, endRun: 287_999 },
  { name: "Commissioning2018", startRun: 308_000, endRun: 315_251 },
  { name: "Run2018A", startRun: 315_252, endRun: 316_995 },
  { name: "Run2018B", startRun: 316_996, endRun: 319_310 },
  { name: "Run2018C", startRun: 319_311, endRun: 320_392 },
  { name: "Run2018D", startRun: 320_393, endRun: 326_380 },
  { name: "HIRun2018A", startRun: 326_381, endRun: 327_564 },
  { name: "Commissioning2018End", startRun: 327_565, endRun: 328_999 },
  { name: "Run2022G", startRun: 362_433, endRun: 362_999 },
  { name: "Run2024", startRun: 400_000, endRun: 999_999_999 },
];

/** Name of the era of a run, or null between eras. */
export function eraOf(run: number): string | null {
  return eras.find(({ startRun, endRun }) => run >= startRun && run <= endRun)?.name ?? null;
}
