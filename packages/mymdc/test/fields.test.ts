import { json, refusal } from "@sci/http-core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FileEntry, formatFileList, formatTime, parseFileList, toDate } from "../src/index.ts";
import { serving } from "./support/serving.ts";

/** Answers a record that was sent back, with an id. */
const echo = (status: number) => ({
  "POST runs/": ({ text }: { readonly text: string }) => json(text.replace(/^\{"run":\{/, '{"id":7,').replace(/\}\}$/, "}"), { status }),
});

describe("what is sent", () => {
  test("a misspelt field is an error with the nearest right one, before anything is sent", () =>
    serving({}, async ({ mdc, server }) => {
      const error = await refusal(() => mdc.runs.create({ run_nubmer: 1 } as never));
      expect(error.details).toMatchObject({ name: "run_nubmer", nearest: "run_number" });
      await refusal(() => mdc.runs.update(7, { frist_train: 1n } as never));
      expect((await refusal(() => mdc.runs.create({ run_folder: "r0001" } as never))).message).toContain("set by myMdC");
      await refusal(() => mdc.datasetFiles.createMany([{ filename: "a" }, { filenmae: "b" } as never])).then(({ message }) =>
        expect(message).toMatch(/\[1\].*"filename"/),
      );
      expect(server.requests).toEqual([]);
    }));

  test("a field that only the server knows goes with `unchecked`", () =>
    serving(echo(201), async ({ mdc, server }) => {
      await mdc.runs.create({ run_number: 1, brand_new: "x" }, { unchecked: true });
      expect(server.requests[0]?.json).toEqual({ run: { run_number: 1, brand_new: "x" } });
    }));

  test("values that do not fit their field are refused, and so are no fields and no record", () =>
    serving({}, async ({ mdc, server }) => {
      for (const fields of [
        { run_number: "one" },
        { experiment_id: 1.5 },
        { flg_available: "yes" },
        { begin_at: new Date() },
        { description: {} },
        {},
        null,
        [],
      ])
        await refusal(() => mdc.runs.create(fields as never));
      for (const id of ["", "7/../8?x=1#f", null, 1.5, {}]) await refusal(() => mdc.runs.get(id as never));
      await refusal(() => mdc.datasetFiles.createMany([]));
      await refusal(() => mdc.datasetFiles.deleteMany({ data_group_id: 7, ids: [] }));
      await refusal(() => mdc.runs.get(7, { timout: 1 } as never));
      await refusal(() => mdc.runs.create({ run_number: 1 }, { dryrun: true } as never));
      await refusal(() => mdc.runs.create({ run_number: 1 }, { dryRun: 1 } as never));
      expect(server.requests).toEqual([]);
    }));

  test("train ids are sent exactly, and one that was rounded already is refused", () =>
    serving(echo(201), async ({ mdc, server }) => {
      const made = await mdc.runs.create({ run_number: 1, first_train: 9_223_372_036_854_775_802n, last_train: "9223372036854775807" });
      expect(server.requests[0]?.text).toContain('"first_train":9223372036854775802');
      expect(made).toMatchObject({ first_train: 9_223_372_036_854_775_802n, last_train: 9_223_372_036_854_775_807n });
      expect((await refusal(() => mdc.runs.create({ first_train: 2 ** 60 }))).message).toContain("bigint");
    }));

  test("a dry run checks, and gives the request without sending it", () =>
    serving({}, async ({ mdc, server }) => {
      const planned = await mdc.runs.update(343, { flg_available: false }, { dryRun: true });
      expect(planned).toEqual({
        dryRun: true,
        requests: [{ method: "PUT", url: `${server.url}/metadata/api/runs/343`, body: { run: { flg_available: false } } }],
      });
      expect((await mdc.units.delete(3, { dryRun: true })).requests[0]).toMatchObject({ method: "DELETE" });
      await refusal(() => mdc.runs.update(343, { nope: 1 } as never, { dryRun: true }));
      expect(server.requests).toEqual([]);
    }));
});

describe("what arrives", () => {
  test("flags are booleans, ids and numbers numbers, train ids bigints, whatever the wire says; times and unknown fields stay", () =>
    serving(
      {
        "GET runs/{id}": json(
          '{"id":"7","run_number":"12","experiment_id":"3","sample_id":null,"flg_available":"true","flg_status":"2","first_train":"5","last_train":6,"begin_at":"2026-03-02T08:30:00.000+01:00","brand_new":"1"}',
        ),
        "GET samples/": json([{ id: 1, proposal_id: "2", flg_proposal_system: "true", proposal_system_id: "12", flg_available: "false" }]),
      },
      async ({ mdc }) => {
        expect(await mdc.runs.get("7")).toEqual({
          id: 7,
          run_number: 12,
          experiment_id: 3,
          sample_id: null,
          flg_available: true,
          flg_status: 2,
          first_train: 5n,
          last_train: 6n,
          begin_at: "2026-03-02T08:30:00.000+01:00",
          brand_new: "1",
        });
        const { items } = await mdc.samples.list({ proposal_id: 2 });
        expect(items).toEqual([{ id: 1, proposal_id: 2, flg_proposal_system: "true", proposal_system_id: "12", flg_available: false }]);
      },
    ));

  test("an answer of another shape is delivered with a warning, or refused", async () => {
    const warnings: string[] = [];
    const logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: (text: string) => void warnings.push(text),
      error: () => undefined,
    };
    await serving(
      { "GET units/{id}": json({ id: 1, flg_available: "perhaps" }) },
      async ({ mdc }) => {
        expect(await mdc.units.get(1)).toEqual({ id: 1, flg_available: "perhaps" });
        await refusal(() => mdc.units.get(1, { validate: "error" }), "INVALID_RESPONSE");
      },
      { logger },
    );
    expect(warnings.join()).toContain("flg_available");
  });

  test("an update that is answered without the record gives what is known of it", () =>
    serving({ "PUT units/{id}": { status: 204 } }, async ({ mdc }) =>
      expect(await mdc.units.update("4", { name: "metre", flg_available: "true" })).toEqual({ id: 4, name: "metre", flg_available: true }),
    ));
});

describe("times", () => {
  test("are read in all forms of the service, and not without an offset", async () => {
    const instant = Date.UTC(2026, 2, 2, 7, 30);
    for (const text of ["2026-03-02T08:30:00.000+01:00", "2026-03-02 08:30:00 +0100", "2026-03-02T07:30:00Z", "2026-03-02 07:30 UTC"])
      expect(toDate(text).getTime()).toBe(instant);
    for (const text of ["2026-03-02T08:30:00", "2026-03-02", "soon", "2026-13-02T08:30:00Z", ""]) await refusal(() => toDate(text));
    await refusal(() => formatTime(new Date(Number.NaN)));
  });

  test("come back as they went", () =>
    fc.assert(
      fc.property(fc.date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }), (date) => {
        expect(toDate(formatTime(date))).toEqual(date);
        expect(formatTime(date)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
      }),
    ));
});

describe("lists of files", () => {
  test("are written as Python writes them, without blanks between their parts and with those in names", () => {
    expect(formatFileList([{ filename: "s0000.h5", sequence: 11, relative_path: "r0001/" }])).toBe(
      "[{'filename':'s0000.h5','sequence':11,'relative_path':'r0001/'}]",
    );
    expect(formatFileList([{ filename: "it's a b.h5", relative_path: "", ok: true, n: null, x: 1.5 }])).toBe(
      "[{'filename':\"it's a b.h5\",'relative_path':'','ok':True,'n':None,'x':1.5}]",
    );
    expect(formatFileList([{ filename: "é\"q'.h5", relative_path: "a\\b\n" }])).toBe(
      "[{'filename':'é\"q\\'.h5','relative_path':'a\\\\b\\n'}]",
    );
  });

  test("are read as Python, or the service, wrote them", async () => {
    expect(parseFileList("[{'filename': 'RAW-R0011-S00000.h5', 'relative_path': 'r0011/', 'n': -1, 'ok': False}]")).toEqual([
      { filename: "RAW-R0011-S00000.h5", relative_path: "r0011/", n: -1, ok: false },
    ]);
    expect(parseFileList('[{"filename": "a", "relative_path": "\\u00e9\\x41", "sizes": (1, 2.5e3,)}]')).toEqual([
      { filename: "a", relative_path: "éA", sizes: [1, 2500] },
    ]);
    for (const text of ["", "{}", "[", "[{'a'}]", "[1]]", "__import__('os')", "['a", "[{'a':}]"]) await refusal(() => parseFileList(text));
  });

  test("keep floats and integers apart, however large", () => {
    const files = [{ filename: "a", relative_path: "", float: 1e20, integer: 10n ** 20n }];
    expect(formatFileList(files)).toContain("'float':1e+20,'integer':100000000000000000000}");
    expect(parseFileList(formatFileList(files))).toEqual(files);
  });

  test("come back as they went", () => {
    const text = fc.string({ unit: "binary" });
    const value = fc.oneof(
      text,
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n }),
    );
    const entry = fc.record({ filename: text, relative_path: text, more: value });
    fc.assert(
      fc.property(fc.array(entry), (files) => {
        expect(parseFileList(formatFileList(files as FileEntry[]))).toEqual(
          files.map((one) => ({ ...one, more: Object.is(one.more, -0) ? 0 : one.more })),
        );
      }),
    );
  });
});
