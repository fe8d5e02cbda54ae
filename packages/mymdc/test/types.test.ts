import { createMyMdc, type DryRun, type MyMdc, type Run, validationOf } from "../src/index.ts";
import { expect, expectTypeOf, test } from "vitest";

// Read by the compiler: `npm run typecheck` fails where one of these is not as it says.

async function right(mdc: MyMdc): Promise<void> {
  const run = await mdc.runs.get(1);
  expectTypeOf(run.flg_available).toEqualTypeOf<boolean>();
  expectTypeOf(run.first_train).toEqualTypeOf<bigint | null>();
  expectTypeOf(run.id).toEqualTypeOf<number>();
  expectTypeOf(await mdc.runs.create({ run_number: 1, first_train: 1n, flg_available: true })).toEqualTypeOf<Run>();
  await mdc.runs.create({ run_number: "1", flg_available: "true", first_train: "9007199254740993" });
  expectTypeOf(await mdc.runs.create({ run_number: 1 }, { dryRun: true })).toEqualTypeOf<DryRun>();
  expectTypeOf(await mdc.runs.create({ run_number: 1 }, { dryRun: Math.random() > 2 })).toEqualTypeOf<Run | DryRun>();
  for await (const { name } of mdc.samples.list({ proposal_id: 1 })) expectTypeOf(name).toEqualTypeOf<string>();
  await mdc.samples.list({ proposal_id: 1, name: "x" }, { page: 1, pageSize: 3 });
  await mdc.units.list();
  await mdc.units.list({}, { pageSize: 2 });
  await mdc.runs.create({ anything: 1 }, { unchecked: true });
  expectTypeOf(validationOf(new Error())?.fields["name"]).toEqualTypeOf<readonly string[] | undefined>();
}

async function wrong(mdc: MyMdc): Promise<void> {
  // @ts-expect-error misspelt field
  await mdc.runs.create({ run_nubmer: 1 });
  // @ts-expect-error misspelt field beside a right one
  await mdc.runs.create({ run_number: 1, flg_availble: true });
  // @ts-expect-error flag as other text
  await mdc.runs.create({ flg_available: "yes" });
  // @ts-expect-error server field
  await mdc.runs.create({ run_folder: "r" });
  // @ts-expect-error server field
  await mdc.runs.update(1, { id: 2 });
  // @ts-expect-error no create
  await mdc.instruments.create({});
  // @ts-expect-error no delete
  await mdc.users.delete(1);
  // @ts-expect-error combination
  await mdc.samples.list({ name: "x" });
  // @ts-expect-error misspelt search
  await mdc.samples.list({ proposalid: 1 });
  // @ts-expect-error nothing to search by
  await mdc.samples.list();
  // @ts-expect-error null
  await mdc.samples.list({ proposal_id: null });
  // @ts-expect-error option
  await mdc.units.list({}, { pagesize: 3 });
  // @ts-expect-error option of client
  createMyMdc({ clientID: "a" });
  // @ts-expect-error train is bigint
  const t: number | null = (await mdc.runs.get(1)).first_train;
  const run = { run_number: 1, first_train: 1n, begin_at: "x" };
  const group = { data_group_type_id: 1, prefix_path: "/x" };
  await mdc.runs.register({ experiment_id: 1, run, data_group: { ...group, creator_id: 5 } });
  // @ts-expect-error begin_at missing
  await mdc.runs.register({ experiment_id: 1, run: { run_number: 1, first_train: 1n }, data_group: { ...group, user_id: 5 } });
  // @ts-expect-error prefix_path missing
  await mdc.runs.register({ experiment_id: 1, run, data_group: { data_group_type_id: 1, user_id: 1 } });
  // @ts-expect-error nobody who makes the group
  await mdc.runs.register({ experiment_id: 1, run, data_group: group });
  // @ts-expect-error last_train missing
  await mdc.runs.close({ run_id: 1, run: { end_at: "x" } });
  // @ts-expect-error misspelt
  await mdc.runs.close({ run_id: 1, run: { end_at: "x", last_train: 1n, flg_staus: 2 } });
  // @ts-expect-error repository missing
  await mdc.runs.registerReplica({ proposal: 1, run: 2 });
  // @ts-expect-error method
  await mdc.raw({ method: "PATCH", path: "runs" });
  // @ts-expect-error bulk misspelt
  await mdc.datasetFiles.createMany([{ filenam: "a" }]);
  // @ts-expect-error files entry
  await mdc.runs.registerData({ experiment_id: 1, run_id: 1, data_group_id: 1, files: [{ filename: "a" }] });
  void t;
}

test("right uses compile and wrong ones do not", () => {
  expect([right, wrong]).toHaveLength(2);
});
