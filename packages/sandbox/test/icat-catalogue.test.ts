import { describe, expect, test } from "vitest";
import { startSandbox } from "@sci/sandbox";
import type { Loose } from "./support.ts";
import { useIcat } from "./icat-rest-support.ts";

const { ask, get, session, box } = useIcat();
const names = (rows: Loose[]): string[] => rows.map(({ name }) => name as string);
const ids = (rows: Loose[]): number[] => rows.map(({ id }) => id as number);

describe("sessions", () => {
  test("by name and password, by a token alone, refused, ill-formed", async () => {
    const { status, json } = await ask("POST", "/session", {
      plugin: "esrf",
      username: "sandbox-scientist",
      password: "scientist-password",
    });
    expect([status, json]).toMatchObject([
      200,
      { username: "sandbox-scientist", isInstrumentScientist: true, isAdministrator: false, lifeTimeMinutes: 60 },
    ]);
    expect((await ask("POST", "/session", { plugin: "db", password: "anonymous" })).json).toMatchObject({ username: "anonymous" });
    expect(await ask("POST", "/session", { plugin: "esrf", password: "anonymous" })).toMatchObject({
      status: 403,
      json: { message: "Authentication failed" },
    });
    expect(await ask("POST", "/session", { plugin: "nonsense", password: "x" })).toMatchObject({ status: 400 });
    expect(await ask("POST", "/session", "{")).toMatchObject({ status: 400, json: { message: expect.stringContaining("no JSON") } });
    expect(await ask("POST", "/session", "a=b", { headers: { "Content-Type": "application/x-www-form-urlencoded" } })).toMatchObject({
      status: 400,
    });
  });

  test("tell what is left, are refreshed, end by log-out", async () => {
    const id = box.sandbox.icatPlus.session("sandbox-user");
    const info = await get(`/session/${id}`);
    expect(info).toMatchObject({ userName: "sandbox-user", fullName: "Sam SANDBOX", user: { sessionId: id } });
    expect(info.remainingMinutes).toBeGreaterThan(59);
    expect((await ask("PUT", `/session/${id}`)).status).toBe(204);
    expect((await ask("DELETE", `/session/${id}`)).status).toBe(204);
    expect((await ask("GET", `/session/${id}`)).status).toBe(403);
    expect(await ask("GET", `/catalogue/${id}/investigation`)).toMatchObject({
      status: 401,
      json: { message: "Session not found or expired" },
    });
    expect(
      (await ask("GET", "/catalogue/datasets?datasetIds=100001", undefined, { headers: { Authorization: `Bearer ${id}` } })).status,
    ).toBe(401);
  });

  test("other statuses and users by option", async () => {
    const other = await startSandbox({
      facilities: ["icat-plus"],
      icatPlus: { endedSession: 403, elogbookTokens: ["k/1"], users: [{ name: "me", password: "p", proposals: ["ls3000"] }] },
    });
    const url = other.urls["icat-plus"] as string;
    expect((await fetch(`${url}/catalogue/nonsense/investigation`)).status).toBe(403);
    expect((await fetch(`${url}/dataacquisition/k%2F1/investigation?investigationName=ls3000`)).status).toBe(200);
    expect((await fetch(`${url}/dataacquisition/sandbox-elogbook-token/investigation?investigationName=ls3000`)).status).toBe(403);
    expect(other.icatPlus.session("me")).toMatch(/^[0-9a-f-]{36}$/);
    expect(() => other.icatPlus.session("mee")).toThrow('did you mean "me"');
    await other.stop();
    await expect(startSandbox({ facilities: ["icat-plus"], icatPlus: { broker: { versions: ["2.0" as "1.2"] } } })).rejects.toThrow(
      "known: 1.0, 1.1, 1.2",
    );
    await expect(startSandbox({ facilities: ["icat-plus"], icatPlus: { elogbookToken: [] } as object })).rejects.toThrow(
      'did you mean "elogbookTokens"',
    );
  });
});

describe("investigations", () => {
  test("by proposal and beamline, with the key and with a session", async () => {
    const byKey = await get("/dataacquisition/{key}/investigation?instrumentName=id00&investigationName=MA1234");
    expect(ids(byKey)).toEqual([1001, 1002, 1003]);
    expect(byKey[0]).toMatchObject({
      name: "MA-1234",
      startDate: "2024-03-01T09:00:00.000+01:00",
      visitId: "ID00",
      instrument: { id: 1, name: "ID00" },
      type: { id: 3, name: "MA" },
    });
    expect(await get("/catalogue/{session}/investigation?instrumentName=ID00&investigationName=ma1234")).toEqual(byKey);
    expect(await ask("GET", "/dataacquisition/{key}/investigation")).toMatchObject({ status: 400 });
    expect(await ask("GET", "/dataacquisition/wrong/investigation?ids=1001")).toMatchObject({
      status: 403,
      json: { message: "The API key is not valid" },
    });
  });

  test("dates, ids, time, releases, search, filters, rights", async () => {
    const list = async (query: string, user?: string): Promise<number[]> =>
      ids(await get(`/catalogue/{session}/investigation?${query}`, user));
    expect(await list("instrumentName=ID00&startDate=2024-03-02&endDate=2024-03-03")).toEqual([1001]);
    expect(await list("instrumentName=ID00&startDate=2025-01-01")).toEqual([1003]);
    expect(await list("ids=1003,1001&startDate=2024-12-31&endDate=2024-12-31")).toEqual([1003, 1001]);
    expect(await list("instrumentName=ID00&time=2024-06-11T00:00:00Z")).toEqual([1002]);
    expect(await list("releaseDates=2027-03-05,2022-04-06")).toEqual([1001, 1007]);
    expect(await list("search=PIGMENTS")).toEqual([1004]);
    expect(await list("filter=participant")).toEqual([1001, 1002, 1003, 1004, 1005, 1006]);
    expect(await list("filter=instrumentscientist&instrumentName=ID00,ID13", "sandbox-scientist")).toEqual([1001, 1002, 1003, 1004]);
    expect(await list("filter=released&search=neurons")).toEqual([1007]);
    expect(await list("ids=1001,1007&parameters=__fileCount~gteq~18")).toEqual([1001, 1007]);
    expect(await list("ids=1001,1007&parameters=__fileCount~gt~18")).toEqual([]);
    expect(
      (await get("/catalogue/{session}/investigation?ids=1001,1007&withHasAccess=true", "anonymous")).map(
        ({ canAccessDatasets }: Loose) => canAccessDatasets,
      ),
    ).toEqual([false, true]);
    expect(await ask("GET", "/catalogue/{session}/investigation?filter=all")).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining("known: released") },
    });
    expect((await ask("GET", "/catalogue/{session}/investigation?startDate=soon")).status).toBe(400);
  });

  test("pages tell how many there are; orders", async () => {
    const all = await get("/catalogue/{session}/investigation");
    expect(all).toHaveLength(60);
    expect(all[0]).not.toHaveProperty("meta");
    const page = await get("/catalogue/{session}/investigation?limit=25&skip=50");
    expect([ids(page), page[0].meta]).toEqual([ids(all).slice(50), { page: { total: 60, totalPages: 3, currentPage: 3 } }]);
    const down = await get("/catalogue/{session}/investigation?sortBy=startDate&sortOrder=-1&limit=60");
    const times = down.map(({ startDate }: Loose) => Date.parse(startDate as string));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    for (const query of ["limit=x", "skip=-1", "sortBy=colour", "sortBy=name&sortOrder=up"])
      expect((await ask("GET", `/catalogue/{session}/investigation?${query}`)).status, query).toBe(400);
  });

  test("people are read, added and taken off by those who may", async () => {
    const path = "/catalogue/{session}/investigation/id/1001/investigationusers";
    expect(await get(path)).toMatchObject([
      { role: "Principal investigator", investigationName: "MA-1234", investigationId: 1001 },
      {},
      {},
    ]);
    expect((await ask("POST", path, { name: "somebody" })).json).toMatchObject({ name: "somebody", role: "Collaborator" });
    expect((await ask("POST", path, { name: "somebody" })).status).toBe(400);
    expect((await ask("POST", path, { name: "x" }, { user: "anonymous" })).status).toBe(403);
    expect((await ask("DELETE", path, { name: "somebody" })).json).toHaveLength(3);
    expect((await ask("GET", path.replace("1001", "999"))).status).toBe(404);
    expect(await get("/catalogue/{session}/investigation/1001/user")).toHaveLength(3);
  });

  test("the lists beside them", async () => {
    expect((await get("/catalogue/investigationtypes"))[0]).toMatchObject({ id: 1, name: "LS", description: "Life Sciences" });
    expect(names(await get("/catalogue/instruments"))).toContain("ID30A-1");
    expect(names(await get("/catalogue/{session}/instruments?filter=instrumentscientist", "sandbox-scientist"))).toEqual(["ID00", "ID13"]);
    expect(names(await get("/catalogue/{session}/instruments?filter=participant"))).toEqual(["ID00", "ID13", "ID23-1", "ID30A-1"]);
    expect(await get("/catalogue/investigation/name/ihma12/normalize")).toBe("IH-MA-12");
    expect((await ask("GET", "/catalogue/investigation/name/12/normalize")).status).toBe(400);
    expect((await get("/catalogue/techniques"))[0]).toMatchObject({ pid: "https://w3id.org/PaN/ESRFET#XRF" });
    expect(await get("/catalogue/parameters?name=scanNumber")).toMatchObject([{ name: "scanNumber" }]);
    expect((await get("/facilities"))[0].name).toBe("ESRF");
    expect(await get("/catalogue/{session}/investigation/timeline?instrument=id00")).toMatchObject([{ investigationId: 1001 }, {}, {}]);
    expect(await get("/catalogue/{session}/instrumentscientist?instrumentName=ID13")).toMatchObject([
      { user: { name: "sandbox-scientist" } },
    ]);
    expect(
      (await ask("POST", "/catalogue/investigations/1006/release-date", { releaseDate: "2030-01-01" }, { user: "sandbox-admin" })).status,
    ).toBe(204);
    expect((await get("/catalogue/{session}/investigation?ids=1006"))[0].releaseDate).toBe("2030-01-01");
  });
});

describe("datasets", () => {
  test("by investigation, id, sample; pages, types, filters, orders", async () => {
    const list = (query: string, user?: string): Promise<Loose[]> => get(`/catalogue/datasets?${query}`, user);
    const all = await list("investigationIds=1001");
    expect(all).toHaveLength(6);
    expect(all[0]).toMatchObject({
      id: 100001,
      sampleName: "Sample A",
      type: "acquisition",
      investigation: { id: 1001, visitId: "ID00" },
      techniques: [{ datasetId: 100001 }],
    });
    expect(await get("/catalogue/{session}/dataset?investigationIds=1001")).toEqual(all);
    expect(await get("/dataacquisition/{key}/dataset?investigationId=1001")).toEqual(all);
    expect(ids(await list("datasetIds=100003,100001,5"))).toEqual([100003, 100001]);
    const page = await list("investigationIds=1001&limit=4&skip=4");
    expect([ids(page), page[0]?.meta]).toEqual([[100005, 100006], { page: { total: 6, totalPages: 2, currentPage: 2 } }]);
    expect(ids(await list("investigationIds=1001&datasetType=processed"))).toEqual([100005, 100006]);
    expect(ids(await list("sampleId=20001"))).toEqual([100001, 100004, 100005]);
    expect(ids(await list("investigationIds=1001&parameters=scanNumber~in~2;3"))).toEqual([100002, 100003, 100006]);
    expect(ids(await list("investigationIds=1001&parameters=scanNumber~lt~2,definition"))).toEqual([100001, 100005]);
    expect(ids(await list("investigationIds=1001&sortBy=startDate&sortOrder=-1&limit=1"))).toEqual([100006]);
    expect(ids(await list("investigationIds=1001&search=_fit"))).toEqual([100005, 100006]);
    const nested = await list("datasetIds=100001&nested=true");
    expect(ids(nested[0]?.outputDatasets as Loose[])).toEqual([100005]);
    expect((await ask("GET", "/catalogue/datasets")).status).toBe(400);
    expect((await ask("GET", "/catalogue/datasets?investigationIds=1001,x")).status).toBe(400);
    expect((await ask("GET", "/catalogue/datasets?investigationIds=1001&parameters=a~is~b")).status).toBe(400);
  });

  test("of investigations that are not one's own only when released", async () => {
    expect(await get("/catalogue/datasets?investigationIds=1001", "anonymous")).toEqual([]);
    expect(await get("/catalogue/datasets?investigationIds=1007", "anonymous")).toHaveLength(6);
    expect((await ask("GET", "/catalogue/{session}/dataset/id/100001/dataset", undefined, { user: "anonymous" })).status).toBe(403);
    expect((await ask("GET", "/catalogue/{session}/dataset/id/7/dataset")).status).toBe(404);
  });

  test("documents, timeline, parameters and their change", async () => {
    expect(await get("/catalogue/{session}/dataset/id/100001,100002/dataset_document")).toMatchObject([
      { id: 100001, investigation: { id: 1001, name: "MA-1234" } },
      { id: 100002 },
    ]);
    expect(ids(await get("/catalogue/datasets/documents?startDate=2024-03-01&endDate=2024-03-05"))).toEqual(
      expect.arrayContaining([100001]),
    );
    expect(await get("/catalogue/{session}/dataset/timeline?investigationId=1001")).toHaveLength(6);
    const [energy] = await get("/catalogue/{session}/datasetparameter?investigationId=1001&name=InstrumentMonochromator_energy");
    expect(energy).toMatchObject({ datasetId: 100001, units: "keV", sampleName: "Sample A" });
    expect(
      (await ask("PUT", `/catalogue/{session}/datasetparameter?parameterId=${energy.id as number}`, { name: "x", value: "9.5" })).status,
    ).toBe(200);
    expect((await get("/catalogue/{session}/datasetparameter?investigationId=1001&name=InstrumentMonochromator_energy"))[0].value).toBe(
      "9.5",
    );
    expect((await get("/catalogue/{session}/datasetparameter/values?investigationId=1001&name=definition")).length).toBe(1);
    expect((await ask("PUT", "/catalogue/{session}/datasetparameter?parameterId=1", { value: "x" })).status).toBe(404);
  });
});

describe("samples", () => {
  test("by investigation, with datasets, on a page; parameters", async () => {
    const all = await get("/catalogue/{session}/samples?investigationId=1005");
    expect(names(all)).toEqual(["Sample A", "Sample B", "Sample C"]);
    expect(await get("/catalogue/{session}/investigation/id/1005/sample")).toEqual(all);
    const [id] = ids(all) as [number];
    const [withSets] = await get(`/catalogue/{session}/samples?sampleIds=${id}&includeDatasets=true&datasetType=acquisition`);
    expect(withSets.datasets.every(({ type }: Loose) => type === "acquisition")).toBe(true);
    expect(await get(`/catalogue/{session}/samples/${id + 2}/page?investigationId=1005&limit=2`)).toEqual({
      page: { total: 3, totalPages: 2, currentPage: 2 },
    });
    const path = `/catalogue/{session}/samples/${id}/sampleParameters?investigationId=1005`;
    expect((await ask("POST", path, { name: "note", value: "first" })).status).toBe(200);
    expect((await ask("POST", path, { name: "note", value: "again" })).status).toBe(400);
    const parameter = async (): Promise<Loose> =>
      (await get(`/catalogue/{session}/samples?sampleIds=${id}`))[0].parameters.find(({ name }: Loose) => name === "note");
    expect(
      (
        await ask("PUT", `/catalogue/{session}/sampleParameters/${(await parameter()).id as number}?investigationId=1005`, {
          name: "note",
          value: "second",
        })
      ).status,
    ).toBe(200);
    expect((await parameter()).value).toBe("second");
    expect((await ask("POST", path, { name: "x", value: "y" }, { user: "anonymous" })).status).toBe(403);
  });
});

test("what the service has and the sandbox leaves out, and what nobody has", async () => {
  expect((await ask("GET", `/ewoks/${session()}/jobs`)).status).toBe(501);
  expect(await ask("GET", "/nonsense")).toMatchObject({ status: 404, json: { message: "Not found" } });
});

test("any number of investigations, the same for the same seed", async () => {
  const big = async (seed: number): Promise<Loose> => {
    const other = await startSandbox({ facilities: ["icat-plus"], scale: 100_000, seed });
    const url = `${other.urls["icat-plus"] as string}/catalogue/${other.icatPlus.session()}`;
    const [last] = (await (await fetch(`${url}/investigation?ids=101000`)).json()) as Loose[];
    const datasets = (await (await fetch(`${url}/dataset?investigationIds=101000`)).json()) as Loose[];
    await other.stop();
    return [last.name, last.startDate, datasets.map(({ id }) => id as number)];
  };
  const first = await big(1);
  expect(first[2]).toHaveLength(6);
  expect(await big(1)).toEqual(first);
  expect(await big(2)).not.toEqual(first);
});
