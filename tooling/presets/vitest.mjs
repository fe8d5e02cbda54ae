import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** Tests read the sources of every package of the workspace (condition `@sci/source`): no build is needed before them. */
export function preset(directory = process.cwd()) {
  const { version } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const conditions = ["@sci/source", "node", "import", "module", "default"];
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    define: { __PACKAGE_VERSION__: JSON.stringify(version) },
    test: {
      include: ["test/**/*.test.ts"],
      pool: "forks",
      // A snapshot that is missing is a failure, not a new file: `vitest run -u` writes it.
      update: "none",
      testTimeout: 30_000,
      hookTimeout: 60_000,
      reporters: ["default", ["json", { outputFile: ".test-results/vitest.json" }]],
    },
  });
}
