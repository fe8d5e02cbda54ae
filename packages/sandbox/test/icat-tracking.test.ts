import { describe, expect, test } from "vitest";
import type { Loose } from "./support.ts";
import { useIcat } from "./icat-rest-support.ts";

const { ask, get } = useIcat();

describe("parcels", () => {
  test("are listed, made, changed, sent, and taken off while they are new", async () => {
    expect(await get("/tracking/{session}/parcel?investigationId=1005")).toMatchObject([
      {
        name: "Box 5",
        investigationId: 1005,
        investigationName: "MX-415",
        status: "SENT",
        currentStatus: "SENT",
        statuses: [{ status: "CREATED" }, { status: "SENT" }],
        content: [{}, {}],
        investigation: { id: 1005 },
      },
    ]);
    const { json: shipment } = await ask("POST", "/tracking/{session}/shipment?investigationId=1005", { name: "Dewars" });
    expect(shipment).toMatchObject({ name: "Dewars", investigationName: "MX-415", parcels: [] });
    const inShipment = `/tracking/{session}/parcel?investigationId=1005&shipmentId=${shipment._id as string}`;
    const { json: parcel } = await ask("POST", inShipment, { name: "Dewar 1", storageConditions: "cold" });
    expect(parcel).toMatchObject({ name: "Dewar 1", status: "CREATED", shipmentId: shipment._id });
    expect((await ask("PUT", inShipment, { _id: parcel._id, comments: "careful", status: "SENT" })).json).toMatchObject({
      comments: "careful",
      status: "CREATED",
    });
    const own = `/tracking/{session}/investigation/id/1005/parcel/id/${parcel._id as string}`;
    const { json: withItem } = await ask("POST", `${own}/item`, { name: "pin 1", type: "SAMPLE" });
    const [item] = withItem.items as [Loose];
    expect((await ask("PUT", `${own}/item/${item.id as string}`, { name: "pin one", type: "SAMPLE" })).json.items).toMatchObject([
      { name: "pin one" },
    ]);
    expect((await ask("DELETE", `${own}/item/none`)).status).toBe(404);
    expect((await ask("DELETE", `${own}/item/${item.id as string}`)).json.items).toEqual([]);
    expect((await ask("PUT", `${own}/parcel/status`, { status: "ready", location: "store" })).json).toMatchObject({ status: "READY" });
    expect((await ask("PUT", `${own}/parcel/status`, { status: "LOST" })).status).toBe(400);
    expect((await ask("GET", `${own}/labels`)).bytes.toString("latin1")).toMatch(/^%PDF-/);
    const list = async (query: string): Promise<string[]> =>
      (await get(`/tracking/{session}/parcel?investigationId=1005&${query}`)).map(({ name }: Loose) => name as string);
    expect(await list("status=READY,SENT")).toEqual(["Box 5", "Dewar 1"]);
    expect(await list("status=READY")).toEqual(["Dewar 1"]);
    expect(await list(`parcelId=${parcel._id as string}`)).toEqual(["Dewar 1"]);
    expect(await list("search=dewar&limit=5")).toEqual(["Dewar 1"]);
    expect(await list("startDate=2026-01-01&startStatus=READY")).toEqual(["Dewar 1"]);
    expect((await ask("DELETE", `/tracking/{session}/shipment/id/${shipment._id as string}/parcel`, { _id: parcel._id })).status).toBe(422);
    const { json: fresh } = await ask("POST", inShipment, { name: "Dewar 2" });
    expect((await ask("DELETE", `/tracking/{session}/shipment/id/${shipment._id as string}/parcel`, { _id: fresh._id })).status).toBe(204);
    expect((await ask("DELETE", "/tracking/{session}/shipment?investigationId=1005", { _id: shipment._id })).status).toBe(422);
    expect((await get(`/tracking/{session}/shipment?investigationId=1005&shipmentId=${shipment._id as string}`))[0].parcels).toEqual([
      parcel._id,
    ]);
  });

  test("of others are nobody's business", async () => {
    expect((await ask("GET", "/tracking/{session}/parcel?investigationId=1005", undefined, { user: "anonymous" })).status).toBe(403);
    expect(await get("/tracking/{session}/parcel", "anonymous")).toEqual([]);
    expect((await get("/tracking/{session}/parcel")).every(({ investigationId }: Loose) => investigationId <= 1006)).toBe(true);
    expect((await ask("POST", "/tracking/{session}/parcel?shipmentId=1", { name: "x" }, { user: "anonymous" })).status).toBe(403);
    expect((await ask("POST", "/tracking/{session}/parcel", { name: "x" })).status).toBe(400);
  });

  test("addresses and the set-up of a beamline", async () => {
    const path = "/tracking/{session}/investigation/id/1005/address";
    const { json } = await ask("POST", path, { name: "Ada", city: "Grenoble" });
    expect((await ask("PUT", path, { _id: json._id, city: "Lyon" })).json).toMatchObject({ name: "Ada", city: "Lyon" });
    expect((await get(path)).map(({ name }: Loose) => name)).toEqual(["Sam", "Ada"]);
    expect((await get("/tracking/{session}/address")).length).toBeGreaterThan(2);
    expect((await ask("DELETE", path, { _id: json._id })).json).toMatchObject({ name: "Ada" });
    expect((await ask("DELETE", path, { _id: json._id })).status).toBe(404);
    expect(await get("/tracking/{session}/setup?investigationId=1005")).toMatchObject({
      instrumentName: "ID30A-1",
      containerTypes: [{ capacity: 10 }, {}],
    });
  });
});

describe("sheets of samples", () => {
  test("for acquisition", async () => {
    const path = "/samplemetadata/{session}/samples/acquisition?proposal=hg237&beamline=id13";
    expect(await get(path)).toMatchObject([
      { name: "Sample A", linkedSampleAFormName: null, proposal: "hg237", beamline: "id13", sessionStartDate: "2020-02-01" },
      {},
      {},
    ]);
    expect(await get(`${path}&startDate=2020-02-01&parameters=name~eq~Sample%20B`)).toMatchObject([{ name: "Sample B" }]);
    expect(await get(`${path}&startDate=2020-02-02`)).toEqual([]);
    expect((await ask("GET", path.replace("&beamline=id13", ""))).status).toBe(400);
    expect((await ask("GET", path, undefined, { user: "anonymous" })).status).toBe(403);
  });

  test("are kept with their files", async () => {
    const path = "/samplemetadata/{session}/samples?investigationId=1004";
    const { json: sheet } = await ask("POST", path, { name: "pigment", metadata: [{ name: "colour", value: ["blue", "green"] }] });
    expect(sheet).toMatchObject({ name: "pigment", createdBy: "sandbox-user" });
    expect((await ask("POST", path, { metadata: [] })).status).toBe(400);
    expect((await ask("POST", path, { name: "x", metadata: [{ name: "colour", value: "blue" }] })).status).toBe(400);
    expect(await get(`${path}&parameters=colour~eq~green&createdBy=sandbox-user&search=PIG`)).toHaveLength(1);
    expect(await get(`${path}&parameters=colour~eq~red`)).toEqual([]);
    expect(await get("/samplemetadata/{session}/metadata?investigationId=1004&projectName=p&metadataName=colour&search=g")).toEqual([
      { name: "colour", value: "green" },
    ]);
    const form = new FormData();
    form.set("file", new File(["photo"], "p.jpg"));
    const files = `/samplemetadata/{session}/samples/files?investigationId=1004&sampleId=${sheet._id as string}`;
    const { json: withFile } = await ask("POST", `${files}&metadataname=photo`, form);
    const fileId = withFile.metadata.find(({ name }: Loose) => name === "photo").value[0] as string;
    expect((await ask("GET", `${files}&fileId=${fileId}`)).bytes.toString()).toBe("photo");
    expect((await ask("DELETE", `${files}&fileIds=${fileId}`)).status).toBe(200);
    expect((await ask("GET", `${files}&fileId=${fileId}`)).status).toBe(404);
    expect((await ask("PUT", `${path}&sampleId=${sheet._id as string}`, { name: "pigment 2" })).json).toMatchObject({
      name: "pigment 2",
      metadata: [],
    });
    expect((await ask("DELETE", `${path}&sampleIds=${sheet._id as string}`)).json).toEqual({ deletedCount: 1 });
    expect(await get(path)).toEqual([]);
  });
});

test("preferences and messages", async () => {
  expect(await get("/users/{session}/preferences")).toMatchObject({ username: "sandbox-user", selection: { datasetIds: [] } });
  await ask("PUT", "/users/{session}/preferences", { username: "somebody", isGroupedBySample: true });
  expect(await get("/users/{session}/preferences")).toMatchObject({ username: "sandbox-user", isGroupedBySample: true });
  expect(await get("/messages?type=INFORMATION")).toHaveLength(1);
  expect((await ask("PUT", "/messages/{session}/information", { type: "INFORMATION", message: "x" })).status).toBe(403);
  expect(
    (await ask("PUT", "/messages/{session}/information", { type: "INFORMATION", message: "x" }, { user: "sandbox-admin" })).json.message,
  ).toBe("x");
});
