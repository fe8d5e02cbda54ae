import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { unitNames } from "../src/definitions/fields.generated.ts";
import { quantitiesText, quantityText } from "../src/datasets/quantities.ts";
import { Invalid } from "../src/datasets/invalid.ts";
import { integerPower } from "../src/units/power.ts";
import { parseUnits } from "../src/units/registry.ts";

describe("units", () => {
  test("those of the definitions are known", () => {
    const url = new URL("../../../tooling/recordings/icat-plus/definitions.json", import.meta.url);
    const { fields } = JSON.parse(readFileSync(url, "utf8")) as { fields: readonly { unit?: string }[] };
    expect(unitNames.filter((unit) => parseUnits(unit) === undefined)).toEqual([]);
    expect(fields.flatMap(({ unit }) => (unit === undefined || parseUnits(unit) !== undefined ? [] : [unit]))).toEqual([]);
  });

  // What Pint 0.25.3 makes of them.
  test.each([
    [[12_500, "eV"], "keV", "12.5"],
    [[1e-15, "J"], "keV", "6.2415090744607635"],
    ["50 um", "mm", "0.05"],
    ["50 µm", "mm", "0.05"],
    ["50 μm", "mm", "0.05"],
    [[1, "inch"], "mm", "25.4"],
    [[7, "inches"], "mm", "177.79999999999998"],
    [[300, "K"], "°C", "26.850000000000023"],
    [[20, "degC"], "K", "293.15"],
    [[3.141592653589793, "rad"], "deg", "180.0"],
    [[1, "h"], "s", "3600"],
    [["2", "minutes"], "s", "120"],
    [[1500, "photons/ms"], "photons/s", "1500000"],
    [[2, "1/s"], "Hz", "2"],
    [[1, "kg/m^3"], "g/cm³", "0.0010000000000000002"],
    [[1, "Å²"], "nm³", undefined],
    [[1, "nm³"], "nm³", "1"],
    [[8, "cubic angstrom"], "nm³", "0.008"],
    [[1, "Gy/s/mA"], "Gy/mA/s", "1"],
    [[1, "um*mrad"], "nm·rad", "0.9999999999999999"],
    [[1, "electron/nm²"], "electrons/Å²", "0.01"],
    [[1, "bogus"], "mm", undefined],
    [[1, "10 mm"], "mm", undefined],
    [[1, "mm"], "keV", undefined],
    [[1, "mdegC"], "K", undefined],
    [[5, null], "mm", "5"],
    ["5keV", "keV", undefined],
    ["5.0 keV", "keV", "5"],
    ["inf", "keV", undefined],
  ] as const)("%j in %s is %s", (value, unit, wanted) => {
    const text = quantityText(value, unit, true);
    expect(text instanceof Invalid ? undefined : text).toBe(wanted);
  });

  test("several numbers are converted one by one", () => {
    expect(quantitiesText([[1, 2.5], "nm"], "Å")).toBe("10.0 25.0");
    expect(quantitiesText("1 2 3", "Å")).toBe("1.0 2.0 3.0");
    expect(quantitiesText("12.5 keV", "keV")).toBe("12.5");
    expect(quantitiesText("1 2 keV", "keV")).toBeInstanceOf(Invalid);
  });
});

describe("powers", () => {
  test("are rounded once", () => {
    expect(integerPower(10, 22)).toBe(1e22);
    expect(integerPower(1e-9, 3)).toBe(1e-27 + 2e-43);
    expect(integerPower(0.1, 3)).toBe(0.0010000000000000002);
    expect(integerPower(1024, -2)).toBe(2 ** -20);
    expect(integerPower(3, -3)).toBe(1 / 27);
  });
});
