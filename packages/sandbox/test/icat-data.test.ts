import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startSandbox } from "@sci/sandbox";
import type { Loose } from "./support.ts";
import { useIcat } from "./icat-rest-support.ts";

const { ask, get } = useIcat();

describe("files", () => {
  test("of a dataset: listed, paged, by location, downloaded in parts", async () => {
    const all = await get("/catalogue/{session}/datafile?datasetId=100001");
    expect(all).toHaveLength(3);
    const [{ Datafile: file }] = all;
    expect(file).toMatchObject({ id: 1000001, isReleased: false });
    expect(file.location).toMatch(/^\/data\/visitor\/ma1234\/id00\/20240301\/RAW_DATA\/Sample_A\/.*\.h5$/);
    expect(await get("/catalogue/{session}/dataset/id/100001/datafile")).toEqual(all);
    expect((await get("/catalogue/{session}/datafile?datasetId=100001&limit=1&skip=2"))[0]).toMatchObject({
      Datafile: { id: 1000003 },
      meta: { page: { total: 3 } },
    });
    expect(await get(`/catalogue/{session}/datafile?location=${encodeURIComponent(file.location as string)}`)).toEqual([all[0]]);
    expect(await get("/catalogue/{session}/datafile?datasetId=100001", "anonymous")).toEqual([]);
    const path = `/catalogue/{session}/datafile/download?filepath=${encodeURIComponent(file.location as string)}&datasetId=100001&investigationId=1001`;
    const whole = await ask("GET", path);
    expect([whole.status, whole.bytes.length, whole.headers.get("accept-ranges")]).toEqual([200, file.fileSize, "bytes"]);
    const part = await ask("GET", path, undefined, { headers: { Range: "bytes=10-19", "If-Range": whole.headers.get("etag") as string } });
    expect([part.status, part.headers.get("content-range"), part.bytes.equals(whole.bytes.subarray(10, 20))]).toEqual([
      206,
      `bytes 10-19/${String(file.fileSize)}`,
      true,
    ]);
    expect((await ask("GET", path, undefined, { headers: { Range: "bytes=10-19", "If-Range": '"other"' } })).status).toBe(200);
    expect((await ask("GET", path, undefined, { headers: { Range: "bytes=-5" } })).bytes.equals(whole.bytes.subarray(-5))).toBe(true);
    expect((await ask("GET", path, undefined, { headers: { Range: "bytes=999999-" } })).status).toBe(416);
    expect((await ask("GET", path.replace("investigationId=1001", "investigationId=1002"))).status).toBe(400);
    expect((await ask("GET", path.replace(/filepath=[^&]+/, "filepath=x"))).status).toBe(404);
  });

  test("of samples: uploaded, told, downloaded", async () => {
    const form = new FormData();
    form.set("file", new File([new Uint8Array([0, 255, 7])], "model.pdb"));
    for (const [name, value] of Object.entries({ fileType: "PDB", groupName: "models", multiplicity: "2" })) form.set(name, value);
    const { json } = await ask("POST", "/catalogue/{session}/files/upload?sampleId=20013", form);
    expect(json).toMatchObject({
      sampleId: 20013,
      investigationId: 1005,
      resources: [{ filename: "model.pdb", fileType: "PDB", groupName: "models", multiplicity: 2 }],
    });
    expect(await get("/catalogue/{session}/files?investigationId=1005")).toEqual([json]);
    expect(await get("/catalogue/{session}/files?sampleId=20013&groupName=others")).toEqual([]);
    const id = json.resources[0]._id as string;
    const { bytes, headers } = await ask("GET", `/catalogue/{session}/files/download?sampleId=20013&resourceId=${id}`);
    expect([[...bytes], headers.get("content-disposition")]).toEqual([[0, 255, 7], expect.stringContaining('filename="model.pdb"')]);
    expect((await ask("GET", `/catalogue/{session}/files/download?sampleId=20014&resourceId=${id}`)).status).toBe(404);
    expect((await ask("GET", "/catalogue/{session}/files/download?sampleId=20013")).status).toBe(400);
    expect((await ask("GET", "/catalogue/{session}/files?sampleId=20013", undefined, { user: "anonymous" })).status).toBe(403);
    expect(
      (await ask("POST", "/catalogue/{session}/files/upload?sampleId=20013", "x", { headers: { "Content-Type": "text/plain" } })).status,
    ).toBe(400);
  });
});

describe("IDS", () => {
  test("one file as it is, a dataset as ZIP, paths, metalink", async () => {
    const one = await ask("GET", "/ids/data/download?datafileIds=1000001");
    const { Datafile: file } = (await get("/catalogue/{session}/datafile?datafileIds=1000001"))[0];
    expect([one.status, one.bytes.length]).toEqual([200, file.fileSize]);
    expect((await ask("GET", "/ids/{session}/data/download?datafileIds=1000001&inline=true")).headers.get("content-disposition")).toMatch(
      /^inline/,
    );
    const { bytes, headers } = await ask("GET", "/ids/{session}/data/download?datasetIds=100001");
    expect(headers.get("content-type")).toBe("application/zip");
    expect([bytes.readUInt32LE(0), bytes.readUInt32LE(bytes.length - 22), bytes.readUInt16LE(bytes.length - 12)]).toEqual([
      0x04034b50, 0x06054b50, 3,
    ]);
    expect(bytes.includes(one.bytes)).toBe(true);
    expect(await get("/ids/{session}/path?datasetIds=100001&datafileIds=1000001")).toEqual([
      expect.stringContaining("RAW_DATA"),
      file.location,
    ]);
    expect((await ask("GET", "/ids/data/metalink?datasetIds=100001")).bytes.toString()).toContain(`<size>${String(file.fileSize)}</size>`);
    expect((await ask("GET", "/ids/{session}/data/download")).status).toBe(400);
    expect((await ask("GET", "/ids/{session}/data/download?datasetIds=7")).status).toBe(404);
    expect((await ask("GET", "/ids/{session}/data/download?datasetIds=100001", undefined, { user: "anonymous" })).status).toBe(403);
  });

  test("what lies on tape is restored before it can be had", async () => {
    // The released investigation of 2019 is on tape.
    const id = 100037;
    const status = async (): Promise<string> => (await get(`/ids/{session}/datasets/status?datasetIds=${id}`))[0].status as string;
    expect(await status()).toBe("ARCHIVED");
    expect(await ask("GET", `/ids/{session}/data/download?datasetIds=${id}`)).toMatchObject({
      status: 503,
      json: { message: expect.stringContaining("restore them first") },
    });
    expect(await get(`/ids/{session}/path?datasetIds=${id}&isonline=true`)).toEqual([]);
    expect((await ask("POST", `/ids/{session}/datasets/restore?datasetIds=${id}`, { name: "me", email: "me@example.org" })).json).toEqual([
      { datasetId: id, status: "RESTORING" },
    ]);
    expect(await status()).toBe("RESTORING");
    expect(await status()).toBe("ONLINE");
    expect((await ask("GET", `/ids/{session}/data/download?datasetIds=${id}`)).status).toBe(200);
    const other = id + 1;
    expect(
      (await ask("POST", `/dataacquisition/{key}/dataset/restore?datasetId=${other}`, { level: "info", message: "done" })).json,
    ).toMatchObject([{ datasetId: other, type: "restoration" }]);
    expect((await get(`/ids/{session}/datasets/status?datasetIds=${other}`))[0].status).toBe("ONLINE");
  });
});

describe("DOIs", () => {
  const about = { title: "A title", abstract: "About it", authors: [{ name: "Sam", surname: "Sandbox" }], keywords: ["x-rays"] };

  test("are minted for datasets and read by everybody", async () => {
    const { status, json } = await ask("POST", "/doi/{session}/mint", { ...about, datasetIdList: [100001, 100002] });
    expect([status, json.message]).toEqual([200, expect.stringMatching(/^10\.15151\/ESRF-DC-\d+$/)]);
    const doi = json.message as string;
    expect((await get(`/doi/${doi}/datasets`)).map(({ id }: Loose) => id)).toEqual([100001, 100002]);
    expect((await get(`/doi/${doi}/datasets?limit=1&sortBy=id&sortOrder=-1`))[0]).toMatchObject({
      id: 100002,
      meta: { page: { total: 2 } },
    });
    expect(await get(`/doi/${doi}/json-datacite`)).toMatchObject({
      doi,
      titles: { title: "A title" },
      creators: [{ name: "Sam Sandbox" }],
      publisher: "European Synchrotron Radiation Facility",
    });
    expect(await get("/catalogue/{session}/dataset/id/100001/datacollection")).toMatchObject([
      { doi, dataCollectionDatasets: [{ dataset: { id: 100001 } }, {}] },
    ]);
    expect((await ask("GET", "/doi/10.15151/ESRF-DC-999/datasets")).status).toBe(404);
    expect(await get("/doi/10.15151/ESRF-ES-1007/datasets")).toHaveLength(6);
    expect(await get("/doi/10.15151/esrf-es-1001/datasets")).toEqual([]);
  });

  test("are reserved first and minted later, by whom they belong to, once", async () => {
    const { json } = await ask("POST", "/doi/{session}/reserve", { datasetIdList: [100003] });
    const reserved = await get("/doi/{session}/reserved-dois");
    expect(reserved).toMatchObject([{ doi: json.message }]);
    expect((await ask("GET", `/doi/${json.message as string}/datasets`)).status).toBe(404);
    expect(await get("/doi/{session}/reserved-dois", "sandbox-scientist")).toEqual([]);
    expect(await get("/doi/{session}/reserved-dois?all=true", "sandbox-admin")).toHaveLength(1);
    const mint = (user: string): Promise<Loose> =>
      ask("POST", "/doi/{session}/mint", { ...about, dataCollectionId: reserved[0].id }, { user });
    expect((await mint("sandbox-scientist")).status).toBe(403);
    expect((await mint("sandbox-user")).json).toEqual(json);
    expect((await mint("sandbox-user")).status).toBe(422);
    expect(await get("/doi/{session}/reserved-dois")).toEqual([]);
  });

  test.each([
    ["no title", { abstract: "a", datasetIdList: [100001], authors: [{ name: "a" }] }, 400],
    ["no authors", { title: "t", abstract: "a", datasetIdList: [100001] }, 400],
    ["no datasets", { title: "t", abstract: "a", datasetIdList: [], authors: [{ name: "a" }] }, 400],
    ["a dataset that is not there", { title: "t", abstract: "a", datasetIdList: [5], authors: [{ name: "a" }] }, 404],
    ["a dataset of others", { title: "t", abstract: "a", datasetIdList: [100049], authors: [{ name: "a" }] }, 403],
  ])("%s", async (_name, body, status) => {
    expect((await ask("POST", "/doi/{session}/mint", body)).status).toBe(status);
  });

  test("with the key", async () => {
    expect((await ask("POST", "/dataacquisition/{key}/mint", { title: "t", abstract: "a", datasetIdList: [100001] })).json.message).toMatch(
      /^10\.15151/,
    );
    expect((await ask("POST", "/doi/{session}/mint", { ...about, datasetIdList: [100037] }, { user: "anonymous" })).status).toBe(403);
  });
});

test("everything is there again after a restart with a folder", async () => {
  const state = mkdtempSync(join(tmpdir(), "icat-state-"));
  const options = { facilities: ["icat-plus"], state };
  const first = await startSandbox(options);
  const url = (path: string, box = first): string => `${box.urls["icat-plus"] as string}${path}`;
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ base64: "data:text/plain;base64,aGVsbG8=" });
  await fetch(url(`/dataacquisition/${first.icatPlus.elogbookToken}/base64?investigationName=ma1234&instrumentName=id00`), {
    method: "POST",
    headers,
    body,
  });
  await fetch(url(`/tracking/${first.icatPlus.session()}/shipment?investigationId=1001`), {
    method: "POST",
    headers,
    body: '{"name":"second"}',
  });
  const read = async (box: typeof first): Promise<Loose> => [
    await (await fetch(url(`/logbook/${box.icatPlus.session()}/event?investigationId=1003`, box))).json(),
    await (await fetch(url(`/tracking/${box.icatPlus.session()}/shipment?investigationId=1001`, box))).json(),
  ];
  const before = await read(first);
  await first.stop();
  const second = await startSandbox(options);
  expect(await read(second)).toEqual(before);
  expect([before[0].length, before[1].length]).toEqual([1, 2]);
  await second.stop();
  rmSync(state, { recursive: true, force: true });
});
