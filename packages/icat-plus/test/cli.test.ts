import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "@sci/cli-core/testing";
import { silent, withEnvironment } from "@sci/http-core/testing";
import { startSandbox, type Sandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { definition } from "../src/cli/program.ts";
import { createMessenger } from "../src/messaging/index.ts";

let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox({ facilities: ["icat-plus"] });
  folder = await mkdtemp(join(tmpdir(), "icat-cli-"));
});
afterAll(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true });
});

const blank = {
  ICAT_METADATA_URLS: null,
  ICAT_BROKERS: null,
  ICATPLUS_URL: null,
  ICATPLUS_SESSION_ID: null,
  ICAT_OUTBOX: null,
  ICAT_BROKER_USER: null,
};

/** Runs the command with the sandbox's environment. */
function icat(argv: readonly string[], more: Record<string, string> = {}, input?: string) {
  const env: Record<string, string> = { ...(sandbox.env as Record<string, string>), ICATPLUS_PASSWORD: "admin-password", ...more };
  delete env["ICATPLUS_SESSION_ID"];
  return withEnvironment({ ...blank, ...env, ICATPLUS_SESSION_ID: null }, () =>
    runCommand(definition, [...argv], { env, ...(input === undefined ? {} : { input }) }),
  );
}

const dataset = [
  "--beamline",
  "id00",
  "--proposal",
  "ma1234",
  "--dataset",
  "s_d1",
  "--sample",
  "s1",
  "--path",
  "/data/visitor/ma1234/id00/20240301/RAW_DATA/s/s_d1",
];

describe("datasets", () => {
  test("are stored once a session is open, and read back", async () => {
    expect((await icat(["start-investigation", "--beamline", "id00", "--proposal", "ma1234"])).code).toBe(0);
    const stored = await icat(["store", ...dataset, "-p", "InstrumentMonochromator_energy=12.5 keV", "--format", "json"]);
    expect(stored.stderr).toBe("");
    expect(JSON.parse(stored.stdout)).toMatchObject({ confirmed: true });
    await sandbox.icatPlus.settled();
    const session = await icat(["session", "--beamline", "id00", "--proposal", "ma1234", "--datasets", "--format", "json"]);
    expect(JSON.parse(session.stdout)).toMatchObject([{ datasetId: { name: "s_d1" } }]);
  });

  test("are shown and not sent with --dry-run", async () => {
    const { counts } = sandbox.icatPlus;
    const { stdout, code } = await icat(["store-processed", ...dataset, "--raw", "/data/a", "--dry-run"]);
    expect(code).toBe(0);
    expect(stdout).toContain("icatIngest");
    expect(stdout).toContain("<tns:name>input_datasets</tns:name><tns:value>/data/a</tns:value>");
    await sandbox.icatPlus.settled();
    expect(sandbox.icatPlus.counts).toEqual(counts);
  });

  test("go to a file and from files, the oldest first", async () => {
    for (const name of ["one", "two"]) {
      const { code } = await icat(["store", ...dataset, "--store-filename", join(folder, `${name}.xml`)], { ICAT_METADATA_URLS: "" });
      expect(code).toBe(0);
    }
    const sent = await icat(["store-from-file", join(folder, "*.xml"), "--format", "json"]);
    expect((JSON.parse(sent.stdout) as { file: string }[]).map(({ file }) => file)).toEqual(
      ["one", "two"].map((name) => join(folder, `${name}.xml`)),
    );
    expect((await icat(["store-from-file", join(folder, "*.none")])).code).toBe(2);
  });

  test("take their fields from a file: lines, or JSON on standard input", async () => {
    const file = join(folder, "metadata.txt");
    await writeFile(file, "# remarks\nscanNumber = 7\nInstrumentMonochromator_energy = 1.0\nSample_description: a text = with a sign\n");
    const lines = await icat(["store", ...dataset, "--metadatafile", file, "-p", "scanNumber=8", "--dry-run"]);
    expect(lines.stdout).toContain("<tns:name>scanNumber</tns:name><tns:value>8</tns:value>");
    expect(lines.stdout).toContain("<tns:name>InstrumentMonochromator_energy</tns:name><tns:value>1.0</tns:value>");
    expect(lines.stdout).toContain("a text = with a sign");
    const json = await icat(["store", ...dataset, "--metadatafile", "-", "--dry-run"], {}, '{ "scanNumber": "9" }');
    expect(json.stdout).toContain("<tns:name>scanNumber</tns:name><tns:value>9</tns:value>");
  });

  test("with an unknown field are refused by --strict, with the nearest name", async () => {
    const { code, stderr } = await icat(["store", ...dataset, "-p", "scanNumbr=8", "--strict"]);
    expect(code).toBe(2);
    expect(stderr).toContain("scanNumber");
  });

  test("other messages go out as well", async () => {
    expect((await icat(["add-files", "20001", "--dry-run"])).stdout).toContain('{"datasetId": 20001}');
    expect(
      (await icat(["update-metadata", "/data/a", "--name", "Sample_name", "--value", "new", "--beamline", "id00", "--proposal", "ma1234"]))
        .code,
    ).toBe(0);
    expect((await icat(["reschedule", "1001"])).code).toBe(0);
  });
});

describe("the e-logbook", () => {
  test("takes messages, standard input and images", async () => {
    const image = join(folder, "plot.png");
    await writeFile(image, new Uint8Array([137, 80, 78, 71]));
    const where = ["--beamline", "id00", "--proposal", "ma1234"];
    expect(await icat(["message", "beam is back", "--type", "info", "--tag", "machine", ...where])).toMatchObject({ code: 0, stderr: "" });
    expect((await icat(["message", "-", "--type", "command", ...where], {}, "ct 1\n")).code).toBe(0);
    expect((await icat(["upload", image, ...where])).code).toBe(0);
    const dry = await icat(["message", "not sent", "--dry-run", "--format", "json", ...where]);
    expect(JSON.parse(dry.stdout)).toMatchObject({ method: "POST", body: { content: [{ text: "not sent" }] } });
    expect(dry.stdout).not.toContain(sandbox.icatPlus.elogbookToken);
    expect((await icat(["message", "x", "--type", "gossip", ...where])).code).toBe(2);
  });
});

describe("the catalogue", () => {
  test("is listed, in the formats that all commands have", async () => {
    const all = await icat(["investigations", "--limit", "3", "--format", "json"]);
    expect(all.stderr).toBe("");
    const [first] = JSON.parse(all.stdout) as { id: number }[];
    const csv = await icat(["datasets", String(first?.id), "--fields", "id,name", "--format", "csv"]);
    expect(csv.stdout.split("\n")[0]).toBe("id,name");
    for (const name of ["samples", "parcels", "users", "events"])
      expect((await icat([name, String(first?.id), "--format", "json"])).code).toBe(0);
    expect((await icat(["datasets", "abc"])).code).toBe(2);
  });

  test("gives files", async () => {
    const [first] = JSON.parse((await icat(["investigations", "--limit", "1", "--format", "json"])).stdout) as { id: number }[];
    const [one] = JSON.parse((await icat(["datasets", String(first?.id), "--limit", "1", "--format", "json"])).stdout) as { id: number }[];
    const to = join(folder, "dataset.zip");
    const { code, stderr } = await icat(["download", "--dataset", String(one?.id), "--output", to]);
    expect(code, stderr).toBe(0);
    expect((await readFile(to)).subarray(0, 2).toString()).toBe("PK");
    const files = JSON.parse((await icat(["files", String(one?.id), "--format", "json"])).stdout) as unknown[];
    expect(files.length).toBeGreaterThan(0);
  });

  test("answers any endpoint that is read", async () => {
    const { stdout } = await icat(["get", "/catalogue/instruments", "--format", "json"]);
    expect((JSON.parse(stdout) as unknown[]).length).toBeGreaterThan(0);
    const wrong = await icat(["get", "/catalogue/instrument"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("/catalogue/instruments");
  });

  test("refuses a wrong password with the exit code for it", async () => {
    expect((await icat(["investigations"], { ICATPLUS_PASSWORD: "wrong-password" })).code).toBe(3);
    expect((await icat(["investigations"], { ICATPLUS_PASSWORD: "" })).code).toBe(3);
  });
});

describe("the outbox", () => {
  test("is listed, sent, retried and emptied", async () => {
    const outbox = join(folder, "outbox");
    const box = ["--outbox", outbox];
    const stored = await icat([...box, "--queue", "127.0.0.1:1", "store", ...dataset, "--no-wait", "--format", "json"]);
    expect(JSON.parse(stored.stdout)).toMatchObject({ confirmed: false });
    const list = JSON.parse((await icat([...box, "outbox", "list", "--format", "json"])).stdout) as Record<string, unknown>[];
    expect(list).toMatchObject([{ state: "waiting", queue: "/queue/icatIngest" }]);
    expect((await icat([...box, "outbox", "send"])).code).toBe(0);
    expect(JSON.parse((await icat([...box, "outbox", "list", "--format", "json"])).stdout)).toEqual([]);

    const mine = createMessenger({ urls: "127.0.0.1:1", outbox, logger: silent });
    await mine.send({ queue: "q", body: "x" }, { wait: "stored" });
    await mine.disconnect({ timeout: 1 });
    const [waiting] = JSON.parse((await icat([...box, "outbox", "list", "--format", "json"])).stdout) as { name: string }[];
    await writeFile(join(outbox, waiting?.name ?? ""), "corrupt");
    expect((await icat([...box, "outbox", "send"])).code).toBe(0);
    expect(JSON.parse((await icat([...box, "outbox", "list", "--format", "json"])).stdout)).toMatchObject([{ state: "dead" }]);
    expect((await icat([...box, "outbox", "retry"])).code).not.toBe(0);
    expect((await icat([...box, "outbox", "drop"])).code).toBe(2);
    expect((await icat([...box, "outbox", "drop", "--all"])).code).toBe(0);
    expect(JSON.parse((await icat([...box, "outbox", "list", "--format", "json"])).stdout)).toEqual([]);
  });
});

describe("a command", () => {
  test.each([
    [["store-raw", ...dataset, "--dry-run"], "icatIngest"],
    [["store", ...dataset, "--dry-run"], "icatIngest"],
    [["log", "beam is back", "--beamline", "id00", "--proposal", "ma1234", "--dry-run"], "beam is back"],
    [["message", "beam is back", "--beamline", "id00", "--proposal", "ma1234", "--dry-run"], "beam is back"],
  ])("%j is known", async (argv, told) => {
    const { code, stdout } = await icat(argv);
    expect(code).toBe(0);
    expect(stdout).toContain(told);
  });

  test("gives one document of JSON for several messages that are not sent", async () => {
    const { stdout } = await icat(["add-files", "1", "2", "--dry-run", "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject([
      { datasetId: 1, message: { body: '{"datasetId": 1}' } },
      { datasetId: 2, message: { body: '{"datasetId": 2}' } },
    ]);
  });

  test.each([
    [2, "no brokers", ["store", ...dataset], { ICAT_METADATA_URLS: "", ICAT_BROKERS: "" }],
    [2, "no outbox to wait in", ["store", ...dataset, "--no-wait"], {}],
    [2, "a character that XML cannot carry", ["store", ...dataset, "-p", "Sample_description=a\u0001b"], {}],
    [2, "what is no field", ["store", ...dataset, "-p", "nonsense"], {}],
    [2, "a name that leads out of the outbox", ["--outbox", "box", "outbox", "drop", "../../etc/passwd"], {}],
    [2, "nothing to fetch", ["download", "--output", "x.zip"], {}],
    [4, "no such session", ["session", "--beamline", "id00", "--proposal", "zz9999"], {}],
    [4, "no such dataset", ["download", "--dataset", "99999999", "--output", "x.zip"], {}],
  ] as const)("ends with %i for %s", async (code, _why, argv, more) => {
    expect((await icat(argv, more)).code).toBe(code);
  });

  test("shows no secret of its environment, whatever it says", async () => {
    const secrets = {
      ICATPLUS_TOKEN: "token-0001-abcdef",
      ICAT_ELOGBOOK_TOKEN: "token-0001-abcdef",
      ICATPLUS_PASSWORD: "password-0001-abcdef",
    };
    const where = ["--beamline", "id00", "--proposal", "ma1234"];
    const results = [
      await icat(["log", "x", ...where], secrets),
      await icat(["session", ...where], secrets),
      await icat(["investigations"], secrets),
      await icat(["log", "x", "--dry-run", ...where], secrets),
      await icat(["--broker-user", "me", "--queue", "192.0.2.1:61613", "store", ...dataset], {
        ICAT_BROKER_PASSWORD: "password-0001-abcdef",
      }),
    ];
    expect(results.map(({ code }) => code === 0)).toEqual([false, false, false, true, false]);
    for (const { stdout, stderr } of results) expect(stdout + stderr).not.toContain("0001-abcdef");
  });

  test("that reads does not wait for a broker that an outbox needs", async () => {
    const box = ["--outbox", join(folder, "waiting"), "--queue", "127.0.0.1:1"];
    expect((await icat([...box, "store", ...dataset, "--no-wait"])).code).toBe(0);
    let isLate = false;
    const timer = setTimeout(() => (isLate = true), 8000);
    expect((await icat([...box, "session", "--beamline", "id00", "--proposal", "ma1234"])).code).toBe(0);
    clearTimeout(timer);
    expect(isLate).toBe(false);
  });
});

test("the fields of datasets, by a word in their name", async () => {
  const { code, stdout, stderr } = await icat(["fields", "monochromator_energy", "--format", "json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual([
    { name: "InstrumentMonochromator_energy", type: "quantity", required: false, deprecated: false, unit: "keV" },
  ]);
});
