import { float, isSciError, type SciError } from "@sci/http-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDatasetSerializer, datasetFields, type DatasetInput } from "../src/datasets/index.ts";
import { datasetPath, normalisePath } from "../src/datasets/paths.ts";
import { floatRepr, parseFloatText } from "../src/datasets/python.ts";
import { serializeDataset } from "../src/datasets/serialize.ts";
import { elementTime, localTime, parameterTime, parseTime } from "../src/datasets/times.ts";

const defaults = { machine: "m1", software: "s1", now: () => new Date("2024-03-01T10:00:00Z") };
const base = { beamline: "id00", proposal: "ma1234", dataset: "d", path: "/data/a" };

const written = (metadata: object, more: Partial<DatasetInput> = {}): ReturnType<typeof serializeDataset> =>
  serializeDataset({ ...base, metadata: { Sample_name: "s1", ...metadata }, ...more }, defaults);

/** The text of one parameter; undefined where it is not sent. */
function sent(field: string, value: unknown): string | undefined {
  const match = new RegExp(`<tns:name>${field}</tns:name>(?:<tns:value>([^<]*)</tns:value>|<tns:value/>)`).exec(
    written({ [field]: value }).xml,
  );
  return match === null ? undefined : (match[1] ?? "");
}

function refusal(make: () => unknown): SciError {
  try {
    make();
  } catch (error) {
    if (isSciError(error, "INVALID_ARGUMENT")) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("numbers as Python writes them", () => {
  test.each([
    [1, "1.0"],
    [-0, "-0.0"],
    [0.1 + 0.2, "0.30000000000000004"],
    [1e-7, "1e-07"],
    [0.0001, "0.0001"],
    [0.00001234, "1.234e-05"],
    [1e15, "1000000000000000.0"],
    [9999999999999998, "9999999999999998.0"],
    [1e16, "1e+16"],
    [1.5e22, "1.5e+22"],
    [5e-324, "5e-324"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [Number.NaN, "nan"],
    [-Infinity, "-inf"],
  ])("%d is %s", (value, text) => {
    expect(floatRepr(value)).toBe(text);
  });

  test("every number comes back from its text, which is never taken for a whole one", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const text = floatRepr(value);
        return Object.is(parseFloatText(text), value) && /[.en]/.test(text);
      }),
    );
  });

  test("whole numbers stay whole, marked ones do not, large ones are exact as bigint", () => {
    expect(sent("my_field", 12)).toBe("12");
    expect(sent("my_field", float(12))).toBe("12.0");
    expect(sent("my_field", 12n)).toBe("12");
    expect(sent("investigationId", 12345678901234567890n)).toBe("12345678901234567890");
    expect(sent("InstrumentMonochromator_energy", float(12))).toBe("12.0");
    expect(sent("InstrumentMonochromator_energy", [12_345n, "eV"])).toBe("12.345");
  });

  test.each(["1e", "0x10", "1__0", "_1", "", ".", "1,5", "nanx"])("%j is no number", (text) => {
    expect(parseFloatText(text)).toBeUndefined();
  });
});

describe("times", () => {
  test("text keeps its zone and its microseconds", () => {
    expect(sent("actualStartDate", "2024-01-02T03:04:05.123456-03:30")).toBe("2024-01-02T03:04:05.123456-03:30");
    expect(sent("actualStartDate", "2024-01-02 03:04")).toBe("2024-01-02T03:04:00");
    expect(sent("actualStartDate", "2024-01-02T03:04:05,5+0100")).toBe("2024-01-02T03:04:05.500000+01:00");
    expect(sent("actualStartDate", 1_700_000_000)).toBe("2023-11-14T22:13:20Z");
    expect(sent("actualStartDate", 1_700_000_000_250)).toBe("2023-11-14T22:13:20.250000Z");
  });

  test("a Date is local, with the offset of this machine", () => {
    const zone = process.env["TZ"];
    try {
      process.env["TZ"] = "Europe/Paris";
      const summer = localTime(new Date("2024-07-01T10:00:00.250Z"));
      expect(summer && parameterTime(summer)).toBe("2024-07-01T12:00:00.250000+02:00");
      expect(summer && elementTime(summer)).toBe("2024-07-01T12:00:00.250+02:00");
      process.env["TZ"] = "America/St_Johns";
      const winter = localTime(new Date("2024-01-01T10:00:00Z"));
      expect(winter && parameterTime(winter)).toBe("2024-01-01T06:30:00-03:30");
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });

  test.each([
    "2024-02-30",
    "2023-02-29",
    "2024-01-02T24:00:00",
    "2024-01-02T03:04:60",
    "2024-01-02T03:04:05+24:00",
    "0000-01-01",
    "today",
    "1e5",
  ])("%s is no time", (text) => {
    expect(parseTime(text)).toBeUndefined();
  });

  test("an invalid Date is refused, naming the field", () => {
    expect(refusal(() => written({ my_field: new Date("x") })).message).toContain("my_field");
  });
});

describe("what cannot be sent", () => {
  test("missing fields are named with what sets them", () => {
    const error = refusal(() => serializeDataset({ beamline: "id00", metadata: { sample_name: "s1" } as never }, defaults));
    expect(error.message).toContain("proposal (proposal), datasetName (dataset), location (path), Sample_name (metadata.Sample_name)");
    expect(error.message).toContain('Is "sample_name" meant to be Sample_name?');
    expect(error.details?.["fields"]).toEqual(["proposal", "datasetName", "location", "Sample_name"]);
  });

  test.each([
    ["\u0000", "U+0000"],
    ["\u001b", "U+001B"],
    ["\ufffe", "U+FFFE"],
    ["\ud800", "U+D800"],
    ["\udc00x", "U+DC00"],
  ])("the character %j is an error that names field and character", (text, name) => {
    const error = refusal(() => written({ Sample_description: `a${text}b` }));
    expect(error.message).toContain(`Field Sample_description holds the character ${name}`);
    expect(error.details).toMatchObject({ field: "Sample_description", character: name });
    expect(refusal(() => written({}, { dataset: `a${text}` })).details).toMatchObject({ field: "datasetName" });
    expect(refusal(() => written({ [`x${text}`]: 1 })).code).toBe("INVALID_ARGUMENT");
  });

  test("line ends and tabs are kept, in all scripts", () => {
    expect(written({ Sample_description: "a\r\nb\tc 😀 é" }).xml).toContain("<tns:value>a&#13;&#10;b\tc 😀 é</tns:value>");
  });

  test("quotation marks around an attribute are those that its value leaves free", () => {
    expect(written({ complete: 'a "b" <' }).xml).toContain(`complete='a "b" &lt;'>`);
    expect(written({ complete: `'a' "b"\t` }).xml).toContain(`complete="'a' &quot;b&quot;&#9;">`);
  });

  test("lists of several kinds say how to make them one", () => {
    expect(refusal(() => written({ my_field: [1, 2.5] })).message).toContain("float(1)");
    expect(sent("my_field", [float(1), 2.5])).toBe("1.0,2.5");
    expect(refusal(() => written({ my_field: [[[1]]] })).message).toContain("deeper than two levels");
    expect(refusal(() => written({ my_field: { a: 1 } })).message).toContain("neither text, number");
    expect(refusal(() => written({ my_field: new Uint8Array([255]) })).message).toContain("no UTF-8");
  });

  test("what is no dataset at all is refused", () => {
    expect(refusal(() => serializeDataset({ ...base, metdata: {} } as never, defaults)).message).toContain('Did you mean "metadata"?');
    expect(refusal(() => serializeDataset(undefined as never, defaults)).message).toContain("must be an object");
    expect(refusal(() => serializeDataset({ ...base, metadata: [] as never }, defaults)).message).toContain("metadata must be an object");
    expect(refusal(() => serializeDataset({ ...base, path: 7 as never, metadata: { Sample_name: "s" } }, defaults)).message).toContain(
      "must be text",
    );
  });
});

describe("strict and lenient", () => {
  const odd = { scannumber: 1, InstrumentMonochromator_energy: [1, "mm"], Mirror_type: "double" };

  test("strict names every problem, and the nearest field", () => {
    const error = refusal(() => written(odd, { strict: true }));
    expect(error.message).toContain("There is no field scannumber. Did you mean scanNumber?");
    expect(error.message).toContain('InstrumentMonochromator_energy cannot be converted from "mm" to keV; it is [1,"mm"]');
    expect(error.message).toContain("Mirror_type must be one of single, multi");
    expect(error.details?.["problems"]).toHaveLength(3);
    expect(refusal(() => written({}, { path: "raw/a", strict: true })).message).toContain('The path "raw/a" is not absolute');
    expect(refusal(() => written({}, { raw: ["raw/a"], strict: true })).message).toContain('The path "raw/a" is not absolute');
    expect(refusal(() => written({ definition: "NOPE" }, { strict: true })).message).toContain('does not know "NOPE"');
  });

  test("lenient sends plain text and tells", () => {
    const { xml, warnings } = written({ scannumber: 1, Mirror_type: "double" });
    expect(xml).toContain("<tns:name>Mirror_type</tns:name><tns:value>double</tns:value>");
    expect(warnings.map(({ kind, field }) => [kind, field])).toEqual([
      ["invalid", "Mirror_type"],
      ["unknown", "scannumber"],
    ]);
    expect(refusal(() => written(odd)).message).toContain("InstrumentMonochromator_energy");
  });

  test("deprecated fields are warned of, also when strict", () => {
    const { xml, warnings } = written({ SamplePaleo_collection_number: "c1" }, { strict: true });
    expect(xml).toContain("<tns:name>Sample_collection_number</tns:name><tns:value>c1</tns:value>");
    expect(warnings).toMatchObject([{ kind: "deprecated", message: expect.stringContaining("Use Sample_collection_number") as string }]);
  });

  test("a processed dataset needs what it was made from", () => {
    expect(refusal(() => written({}, { raw: [] })).details).toMatchObject({ field: "input_datasets" });
    expect(written({ input_datasets: "/mnt/x/data/visitor/a/id00/20240301/x, /data/b" }, { raw: "" }).xml).toContain(
      "<tns:value>/data/visitor/a/id00/20240301/x,/data/b</tns:value>",
    );
  });
});

describe("paths", () => {
  test.each([
    ["/data//a/./b/../c/", "/data/a/c"],
    ["//data/a", "//data/a"],
    ["///data/a", "/data/a"],
    ["a/../../b", "../b"],
    ["/..", "/"],
    ["", "."],
  ])("%s is %s", (path, normal) => {
    expect(normalisePath(path)).toBe(normal);
  });

  test.each([
    ["/mnt/x/data/visitor/ma1/ID23-1/20240301/RAW_DATA/s/s_1", "/data/visitor/ma1/id23eh1/20240301/RAW_DATA/s/s_1"],
    ["/mnt/x/data/visitor/ma1/id23-1/20240301/raw/20240302", "/data/visitor/ma1/id23-1/20240301/raw/20240302"],
    ["/mnt/x/data/id00/inhouse/ihma1/20240301/RAW_DATA", "/data/id00/inhouse/ihma1/20240301/RAW_DATA"],
    ["/mnt/x/data/visitor/ma1/id00/20240231/RAW_DATA", "/mnt/x/data/visitor/ma1/id00/20240231/RAW_DATA"],
    ["/mnt/x/data/other", "/mnt/x/data/other"],
    ["/ma1/ID00/20240301/data", "/ma1/id00/20240301/data"],
    ["mnt/data/visitor/ma1/ID00/20240301", "mnt/data/visitor/ma1/ID00/20240301"],
  ])("%s is sent as %s", (path, wanted) => {
    expect(datasetPath(path)).toBe(wanted);
  });
});

test("fields can be listed", async () => {
  const fields = await datasetFields();
  expect(fields).toHaveLength(1261);
  expect(fields.find(({ name }) => name === "InstrumentMonochromator_energy")).toEqual({
    name: "InstrumentMonochromator_energy",
    type: "quantity",
    unit: "keV",
    required: false,
    deprecated: false,
  });
  expect(fields.find(({ name }) => name === "HOLO_pixelSize")).toMatchObject({
    deprecated: true,
    replacedBy: "HOLO_pixel_size",
    unit: "μm",
  });
  expect(fields.filter(({ required }) => required).map(({ name }) => name)).toContain("Sample_name");
});

test("messages can be made without a client", async () => {
  const serialize = await createDatasetSerializer(defaults);
  expect(serialize({ ...base, metadata: { Sample_name: "s1" } })).toMatchObject({ warnings: [], subject: "dataset d of ma1234 at id00" });
});
