import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startSandbox } from "@sci/sandbox";
import { expect, test, vi } from "vitest";
import * as api from "../src/index.ts";
import { publicMethods } from "./support/recorded.ts";
import { alone } from "./support/replayed.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The rows of the tables that say what stands for what. */
const rows = readme
  .slice(readme.indexOf("## Python original"), readme.indexOf("## Differences"))
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\||\|$/g, "")));

test("every public method of the original has its row, once", () => {
  const named = rows.flatMap(([original = ""]) => [...original.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => name));
  expect(publicMethods).toHaveLength(331);
  expect(publicMethods.filter((name) => !named.includes(name))).toEqual([]);
  expect(named.filter((name) => !publicMethods.includes(name))).toEqual([]);
  expect(named.filter((name, index) => named.indexOf(name) !== index)).toEqual([]);
});

test("every counterpart that is named exists", () =>
  alone(async () => {
    const mdc = api.createMyMdc();
    const known = mdc as unknown as Readonly<Record<string, unknown>>;
    for (const [original = "", here = ""] of rows) {
      const calls = [...here.matchAll(/`mdc\.(\w+)(?:\.(\w+))?/g)];
      const exported = [...here.matchAll(/`(\w+)\(/g)].map(([, name = ""]) => name);
      for (const [, first = "", second] of calls) {
        const found = second === undefined ? known[first] : (known[first] as Readonly<Record<string, unknown>> | undefined)?.[second];
        expect(found, `${original}: mdc.${first}.${second ?? ""}`).toBeDefined();
      }
      for (const name of exported) expect(api, original).toHaveProperty(name);
      expect(here.trim().length, original).toBeGreaterThan(2);
    }
    await mdc.close();
  }));

test("every option of the original has its row", () => {
  const table = readme.slice(readme.indexOf("## Options"), readme.indexOf("## Errors"));
  for (const name of "client_id client_secret token_url refresh_url auth_url scope user_email base_api_url session_token max_retries timeout ssl_verify".split(
    " ",
  ))
    expect(table).toContain(`\`${name}\``);
});

test("the examples run against the sandbox", async () => {
  const sandbox = await startSandbox({ facilities: ["mymdc"] });
  const folder = fileURLToPath(new URL("../.test-results/readme/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const source = JSON.stringify(fileURLToPath(new URL("../src/index.ts", import.meta.url)));
  const printed: unknown[][] = [];
  const spies = (["log", "error"] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((...all: unknown[]) => void printed.push(all)),
  );
  try {
    await alone(
      async () => {
        for (const [index, [, program = ""]] of [...readme.matchAll(/^```ts\n(.*?)^```/gms)].entries()) {
          const path = `${folder}example-${index}.ts`;
          // Records of the sandbox have other numbers than those of the examples.
          const here = program
            .replaceAll('"@sci/mymdc"', source)
            .replaceAll("user_id: 5", "user_id: -7")
            .replaceAll("runs/343", "runs/-1")
            .replace("experiment_id: 12,", "experiment_id: 1001,");
          writeFileSync(path, `${here}\nexport {};\n`);
          await import(path);
        }
      },
      sandbox.env as Record<string, string>,
    );
  } finally {
    for (const spy of spies) spy.mockRestore();
    await sandbox.stop();
  }
  expect(printed).toContainEqual([expect.any(String), 300, expect.any(Number)]);
  expect(printed).toContainEqual([2, expect.any(Number), ["created"]]);
});
