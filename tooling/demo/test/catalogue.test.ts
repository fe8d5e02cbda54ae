import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIcatClient, type IcatClient } from "@sci/icat-plus";
import { startSandbox, type Sandbox } from "@sci/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkDataset, checkLogbook, logInToRead, makeScan, note, openSession, storeScan, writeLogbook } from "../catalogue.mjs";

const folder = mkdtempSync(join(tmpdir(), "demo-catalogue-"));

describe("the step with the ESRF's catalogue", () => {
  let sandbox: Sandbox;
  let icat: IcatClient;
  let pictureUrl: Awaited<ReturnType<typeof logInToRead>>;

  beforeAll(async () => {
    sandbox = await startSandbox({ facilities: ["icat-plus"] });
    const url = sandbox.urls["icat-plus"] as string;
    icat = createIcatClient({
      metadataUrls: [sandbox.env["ICAT_BROKERS"] as string],
      elogbookUrl: url,
      elogbookToken: sandbox.icatPlus.elogbookToken as string,
      icatplusRestrictedUrl: url,
      sessionCacheLifetime: 0,
    });
    pictureUrl = await logInToRead(icat, url);
  });
  afterAll(async () => {
    await icat.close();
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  test("a dataset, a message and a picture are there as they were sent, and others would be told", async () => {
    const scan = await makeScan(join(folder, "scan"));
    const session = await openSession(icat);
    expect(session).toMatchObject({ proposal: "MA-1234", beamline: "ID00" });

    const stored = await storeScan(icat, scan);
    expect(stored).toMatchObject({ confirmed: true, attempts: 1, warnings: [] });
    expect(await checkDataset(icat, scan, stored)).toMatchObject({ name: "alignment_0001", sample: "grain 7", energy: 12.5, files: 3 });
    await expect(checkDataset(icat, scan, { ...stored, energy: 12.6 })).rejects.toThrow('"energy":12.5');
    await expect(checkDataset(icat, { ...scan, files: scan.files.slice(1) }, stored)).rejects.toThrow("of dataset");

    await expect(checkLogbook(icat, session, scan, pictureUrl)).rejects.toThrow(`of session ${session.id}`);
    await writeLogbook(icat, scan);
    const shown = await checkLogbook(icat, session, scan, pictureUrl);
    expect(shown).toMatchObject([{ category: "info", shows: note.text }, { category: "file" }]);
    writeFileSync(scan.picture, "<svg/>");
    await expect(checkLogbook(icat, session, scan, pictureUrl)).rejects.toThrow("<svg/>");
  });

  test("a dataset that no ingester takes is missed", async () => {
    sandbox.icatPlus.ingesting = false;
    const scan = await makeScan(join(folder, "missed"));
    const stored = await storeScan(icat, scan, { dataset: "missed" });
    await expect(checkDataset(icat, scan, stored, 300)).rejects.toThrow("The dataset missed is not in the catalogue after 0.3 s.");
  });
});
