// Writes packages/icat-plus/src/rest/endpoints.generated.ts from ../recordings/icat-plus/endpoints.json. With --check nothing is written:
// exit code 1 says that the file is not current.
import { readFile, writeFile } from "node:fs/promises";
import { format, resolveConfig } from "prettier";

const here = new URL("./", import.meta.url);
const target = new URL("../../packages/icat-plus/src/rest/endpoints.generated.ts", import.meta.url);
const { endpoints } = JSON.parse(await readFile(new URL("../recordings/icat-plus/endpoints.json", here), "utf8"));

const secret = new Set(["sessionId", "apiKey"]);
const text = (value) => JSON.stringify(value);
const union = (names) => (names.length === 0 ? "never" : names.map(text).join(" | "));

const rows = endpoints.map((endpoint) => {
  const name = `${endpoint.method} ${endpoint.path}`;
  const params = endpoint.pathParameters.map((one) => one.name).filter((one) => !secret.has(one));
  const query = endpoint.query.map((one) => one.name);
  const needed = endpoint.query.filter((one) => one.required).map((one) => one.name);
  return { name, params, query, needed, bearer: endpoint.auth.includes("bearerAuth") };
});

const source = `// Written by tooling/generate/icat-endpoints.mjs from the description of ICAT+ in icat_plus_client 5.7.4 (MIT); not to be changed by hand.

/** Every endpoint of ICAT+: the names in its path (the session and the key are put in) and in its query. */
export interface Endpoints {
${rows.map(({ name, params, query }) => `  readonly ${text(name)}: { readonly params: ${union(params)}; readonly query: ${union(query)} };`).join("\n")}
}

/** The same to look things up: names in the query (those needed with "!"), joined by blanks; "^" stands for a bearer token. */
export const endpoints: Readonly<Record<keyof Endpoints, string>> = {
${rows.map(({ name, query, needed, bearer }) => `  ${text(name)}: ${text([...(bearer ? ["^"] : []), ...query.map((one) => (needed.includes(one) ? `${one}!` : one))].join(" "))},`).join("\n")}
};
`;

const formatted = await format(source, { ...(await resolveConfig(target.pathname)), filepath: target.pathname });
if (process.argv.includes("--check")) {
  const current = await readFile(target, "utf8").catch(() => "");
  if (current !== formatted) {
    console.error("packages/icat-plus/src/rest/endpoints.generated.ts is not current: run node tooling/generate/icat-endpoints.mjs");
    process.exitCode = 1;
  }
} else await writeFile(target, formatted);
