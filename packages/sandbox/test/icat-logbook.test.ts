import { describe, expect, test } from "vitest";
import type { Loose } from "./support.ts";
import { useIcat } from "./icat-rest-support.ts";

const { ask, get } = useIcat();
const text = (content: string): object => ({ content: [{ format: "plainText", text: content }] });
const texts = (rows: Loose[]): string[] => rows.map(({ content }) => content[0].text as string);
const by = "/dataacquisition/{key}/notification?investigationName=ma1234&instrumentName=id00";
const note = (content: string, day: number, more: object = {}): object => ({
  type: "notification",
  category: "info",
  creationDate: `2024-03-0${day}T10:00:00.123456+01:00`,
  ...text(content),
  ...more,
});

describe("with the key", () => {
  test("a message gets to the session of its time, with its tags", async () => {
    const { status, json } = await ask("POST", by, note("beam is back", 2, { tag: [{ name: "machine" }], software: "s_v1", machine: "m" }));
    expect([status, json]).toMatchObject([
      200,
      {
        investigationId: 1001,
        investigationName: "MA-1234",
        instrumentName: "ID00",
        type: "notification",
        category: "info",
        tag: [{ name: "machine" }],
        file: [],
        software: "s_v1",
        machine: "m",
      },
    ]);
    expect(json._id).toMatch(/^[0-9a-f]{24}$/);
    expect(json.creationDate).toBe("2024-03-02T10:00:00.123456+01:00");
    expect((await ask("POST", by, { type: "annotation", category: "comment", ...text("now") })).json.investigationId).toBe(1003);
    const byName = "/logbook/{key}/investigation/name/ma1234/instrument/name/id00/event";
    expect((await ask("POST", byName, { type: "annotation", category: "commandLine", ...text("by name") })).json).toMatchObject({
      investigationId: 1003,
      category: "commandline",
    });
    expect((await ask("POST", "/dataacquisition/{key}/notification?investigationId=1002", note("by id", 1))).json.investigationId).toBe(
      1002,
    );
    const beamline = await ask("POST", "/dataacquisition/{key}/notification?instrumentName=id01", note("beamline only", 1));
    expect(beamline.json).toMatchObject({ instrumentName: "ID01" });
    expect(beamline.json).not.toHaveProperty("investigationId");
  });

  test.each([
    ["no type", by, text("x"), "type is missing"],
    ["an unknown type", by, { type: "letter", category: "info", ...text("x") }, 'type is "letter"'],
    ["an unknown category", by, { type: "annotation", category: "gossip", ...text("x") }, 'category is "gossip"'],
    [
      "a content of another kind",
      by,
      { type: "annotation", category: "info", content: [{ format: "pdf", text: "x" }] },
      "format of content",
    ],
    ["a date that is none", by, { type: "annotation", category: "info", creationDate: "soon" }, "creationDate is no date"],
    ["a number for text", by, { type: "annotation", category: "info", machine: 5 }, "machine must be text"],
    [
      "an unknown investigation",
      by.replace("ma1234", "xx1"),
      { type: "annotation", category: "info" },
      "There is no investigation xx1 at id00",
    ],
    [
      "nothing that it belongs to",
      "/dataacquisition/{key}/notification",
      { type: "annotation", category: "info" },
      "instrumentName is needed",
    ],
    [
      "a proposal without beamline",
      by.replace("&instrumentName=id00", ""),
      { type: "annotation", category: "info" },
      "instrumentName is needed",
    ],
    ["a file that is not in base64", by.replace("notification", "base64"), { base64: "data:image/png;base64,%%" }, "does not hold base64"],
    ["a file without a type", by.replace("notification", "base64"), { base64: "AAAA" }, "base64 must be data:"],
  ])("%s is refused", async (_name, path, body, message) => {
    expect(await ask("POST", path, body)).toMatchObject({ status: 400, json: { message: expect.stringContaining(message) } });
  });

  test("a wrong key", async () => {
    expect((await ask("POST", by.replace("{key}", "nonsense"), note("x", 2))).status).toBe(403);
  });

  test("an image comes back as it was", async () => {
    const { json } = await ask("POST", by.replace("notification", "base64"), {
      base64: "data:image/png;base64,iVBORw0KGgoAAQI=",
      machine: "m",
      tag: [{ name: "picture" }],
    });
    expect(json).toMatchObject({
      type: "attachment",
      category: "file",
      contentType: "image/png",
      fileSize: 11,
      tag: [{ name: "picture" }],
    });
    const { status, bytes, headers } = await ask("GET", `/resource/{session}/file/download?resourceId=${json._id as string}`);
    expect([status, bytes.toString("base64"), headers.get("content-type")]).toEqual([200, "iVBORw0KGgoAAQI=", "image/png"]);
    expect(
      (await ask("GET", `/resource/{session}/file/download?resourceId=${json.file[0] as string}`, undefined, { user: "anonymous" })).status,
    ).toBe(403);
    expect((await ask("GET", "/resource/{session}/file/download?resourceId=99")).status).toBe(400);
  });

  test("entries move to another investigation", async () => {
    const before = (await get("/logbook/{session}/event/count?investigationId=1002")) as number;
    const moved = await ask("POST", "/dataacquisition/{key}/events/move?sourceInvestigationId=1002&destinationInvestigationId=1004");
    expect(moved.json).toEqual({ n: before, nModified: before, ok: 1 });
    expect(await get("/logbook/{session}/event/count?investigationId=1002")).toBe(0);
    expect(await get("/logbook/{session}/event/count?investigationId=1004")).toBe(before);
  });
});

describe("with a session", () => {
  const path = "/logbook/{session}/event?investigationId=1005";
  const create = (content: string, day: number, more: object = {}): Promise<Loose> =>
    ask("POST", path, note(content, day, { type: "annotation", category: "comment", ...more })).then(({ json }) => json as Loose);

  test("entries are written, listed, counted, found, tagged, changed, taken off and brought back", async () => {
    const first = await create("first day", 1, { tag: [{ name: "good" }, { name: "Machine" }] });
    await create("second day", 2, { tag: [{ name: "good" }] });
    await create("third day", 3, { type: "notification", category: "error", tag: [{ name: "bad" }] });
    expect(first).toMatchObject({ username: "sandbox-user", tag: [{ name: "good" }, { name: "Machine" }] });
    const list = async (query: string): Promise<string[]> => texts(await get(`${path}${query}`));
    expect(await list("")).toEqual(["first day", "second day", "third day"]);
    expect(await list("&sortOrder=-1")).toEqual(["third day", "second day", "first day"]);
    expect(await list("&types=notification-error,notification-info")).toEqual(["third day"]);
    expect(await list("&types=ANNOTATION")).toEqual(["first day", "second day"]);
    expect(await list("&tags=good,machine")).toEqual(["first day"]);
    expect(await list("&orTags=bad,machine")).toEqual(["first day", "third day"]);
    expect(await list("&notTags=good")).toEqual(["third day"]);
    expect(await list("&search=SECOND")).toEqual(["second day"]);
    expect(await list("&date=2024-03-02")).toEqual(["second day"]);
    expect(await list("&startTime=2024-03-02T00:00:00&endTime=2024-03-03T23:00:00")).toEqual(["second day", "third day"]);
    expect(await list("&limit=1&skip=1")).toEqual(["second day"]);
    expect((await get(`${path}&limit=1&skip=1`))[0].meta).toEqual({ page: { total: 3, totalPages: 3, currentPage: 2 } });
    const sub = path.replace("/event?", "/event/count?");
    expect(await get(sub)).toBe(3);
    expect(await get(`${sub}&tags=good`)).toBe(2);
    expect(await get(path.replace("/event?", "/event/dates?"))).toEqual(["2024-03-01", "2024-03-02", "2024-03-03"]);
    expect(await get(`${path.replace("/event?", "/event/page?")}&_id=${first._id as string}&limit=2&sortOrder=-1`)).toEqual({
      page: { total: 3, totalPages: 2, currentPage: 2 },
    });
    expect((await ask("GET", `${path}&format=txt`)).bytes.toString()).toContain("annotation-comment first day\n");

    const { json: changed } = await ask("PUT", path, {
      event: { _id: first._id, type: "annotation", category: "comment", ...text("first day, corrected"), tag: [{ name: "good" }] },
    });
    expect(changed).toMatchObject({ tag: [{ name: "good" }], previousVersionEvent: { content: [{ text: "first day" }] } });
    expect((await ask("PUT", path, { event: { _id: first._id, type: "notification", category: "comment" } })).status).toBe(422);
    expect((await ask("PUT", path, { event: { _id: "65f0c0ff0000000000009999", type: "annotation", category: "comment" } })).status).toBe(
      404,
    );
    const { json: patched } = await ask("PATCH", path.replace("/event?", "/events?"), {
      eventIds: [first._id],
      tags: [{ name: "checked" }],
    });
    expect(patched[0].tag.map(({ name }: Loose) => name)).toEqual(["good", "checked"]);

    const off = path.replace("/event?", "/event/remove?");
    expect((await ask("PUT", `${off}&tags=bad`)).json).toHaveLength(1);
    expect(await get(sub)).toBe(2);
    expect((await ask("PUT", path.replace("/event?", "/event/restore?"))).json).toHaveLength(1);
    expect(await get(sub)).toBe(3);
    expect(await get("/logbook/{session}/stats/investigation?startDate=2024-01-01")).toEqual(
      expect.arrayContaining([expect.objectContaining({ investigationId: "1005", annotations: 2, notifications: 1 })]),
    );
    expect(await get("/logbook/{session}/stats/count")).toEqual(expect.arrayContaining([expect.objectContaining({ _id: "2024-03-02" })]));
  });

  test("tags of the investigation and of the beamline", async () => {
    const tags = "/logbook/{session}/tag?investigationId=1005";
    const { json: tag } = await ask("POST", tags, { name: "shift", color: "#f00" });
    expect(tag).toMatchObject({ name: "shift", color: "#f00", investigationId: "1005" });
    expect((await ask("POST", tags, { name: "SHIFT" })).status).toBe(400);
    expect((await ask("PUT", `${tags}&tagId=${tag._id as string}`, { name: "night shift" })).json.name).toBe("night shift");
    expect((await ask("PUT", `${tags}&tagId=1`, { name: "x" })).status).toBe(404);
    expect(
      (await ask("POST", "/logbook/{session}/tag?instrumentName=ID30A-1", { name: "beamline tag" }, { user: "sandbox-admin" })).json,
    ).toMatchObject({ beamlineName: "ID30A-1" });
    expect((await get(tags)).map(({ name }: Loose) => name)).toEqual(expect.arrayContaining(["night shift", "beamline tag"]));
    expect((await ask("POST", "/logbook/{session}/tag?instrumentName=ID30A-1", { name: "mine" })).status).toBe(403);
  });

  test("attachments by form; nobody else writes or reads", async () => {
    const form = new FormData();
    form.set("file", new File(["a,b\n"], "tägliche daten.csv", { type: "text/csv" }));
    const { json } = await ask("POST", "/resource/{session}/file/upload?investigationId=1005", form);
    expect(json).toMatchObject({ type: "attachment", filename: "tägliche daten.csv", contentType: "text/csv", fileSize: 4 });
    expect((await ask("POST", path, note("x", 1), { user: "anonymous" })).status).toBe(403);
    expect((await ask("GET", path, undefined, { user: "anonymous" })).status).toBe(403);
    expect((await ask("GET", "/logbook/{session}/event?instrumentName=ID30A-1")).status).toBe(403);
    expect((await ask("GET", "/logbook/{session}/event")).status).toBe(400);
    expect((await ask("GET", `${path}&date=soon`)).status).toBe(400);
    expect((await ask("GET", `${path}&format=docx`)).status).toBe(400);
  });
});
