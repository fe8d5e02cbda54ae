import { empty, html, json, refusal, reset, type Reply } from "@sci/http-core/testing";
import { describe, expect, test } from "vitest";
import type { RegisterRun, RegisterRunDataAndResults } from "../src/index.ts";
import { serving, type Answers } from "./support/serving.ts";

const what = {
  experiment_id: 12,
  sample_id: 31,
  run: { run_number: 126, begin_at: "2026-03-02T08:30:00.000+01:00", first_train: 126n },
  data_group: { data_group_type_id: 1, user_id: 5, prefix_path: "/data/SPB/" },
} satisfies RegisterRun;
const whole = {
  ...what,
  run: { ...what.run, end_at: "2026-03-02T09:30:00.000+01:00", last_train: 130n },
  files: [{ filename: "s 0000.h5", relative_path: "r0001/" }],
} satisfies RegisterRunDataAndResults;

const run = { id: 343, run_number: 126, flg_status: 1 };
const created = (body: unknown) => json(body, { status: 201 });
const refused = json({ info: { user_id: ["must exist"] } }, { status: 422 });
const good: Answers = {
  "POST runs/": created(run),
  "POST data_groups/": created({ id: 77 }),
  "PUT data_groups/{id}": json({ id: 77 }),
  "POST data_files/": created({ id: 240, data_group_id: 77, files: "[]" }),
  "PUT runs/{id}": json({ ...run, flg_status: 2 }),
  "DELETE runs/{id}": empty(),
};
const sent = ({ requests }: { readonly requests: readonly { readonly method: string; readonly path: string }[] }): string[] =>
  requests.map(({ method, path }) => `${method} ${path.replace("/metadata/api/", "")}`);

describe("opening a run", () => {
  test("names all that is missing, before anything is sent", () =>
    serving({}, async ({ mdc, server }) => {
      const error = await refusal(() =>
        mdc.runs.register({ experiment_id: null, run: { run_number: 1, begin_at: "" }, data_group: {} } as never),
      );
      expect(error.details?.["missing"]).toEqual([
        "experiment_id",
        "run.begin_at",
        "run.first_train",
        "data_group.data_group_type_id",
        "data_group.user_id",
        "data_group.prefix_path",
      ]);
      await refusal(() => mdc.runs.register(undefined as never));
      await refusal(() => mdc.runs.register({ ...what, datagroup: {} } as never));
      await refusal(() => mdc.runs.register({ ...what, run: { ...what.run, run_nubmer: 1 } } as never));
      await refusal(() => mdc.runs.register({ ...what, run: { ...what.run, experiment_id: 4 } } as never));
      await refusal(() => mdc.runs.register({ ...what, data_group: { ...what.data_group, creator_id: 6 } }));
      expect(server.requests).toEqual([]);
    }));

  test.each([
    ["a refusal", refused, "VALIDATION"],
    ["a web page", html("<html><title>Broken</title></html>", { status: 500 }), "HTTP_STATUS"],
  ] as const)("deletes the run again after %s of its group", (_name, answer, code) =>
    serving({ ...good, "POST data_groups/": answer }, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.runs.register(what), code);
      expect(sent(server)).toEqual(["POST runs/", "POST data_groups/", "DELETE runs/343"]);
      expect(error.details).toMatchObject({ exists: {}, undone: [{ run_id: 343 }] });
      expect(error.message).toContain("343");
      expect(error.message).not.toContain("not known");
    }),
  );

  test("says so where the run could not be deleted", () =>
    serving({ ...good, "POST data_groups/": refused, "DELETE runs/{id}": json({ info: "Locked" }, { status: 409 }) }, async ({ mdc }) => {
      const error = await refusal(() => mdc.runs.register(what), "VALIDATION");
      expect(error.details).toMatchObject({
        exists: { run_id: 343 },
        undone: [],
        undoError: { code: "CONFLICT" },
        fields: { user_id: ["must exist"] },
      });
      expect(error.message).toMatch(/343.*still there.*Locked/);
    }));

  test("says what is not known where the connection was lost", () =>
    serving({ ...good, "POST data_groups/": reset() }, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.runs.register(what), "NETWORK");
      expect(error.message).toContain("Whether the data group was created is not known");
      expect(sent(server)).toEqual(["POST runs/", "POST data_groups/", "DELETE runs/343"]);
    }));

  test("a run that came without its id is an error, and no group is created for none", () =>
    serving({ ...good, "POST runs/": created({ run_number: 126 }) }, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.runs.register(what), "INVALID_RESPONSE");
      expect(error.details).toMatchObject({ exists: { run_number: 126 }, undone: [] });
      expect(error.message).toContain("126");
      expect(sent(server)).toEqual(["POST runs/"]);
    }));

  test("cancelled beforehand, nothing is sent, and nothing is left to look for", () =>
    serving(good, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.runs.register(what, { signal: AbortSignal.abort() }), "ABORTED");
      expect(error.message).not.toContain("not known");
      expect(server.requests).toEqual([]);
    }));

  test("does not send a creation again, and says that it may have been done", () =>
    serving({ ...good, "POST runs/": reset() }, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.runs.register(what, { retry: { attempts: 3, baseDelay: 0 } }), "NETWORK");
      expect(error.message).toContain("Whether the run was created is not known");
      expect(sent(server)).toEqual(["POST runs/"]);
    }));

  test("takes the run back also where the caller gave up meanwhile", async () => {
    const controller = new AbortController();
    const late = async (): Promise<Reply> => {
      controller.abort();
      await new Promise((resolve) => setImmediate(resolve));
      return refused;
    };
    await serving({ ...good, "POST data_groups/": late }, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.runs.register(what, { signal: controller.signal }), "ABORTED");
      expect(sent(server)).toContain("DELETE runs/343");
      expect(error.details).toMatchObject({ undone: [{ run_id: 343 }] });
    });
  });

  test("a dry run gives both requests", () =>
    serving(good, async ({ mdc, server }) => {
      const { requests } = await mdc.runs.register(what, { dryRun: true });
      expect(requests.map(({ method, url }) => [method, url.slice(server.url.length)])).toEqual([
        ["POST", "/metadata/api/runs/"],
        ["POST", "/metadata/api/data_groups/"],
      ]);
      expect(requests[1]?.body).toMatchObject({ data_group: { runs_data_groups_attributes: [{ run_id: "<id of the run>" }] } });
      expect(server.requests).toEqual([]);
    }));

  test("leaves what it is given as it was", () =>
    serving(good, async ({ mdc }) => {
      const before = structuredClone(what);
      await mdc.runs.register(what);
      expect(what).toEqual(before);
    }));
});

describe("filling and closing", () => {
  test("names what is missing in files and group", () =>
    serving({}, async ({ mdc, server }) => {
      const files = [{ filename: "a" }, { relative_path: "b/" }];
      const error = await refusal(() => mdc.runs.registerData({ data_group_id: 77, data_group: { language: "pt" }, files } as never));
      expect(error.details?.["missing"]).toEqual([
        "experiment_id",
        "run_id",
        "data_group.data_group_type_id",
        "data_group.user_id",
        "files[0].relative_path",
        "files[1].filename",
      ]);
      await refusal(() => mdc.runs.registerData({ experiment_id: 1, run_id: 2, data_group_id: 3, files: "a" } as never));
      for (const run of [{}, "", null, { end_at: "x" }]) {
        expect((await refusal(() => mdc.runs.close({ run_id: 1, run } as never))).details?.["missing"]).toContain("run.last_train");
      }
      expect(server.requests).toEqual([]);
    }));

  test("says that the group stays changed where its files are refused", () =>
    serving({ ...good, "POST data_files/": refused }, async ({ mdc }) => {
      const ids = { experiment_id: 12, run_id: 343, data_group_id: 77 };
      const data_group = { data_group_type_id: 1, creator_id: 5, description: "d" };
      const error = await refusal(() => mdc.runs.registerData({ ...ids, data_group, files: whole.files }), "VALIDATION");
      expect(error.details).toMatchObject({ exists: { data_group_id: 77 }, undone: [] });
    }));

  test("closing checks nothing twice and changes nothing of what it is given", () =>
    serving(good, async ({ mdc, server }) => {
      const fields = Object.freeze({ end_at: "2026-03-02T09:30:00.000+01:00", last_train: 130 });
      expect(await mdc.runs.close({ run_id: 343, experiment_id: 12, sample_id: 31, run: fields })).toMatchObject({ flg_status: 2 });
      expect(server.requests[0]?.json).toEqual({ ...fields, run_id: 343, experiment_id: 12, sample_id: 31, flg_status: 2 });
    }));
});

describe("all in one go", () => {
  test("opens, fills and closes", () =>
    serving(good, async ({ mdc, server }) => {
      const done = await mdc.runs.registerDataAndResults(whole);
      expect(done).toMatchObject({ run: { flg_status: 2 }, data_group: { id: 77 }, data_file: { id: 240 } });
      expect(sent(server)).toEqual(["POST runs/", "POST data_groups/", "PUT data_groups/77", "POST data_files/", "PUT runs/343"]);
      expect((server.requests[3]?.json as { data_file: { files: string } }).data_file.files).toBe(
        "[{'filename':'s 0000.h5','relative_path':'r0001/'}]",
      );
    }));

  test.each([[[]], [null], [undefined]])("without files (%j) it opens and closes, and gives no data file", (files) =>
    serving(good, async ({ mdc, server }) => {
      const { files: _files, ...rest } = whole;
      const done = await mdc.runs.registerDataAndResults({ ...rest, ...(files === undefined ? {} : { files }) });
      expect(done.data_file).toBeUndefined();
      expect(sent(server)).toEqual(["POST runs/", "POST data_groups/", "PUT runs/343"]);
    }),
  );

  test("what closing needs, and the files, are checked before anything is sent", () =>
    serving({}, async ({ mdc, server }) => {
      const { end_at: _end, ...open } = whole.run;
      expect((await refusal(() => mdc.runs.registerDataAndResults({ ...whole, run: open as never }))).details?.["missing"]).toEqual([
        "run.end_at",
      ]);
      await refusal(() => mdc.runs.registerDataAndResults({ ...whole, files: [{ filename: "a" } as never] }));
      await refusal(() => mdc.runs.registerDataAndResults({ ...whole, file: [] } as never));
      expect(server.requests).toEqual([]);
    }));

  test("a step that fails leaves what was written, and says what that is", async () => {
    await serving({ ...good, "POST data_files/": refused }, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.runs.registerDataAndResults(whole), "VALIDATION");
      expect(error.details).toMatchObject({ exists: { run_id: 343, data_group_id: 77 }, undone: [] });
      expect(sent(server).at(-1)).toBe("POST data_files/");
    });
    await serving({ ...good, "PUT runs/{id}": refused }, async ({ mdc }) => {
      const error = await refusal(() => mdc.runs.registerDataAndResults(whole), "VALIDATION");
      expect(error.details).toMatchObject({ exists: { run_id: 343, data_group_id: 77, data_file_id: 240 } });
      expect(error.message).toContain("data_file_id 240");
    });
  });
});
