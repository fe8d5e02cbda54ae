import { describe, expect, it } from "vitest";
import { parseInjectionScheme, ratesOverTime } from "../src/index.ts";
import { refusal } from "@sci/http-core/testing";

describe("injection schemes", () => {
  it.each<[string, object]>([
    [
      "25ns_2556b_2544_2215_2332_144bpi_20injV3",
      { spacing: "25ns", bunches: "2556b", ip1_5: 2544, ip2: 2215, ip8: 2332, trainlength: "144bpi", injections: "20inj", special: "V3" },
    ],
    [
      "75_150ns_733Pb_733_702_468_42bpi_20inj",
      { spacing: "75_150ns", bunches: "733Pb", ip1_5: 733, ip2: 702, ip8: 468, trainlength: "42bpi", injections: "20inj", special: null },
    ],
    [
      "25ns_2556b_2544_2215_2332_144bpi_20inj_special_v2",
      {
        spacing: "25ns",
        bunches: "2556b",
        ip1_5: 2544,
        ip2: 2215,
        ip8: 2332,
        trainlength: "144bpi",
        injections: "20inj",
        special: "special_v2",
      },
    ],
    [
      "2556b_2544_2215_2332_144bpi_20inj",
      { spacing: null, bunches: "2556b", ip1_5: 2544, ip2: 2215, ip8: 2332, trainlength: "144bpi", injections: "20inj", special: null },
    ],
    [
      "50ns_48b_36_24_12_12bpi",
      { spacing: "50ns", bunches: "48b", ip1_5: 36, ip2: 24, ip8: 12, trainlength: "12bpi", injections: null, special: null },
    ],
    ["Single_3b_2_2_2", { spacing: "Single", bunches: "3b", ip1_5: 2, ip2: 2, ip8: 2, trainlength: null, injections: null, special: null }],
    [
      "Single_10b_3_2_2_BSRT_scan",
      { spacing: "Single", bunches: "10b", ip1_5: 3, ip2: 2, ip8: 2, trainlength: null, injections: null, special: "BSRT_scan" },
    ],
  ])("%s", (text, parts) => {
    expect(parseInjectionScheme(text)).toEqual({ text, ...parts });
  });

  it.each([null, undefined, "", "no_value", "Single_10b_3", "25ns_2556b_2544"])("%s is none", (text) => {
    expect(parseInjectionScheme(text)).toBeUndefined();
  });

  it("refuses what is no text", async () => {
    await refusal(() => parseInjectionScheme(5 as never));
  });
});

describe("rates against time", () => {
  const times = [1, 2, 3].map((lumisection_number) => ({
    run_number: 1,
    lumisection_number,
    start_time: `2018-11-30T03:0${lumisection_number}:00Z`,
    end_time: `2018-11-30T03:0${lumisection_number}:23Z`,
  }));

  it("join rates and lumisections, in order, also where one row spans several", () => {
    const rates = [
      { run_number: 1, first_lumisection_number: 3, last_lumisection_number: 4, rate: 7 },
      { run_number: 1, first_lumisection_number: 1, last_lumisection_number: 2, rate: 5 },
    ];
    expect(ratesOverTime(rates, times)).toEqual([
      {
        run_number: 1,
        first_lumisection_number: 1,
        last_lumisection_number: 2,
        start_time: times[0]?.start_time,
        end_time: times[1]?.end_time,
        rate: 5,
      },
      { run_number: 1, first_lumisection_number: 3, last_lumisection_number: 4, start_time: times[2]?.start_time, end_time: null, rate: 7 },
    ]);
  });

  it("find the rate inside of a row, with or without units", () => {
    const plain = { first_lumisection_number: 1, last_lumisection_number: 1, l1a_physics: { rate: 90_000, counter: 5 } };
    const measured = Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, { value, units: null }]));
    const [one, two] = ratesOverTime(
      [plain, measured],
      times.map(({ run_number: _run, ...rest }) => rest),
      { rate: "l1a_physics.rate" },
    );
    expect([one?.rate, two?.rate, one?.start_time]).toEqual([90_000, 90_000, times[0]?.start_time]);
    expect(ratesOverTime([], times)).toEqual([]);
  });

  it("refuse rows without lumisections, and a rate that no row has", async () => {
    expect((await refusal(() => ratesOverTime([{ rate: 5 }], times))).message).toMatch(/first_lumisection_number/);
    const rows = [{ run_number: 1, first_lumisection_number: 1, last_lumisection_number: 1, rate: null }];
    expect(ratesOverTime(rows, times)[0]?.rate).toBeNull();
    expect((await refusal(() => ratesOverTime(rows, times, { rate: "rat" }))).message).toMatch(/None of the 1 rows has a rate "rat"/);
    await refusal(() => ratesOverTime(rows, times, { rate: "" }));
  });
});
