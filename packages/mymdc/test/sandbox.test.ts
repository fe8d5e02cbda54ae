import { refusal, silent } from "@sci/http-core/testing";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMyMdc, formatTime, parseFileList, validationOf, type MyMdc } from "../src/index.ts";
import { alone } from "./support/replayed.ts";

let sandbox: Sandbox;
let mdc: MyMdc;

const now = formatTime(new Date());
const repository = "XFEL_GPFS_OFFLINE_RAW_CC";

/** Rows of `count` new samples, past all clients. */
function fill(count: number): void {
  for (let number = 0; number < count; number++)
    sandbox.mymdc.create("samples", {
      name: `page ${number}`,
      proposal_id: -2,
      sample_type_id: 1,
      url: `https://samples.example/${number}`,
      proposal_system_id: `page-${number}`,
      flg_proposal_system: "upex",
      flg_available: true,
    });
}

beforeAll(async () => {
  sandbox = await startSandbox({ facilities: ["mymdc"] });
  mdc = await alone(() => createMyMdc({ logger: silent }), sandbox.env as Record<string, string>);
});
afterAll(async () => {
  await mdc.close();
  await sandbox.stop();
});

test("who the client is, and the instruments of European XFEL", async () => {
  expect((await mdc.users.me()).email).toBe("sandbox.user@example.org");
  const instruments = await mdc.instruments.xfel({ pageSize: 3 }).collect({ limit: 100 });
  expect(instruments.map(({ identifier }) => identifier)).toEqual(expect.arrayContaining(["SPB", "FXE"]));
  expect(instruments.every(({ flg_available }) => typeof flg_available === "boolean")).toBe(true);
});

test("a run is opened, filled, closed and replicated, and its trains are exact", async () => {
  const first = 9_007_199_254_740_995n;
  const opened = await mdc.runs.register({
    experiment_id: -1,
    sample_id: -1,
    run: { run_number: 4001, begin_at: now, first_train: first },
    data_group: { data_group_type_id: 1, user_id: -1, prefix_path: "/gpfs/exfel/r4001/" },
  });
  expect(opened.run).toMatchObject({ run_number: 4001, first_train: first, flg_status: 1, run_folder: "r4001" });
  expect(opened.data_group).toMatchObject({ doi: `xfel.mdc.dg.${opened.data_group.id}`, flg_available: true });
  const ids = { experiment_id: -1, sample_id: -1, run_id: opened.run.id };
  const files = [{ filename: "RAW R4001 it's-S00000.h5", relative_path: "r4001/" }];
  const { data_file } = await mdc.runs.registerData({ ...ids, data_group_id: opened.data_group.id, files });
  expect(parseFileList(data_file.files)).toEqual(files);
  const closed = await mdc.runs.close({ ...ids, run: { end_at: now, last_train: first + 7n } });
  expect(closed).toMatchObject({ flg_status: 2, last_train: first + 7n });
  const where = { proposal: 0, run: 4001, repository };
  expect((await mdc.runs.registerReplica(where)).items).toMatchObject([{ data_group_id: opened.data_group.id, outcome: "created" }]);
  expect(await mdc.runs.replicas(where)).toMatchObject([{ flg_available: true, repository: { identifier: repository } }]);
  expect((await mdc.runs.unregisterReplica(where)).items).toMatchObject([{ outcome: "updated", record: { flg_available: false } }]);
  expect(await mdc.runs.replicas({ proposal: 0, run: 4001 })).toMatchObject([{ flg_available: false }]);
  expect(await mdc.proposals.run(0, 4001)).toMatchObject({ flg_status: 2 });
  expect(await mdc.dataFiles.search({ proposal: 0, run: 4001 })).toMatchObject([{ id: data_file.id }]);
});

test("a run whose group is refused is not left behind", async () => {
  const error = await refusal(
    () =>
      mdc.runs.register({
        experiment_id: -1,
        run: { run_number: 4002, begin_at: now, first_train: 1n },
        data_group: { data_group_type_id: 1, user_id: -1, prefix_path: "x" },
      }),
    "VALIDATION",
  );
  expect(validationOf(error)?.fields["prefix_path"]).toEqual(["is too short (minimum is 2 characters)"]);
  expect(error.details).toMatchObject({ exists: {}, undone: [{ run_id: expect.any(Number) as number }] });
  expect((await mdc.runs.list({ run_number: 4002 })).items).toEqual([]);
});

test("a record is made, found, changed and deleted; what is wrong with it is told by field", async () => {
  const { record, outcome } = await mdc.techniques.ensure({ identifier: "PRC", name: "Powder rocking curve", flg_available: true });
  expect(outcome).toBe("created");
  expect((await mdc.techniques.ensure({ identifier: "PRC", name: "Powder rocking curve" })).outcome).toBe("unchanged");
  const error = await refusal(() => mdc.techniques.create({ identifier: "PRC", name: "Powder rocking curve" }), "VALIDATION");
  expect(validationOf(error)?.fields).toEqual({ name: ["has already been taken"], identifier: ["has already been taken"] });
  expect((await mdc.techniques.update(record.id, { flg_available: false })).flg_available).toBe(false);
  expect((await mdc.techniques.find({ identifier: "PRC" })).id).toBe(record.id);
  await mdc.techniques.delete(record.id);
  await refusal(() => mdc.techniques.get(record.id), "NOT_FOUND");
});

test("pages: all rows once and in order, with totals or without, and none behind the end", async () => {
  // Beside the one that is there from the start.
  fill(52);
  const before = sandbox.mymdc.count("samples");
  expect(before).toBeGreaterThanOrEqual(53);
  const list = () => mdc.samples.list({ proposal_id: -2 }, { pageSize: 10 });
  const rows = await list().collect({ limit: 100 });
  expect(rows).toHaveLength(53);
  expect((await list()).total).toBe(53);
  sandbox.mymdc.pagingHeaders = false;
  try {
    expect(await list().collect({ limit: 100 })).toEqual(rows);
    expect((await list()).total).toBeUndefined();
  } finally {
    sandbox.mymdc.pagingHeaders = true;
  }
  const behind = await mdc.samples.list({ proposal_id: -2 }, { pageSize: 10, page: 100 });
  expect(behind).toMatchObject({ items: [], total: 53, hasNext: false, index: 99 });
  const last = await mdc.samples.list({ proposal_id: -2 }, { pageSize: 10, page: 6 });
  expect(last).toMatchObject({ total: 53, hasNext: false, index: 5 });
  expect(last.items).toEqual(rows.slice(50));
  await refusal(() => mdc.samples.list({ proposal_id: -2 }, { pageSize: 501 }).collect({ limit: 9 }));
});

test("several files and parameters at once", async () => {
  const file = {
    data_group_id: -1,
    data_group_type_id: 1,
    flg_available: true,
    flg_immutable: false,
    byte_size: 9_876_543_210,
    checksum: "0badcafe",
    format: "hdf5",
    year: 2026,
    file_creation_at: now,
  };
  const made = await mdc.datasetFiles.createMany([
    { ...file, filename: "a.h5" },
    { ...file, filename: "b.h5" },
  ]);
  expect(made.map(({ filename, byte_size }) => [filename, byte_size])).toEqual([
    ["a.h5", 9_876_543_210],
    ["b.h5", 9_876_543_210],
  ]);
  await mdc.datasetFiles.deleteMany({ data_group_id: -1, ids: made.map(({ id }) => id) });
  await refusal(() => mdc.datasetFiles.get(made[0]?.id ?? 0), "NOT_FOUND");
});

test("another e-mail address is told for what it is, and so are a token that has ended and a secret that is wrong", async () => {
  await alone(
    async () => {
      const stranger = createMyMdc({ userEmail: "stranger@example.org", logger: silent });
      const error = await refusal(() => stranger.users.me(), "USER_EMAIL");
      expect(error.message).toContain("MYMDC_USER_EMAIL");
      await stranger.close();
      const wrong = createMyMdc({ clientSecret: "not-the-secret", logger: silent });
      await refusal(() => wrong.users.me(), "NOT_AUTHENTICATED");
      await wrong.close();
    },
    sandbox.env as Record<string, string>,
  );
  const issued = sandbox.mymdc.tokensIssued;
  sandbox.mymdc.expireTokens();
  await Promise.all([mdc.users.me(), mdc.users.me(), mdc.dataGroupTypes.list()]);
  expect(sandbox.mymdc.tokensIssued).toBe(issued + 1);
});

test("two clients share one token", async () => {
  const issued = sandbox.mymdc.tokensIssued;
  const shared = await mdc.token();
  await alone(
    async () => {
      const second = createMyMdc({ token: shared, logger: silent });
      expect((await second.users.me()).email).toBe("sandbox.user@example.org");
      expect((await second.token()).access_token).toBe(shared.access_token);
      await second.close();
    },
    sandbox.env as Record<string, string>,
  );
  expect(sandbox.mymdc.tokensIssued).toBe(issued);
});
