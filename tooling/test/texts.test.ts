import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { programsIn } from "../checks/readme.mjs";
import { repeatedPassages } from "../checks/repeats.mjs";
import { textFaults } from "../checks/tree.mjs";

describe("what stands in no file", () => {
  // Composed, so that this file does not hold them itself.
  test.each([
    ["a path of one machine", "README.md", ["see /ro", "ot/notes"].join("")],
    ["a path of one machine", "packages/a/src/a.ts", ['"/ho', 'me/alice/data"'].join("")],
    ["a package registry's host", "pnpm-lock.yaml", ["https://registry.npm", "js.org/a"].join("")],
    ["work left to do", "packages/a/src/a.ts", ["// TO", "DO later"].join("")],
    ["a test left out", "packages/a/test/a.test.ts", ["test.on", 'ly("a")'].join("")],
    ["a test left out", "packages/a/test/a.test.ts", ["  describe.sk", 'ip("a")'].join("")],
  ])("%s (%s)", (what, path, line) => {
    expect(textFaults(path, `fine\n${line}\n`)).toEqual([expect.stringContaining(`${path}:2: ${what}`)]);
  });

  test("ordinary text passes, and recordings stay as the service sent them", () => {
    expect(textFaults("packages/a/test/a.test.ts", 'test.skipIf(missing)("a")\n')).toEqual([]);
    expect(textFaults("tooling/recordings/a.json", ["/ro", "ot/a"].join(""))).toEqual([]);
  });
});

describe("repeated passages", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "repeats-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function source(owner: string, name: string, lines: readonly string[]): { owner: string; path: string } {
    mkdirSync(join(folder, owner), { recursive: true });
    const path = join(folder, owner, name);
    writeFileSync(path, lines.join("\n"));
    return { owner, path };
  }
  const numbered = (from: number, count: number): string[] => Array.from({ length: count }, (_, index) => `call(${from + index});`);

  test("six lines in two packages are one passage, however they are indented and commented", () => {
    const one = source("a", "one.ts", ['import { x } from "x";', ...numbered(1, 8)]);
    const other = source("b", "other.ts", ["first();", ...numbered(1, 3).map((line) => `  ${line}`), "", "// a word", ...numbered(4, 4)]);
    expect(repeatedPassages([one, other])).toEqual([expect.stringMatching(/other\.ts:2 repeats .*one\.ts:2/)]);
  });

  test("five lines, imports, and what one package repeats itself pass", () => {
    const imports = Array.from({ length: 8 }, (_, index) => `import { a${index} } from "./a.ts";`);
    const one = source("a", "one.ts", [...imports, ...numbered(1, 5), "end();"]);
    const again = source("a", "again.ts", [...numbered(10, 9)]);
    const twice = source("a", "twice.ts", [...numbered(10, 9)]);
    const other = source("b", "other.ts", [...imports, ...numbered(1, 5), "other();"]);
    expect(repeatedPassages([one, again, twice, other])).toEqual([]);
  });
});

describe("examples in a README", () => {
  const fence = "```";

  test("a block with imports is a program, those behind it continue it, with the README's line numbers", () => {
    const text = [
      "# A",
      `${fence}ts`,
      'import { a } from "a";',
      "a();",
      fence,
      "and",
      `${fence}ts`,
      "const b = a();",
      fence,
      `${fence}sh`,
      "ls",
      fence,
    ];
    const programs = programsIn(text.join("\n"));
    expect(programs).toHaveLength(1);
    const lines = (programs[0]?.source ?? "").split("\n");
    expect(lines[2]).toBe('import { a } from "a";');
    expect(lines[7]).toBe("const b = a();");
    expect(lines[6]).toBe("{");
  });

  test("each block with imports begins anew", () => {
    const text = [`${fence}ts`, 'import { a } from "a";', fence, `${fence}ts`, 'import { b } from "b";', fence];
    expect(programsIn(text.join("\n")).map(({ line }: { line: number }) => line)).toEqual([2, 5]);
  });
});
