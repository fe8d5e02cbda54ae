import { isSciError } from "@sci/http-core";
import fc from "fast-check";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { LumiMask, type MaskRange } from "../src/lumi-mask.ts";

const golden = {
  "315257": [
    [1, 88],
    [91, 92],
  ],
  "315259": [[1, 172]],
} as const;

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isSciError(error, "INVALID_ARGUMENT")) return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("parse", () => {
  const mask = LumiMask.parse(golden);

  it("reads a golden JSON as object and as text, and gives it back", () => {
    expect(mask.toJSON()).toEqual(golden);
    expect(LumiMask.parse(JSON.stringify(golden)).equals(mask)).toBe(true);
    expect(LumiMask.parse(`\uFEFF${JSON.stringify(golden, null, 2)}\n`).equals(mask)).toBe(true);
    expect(mask.toText()).toBe('{"315257": [[1, 88], [91, 92]], "315259": [[1, 172]]}');
    expect(String(mask)).toBe(mask.toText());
    expect(JSON.stringify({ mask })).toBe('{"mask":{"315257":[[1,88],[91,92]],"315259":[[1,172]]}}');
  });

  it("reads and writes what brilcalc takes on its command line", () => {
    expect(mask.toBrilcalc()).toBe("{315257:[[1,88],[91,92]],315259:[[1,172]]}");
    expect(LumiMask.parse(mask.toBrilcalc()).equals(mask)).toBe(true);
    expect(LumiMask.parse("{'315257': [[1, 88]]}").toText()).toBe('{"315257": [[1, 88]]}');
  });

  it("reads and writes the ranges of CMSSW and CRAB", () => {
    const ranges = LumiMask.of([
      [315257, 1, 88],
      [315257, 91, 91],
      [315259, 1, 172],
    ]).toRanges();
    expect(ranges).toEqual(["315257:1-315257:88", "315257:91", "315259:1-315259:172"]);
    expect(LumiMask.parse(ranges.join(",")).toRanges()).toEqual(ranges);
    expect(LumiMask.parse("# certified\n315257:1-88\n315257:[91, 91]\n\n315259:1-315259:172 # all\n").toRanges()).toEqual(ranges);
  });

  it("takes the mask of another copy of the package by its JSON, never as an empty one", () => {
    const foreign = new (class {
      toJSON(): object {
        return golden;
      }
    })();
    expect(LumiMask.parse(foreign as never).equals(golden)).toBe(true);
    expect(messageOf(() => LumiMask.parse(new Map([["315257", [[1, 2]]]]) as never))).toContain("A golden JSON is an object like");
  });

  it("puts ranges in order unless strict", () => {
    const untidy = {
      "7": [
        [10, 20],
        [1, 5],
        [6, 8],
        [15, 30],
        [10, 20],
      ],
      "3": [],
    } as const;
    expect(LumiMask.parse(untidy).toJSON()).toEqual({
      "7": [
        [1, 8],
        [10, 30],
      ],
    });
    expect(
      messageOf(() =>
        LumiMask.parse(
          {
            "7": [
              [10, 20],
              [15, 30],
            ],
          },
          { strict: true },
        ),
      ),
    ).toBe("Run 7: range [15,30] overlaps or precedes the one before it, which ends at 20.");
    expect(messageOf(() => LumiMask.parse({ "3": [] }, { strict: true }))).toBe("Run 3 has no ranges.");
    expect(messageOf(() => LumiMask.parse("7:10-20,7:5", { strict: true }))).toContain("Run 7: range 7:5 overlaps or precedes");
    expect(
      LumiMask.parse(
        {
          "7": [
            [1, 5],
            [6, 8],
          ],
        },
        { strict: true },
      ).ranges(7),
    ).toEqual([[1, 8]]);
  });

  const refused: [name: string, source: unknown, message: string][] = [
    ["a reversed range", { "315257": [[88, 1]] }, "Run 315257: range [88,1] ends before it begins."],
    ["lumisection 0", { "315257": [[0, 5]] }, "Run 315257: range [0,5] begins before lumisection 1."],
    ["a fraction", { "315257": [[1, 2.5]] }, "Run 315257: range [1,2.5] must be two whole numbers"],
    ["numbers as text", { "315257": [["1", "2"]] }, 'Run 315257: range ["1","2"] must be two whole numbers'],
    ["three numbers", { "315257": [[1, 2, 3]] }, "Run 315257: range [1,2,3] must be two whole numbers"],
    ["a flat list", { "315257": [1, 2] }, "Run 315257: range 1 must be two whole numbers"],
    ["no list", { "315257": "1-2" }, 'Run 315257: its ranges must be a list like [[1, 88], [91, 92]], not "1-2".'],
    ["a key that is no number", { run: [[1, 2]] }, '"run" is not a run number.'],
    ["run 0", { "0": [[1, 2]] }, '"0" is not a run number.'],
    ["keys with dataset names", { "315257-/PromptReco/X/DQM": [[1, 2]] }, 'take "generated_json"'],
    ["a run named twice", '{"315257": [[1, 2]], "315257": [[5, 6]]}', "Run 315257 occurs twice"],
    ["a list", [[1, 2]], "A golden JSON is an object like"],
    ["a list as text", "[[1,2]]", "not a list"],
    ["null", null, "A mask is a golden JSON, as object or as text, not null."],
    ["an empty text", " \n", "The text is empty; a mask without lumisections is {}."],
    ["only comments", "# none", "The text holds no lumisection range"],
    ["broken JSON", '{"315257": [[1, 2]', "This is not a golden JSON: "],
    ["a bare run", "315257", "names a run without its lumisections"],
    ["a range over two runs", "315257:1-315259:5", "reaches from one run into another"],
    ["other text", "hello", '"hello" is no lumisection range'],
  ];
  it.each(refused)("refuses %s", (_name, source, message) => {
    expect(messageOf(() => LumiMask.parse(source as never))).toContain(message);
  });

  it("names the nearest option", () => {
    expect(messageOf(() => LumiMask.parse("{}", { stict: true } as never))).toContain('Did you mean "strict"?');
  });
});

describe("makers", () => {
  it("makes masks of ranges, lumisections and Run Registry's ranges", () => {
    expect(
      LumiMask.fromLumisections([
        [7, 3],
        [7, 1],
        [7, 2],
        [6, 1],
        [7, 3],
      ]).toText(),
    ).toBe('{"6": [[1, 1]], "7": [[1, 3]]}');
    const ranges = [
      { start: 1, end: 2, "dt-dt": { status: "GOOD" } },
      { start: 3, end: 3, "dt-dt": { status: "BAD" } },
      { start: 4, end: 9, "dt-dt": { status: "GOOD" } },
    ];
    expect(LumiMask.fromRanges(7, ranges, (range) => range["dt-dt"].status === "GOOD").ranges(7)).toEqual([
      [1, 2],
      [4, 9],
    ]);
    expect(LumiMask.fromRanges(7, ranges).count(7)).toBe(9);
    expect(LumiMask.union([{ "7": [[1, 2]] }, "7:3", LumiMask.of([[6, 1, 1]])]).toText()).toBe('{"6": [[1, 1]], "7": [[1, 3]]}');
  });

  it("refuses what is no range", () => {
    expect(messageOf(() => LumiMask.of([[7, 5, 4]]))).toBe("Run 7: range [5,4] ends before it begins.");
    expect(messageOf(() => LumiMask.fromLumisections([[7, 0]]))).toBe("Run 7: range [0,0] begins before lumisection 1.");
    expect(messageOf(() => LumiMask.of([[true as never, 1, 4]]))).toContain("A run number must be a whole number from 1, not true.");
    expect(messageOf(() => LumiMask.fromRanges(7, [{ start: 1, stop: 4 } as never]))).toContain("must be two whole numbers");
  });

  it("cuts to runs", () => {
    const mask = LumiMask.of([
      [5, 1, 1],
      [6, 1, 1],
      [7, 1, 1],
    ]);
    expect(mask.restrict({ from: 6 }).runs()).toEqual([6, 7]);
    expect(mask.restrict({ to: 6 }).runs()).toEqual([5, 6]);
    expect(mask.restrict({ runs: [7, 5, 99] }).runs()).toEqual([5, 7]);
    expect(messageOf(() => mask.restrict({ from: 7, to: 6 }))).toContain("run 6 lies before run 7");
    expect(messageOf(() => mask.restrict({ form: 7 } as never))).toContain('Did you mean "from"?');
  });

  it("shows itself in one line", () => {
    expect(inspect(LumiMask.parse(golden))).toBe("LumiMask { runs: 2, lumisections: 262 }");
  });
});

describe("against sets of single lumisections", () => {
  const range = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 8 }));
  const ranges = fc.array(
    range.map(([run, start, length]): MaskRange => [run, start, start + length]),
    { maxLength: 25 },
  );
  const naive = (all: readonly MaskRange[]): Set<string> => {
    const set = new Set<string>();
    for (const [run, start, end] of all) for (let ls = start; ls <= end; ls++) set.add(`${run}:${ls}`);
    return set;
  };
  const members = (mask: LumiMask): Set<string> => new Set(Array.from(mask.lumisections(), ([run, ls]) => `${run}:${ls}`));
  const only = (set: Set<string>, keep: (one: string) => boolean): Set<string> => new Set([...set].filter(keep));

  it("agrees in every operation", () => {
    fc.assert(
      fc.property(ranges, ranges, (left, right) => {
        const [a, b] = [LumiMask.of(left), LumiMask.of(right)];
        const [x, y] = [naive(left), naive(right)];
        expect(members(a.union(b))).toEqual(new Set([...x, ...y]));
        expect(members(a.intersect(b))).toEqual(only(x, (one) => y.has(one)));
        expect(members(a.subtract(b))).toEqual(only(x, (one) => !y.has(one)));
        expect(members(a.symmetricDifference(b))).toEqual(new Set([...only(x, (one) => !y.has(one)), ...only(y, (one) => !x.has(one))]));
        expect(a.covers(b)).toBe([...y].every((one) => x.has(one)));
        expect(a.equals(b)).toBe(x.size === y.size && [...y].every((one) => x.has(one)));
        expect(a.lumisectionCount).toBe(x.size);
        for (let ls = 0; ls <= 40; ls++) expect(a.contains(2, ls)).toBe(x.has(`2:${ls}`));
      }),
    );
  });

  it("is normalised, and every text reads back as the same mask", () => {
    fc.assert(
      fc.property(ranges, (all) => {
        const mask = LumiMask.of(all);
        let before: MaskRange | undefined;
        for (const [run, start, end] of mask) {
          expect(start).toBeLessThanOrEqual(end);
          if (before !== undefined && before[0] === run) expect(start).toBeGreaterThan(before[2] + 1);
          else if (before !== undefined) expect(run).toBeGreaterThan(before[0]);
          before = [run, start, end];
        }
        expect(LumiMask.fromLumisections(mask.lumisections()).toText()).toBe(mask.toText());
        for (const text of [mask.toText(), mask.toBrilcalc(), JSON.stringify(mask)])
          expect(LumiMask.parse(text, { strict: true }).equals(mask)).toBe(true);
        if (!mask.isEmpty) expect(LumiMask.parse(mask.toRanges().join("\n"), { strict: true }).equals(mask)).toBe(true);
      }),
    );
  });

  it("leaves its operands as they were", () => {
    const [a, b] = [LumiMask.of([[1, 1, 9]]), LumiMask.of([[1, 5, 20]])];
    a.union(b);
    a.ranges(1).push([50, 60]);
    a.runs().push(7);
    expect(a.toText()).toBe('{"1": [[1, 9]]}');
    expect(a.subtract(a)).toEqual(LumiMask.empty);
  });
});

it("holds a million scattered lumisections", () => {
  const odd = function* (): Generator<[number, number]> {
    for (let run = 1; run <= 500; run++) for (let ls = 1; ls <= 4000; ls += 2) yield [run, ls];
  };
  const mask = LumiMask.fromLumisections(odd());
  const all = LumiMask.of(Array.from({ length: 500 }, (_, i): MaskRange => [i + 1, 1, 4000]));
  expect(mask.lumisectionCount).toBe(1_000_000);
  expect(all.subtract(mask).symmetricDifference(mask).equals(all)).toBe(true);
  expect(LumiMask.parse(mask.toText()).equals(mask)).toBe(true);
});
