/** The middle value: of an even number of values, the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Median, least and greatest, in milliseconds rounded. */
export function summary(values) {
  const round = (value) => Math.round(value);
  return { median: round(median(values)), least: round(Math.min(...values)), greatest: round(Math.max(...values)), times: values.length };
}

/** A row of the table of targets: `is` is compared as it was measured, and shown with two digits. */
export function target(what, is, { atLeast, atMost, unit = "" }) {
  const met = atLeast === undefined ? is <= atMost : is >= atLeast;
  const wanted = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  return { what, is: Number(is.toFixed(2)), target: `${wanted}${unit}`, unit, met };
}
