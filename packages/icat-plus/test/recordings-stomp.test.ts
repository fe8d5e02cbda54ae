import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isSciError } from "@sci/http-core";
import { silent } from "@sci/http-core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIcatClient, type IcatClient } from "../src/index.ts";
import { startBroker, type TestBroker } from "./support/broker.ts";
import { named, recorded, type RecordedCase } from "./support/recorded.ts";

process.env["TZ"] = "UTC";

/** Cases that are replayed elsewhere, or have no counterpart. */
const leftOut: Readonly<Record<string, string>> = {
  "start_investigation/reconnects": "one connection stays; messages are confirmed instead",
  "start_investigation/end-ignored": "an end date is refused: it never reached the wire",
  "update_metadata/zero-value": "a number is a value; the original takes it for none",
};

const elsewhere = /^(failover|reconnect|check_health)\//;

/** Where ours does better than the original. */
const better: Readonly<Record<string, { readonly why: string; readonly code?: string; readonly body?: (body: string) => string }>> = {
  "start_investigation/start-day": {
    why: "a day is midnight of it",
    body: () =>
      '<?xml version="1.0" encoding="UTF-8"?><tns:investigation xmlns:tns="http://www.esrf.fr/icat"><tns:experiment>ma1234</tns:experiment>' +
      "<tns:instrument>id00</tns:instrument><tns:startDate>2024-03-01T00:00:00</tns:startDate></tns:investigation>",
  },
  "store_dataset/to-file-no-brokers": { why: "writing a file needs no broker" },
  "store_processed_data/raw-text-in-metadata": {
    why: "text is one path, not its letters",
    body: (body) => body.replace("<tns:value>/,a,b</tns:value>", "<tns:value>/ab</tns:value>"),
  },
  "store_dataset_from_file/other-suffix": { why: "what is no dataset is not sent", code: "INVALID_ARGUMENT" },
  "update_metadata/empty-value": {
    why: "a value can be emptied",
    body: () =>
      '{"proposal": "hg1", "beamline": "id01", "datasetPaths": "/data/a,/data/b", "metadataName": "Sample_name", "metadataValue": ""}',
  },
  "update_archive_restore_status/text-type": {
    why: "types are words here",
    body: () => '{"datasetId": 1, "type": "archiving", "level": "info", "message": null}',
  },
};

const cases = recorded("stomp").filter(({ id }) => !(id in leftOut) && !elsewhere.test(id));

/** A body with what differs from run to run taken out. */
const stable = (body: string): string =>
  body
    .replace(/<tns:(startDate|endDate)>[^<]*<(?=\/tns:\1>)/g, (all, name: string) =>
      isNow(all.slice(all.indexOf(">") + 1, -1)) ? `<tns:${name}><now><` : all,
    )
    .replace(/(<tns:name>(?:startDate|endDate)<\/tns:name><tns:value>)([^<]*)/g, (all, head: string, time: string) =>
      isNow(time) ? `${head}<now>` : all,
    )
    .replace(/(<tns:name>machine<\/tns:name><tns:value>)(?!m1<|<host>)[^<]*/g, "$1<host>")
    .replace(/(<tns:name>software<\/tns:name><tns:value>)(?!s1<|<software>)[^<]*/g, "$1<software>");

const isNow = (time: string): boolean => Math.abs(Date.parse(time) - Date.now()) < 600_000;

describe("messages as the original sends them", () => {
  let folder: string;
  let brokers: readonly [TestBroker, TestBroker];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "icat-"));
    brokers = [await startBroker(), await startBroker()];
  });
  afterEach(async () => {
    await Promise.all(brokers.map((broker) => broker.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  const localised = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value)
        .replaceAll("<tmp>", folder)
        .replaceAll("<broker-1>", `127.0.0.1:${brokers[0].port}`)
        .replaceAll("<broker-2>", `127.0.0.1:${brokers[1].port}`),
    ) as T;

  function client(one: RecordedCase): IcatClient {
    const { queue_timeout: _seconds, ...options } = localised(one.client);
    return createIcatClient({ ...named(options), logger: silent });
  }

  async function make(
    icat: IcatClient,
    call: { readonly method?: string; readonly args?: readonly unknown[]; readonly kwargs?: object },
  ): Promise<void> {
    const args = call.args ?? [];
    const { ...kwargs } = named((call.kwargs ?? {}) as Record<string, unknown>);
    switch (call.method) {
      case "store_dataset_from_file":
        return void (await icat.storeDatasetFromFile((args[0] ?? kwargs["storeFilename"]) as string));
      case "add_files":
        return void (await icat.addFiles((args[0] ?? kwargs["datasetId"]) as number));
      case "reschedule_investigation":
        return void (await icat.rescheduleInvestigation((args[0] ?? kwargs["investigationId"]) as string));
      case "disconnect":
        return icat.disconnect();
      default: {
        const name = (call.method ?? "").replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase()) as "storeDataset";
        return void (await icat[name](kwargs));
      }
    }
  }

  for (const one of cases) {
    const exception = better[one.id];
    test(exception === undefined ? one.id : `${one.id}: ${exception.why}`, async () => {
      const { files, writes } = localised(one) as {
        files?: Record<string, { text: string }>;
        writes?: Record<string, { text: string } | null>;
      };
      for (const [path, { text }] of Object.entries(files ?? {})) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
      const icat = client(one);
      try {
        for (const step of one.before ?? []) {
          const { set } = localised(step) as { set?: Record<string, unknown> };
          if (set === undefined) await make(icat, localised(step));
          else
            for (const [name, value] of Object.entries(named(set)))
              Object.assign(icat, { [name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase())]: value });
        }
        let refused: string | undefined;
        try {
          await make(icat, localised(one.call));
        } catch (error) {
          if (!isSciError(error)) throw error;
          refused = error.code;
        }
        const refusal =
          one.raises !== undefined &&
          exception?.body === undefined &&
          exception?.code === undefined &&
          one.id !== "store_dataset/to-file-no-brokers";
        if (exception?.code !== undefined) expect(refused).toBe(exception.code);
        else if (refusal) expect(["INVALID_ARGUMENT", "FILE", "UNAVAILABLE"]).toContain(refused);
        else expect(refused).toBeUndefined();

        const sent =
          exception?.body !== undefined && one.raises !== undefined ? [{}] : one.exchanges.filter(({ stomp }) => stomp?.command === "SEND");
        const wanted = exception?.code === undefined ? sent : [];
        const frames = brokers.flatMap((broker) => broker.frames).filter(({ command }) => command === "SEND");
        expect(frames.map(({ body }) => stable(body))).toEqual(
          wanted.map((exchange) => {
            const body = stable((exchange as RecordedCase["exchanges"][number]).stomp?.body?.text ?? "");
            return exception?.body === undefined ? body : exception.body(body);
          }),
        );
        for (const [index, { headers }] of frames.entries()) {
          const wantedHeaders = (wanted[index] as RecordedCase["exchanges"][number] | undefined)?.stomp?.headers ?? {};
          expect(headers).toMatchObject(wantedHeaders);
          expect(
            Object.keys(headers)
              .filter((name) => !(name in wantedHeaders))
              .sort(),
          ).toEqual(Object.keys(wantedHeaders).length === 0 ? expect.anything() : ["content-type", "receipt", "sci-message-id"]);
        }
        for (const [path, content] of Object.entries(writes ?? {})) {
          if (content === null) expect(await readFile(path, "utf8")).toMatch(/^<\?xml[^]*<\/tns:dataset>$/);
          else expect(stable(await readFile(path, "utf8"))).toBe(stable(content.text));
        }
      } finally {
        await icat.close();
      }
    });
  }
  test("what is left out is recorded", () => {
    const ids = recorded("stomp").map(({ id }) => id);
    expect([...Object.keys(leftOut), ...Object.keys(better)].filter((id) => !ids.includes(id))).toEqual([]);
  });
});
