// The examples in the READMEs compile against the published declarations. A block of ```ts that begins with its imports is a program;
// blocks without imports after it continue it, each in a scope of its own.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../lib/process.mjs";
import { installedTogether } from "../lib/stage.mjs";
import { publishedPackages, root } from "../lib/workspace.mjs";

/** The programs in a text in Markdown: for each the line where it begins and its source, its lines in step with the text's. */
export function programsIn(markdown) {
  const programs = [];
  const lines = markdown.split("\n");
  let block;
  for (const [index, line] of lines.entries()) {
    if (block === undefined) {
      if (/^```(ts|typescript)\s*$/.test(line)) block = { first: index + 1, lines: [] };
      continue;
    }
    if (!line.startsWith("```")) {
      block.lines.push(line);
      continue;
    }
    const own = block.lines.some((text) => /^import\b/.test(text));
    if (own || programs.length === 0) programs.push({ line: block.first + 1, lines: [] });
    const program = programs.at(-1);
    // Blank lines in front keep the compiler's line numbers those of the README.
    const at = own ? block.first : block.first - 1;
    while (program.lines.length < at) program.lines.push("");
    program.lines.push(...(own ? block.lines : ["{", ...block.lines, "}"]));
    block = undefined;
  }
  return programs.map(({ line, lines: source }) => ({ line, source: `${source.join("\n")}\nexport {};\n` }));
}

/** Adds one check per README to the report. */
export async function checkReadmes(report) {
  const folder = await installedTogether(report.chosen(publishedPackages()));
  const examples = join(folder, "examples");
  rmSync(examples, { recursive: true, force: true });
  const types = join(folder, "node_modules", "@types");
  mkdirSync(types, { recursive: true });
  if (!existsSync(join(types, "node"))) symlinkSync(join(root, "node_modules", "@types", "node"), join(types, "node"));

  const readmes = [
    { short: "root", path: join(root, "README.md") },
    ...publishedPackages().map(({ short, directory }) => ({ short, path: join(directory, "README.md") })),
  ];
  for (const { short, path } of report.chosen(readmes).filter((one) => existsSync(one.path))) {
    const programs = programsIn(readFileSync(path, "utf8"));
    if (programs.length === 0) continue;
    await report.check(`${short}: the ${programs.length} examples in its README compile`, async () => {
      const project = join(examples, short);
      mkdirSync(project, { recursive: true });
      for (const { line, source } of programs) writeFileSync(join(project, `README-${line}.ts`), source);
      const compilerOptions = {
        target: "ES2022",
        lib: ["ES2022"],
        types: ["node"],
        module: "nodenext",
        moduleDetection: "force",
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: true,
      };
      writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
      const { code, stdout } = await run("tsc", ["-p", project], { cwd: project, capture: true });
      if (code !== 0) throw new Error(`\n${stdout}`);
    });
  }
}
