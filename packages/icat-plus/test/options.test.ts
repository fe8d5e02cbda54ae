import { withEnvironment } from "@sci/http-core/testing";
import { describe, expect, test } from "vitest";
import { createIcatClient, createNullIcatClient } from "../src/index.ts";
import { coreOptions, optionNames, settle } from "../src/options.ts";

describe("options", () => {
  test("what is not given comes from the environment", () => {
    const environment = {
      ICAT_BROKERS: "a:61613, ssl://b:61614",
      ICAT_BEAMLINE: "id00",
      ICAT_PROPOSAL: "ma1234",
      ICAT_OUTBOX: "/var/spool/icat",
      ICATPLUS_URL: "https://icat.example.org",
      ICATPLUS_TOKEN: "key",
      ICATPLUS_SESSION_ID: "session",
    };
    expect(settle({}, environment)).toEqual({
      metadataUrls: ["a:61613", "ssl://b:61614"],
      beamline: "id00",
      proposal: "ma1234",
      outbox: "/var/spool/icat",
      elogbookUrl: "https://icat.example.org",
      elogbookToken: "key",
      icatplusRestrictedUrl: "https://icat.example.org",
      icatSessionId: "session",
    });
    const more = { ...environment, ICAT_METADATA_URLS: "c", ICAT_ELOGBOOK_URL: "https://log.example.org", ICAT_ELOGBOOK_TOKEN: "other" };
    expect(settle({}, more)).toMatchObject({ metadataUrls: ["c"], elogbookUrl: "https://log.example.org", elogbookToken: "other" });
    expect(settle({ beamline: "id01", metadataUrls: ["d"] }, more)).toMatchObject({ beamline: "id01", metadataUrls: ["d"] });
    expect(settle({}, {})).toEqual({});
  });

  test("the client reads the environment when it is made", async () => {
    await withEnvironment({ ICAT_BEAMLINE: "id42", ICAT_PROPOSAL: "hg1" }, async () => {
      const client = createIcatClient();
      expect([client.currentBeamline, client.currentProposal]).toEqual(["id42", "hg1"]);
      await client.close();
    });
  });

  test("a misspelt option names the right one", () => {
    expect(() => createIcatClient({ metadataUrl: ["a"] } as never)).toThrow(/"metadataUrl". Did you mean "metadataUrls"\?/);
    expect(() => createNullIcatClient({ expireDatasetOnClose: true } as never)).toThrow(/Did you mean "expireDatasetsOnClose"\?/);
  });

  test("names of the original that have another one now are told", () => {
    expect(() => createIcatClient({ catalogueUrl: "x" } as never)).toThrow(/use icatplusRestrictedUrl/);
    expect(() => createIcatClient({ trackingUrl: "x" } as never)).toThrow(/use icatplusRestrictedUrl/);
    expect(() => createIcatClient({ catalogueQueues: ["x"] } as never)).toThrow(/use rescheduleInvestigationUrls/);
    expect(() => createIcatClient({ baseUrl: "x" } as never)).toThrow(/use elogbookUrl and icatplusRestrictedUrl/);
  });

  test("values of another kind are refused, secrets without showing them", () => {
    expect(() => createIcatClient({ metadataUrls: "host" as never })).toThrow(/metadataUrls must be a list of brokers/);
    expect(() => createIcatClient({ metadataUrls: [] })).toThrow(/metadataUrls must be a list of brokers/);
    expect(() => createIcatClient({ queueTimeout: -1 })).toThrow(/queueTimeout must be a number of milliseconds/);
    expect(() => createIcatClient({ strict: "yes" as never })).toThrow(/strict must be true or false/);
    expect(() => createIcatClient({ metadataQueueMonitorPort: 70_000 })).toThrow(/metadataQueueMonitorPort must be a whole number/);
    const error = ((): Error => {
      try {
        createIcatClient({ icatplusPassword: 4711 as never });
        return new Error("nothing was refused");
      } catch (refusal) {
        return refusal as Error;
      }
    })();
    expect(error.message).toContain("icatplusPassword must be a text");
    expect(error.message).not.toContain("4711");
  });

  test("the core gets its options, and only those", () => {
    const fetch = (() => undefined) as never;
    expect(coreOptions({ fetch, beamline: "id00", elogbookToken: "key", retry: { attempts: 1 } })).toEqual({
      fetch,
      retry: { attempts: 1 },
    });
    expect(optionNames).not.toContain("baseUrl");
  });
});
