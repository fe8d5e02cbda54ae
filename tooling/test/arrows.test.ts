import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { brokenArrows } from "../checks/arrows.mjs";

const packages = ["http-core", "cli-core", "cern-auth", "runregistry", "oms", "mymdc", "sandbox"];

describe("the arrows between packages", () => {
  let base: string;

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "arrows-"));
    for (const name of packages) {
      const others = packages.filter((other) => other !== name).map((other) => `@sci/${other}`);
      const manifest = {
        name: `@sci/${name}`,
        type: "module",
        exports: { ".": { "@sci/source": "./src/index.ts", default: "./dist/index.js" } },
        dependencies: Object.fromEntries([...others, "undici", "commander"].map((other) => [other, "*"])),
      };
      write(`packages/${name}/package.json`, JSON.stringify(manifest));
      write(`packages/${name}/src/index.ts`, "export const value = 1;\n");
      mkdirSync(join(base, "packages", name, "node_modules", "@sci"), { recursive: true });
      for (const other of packages)
        if (other !== name) symlinkSync(`../../../${other}`, join(base, "packages", name, "node_modules", "@sci", other));
    }
    for (const name of ["undici", "commander", "devtool"]) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, type: "module", exports: "./index.js" }));
      write(`node_modules/${name}/index.js`, "export const value = 1;\n");
    }
  });
  afterEach(() => {
    rmSync(base, { recursive: true });
  });

  async function rulesBroken(): Promise<string[]> {
    const { broken } = await brokenArrows(base);
    return broken.map((line: string) => line.split(":")[0]);
  }

  test("what architecture allows passes", async () => {
    write("packages/cli-core/src/exit.ts", 'export { value } from "@sci/http-core";\n');
    write("packages/cern-auth/src/token.ts", 'export { value } from "@sci/http-core";\n');
    write("packages/runregistry/src/client.ts", 'export { value } from "@sci/cern-auth";\n');
    write(
      "packages/runregistry/src/cli/main.ts",
      'import { value } from "@sci/cli-core";\nimport { value as other } from "../index.ts";\nexport const sum = value + other;\n',
    );
    write("packages/runregistry/test/runs.test.ts", 'import { value } from "@sci/sandbox";\nexport { value };\n');
    write("packages/http-core/src/transport.ts", 'export const load = () => import("undici");\n');
    write("packages/sandbox/src/cli/main.ts", 'export { value } from "@sci/cli-core";\n');
    expect(await rulesBroken()).toEqual([]);
  });

  test.each([
    ["the core knows no facility", "packages/http-core/src/a.ts", "@sci/oms", "http-core-imports"],
    ["the core knows no command line", "packages/http-core/src/a.ts", "@sci/cli-core", "http-core-imports"],
    ["cli-core takes the main entry only", "packages/cli-core/src/a.ts", "../../http-core/src/engine.ts", "cli-core-needs-errors-only"],
    ["facilities do not know each other", "packages/oms/src/a.ts", "@sci/runregistry", "oms-imports"],
    ["a type is an import too", "packages/oms/src/a.ts", "type @sci/runregistry", "oms-imports"],
    ["a dynamic import is an import too", "packages/oms/src/a.ts", "dynamic @sci/runregistry", "oms-imports"],
    ["who is not at CERN has no CERN identity", "packages/mymdc/src/a.ts", "@sci/cern-auth", "mymdc-imports"],
    ["sources never import the sandbox", "packages/runregistry/src/a.ts", "@sci/sandbox", "runregistry-imports"],
    ["the sandbox imports no client", "packages/sandbox/src/a.ts", "@sci/runregistry", "sandbox-imports"],
    ["nor does a test of the sandbox", "packages/sandbox/test/a.test.ts", "@sci/runregistry", "sandbox-tests-import"],
    ["the sandbox does not share the core", "packages/sandbox/src/a.ts", "@sci/http-core", "sandbox-imports"],
    ["only http-core knows undici", "packages/oms/src/a.ts", "undici", "only-http-core-knows-undici"],
    ["the library has no command line", "packages/oms/src/a.ts", "@sci/cli-core", "library-without-command-line"],
    ["the library has no commander", "packages/oms/src/a.ts", "commander", "library-without-command-line"],
    ["the library does not import its command", "packages/oms/src/a.ts", "./cli/main.ts", "command-line-is-a-shell"],
    ["what is imported is declared", "packages/oms/src/a.ts", "devtool", "declared"],
    ["what is imported exists", "packages/oms/src/a.ts", "./absent.ts", "found"],
  ])("%s", async (_name, file, imported, rule) => {
    write("packages/http-core/src/engine.ts", "export const value = 1;\n");
    write("packages/oms/src/cli/main.ts", "export const value = 1;\n");
    const [kind, specifier] = imported.includes(" ") ? (imported.split(" ") as [string, string]) : ["static", imported];
    const forms: Record<string, string> = {
      static: `export { value } from "${specifier}";\n`,
      type: `import type { value } from "${specifier}";\nexport type Value = typeof value;\n`,
      dynamic: `export const load = () => import("${specifier}");\n`,
    };
    write(file, forms[kind] ?? "");
    expect(await rulesBroken()).toContain(rule);
  });

  test("modules do not import each other", async () => {
    write("packages/oms/src/a.ts", 'import { b } from "./b.ts";\nexport const a = (): number => b();\n');
    write("packages/oms/src/b.ts", 'import { a } from "./a.ts";\nexport const b = (): number => a();\n');
    expect(await rulesBroken()).toContain("no-cycles");
  });
});
