import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as datasets from "../src/datasets/index.ts";
import * as api from "../src/index.ts";

/** What `IcatClient` of pyicat_plus 3.1.0 offers. */
const original = [
  ...["add_files", "disconnect", "do_log_in", "download_file_by", "get_datafiles_by", "get_datasets_by", "get_investigation_types"],
  ...["get_investigation_users", "get_investigations_by", "get_parcels_by", "get_sample_files_by", "get_sample_files_information_by"],
  ...["get_sample_information_list_by", "get_sample_metadata_by", "get_samples_by", "get_session_information", "investigation_info"],
  ...["investigation_info_string", "investigation_summary", "registered_dataset_ids", "registered_datasets", "reschedule_investigation"],
  ...["send_binary_data", "send_binary_file", "send_message", "send_text_file", "start_investigation", "store_dataset"],
  ...["store_dataset_from_file", "store_processed_data", "update_archive_restore_status", "update_metadata"],
  ...["current_beamline", "current_dataset", "current_dataset_metadata", "current_path", "current_proposal"],
  ...["expire_datasets_on_close", "reason_for_missing_information"],
  ...["add_files_client", "archive_client", "catalogue_client", "elogbook_client", "investigation_client", "metadata_client"],
  ...["tracking_client", "update_metadata_client"],
];

/** Called otherwise here; the README says how. */
const otherwise = ["get_sample_information_list_by", ...original.filter((name) => name.endsWith("_client"))];

const camel = (name: string): string => name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

describe("the public surface", () => {
  test("the entries export these, and nothing else", () => {
    expect(Object.keys(api).sort()).toEqual(["createIcatClient", "createNullIcatClient", "float", "selectInvestigation"]);
    expect(Object.keys(datasets).sort()).toEqual(["createDatasetSerializer", "datasetFields", "float"]);
  });

  test("every method of the original is there, in camelCase, on both clients", async () => {
    const wanted = original.filter((name) => !otherwise.includes(name)).map(camel);
    const client = api.createIcatClient({ elogbookUrl: "http://127.0.0.1:1", elogbookToken: "key" });
    const none = api.createNullIcatClient();
    expect(wanted.filter((name) => !(name in client))).toEqual([]);
    expect(wanted.filter((name) => !(name in none))).toEqual([]);
    await client.close();
  });

  test("the README maps every name of the original", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    expect(original.filter((name) => !new RegExp(`\`${name}\\b`).test(readme))).toEqual([]);
  });

  test("the main entry never imports the field definitions, nor anything of Node", async () => {
    const { build } = await import("esbuild");
    const dynamic: string[] = [];
    const { metafile } = await build({
      entryPoints: [new URL("../src/index.ts", import.meta.url).pathname],
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform: "browser",
      conditions: ["@sci/source"],
      define: { __PACKAGE_VERSION__: '"0"' },
      plugins: [
        {
          name: "later",
          setup: ({ onResolve }) => {
            onResolve({ filter: /./ }, ({ path, kind }) => {
              if (kind !== "dynamic-import") return undefined;
              dynamic.push(path);
              return { path, external: true };
            });
          },
        },
      ],
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter((path) => /definitions\/(fields|units|techniques)|messaging\/(?!types)|ingest\/node/.test(path))).toEqual([]);
    expect(dynamic).toContain("#ingest");
  });
});

describe("the null client", () => {
  test("takes every call and does nothing", async () => {
    const none = api.createNullIcatClient();
    expect(await none.storeDataset({ dataset: "d" })).toBeUndefined();
    expect(await none.sendMessage("hello")).toBeUndefined();
    expect(await none.investigationInfo()).toBeUndefined();
    expect(await none.registeredDatasets()).toBeUndefined();
    expect(await none.investigationInfoString()).toBe("not available: the catalogue is not configured");
    expect(await none.investigationSummary()).toEqual([
      ["e-logbook", "not available: the catalogue is not configured"],
      ["data portal", "not available: the catalogue is not configured"],
    ]);
    const found: unknown[] = [];
    for await (const dataset of none.getDatasetsBy()) found.push(dataset);
    expect(found).toEqual([]);
    expect((await none.getInvestigationsBy()).items).toEqual([]);
    await none.close();
  });

  test("tells what becomes of datasets, and why nothing is known", () => {
    const none = api.createNullIcatClient();
    expect([none.expireDatasetsOnClose, none.reasonForMissingInformation]).toEqual([true, "the catalogue is not configured"]);
    const disabled = api.createNullIcatClient({ expireDatasetsOnClose: false });
    expect([disabled.expireDatasetsOnClose, disabled.reasonForMissingInformation]).toEqual([false, "the catalogue is disabled"]);
  });
});
