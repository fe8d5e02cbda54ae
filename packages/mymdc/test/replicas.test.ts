import { json, refusal, reset, type ReceivedRequest } from "@sci/http-core/testing";
import { describe, expect, test } from "vitest";
import type { ReplicaOutcome } from "../src/index.ts";
import { serving, type Answers } from "./support/serving.ts";

const ref = { proposal: 1234, run: 11, repository: "OFFLINE_RAW" };
const asked = ({ query }: ReceivedRequest, name: string): string | undefined => query.find(([key]) => key === name)?.[1];
const repository = { id: 11, identifier: "OFFLINE_RAW" };

/** Three raw data groups; the first has a record for the repository, and one for another. */
const service: Answers = {
  "GET repositories/": (request) => json(asked(request, "identifier") === "OFFLINE_RAW" ? [repository] : []),
  "GET repositories/{id}": ({ params }) => json({ id: Number(params["id"]), identifier: `R${params["id"] ?? ""}` }),
  "GET runs/all_raw_data_groups_ids": json(["77", 78, 79]),
  "GET data_groups_repositories/": (request) => {
    if (asked(request, "data_group_id") !== "77") return json([]);
    const all = [
      { id: 501, data_group_id: 77, repository_id: 11, flg_available: "false" },
      { id: 502, data_group_id: 77, repository_id: 12, flg_available: true },
    ];
    return json(all.filter(({ repository_id }) => [undefined, String(repository_id)].includes(asked(request, "repository_id"))));
  },
  "PUT data_groups_repositories/{id}": ({ json: body }) =>
    json({ id: 501, ...(body as { data_group_repository: object }).data_group_repository }),
  "POST data_groups_repositories/": ({ json: body }) =>
    json({ id: 600, ...(body as { data_group_repository: object }).data_group_repository }, { status: 201 }),
};
const writes = ({ requests }: { readonly requests: readonly ReceivedRequest[] }): string[] =>
  requests
    .filter(({ method }) => method !== "GET")
    .map(
      ({ method, json: body }) =>
        `${method} ${(body as { data_group_repository: { data_group_id: number } }).data_group_repository.data_group_id}`,
    );
const outcomesOf = (error: { readonly details?: Readonly<Record<string, unknown>> }): readonly ReplicaOutcome[] =>
  error.details?.["outcomes"] as ReplicaOutcome[];

describe("replicas of a run", () => {
  test("every raw data group has its outcome", () =>
    serving(service, async ({ mdc, server }) => {
      const report = await mdc.runs.registerReplica(ref);
      expect(report.repository).toEqual(repository);
      expect(report.items.map(({ data_group_id, outcome, record }) => [data_group_id, outcome, record?.flg_available])).toEqual([
        [77, "updated", true],
        [78, "created", true],
        [79, "created", true],
      ]);
      expect(writes(server)).toEqual(["PUT 77", "POST 78", "POST 79"]);
    }));

  test.each([
    ["another repository's record", { "GET data_groups_repositories/": json([{ id: 502, data_group_id: 77, repository_id: 12 }]) }],
    ["another group's record", { "GET data_groups_repositories/": json([{ id: 502, data_group_id: 5, repository_id: 11 }]) }],
    ["another repository", { "GET repositories/": json([{ id: 12, identifier: "ELSEWHERE" }]) }],
  ] as const)("%s, from a search that ignored what was asked, is not written to", (_what, answers) =>
    serving({ ...service, "GET runs/all_raw_data_groups_ids": json([77]), ...answers }, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.runs.unregisterReplica(ref), "INVALID_RESPONSE");
      expect(error.message).toContain("Nothing was written");
      expect(writes(server)).toEqual([]);
    }),
  );

  test("all is looked up before anything is written: a look-up that fails is no reason to create", () => {
    let looked = 0;
    const answers = {
      ...service,
      "GET data_groups_repositories/": () => (++looked === 3 ? json({ info: "Broken" }, { status: 500 }) : json([])),
    };
    return serving(answers, async ({ mdc, server }) => {
      await refusal(() => mdc.runs.registerReplica(ref), "HTTP_STATUS");
      expect(writes(server)).toEqual([]);
    });
  });

  test("a repository, run or group that is not there ends it before anything is written", () =>
    serving({ ...service, "GET runs/all_raw_data_groups_ids": json([]) }, async ({ mdc, server }) => {
      expect((await refusal(() => mdc.runs.registerReplica({ ...ref, repository: "NOPE" }), "NOT_FOUND")).message).toContain("NOPE");
      await refusal(() => mdc.runs.unregisterReplica(ref), "NOT_FOUND");
      await refusal(() => mdc.runs.registerReplica({ ...ref, repository: "" }));
      await refusal(() => mdc.runs.registerReplica({ ...ref, proposal: "p1234" }));
      await refusal(() => mdc.runs.registerReplica({ ...ref, repositry: "x" } as never));
      expect(writes(server)).toEqual([]);
      expect(await mdc.runs.replicas({ proposal: 1234, run: 11 })).toEqual([]);
    }));

  test("a group that fails does not stop the others, and the error has the outcome of each", () => {
    const answers: Answers = {
      ...service,
      "POST data_groups_repositories/": ({ json: body }) => {
        const fields = (body as { data_group_repository: { data_group_id: number } }).data_group_repository;
        return fields.data_group_id === 78
          ? json({ info: { base: ["Locked"] } }, { status: 422 })
          : json({ id: 600, ...fields }, { status: 201 });
      },
    };
    return serving(answers, async ({ mdc }) => {
      const error = await refusal(() => mdc.runs.registerReplica(ref), "PARTIAL");
      expect(error.message).toMatch(/Of 3 raw data groups 2 were done.*78.*Locked/);
      expect(outcomesOf(error).map(({ outcome }) => outcome)).toEqual(["updated", "failed", "created"]);
      expect(outcomesOf(error)[1]?.error).toMatchObject({ code: "VALIDATION" });
    });
  });

  test("where all fail, the error is that of the first, with the outcomes", () =>
    serving(
      { ...service, "PUT data_groups_repositories/{id}": reset(), "POST data_groups_repositories/": json({}, { status: 403 }) },
      async ({ mdc }) => {
        const error = await refusal(() => mdc.runs.registerReplica(ref), "NETWORK");
        expect(outcomesOf(error).map(({ error: why }) => why?.code)).toEqual(["NETWORK", "FORBIDDEN", "FORBIDDEN"]);
        expect(error.message).toContain("0 were done");
      },
    ));

  test("a refused log-in ends it, and what was not tried is counted", () => {
    const answers = { ...service, "POST data_groups_repositories/": json({}, { status: 401 }) };
    return serving(answers, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.runs.registerReplica(ref), "PARTIAL");
      expect(error.message).toContain("1 were not tried");
      expect(writes(server)).toEqual(["PUT 77", "POST 78"]);
    });
  });

  test("taking away keeps the records; asking for them writes nothing", () =>
    serving(service, async ({ mdc, server }) => {
      const report = await mdc.runs.unregisterReplica(ref);
      expect(report.items.every(({ record }) => record?.flg_available === false)).toBe(true);
      const before = writes(server).length;
      expect(await mdc.runs.replicas({ proposal: 1234, run: 11 })).toEqual([
        { id: 501, data_group_id: 77, repository_id: 11, flg_available: false, repository: { id: 11, identifier: "R11" } },
        { id: 502, data_group_id: 77, repository_id: 12, flg_available: true, repository: { id: 12, identifier: "R12" } },
      ]);
      expect(await mdc.runs.replicas(ref)).toMatchObject([{ id: 501, repository }]);
      expect(writes(server)).toHaveLength(before);
    }));

  test("a dry run reads, and gives the writes", () =>
    serving(service, async ({ mdc, server }) => {
      const { requests } = await mdc.runs.registerReplica(ref, { dryRun: true });
      expect(requests.map(({ method }) => method)).toEqual(["PUT", "POST", "POST"]);
      expect(writes(server)).toEqual([]);
    }));
});

describe("other compositions", () => {
  test("a proposal is given to the instruments that are allowed", () =>
    serving(
      { "GET proposals/by_number_daq_info/{number}": json({ id: 1, number: 1234, instrument_identifier: "SPB" }) },
      async ({ mdc, server }) => {
        expect((await mdc.proposals.info(1234)).instrument_identifier).toBe("SPB");
        expect((await mdc.proposals.info("1234", { instruments: ["SPB"] })).number).toBe(1234);
        for (const instruments of [["FXE", "HED"], []]) {
          expect((await refusal(() => mdc.proposals.info(1234, { instruments }), "INSTRUMENT_MISMATCH")).details).toMatchObject({
            instrument: "SPB",
          });
        }
        await refusal(() => mdc.proposals.info(1234, { instruments: "SPB" } as never));
        await refusal(() => mdc.proposals.info(1234, { instrument: [] } as never));
        expect(server.requests).toHaveLength(4);
      },
    ));

  test("a run that a proposal does not have is an error, also run 0", () =>
    serving({ "GET proposals/by_number/{number}/runs/{run}": json({ proposal: {}, runs: [] }) }, async ({ mdc, server }) => {
      await refusal(() => mdc.proposals.run(1234, 0), "NOT_FOUND");
      expect(server.requests[0]?.path).toBe("/metadata/api/proposals/by_number/1234/runs/0");
    }));

  test("samples and experiments of a proposal: options are checked at once, the proposal is asked for first", () =>
    serving(
      { "GET proposals/by_number/{number}": json({ id: 321 }), "GET samples/": json([{ id: 1, name: "s" }]), "GET experiments/": json([]) },
      async ({ mdc, server }) => {
        expect(() => mdc.proposals.samples(1234, { pagesize: 1 } as never)).toThrow(/pageSize/);
        expect(server.requests).toEqual([]);
        const samples: number[] = [];
        for await (const { id } of mdc.proposals.samples(1234)) samples.push(id);
        expect(samples).toEqual([1]);
        expect(await mdc.proposals.experiments(1234).collect({ limit: 5 })).toEqual([]);
        for await (const page of mdc.proposals.samples(1234).pages()) expect(page.items).toHaveLength(1);
        expect(server.requests.map(({ path }) => path.split("/").at(-2))).toEqual([
          "by_number",
          "samples",
          "by_number",
          "experiments",
          "by_number",
          "samples",
        ]);
      },
    ));

  test("a version that is deployed already is left alone; a group or version that is not there is named", () =>
    serving(
      {
        "GET data_source_groups/": (request) => json(asked(request, "name") === "DAQ" ? [{ id: 8, name: "DAQ" }] : []),
        "GET data_source_group_versions/": (request) =>
          json(asked(request, "name") === "v3" ? [{ id: 19, name: "v3", data_source_group_id: 8, flg_status: "D" }] : []),
      },
      async ({ mdc, server }) => {
        expect(await mdc.dataSourceGroupVersions.deploy({ group: "DAQ", version: "v3" })).toMatchObject({
          changed: false,
          version: { id: 19 },
        });
        expect((await refusal(() => mdc.dataSourceGroupVersions.byName({ group: "X", version: "v3" }), "NOT_FOUND")).message).toContain(
          "X",
        );
        expect((await refusal(() => mdc.dataSourceGroupVersions.deploy({ group: "DAQ", version: "v9" }), "NOT_FOUND")).message).toContain(
          "v9",
        );
        await refusal(() => mdc.dataSourceGroupVersions.deploy({ group: "DAQ" } as never));
        expect(server.requests.every(({ method }) => method === "GET")).toBe(true);
      },
    ));
});
