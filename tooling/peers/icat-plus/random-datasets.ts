import type { FieldDescription } from "@sci/icat-plus/datasets";

/** Numbers from 0 to below `below`, the same for the same seed. */
export type Random = (below: number) => number;

export function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** A dataset in JSON; what JSON has no word for is an object with a key like $float. */
export interface RandomDataset {
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const floats = ["1.0", "2.5", "1e-07", "1e+16", "nan", "inf", "-0.0", "0.1", "123456.789", "1e-05", "5e-324", "1.7976931348623157e+308"];
const texts = ["a", "b c", "5", " 7 ", "1.5", "x,y", "u;v", "", "true", "XRF", "*DIS*", "single", "2024-01-02T03:04:05", 'µ <&> "q" 😀'];
const times = [
  "2024-01-02",
  "2024-01-02T03:04:05Z",
  "2024-01-02 03:04:05.5+02:00",
  "today",
  "2024-01-02T03:04",
  "1700000000",
  "2024-02-30",
];
const words = [
  "a b",
  "a,b",
  "a;b",
  " a , b ",
  "x",
  "",
  ["a", "b"],
  ["a b"],
  ["a,b"],
  ["a;b"],
  [1, 2],
  [1, 2.5],
  ["a", 1],
  [],
  ["", " "],
  [true],
];
const techniques = ["XRF", "xrf", "XRD SAXS", "NOPE", "XRF NOPE", ["XRF", "XAS"], "cxd CDI", "https://w3id.org/PaN/ESRFET#XRF", [], "", 5];
const units = [
  ...[
    "m",
    "mm",
    "um",
    "µm",
    "nm",
    "km",
    "inch",
    "angstrom",
    "Å",
    "eV",
    "keV",
    "J",
    "cal",
    "s",
    "ms",
    "min",
    "hours",
    "year",
    "deg",
    "mrad",
    "%",
  ],
  ...["K", "degC", "°C", "degF", "g", "kDa", "lb", "mA", "kV", "kHz", "1/s", "photons/ms", "counts/s", "electrons/angstrom**2", "1/nm²"],
  ...["nm*rad", "um·mrad", "kGy", "Gy/min", "Gy/mA/s", "kg/m^3", "g/cm³", "mm/s", "km/h", "cubic angstrom", "liter", "pixel", "square mm"],
  ...["N*m", "W*s", "kg*m²/s²", "C*V", "hartree", "bogus", "", "12", "keV keV", "dimensionless", "parsec", "kilo eV", "ANGSTROM", "bit"],
];
const folders = [
  ...[
    "data",
    "visitor",
    "ma1234",
    "id00",
    "ID00",
    "id23-1",
    "20240301",
    "20240302",
    "20241399",
    "RAW_DATA",
    "PROCESSED_DATA",
    "raw",
    "sample",
  ],
  ...["sample_0001", "sample_sample_1", "mnt", "x.h5", "a b", "__icat__", "inhouse", "..", ".", "", "gallery", "a@b", "NOTES"],
];

/** Random datasets, each with a few fields in values that fit, nearly fit or do not fit. */
export function randomDatasets(fields: readonly FieldDescription[], random: Random, count: number): RandomDataset[] {
  const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;
  const float = (): unknown => ({ $float: pick(floats) });
  const number = (): unknown => pick([() => random(2000) - 500, float, () => Math.round(random(100_000) * 1003) / 1e6 + 0.0123])();
  const moment = { $datetime: "2024-03-01T11:30:15.250000+00:00" };
  const scalar = (): unknown =>
    pick([number, () => pick(texts), () => random(2) === 0, () => moment, () => null, () => ({ $bytes: "YWJj" })])();
  const list = (): unknown => {
    const one = pick([() => random(100), () => pick(texts), float, () => random(2) === 0, scalar, () => [random(9), random(9)]]);
    return Array.from({ length: random(4) }, one);
  };
  const quantity = (): unknown =>
    pick<() => unknown>([
      ...[number, () => `${pick(["5", "12.5", "1e3", ".5", "nan", "x"])} ${pick(units)}`, () => [number(), pick(units)]],
      ...[() => [pick(["5", "0.1"]), pick(units)], () => [[number(), number()], pick(units)], () => [number(), null], () => "1 2 3"],
    ])();
  const valueOf = ({ name, type }: FieldDescription): unknown => {
    if (random(9) === 0) return pick([scalar, list])();
    if (type === "quantity" || type === "quantities") return quantity();
    if (type === "time") return pick<() => unknown>([() => pick(times), () => moment, () => random(2e9)])();
    if (type === "words") return pick<unknown>(/^(definition|technique_pid)$/.test(name) ? techniques : words);
    if (type === "numbers" || type === "motor positions")
      return pick<unknown>(["1 2.5", "1 *DIS* err", [1, 2.5], ["err", "None", 1], "x", ["x"], 5]);
    if (type === "integer pairs") return pick<unknown>(["1,2 3,4", [[1, 2]], [1, 2], "x", [], [["1", "2"]]]);
    if (type === "records") return pick<unknown>(["A,B;C", [["A", "B"], ["C"]], ["A,B", "C"], [], [5], [["A;x"]]]);
    return pick<unknown>([
      ...texts,
      5,
      5.5,
      "5.0",
      true,
      "yes",
      "off",
      2,
      float(),
      "hibou_diff-image_v1",
      ["hibou_diff-image_v1"],
      "x".repeat(45),
    ]);
  };
  const path = (): string => `${random(8) > 0 ? "/mnt/" : ""}${Array.from({ length: random(11) }, () => pick(folders)).join("/")}`;
  const byType = [...new Set(fields.map(({ type }) => type))].map((wanted) => fields.filter(({ type }) => type === wanted));
  return Array.from({ length: count }, () => {
    const metadata: Record<string, unknown> = {};
    const put = (): void => {
      const field = pick(pick(byType));
      metadata[field.name] = valueOf(field);
    };
    for (let left = random(3); left > 0; left--) put();
    const standing = {
      Sample_name: "s1",
      startDate: { $datetime: "2024-03-01T10:00:00+00:00" },
      endDate: moment,
      machine: "m1",
      software: "s1",
    };
    for (const [name, value] of Object.entries(standing)) metadata[name] ??= value;
    for (let left = random(3); left > 0; left--) put();
    const given: Record<string, unknown> = {
      beamline: "id00",
      proposal: "ma1234",
      dataset: "sample_0001",
      path: "/data/visitor/ma1234/id00/20240301/s",
    };
    const odd = random(9);
    if (odd === 0) metadata[pick(["my_field", "zz", "scannumber"])] = pick([scalar, list])();
    if (odd === 1) {
      const renamed = pick(fields.filter(({ replacedBy }) => replacedBy !== undefined));
      metadata[renamed.name] = pick<unknown>(["x", 5, "5 mm", ["a", "b"], null]);
      if (random(2) === 0) metadata[renamed.replacedBy as string] = pick<unknown>(["y", 6, null, ["c"]]);
    }
    if (odd === 2) metadata[pick(["Sample_name", "startDate", "endDate", "complete", "datasetName"])] = scalar();
    if (odd === 3) metadata[pick(["proposal", "beamlineID", "location"])] = pick(["MA1234", "ID00", "/data/x", "", null]);
    if (odd === 4) given["path"] = path();
    if (odd === 5) given[pick(Object.keys(given))] = "";
    if (odd === 6) given["strict"] = true;
    if (odd === 7) given["raw"] = pick<() => unknown>([path, () => [path(), path()], () => []])();
    return { arguments: given, metadata };
  });
}
