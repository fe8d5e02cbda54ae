// What must stand in no file of the repository: paths of one machine, hosts of registries, tests that are left out, work left to do.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { output } from "../lib/process.mjs";
import { root } from "../lib/workspace.mjs";

// Composed, so that this file does not match itself.
const any = (...words) => words.join("|");
const everywhere = [
  [
    "a path of one machine",
    new RegExp(any("/wo" + "rk/", "/ro" + "ot/", "/Us" + "ers/\\w", "/home/(?!user/|me/|jovyan/)" + "\\w+/", "\\.\\./sha" + "red/")),
  ],
  [
    "a package registry's host",
    new RegExp(
      any(
        "registry\\.npm" + "js",
        "registry\\.yarn" + "pkg",
        "(?:^|[^.\\w])pypi\\." + "org",
        "python" + "hosted\\.org",
        "repo1?\\.ma" + "ven",
        "deb\\.deb" + "ian",
        "static\\.crat" + "es",
      ),
    ),
  ],
];
const inCode = [
  ["work left to do", new RegExp(`\\b(?:${any("TO" + "DO", "FIX" + "ME", "X" + "XX")})\\b`)],
  ["a test left out", new RegExp(`\\b(?:describe|test|it)\\.(?:${any("on" + "ly", "to" + "do", "sk" + "ip")})\\(`)],
  ["a debugger statement", new RegExp(`^\\s*debug${"ger"};`)],
];

/** Recordings are kept as the services sent them. */
const asRecorded = /^tooling\/recordings\/|^packages\/[^/]+\/(src\/)?data\//;
const binary = /\.(png|jpg|ico|woff2?|gz|tgz|zip|p12|pfx|der)$/;
const code = /\.(ts|mts|mjs|js|sh|py)$/;

/** Faults in one text, in words, with its line. */
export function textFaults(path, text) {
  const rules = [...(asRecorded.test(path) ? [] : everywhere), ...(code.test(path) ? inCode : [])];
  const faults = [];
  for (const [index, line] of text.split("\n").entries()) {
    for (const [what, pattern] of rules) {
      const found = pattern.exec(line);
      if (found !== null) faults.push(`${path}:${index + 1}: ${what} ("${found[0]}")`);
    }
  }
  return faults;
}

/** Faults in every file that git tracks or would track. */
export async function treeFaults() {
  const listed = await output("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
  const files = listed.split("\0").filter((path) => path !== "" && !binary.test(path) && existsSync(join(root, path)));
  return files
    .filter((path) => statSync(join(root, path)).isFile())
    .flatMap((path) => textFaults(path, readFileSync(join(root, path), "utf8")));
}
