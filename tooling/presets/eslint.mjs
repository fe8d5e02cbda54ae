// The linter's rules, for every member of the workspace. Its scripts name this file; paths here are relative to the member.
import { readFileSync } from "node:fs";
import eslint from "@eslint/js";
import globals from "globals";
import tseslint from "typescript-eslint";

const { name } = JSON.parse(readFileSync("package.json", "utf8"));
const published = !["@sci/workspace", "@sci/peers", "@sci/demo", "@sci/bench"].includes(name);

/** About 300 lines for a source file and 400 for a test; a tenth more is tolerated. */
const lines = (max) => ({ "max-lines": ["error", { max, skipBlankLines: false, skipComments: false }] });

const onlyHttpCore = "Only http-core touches HTTP: describe the call as an operation and hand it to the core.";

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/",
      "**/dist/",
      "**/.cache/",
      "**/.test-results/",
      "**/.turbo/",
      "**/fixtures/",
      "new/template/",
      "recordings/",
      "output/",
    ],
  },
  // Members of the workspace of their own.
  { ignores: name === "@sci/workspace" ? ["bench/", "demo/", "peers/"] : [] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  eslint.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: { globals: globals.nodeBuiltin, parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports", disallowTypeAnnotations: false }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      eqeqeq: ["error", "always", { null: "ignore" }],
      // Text from servers is cleaned of control characters, which takes an expression that names them.
      "no-control-regex": "off",
      // Standard output belongs to results.
      ...(published ? { "no-console": ["error", { allow: ["debug", "info", "warn", "error"] }] } : {}),
      ...lines(330),
    },
  },
  { files: ["test/**", "**/*.test.ts"], rules: { "no-console": "off", ...lines(430) } },
  { files: ["**/generated/**", "**/*.generated.ts"], rules: { "max-lines": "off" } },
  // Declarations stand beside these, so the compiler reads those instead.
  { files: ["presets/*.mjs"], ...tseslint.configs.disableTypeChecked },
  published && !["@sci/http-core", "@sci/sandbox"].includes(name)
    ? {
        files: ["src/**"],
        rules: {
          "no-restricted-globals": [
            "error",
            { name: "fetch", message: onlyHttpCore },
            { name: "XMLHttpRequest", message: onlyHttpCore },
            { name: "WebSocket", message: onlyHttpCore },
          ],
          "no-restricted-properties": ["error", { object: "globalThis", property: "fetch", message: onlyHttpCore }],
        },
      }
    : {},
);
