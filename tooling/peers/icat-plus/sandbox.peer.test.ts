import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Original, type Outcome, startOriginal } from "../runregistry/original.ts";
import { icatEnvironment } from "./environment.ts";

const environment = await icatEnvironment();
const title = environment.missing === undefined ? "" : ` (skipped: ${environment.missing})`;
// What the original returns is looked into freely.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

describe.skipIf(environment.missing !== undefined)(`pyicat_plus 3.1.0 against the sandbox${title}`, () => {
  let sandbox: Sandbox;
  let original: Original;
  const folder = mkdtempSync(join(tmpdir(), "icat-peer-"));
  const raw = "/data/visitor/ma1234/id00/20240901/RAW_DATA/s1/s1_0001";

  const ask = (method: string, args: unknown[] = [], kwargs: Record<string, unknown> = {}, client = "main"): Promise<Outcome> =>
    original.call(client, method, args, kwargs);
  const call = async (method: string, args: unknown[] = [], kwargs: Record<string, unknown> = {}): Promise<Loose> => {
    const outcome = await ask(method, args, kwargs);
    expect(outcome, method).not.toHaveProperty("raises");
    return outcome.returns;
  };
  const settled = async (count: number): Promise<void> => {
    // The original asks no receipt: that its message came is seen at the ingesters only.
    while (sandbox.icatPlus.counts.stored + sandbox.icatPlus.counts.refused < count)
      await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const stored = (): number => sandbox.icatPlus.counts.stored;
  const options = (): Record<string, unknown> => {
    const { address } = sandbox.icatPlus.broker;
    const url = sandbox.urls["icat-plus"] as string;
    const urls = [address];
    return {
      metadata_urls: urls,
      archive_urls: urls,
      update_metadata_urls: urls,
      add_files_urls: urls,
      reschedule_investigation_urls: urls,
      metadata_queue_monitor_port: Number(new URL(url).port),
      elogbook_url: url,
      elogbook_token: sandbox.icatPlus.elogbookToken,
      elogbook_timeout: 20,
      feedback_timeout: 20,
      queue_timeout: 20,
      icatplus_restricted_url: url,
      beamline: "id00",
      proposal: "ma1234",
    };
  };

  beforeAll(async () => {
    sandbox = await startSandbox({ facilities: ["icat-plus"] });
    original = startOriginal(environment.python as string, {}, new URL("driver.py", import.meta.url));
    await call("new", [], options());
    await call("do_log_in", ["sandbox-password"], { username: "sandbox-user" });
  });
  afterAll(async () => {
    await original?.end();
    await sandbox?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("log-in: by token alone, refused, and what the session is", async () => {
    const session = await call("get_session_information");
    expect(session).toMatchObject({
      userName: "sandbox-user",
      user: { fullName: "Sam SANDBOX", lifeTimeMinutes: 60, isAdministrator: false },
    });
    await original.call("token", "new", [], { ...options(), icatplus_password: "sandbox-password" });
    expect((await ask("get_session_information", [], {}, "token")).returns).toMatchObject({ userName: "sandbox-user" });
    expect(await ask("do_log_in", ["wrong"], {}, "token")).toMatchObject({ raises: "ForbiddenException" });
  });

  test("datasets, raw and processed, are stored and read back", async () => {
    const before = stored();
    await call("store_dataset", [], {
      dataset: "s1_0001",
      path: raw,
      metadata: { Sample_name: "s1", definition: "XRF", InstrumentMonochromator_energy: 12.4, scanNumber: 3 },
    });
    await settled(before + 1);
    await call("store_processed_data", [], {
      dataset: "fit",
      path: raw.replace("RAW_DATA", "PROCESSED_DATA"),
      raw: [raw],
      metadata: { Sample_name: "s1" },
    });
    await settled(before + 2);
    const registered = await call("registered_datasets", ["id00", "ma1234"]);
    expect(registered.map(({ dataset_id }: Loose) => dataset_id)).toEqual(expect.arrayContaining([{ name: "s1_0001", path: raw }]));
    const ids = (await call("registered_dataset_ids", ["id00", "ma1234"])) as string[];
    expect(ids).toHaveLength(registered.length);
    const datasets = await call("get_datasets_by", [], { investigation_id: "1003" });
    const mine = datasets.find(({ location }: Loose) => location === raw);
    expect(mine).toMatchObject({ sampleName: "s1", investigation: { id: 1003, name: "MA-1234" } });
    const values = Object.fromEntries(mine.parameters.map(({ name, value }: Loose) => [name, value]));
    expect(values).toMatchObject({
      definition: "XRF",
      technique_pid: "https://w3id.org/PaN/ESRFET#XRF",
      scanNumber: "3",
      InstrumentMonochromator_energy: "12.4",
    });
    const [again] = await call("get_datasets_by", [], { dataset_ids: [String(mine.id)] });
    expect(again.id).toBe(mine.id);
    expect(await call("get_datasets_by", [], { investigation_id: "1003", limit: 2, offset: 1 })).toHaveLength(2);
  });

  test("a dataset by way of a file", async () => {
    const before = stored();
    const store_filename = join(folder, "dataset.xml");
    await call("store_dataset", [], { dataset: "filed", path: `${raw}_filed`, metadata: { Sample_name: "s1" }, store_filename });
    expect(stored()).toBe(before);
    await call("store_dataset_from_file", [], { store_filename });
    await settled(before + 1);
    const registered = await call("registered_datasets", ["id00", "ma1234"]);
    expect(registered.map(({ dataset_id }: Loose) => dataset_id.name)).toContain("s1_0001_filed");
  });

  test("files are counted, fields updated, status changed, sessions rescheduled", async () => {
    const datasets = await call("get_datasets_by", [], { investigation_id: "1003" });
    const { id } = datasets.find(({ location }: Loose) => location === raw);
    let before = stored();
    sandbox.icatPlus.putFiles(raw, [{ name: "a.h5", content: "abc" }]);
    await call("add_files", [id]);
    await call("update_metadata", [], {
      proposal: "ma1234",
      beamline: "id00",
      dataset_paths: raw,
      metadata_name: "Sample_name",
      metadata_value: "renamed",
    });
    await call("archive", [id, "archiving", "info", "done"]);
    sandbox.icatPlus.schedule(1002, { title: "moved" });
    await call("reschedule_investigation", ["1002"]);
    await settled((before += 4));
    expect(sandbox.icatPlus.broker.deadLetters).toEqual([]);
    const [changed] = await call("get_datasets_by", [], { dataset_ids: String(id) });
    expect(changed.sampleName).toBe("renamed");
    expect(changed.parameters.find(({ name }: Loose) => name === "__fileCount").value).toBe("1");
    const [file] = await call("get_datafiles_by", [`${raw}/a.h5`]);
    expect(file).toMatchObject({ name: "/a.h5", fileSize: 3 });
    const sessions = await call("get_investigations_by", [], { ids: "1002" });
    expect(sessions).toMatchObject([{ id: 1002, title: "moved" }]);
  });

  test("a new session, and what is known of it", async () => {
    const before = stored();
    await call("start_investigation", [], {
      beamline: "id11",
      proposal: "hc777",
      start_datetime: { $datetime: "2026-02-01T09:00:00+01:00" },
    });
    await settled(before + 1);
    const info = await call("investigation_info", ["id11", "hc777"]);
    expect(info).toMatchObject({ proposal: "HC-777", beamline: "ID11", startDate: expect.stringContaining("2026-02-01T09:00:00") });
    expect(await call("investigation_info_string", ["id11", "hc777"])).toContain("HC-777");
    expect((await call("investigation_summary", ["id11", "hc777"])).length).toBeGreaterThan(0);
    expect(await call("investigation_info", ["id11", "hc778"])).toEqual({});
    expect(await call("investigation_info", ["id00", "ma1234"], { date: { $datetime: "2024-03-02T12:00:00+00:00" } })).toMatchObject({
      id: 1001,
    });
    // The client's own defaults are the new session now.
    await call("new", [], options());
    await call("do_log_in", ["sandbox-password"], { username: "sandbox-user" });
  });

  test("the e-logbook: messages of every type, tags, HTML, images, text files", async () => {
    for (const type of ["debug", "info", "warning", "error", "critical", "command", "comment"])
      await call("send_message", [`a ${type}`], { msg_type: type, tags: ["machine"] });
    await call("send_message", ["<b>bold</b>"], { msg_type: "comment", mimetype: "text/html" });
    await call("send_message", ["beam is back"], { beamline_only: true, msg_type: "info" });
    await call("send_binary_data", [{ $bytes: "iVBORw0KGgoAAQI=" }], { mimetype: "image/png" });
    writeFileSync(join(folder, "note.txt"), "a note\n");
    writeFileSync(join(folder, "image.png"), Buffer.from("iVBORw0KGgoAAQI=", "base64"));
    await call("send_text_file", [join(folder, "note.txt")]);
    await call("send_binary_file", [join(folder, "image.png")]);
    const read = async (path: string): Promise<Loose> =>
      (await fetch(`${sandbox.urls["icat-plus"] as string}/logbook/${sandbox.icatPlus.session()}/${path}`)).json();
    const events = (await read("event?investigationId=1003")) as Loose[];
    expect(events).toHaveLength(11);
    expect(events.map(({ category }) => category as string)).toEqual(
      expect.arrayContaining(["debug", "info", "error", "commandline", "comment", "file"]),
    );
    expect(await read("event/count?investigationId=1003&tags=machine")).toBe(7);
    expect((await read("event?instrumentName=ID00&filterInvestigation=true"))[0].content[0].text).toBe("beam is back");
    const [image] = events.filter(({ contentType }) => contentType === "image/png");
    const file = await fetch(
      `${sandbox.urls["icat-plus"] as string}/resource/${sandbox.icatPlus.session()}/file/download?resourceId=${image._id as string}`,
    );
    expect(Buffer.from(await file.arrayBuffer()).toString("base64")).toBe("iVBORw0KGgoAAQI=");
  });

  test("the catalogue: types, people, samples, files of samples, parcels, sheets", async () => {
    expect(await call("get_investigation_types")).toEqual(expect.arrayContaining([expect.objectContaining({ name: "MX" })]));
    expect(await call("get_investigation_users", ["1001"])).toMatchObject([
      { role: "Principal investigator", investigationId: 1001 },
      {},
      {},
    ]);
    expect(await call("get_investigations_by", [], { filter: "released" })).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: "LS-3000" })]),
    );
    expect(
      await call("get_investigations_by", [], {
        instrument_name: "ID00",
        start_date: { $datetime: "2024-03-02T00:00:00" },
        end_date: { $datetime: "2024-03-03T00:00:00" },
      }),
    ).toMatchObject([{ id: 1001 }]);
    const samples = await call("get_samples_by", [], { investigation_id: "1005" });
    expect(samples.map(({ name }: Loose) => name)).toEqual(["Sample A", "Sample B", "Sample C"]);
    expect(await call("get_samples_by", [], { sample_ids: [String(samples[1].id)] })).toMatchObject([{ name: "Sample B" }]);
    expect(await call("get_parcels_by", ["1005"])).toMatchObject([{ name: "Box 5", status: "SENT", investigationId: 1005 }]);
    expect(await call("get_sample_metadata_by", ["hg237", "id13"])).toMatchObject([
      { name: "Sample A", proposal: "hg237", sessionStartDate: "2020-02-01" },
      {},
      {},
    ]);
    expect(await call("get_sample_metadata_by", ["hg237", "id13"], { filter: "name~eq~Sample B" })).toHaveLength(1);
    const form = new FormData();
    form.set("file", new File([new Uint8Array([0, 1, 2, 255])], "a.pdb"));
    form.set("fileType", "PDB");
    const sampleId = samples[0].id as number;
    await fetch(`${sandbox.urls["icat-plus"] as string}/catalogue/${sandbox.icatPlus.session()}/files/upload?sampleId=${sampleId}`, {
      method: "POST",
      body: form,
    });
    const information = await call("get_sample_files_information_by", [String(sampleId)]);
    expect(information).toMatchObject({ sampleId, resources: [{ filename: "a.pdb", fileType: "PDB" }] });
    expect(await call("get_sample_files_by", [], { sample_id: String(sampleId) })).toHaveLength(1);
    expect(await call("download_file_by", [], { sample_id: String(sampleId), resource_id: information.resources[0]._id })).toEqual({
      $bytes: Buffer.from([0, 1, 2, 255]).toString("base64"),
    });
    expect(await ask("download_file_by", [], { sample_id: String(sampleId), resource_id: "9" })).toMatchObject({
      raises: "NotFoundException",
    });
  });

  test("health, disconnecting, and what the client says of itself", async () => {
    expect(await ask("metadata_client.check_health")).not.toHaveProperty("raises");
    sandbox.icatPlus.ingesting = false;
    expect(await ask("metadata_client.check_health")).toHaveProperty("raises");
    sandbox.icatPlus.ingesting = true;
    await call("disconnect");
    expect(await call("expire_datasets_on_close")).toBe(false);
    expect(await call("reason_for_missing_information")).not.toBe("");
  });

  test("it goes on after a restart of the broker", async () => {
    const store = (name: string): Promise<Outcome> =>
      ask("store_dataset", [], { dataset: name, path: `${raw}_${name}`, metadata: { Sample_name: "s1" } });
    const first = stored();
    await store("before");
    await settled(first + 1);
    await sandbox.icatPlus.broker.restart();
    const before = stored();
    // The first message on a connection that the broker closed is lost without a word; the one after it connects anew.
    for (let index = 0; stored() === before; index++) {
      await store(`after${index}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(sandbox.icatPlus.ingested.at(-1)?.body).toContain("after");
  });

  test("sessions that ended, rights that are not there, an e-logbook key that is wrong", async () => {
    sandbox.icatPlus.endSessions();
    expect(await ask("get_investigations_by")).toMatchObject({ raises: "UnauthorizedException" });
    expect(await ask("get_session_information")).toMatchObject({ raises: "ForbiddenException" });
    await call("do_log_in", ["anonymous"], { username: "anonymous", plugin: "db" });
    expect(await ask("get_parcels_by", ["1005"])).toMatchObject({ raises: "ForbiddenException" });
    expect(await call("get_datasets_by", [], { investigation_id: "1003" })).toEqual([]);
    expect((await call("get_datasets_by", [], { investigation_id: "1007" })).length).toBe(6);
    await original.call("keyless", "new", [], { ...options(), elogbook_token: "nonsense" });
    expect(await ask("send_message", ["x"], {}, "keyless")).toMatchObject({ raises: "ForbiddenException" });
  });
});

describe.skipIf(environment.missing !== undefined)(`the ingester of pyicat_plus at the sandbox's broker, in coilmq's place${title}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "icat-peer-"));
  let sandbox: Sandbox;
  let ingester: ChildProcess;
  let original: Original;
  let said = "";
  beforeAll(async () => {
    sandbox = await startSandbox({ facilities: ["icat-plus"], icatPlus: { ingest: false } });
    const [host, port] = sandbox.icatPlus.broker.address.split(":") as [string, string];
    const place = ["--host", host, "--port", port, "--queue", "/queue/icatIngest", "--icat_data_dir", folder];
    ingester = spawn(environment.python as string, ["-u", "-m", "pyicat_plus_pytest_plugin.servers.stomp_subscriber", ...place]);
    for (const stream of [ingester.stdout, ingester.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    original = startOriginal(environment.python as string, {}, new URL("driver.py", import.meta.url));
    await original.call("main", "new", [], {
      metadata_urls: [sandbox.icatPlus.broker.address],
      beamline: "id00",
      proposal: "ma1",
      queue_timeout: 20,
    });
  });
  afterAll(async () => {
    await original?.end();
    ingester?.kill();
    await sandbox?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("stomp.py subscribes, and gets in order what stompest sends", async () => {
    while (sandbox.icatPlus.broker.consumers("icatIngest") === 0) {
      expect(ingester.exitCode, said).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await original.call("main", "start_investigation", [], { beamline: "id00", proposal: "ma1" })).not.toHaveProperty("raises");
    for (const name of ["a", "b", "c"])
      await original.call("main", "store_dataset", [], { dataset: name, path: `/data/x/${name}`, metadata: { Sample_name: "s" } });
    const file = join(folder, "datasets0.json");
    // The ingester rewrites the file: a reader may find it half written.
    const names = (): string[] => {
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      return text.endsWith("]") ? (JSON.parse(text) as { name: string }[]).map(({ name }) => name) : [];
    };
    while (names().length < 3) {
      expect(ingester.exitCode, said).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(names()).toEqual(["a", "b", "c"]);
    expect(sandbox.icatPlus.broker.queueSize("icatIngest")).toBe(0);
  });
});
