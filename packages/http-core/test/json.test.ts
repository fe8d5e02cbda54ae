import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSciError } from "../src/errors.ts";
import { float, Float, parseJson, stringifyJson } from "../src/json.ts";

function unsafePaths(text: string, bigints?: readonly string[]): { value: unknown; paths: string[] } {
  const paths: string[] = [];
  const value = parseJson(text, { ...(bigints === undefined ? {} : { bigints }), onUnsafe: (path) => paths.push(path) });
  return { value, paths };
}

describe("parseJson", () => {
  it("gives what JSON.parse gives where every number is safe", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, pretty) => {
        const text = JSON.stringify(value, undefined, pretty ? 2 : undefined);
        // Doubles like 1e20 are written as long integers: those are another matter.
        fc.pre(!/\d{16}(?![\d.e])/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("keeps every integer exactly, as a number, text or bigint", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), fc.constantFrom("", " ", "\n  "), (integer, space) => {
        const text = `{"plain":${space}${integer}${space},"list":[${space}${integer}${space}],"big":${space}${integer}}`;
        const { value, paths } = unsafePaths(text, ["big"]);
        const safe = Number.isSafeInteger(Number(integer)) && BigInt(Number(integer)) === integer;
        const plain = safe ? Number(integer) : String(integer);
        expect(value).toEqual({ plain, list: [plain], big: integer });
        expect(paths).toEqual(safe ? [] : ["plain", "list[]"]);
      }),
    );
  });

  it("leaves texts alone, whatever they hold", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(", 12345678901234567890]", '\\":12345678901234567890', "[12345678901234567890"),
        (start, end) => {
          const value = { text: start + end, other: "\\", number: 1 };
          const text = JSON.stringify(value).replace(/1}$/, "12345678901234567890}");
          expect(parseJson(text)).toEqual({ ...value, number: "12345678901234567890" });
        },
      ),
    );
  });

  it("leaves floats of any length alone", () => {
    const text =
      "[0.1234567890123456789, 12345678901234567890.5, 12345678901234567890e3, 1e30, 1234567890123456789012E-5, -0.30000000000000004]";
    expect(unsafePaths(text)).toEqual({ value: JSON.parse(text), paths: [] });
  });

  it("gives what JSON.parse gives for any double beside a long integer", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noDefaultInfinity: true, noNaN: true })), (values) => {
        const doubles = values.filter((value) => !Number.isInteger(value));
        const text = JSON.stringify([...doubles, 1]).replace(/1]$/, "12345678901234567890]");
        expect(parseJson(text)).toEqual([...(JSON.parse(JSON.stringify(doubles)) as number[]), "12345678901234567890"]);
      }),
    );
  });

  it("keeps 2^53 - 1 a number and gives 2^53 as text", () => {
    expect(unsafePaths("[9007199254740991,-9007199254740991]").value).toEqual([9007199254740991, -9007199254740991]);
    expect(unsafePaths("[9007199254740992,-9007199254740993]").value).toEqual(["9007199254740992", "-9007199254740993"]);
    expect(unsafePaths(" 9007199254740993 ")).toEqual({ value: "9007199254740993", paths: [""] });
  });

  it("gives the named fields as bigint whatever their size, in arrays too, and leaves what is no integer", () => {
    const text = '{"id":1,"ids":[2,[3]],"other":{"id":-4},"none":{"id":null},"half":{"id":1.5},"word":{"id":"7"},"size":5}';
    expect(parseJson(text, { bigints: ["id", "ids"] })).toEqual({
      id: 1n,
      ids: [2n, [3n]],
      other: { id: -4n },
      none: { id: null },
      half: { id: 1.5 },
      word: { id: "7" },
      size: 5,
    });
  });

  it("tells each place once", () => {
    const { paths } = unsafePaths('{"rows":[{"n":10000000000000000000},{"n":20000000000000000000}],"m":30000000000000000000}');
    expect(paths).toEqual(["rows[].n", "m"]);
  });

  it("does not let a field named __proto__ set a prototype", () => {
    const value = parseJson('{"__proto__":10000000000000000000,"a":1}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__", "a"]);
    expect(JSON.stringify(value)).toBe('{"__proto__":"10000000000000000000","a":1}');
  });

  it.each(["", "{", "[1,]", "[10000000000000000000,]", '{"a":010000000000000000000}', "nul"])("refuses %j as JSON.parse does", (text) => {
    let expected: unknown;
    try {
      JSON.parse(text);
    } catch (error) {
      expected = error;
    }
    expect(() => parseJson(text, { bigints: ["a"] })).toThrow(expected as Error);
  });
});

describe("stringifyJson", () => {
  it("writes what JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, space) => {
        expect(stringifyJson(value, space)).toBe(JSON.stringify(value, undefined, space));
      }),
    );
  });

  it("comes back from parseJson with every bigint", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ big: fc.bigInt(), text: fc.string(), rest: fc.jsonValue() })), (rows) => {
        fc.pre(
          !/\d{16}(?![\d.e])/.test(JSON.stringify(rows.map(({ rest }) => rest))) &&
            !JSON.stringify(rows.map(({ rest }) => rest)).includes('"big"'),
        );
        const expected = rows.map((row) => ({ ...row, rest: JSON.parse(JSON.stringify(row.rest)) as unknown }));
        expect(parseJson(stringifyJson(rows), { bigints: ["big"] })).toEqual(expected);
      }),
    );
  });

  it("writes floats with their point", () => {
    expect(stringifyJson({ a: float(1), b: [float(-0), float(2.5), float(1e21), float(1e16)], c: 1, d: 12345678901234567890n })).toBe(
      '{"a":1.0,"b":[-0.0,2.5,1e+21,10000000000000000.0],"c":1,"d":12345678901234567890}',
    );
    expect(JSON.stringify({ a: float(1) })).toBe('{"a":1}');
    expect(float(2).valueOf() + 1).toBe(3);
    expect(float(2)).toBeInstanceOf(Float);
  });

  it("respects toJSON, leaves out undefined, writes null for nothing", () => {
    const date = new Date(0);
    expect(stringifyJson({ date, gone: undefined, n: 1n, list: [undefined] })).toBe(
      '{"date":"1970-01-01T00:00:00.000Z","n":1,"list":[null]}',
    );
    expect(stringifyJson(undefined)).toBe("null");
  });

  it("refuses a cycle and numbers that JSON does not have", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    const refused = (work: () => unknown): boolean => {
      try {
        work();
        return false;
      } catch (error) {
        return isSciError(error, "INVALID_ARGUMENT");
      }
    };
    expect(refused(() => stringifyJson(cycle))).toBe(true);
    expect(refused(() => float(Number.NaN))).toBe(true);
    expect(refused(() => float(Infinity))).toBe(true);
  });
});
