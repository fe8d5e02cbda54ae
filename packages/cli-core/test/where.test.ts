import { isSciError } from "@sci/http-core";
import { describe, expect, it } from "vitest";
import { parseWhere, parseWhereJson, parseWheres } from "../src/index.ts";

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isSciError(error, "INVALID_ARGUMENT")) return error.message;
    throw error;
  }
  throw new Error("was not refused");
}

describe("parseWhere", () => {
  it.each([
    ["run_number>=315257", "run_number", ">=", 315257],
    ["run_number >= 315257", "run_number", ">=", 315257],
    ["  run_number<>1 ", "run_number", "<>", 1],
    ["run_number != 1", "run_number", "!=", 1],
    ["class like %Collisions18%", "class", "like", "%Collisions18%"],
    ["class notlike %Cosmics%", "class", "notlike", "%Cosmics%"],
    ["class = Collisions 18", "class", "=", "Collisions 18"],
    ["stop_reason=null", "stop_reason", "=", null],
    ["significant = true", "significant", "=", true],
    ["significant = false", "significant", "=", false],
    ["b_field > -1.5", "b_field", ">", -1.5],
    ["b_field > 3e-2", "b_field", ">", 0.03],
    ["energy>.5", "energy", ">", 0.5],
    ["energy>+5", "energy", ">", 5],
    ['l1_key = "true"', "l1_key", "=", "true"],
    ["l1_key = '12'", "l1_key", "=", "12"],
    ['l1_key = ""', "l1_key", "=", ""],
    ['l1_key = "say ""no"""', "l1_key", "=", 'say "no"'],
    ['l1_key = "<=>"', "l1_key", "=", "<=>"],
    ["key = C:\\x", "key", "=", "C:\\x"],
    ["key = 007", "key", "=", "007"],
    ["key = 0x10", "key", "=", "0x10"],
    ["key = Infinity", "key", "=", "Infinity"],
    ["start_time >= 2018-05-01", "start_time", ">=", "2018-05-01"],
    ["name like 5", "name", "like", "5"],
    ["name like null", "name", "like", "null"],
    ["triplet_summary.tracker-strip.GOOD>0", "triplet_summary.tracker-strip.GOOD", ">", 0],
    ['"triplet_summary.dt-dt.NO VALUE FOUND">0', "triplet_summary.dt-dt.NO VALUE FOUND", ">", 0],
    ["train_id = 9007199254740993", "train_id", "=", 9007199254740993n],
    ["train_id = -9007199254740993", "train_id", "=", -9007199254740993n],
    ["train_id = 9007199254740991", "train_id", "=", 9007199254740991],
  ])("reads %s", (text, name, operator, value) => {
    expect(parseWhere(text)).toEqual({ name, operator, value, text: text.trim() });
  });

  it.each([
    ["run_number == 5", 'unknown operator "==". Did you mean "="?'],
    ["run_number =< 5", 'unknown operator "=<". Did you mean "<="?'],
    ["run_number => 5", 'unknown operator "=>". Did you mean ">="?'],
    ["class LIKE %x%", 'unknown operator "LIKE". Did you mean "like"?'],
    ["class lke %x%", 'unknown operator "lke". Did you mean "like"?'],
    ["class contains x", 'unknown operator "contains". Known: = != <> < <= > >= like notlike.'],
    ["class ~ x", "unknown operator"],
    ["class", "the operator and the value are missing"],
    ["class =", 'the value is missing behind =; write "" for empty text'],
    ["= 5", "the name is missing"],
    ["", "it is empty"],
    ['class = "a', 'the quote " is not closed'],
    ['class = "a" b', '"b" stands behind the closing quote'],
    ["class < null", "null can be compared by = and != only"],
    ["energy > 1e999", "the number 1e999 is too large"],
    ['"" = 5', "the name is empty"],
  ])("refuses %s", (text, message) => {
    expect(refusal(() => parseWhere(text))).toContain(message);
  });

  it("reads several", () => {
    expect(parseWheres(["a=1", "b=2"]).map(({ name }) => name)).toEqual(["a", "b"]);
    expect(parseWheres()).toEqual([]);
  });
});

describe("parseWhereJson", () => {
  it("takes the service's own grammar", () => {
    expect(parseWhereJson('{"run_number":{">=":1}}')).toEqual({ run_number: { ">=": 1 } });
    expect(parseWhereJson('[{"a":"12345678901234567890"}]')).toEqual([{ a: "12345678901234567890" }]);
  });
  it("refuses what is no object and what would be rounded", () => {
    expect(refusal(() => parseWhereJson("{run_number}"))).toContain("this is not JSON");
    expect(refusal(() => parseWhereJson("5"))).toContain("expected an object");
    expect(refusal(() => parseWhereJson('{"train_id":9007199254740993}'))).toContain("the integer at train_id is beyond 2^53");
  });
});
