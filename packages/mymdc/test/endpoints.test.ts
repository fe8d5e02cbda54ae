import { describe, expect, test } from "vitest";
import { allOperations, definitions, describeResources, resourcesApi } from "../src/resources.ts";
import { cases } from "./support/recorded.ts";

const endpoint = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path.replace(/\{[^}]+\}/g, "{}")}`;
const endpoints = new Set(allOperations().map(endpoint));

/** The template of a recorded path: numbers stand for parameters. */
function templateOf(path: string): string {
  return path
    .replaceAll("//", "/")
    .replace("/metadata/api", "")
    .replace(/\/-?\d+(?=\/|$)/g, "/{}");
}

describe("endpoints", () => {
  test("there are 24 resources and 117 endpoints", () => {
    expect(Object.keys(definitions)).toHaveLength(24);
    expect([...endpoints].sort()).toHaveLength(117);
  });

  test("every endpoint that the original uses is one of them", () => {
    const recorded = new Set(
      cases
        .filter(({ call, exchanges }) => !/^api_|^get_api_url/.test(call.method) && exchanges.length > 0)
        .flatMap(({ id, exchanges }) => (/redirect-302|id-empty|id-with/.test(id) ? [] : exchanges))
        .filter(({ request }) => !request.path.endsWith("/oauth/token"))
        .map(({ request }) => `${request.method} ${templateOf(request.path)}`),
    );
    expect([...recorded].filter((one) => !endpoints.has(one)).sort()).toEqual([]);
    expect([...endpoints].filter((one) => !recorded.has(one)).sort()).toEqual([]);
  });

  test("operations have names of their own, and creations are never repeated", () => {
    const all = allOperations();
    const bySearch = new Set(all.map(({ name, path }) => `${name} ${path}`));
    expect(new Set([...bySearch].map((one) => one.split(" ")[0])).size).toBe(bySearch.size);
    for (const one of all as readonly { name: string; method: string; repeatable?: boolean }[]) {
      if (/\.create(Many)?$/.test(one.name)) expect(one.repeatable, one.name).toBe(false);
      if (one.method === "POST") expect(one.repeatable, one.name).toBeDefined();
    }
  });
});

describe("descriptions", () => {
  test("say what can be asked of every resource, and each call is there", () => {
    const described = describeResources();
    const api = resourcesApi({} as never) as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    expect(Object.keys(described).sort()).toEqual(Object.keys(api).sort());
    for (const [name, { calls, fields, writable, searches }] of Object.entries(described)) {
      for (const call of calls) expect(typeof api[name]?.[call], `${name}.${call}`).toBe("function");
      expect(fields).toEqual(expect.arrayContaining([...writable, ...searches.flat().filter((one) => one !== "proposal_number")]));
      expect(writable).not.toContain("id");
    }
    expect(described.runs.searches).toEqual([["run_number"], ["run_number", "experiment_id"]]);
    expect(described.instruments.writable).toEqual([]);
  });
});
