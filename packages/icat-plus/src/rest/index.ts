import { createCatalogue } from "./catalogue.ts";
import type { keyedCore } from "./elogbook.ts";
import { later } from "./later.ts";
import type { PortalApi } from "./portal-types.ts";
import { createSessions, type Sessions } from "./session.ts";
import type { ElogbookApi, IcatRest, RestSettings, SessionsApi } from "./types.ts";

type Keyed = ReturnType<typeof keyedCore>;

/** What needs the key of the e-logbook: its core is made when the first call needs it. */
interface Key {
  open(): Promise<() => Keyed>;
  close(): Promise<void>;
}

function keyOf(settings: RestSettings): Key {
  let keyed: Keyed | undefined;
  return {
    async open() {
      const { keyedCore: make } = await import("./elogbook.ts");
      return () => (keyed ??= make(settings));
    },
    async close() {
      const open = keyed;
      keyed = undefined;
      await open?.core.close();
    },
  };
}

function elogbookLater(settings: RestSettings, key: Key): ElogbookApi {
  return later<ElogbookApi>(async () => {
    const { createElogbook } = await import("./elogbook.ts");
    return createElogbook(settings, await key.open(), settings.core.logger ?? console);
  }).calls(["sendMessage", "sendBinaryData", "sendBinaryFile", "sendTextFile"]);
}

function investigationsLater(settings: RestSettings, key: Key): SessionsApi {
  return later<SessionsApi>(async () => {
    const { createInvestigations } = await import("./investigations.ts");
    return createInvestigations(settings, await key.open());
  }).calls(["investigationInfo", "investigationInfoString", "investigationSummary", "registeredDatasetIds", "registeredDatasets"]);
}

function portalLater(sessions: () => Sessions, key: Key): PortalApi {
  const load = async (): Promise<PortalApi> => {
    const { createPortal } = await import("./portal.ts");
    const keyed = await key.open();
    return createPortal(sessions, () => keyed().apiKey);
  };
  const portal = later(load);
  const doi = later(async () => (await load()).doi);
  const ids = later(async () => (await load()).ids);
  const logbook = later(async () => (await load()).logbook);
  return {
    ...portal.calls(["instruments", "techniques", "parameterTypes", "createSampleParameter", "updateSampleParameter"]),
    ...portal.calls(["users", "shipments", "request"]),
    datafiles: (...given) => portal.list((api) => api.datafiles(...given)),
    doi: {
      ...doi.calls(["read", "reserve", "mint"]),
      datasets: (...given) => doi.list((api) => api.datasets(...given)),
      reserved: (...given) => doi.list((api) => api.reserved(...given)),
    },
    ids: ids.calls(["download", "status", "restore", "paths"]),
    logbook: {
      ...logbook.calls(["count", "dates", "tags", "download", "create", "update"]),
      events: (...given) => logbook.list((api) => api.events(...given)),
    },
  };
}

/**
 * Everything that goes over HTTP. Nothing is opened before it is needed: a client for the e-logbook alone needs no catalogue. The catalogue
 * is there at once; the other parts are loaded with their first call.
 */
export function createIcatRest(settings: RestSettings): IcatRest {
  const key = keyOf(settings);
  let sessions: Sessions | undefined;
  const inSession = (): Sessions => (sessions ??= createSessions(settings));
  return {
    ...elogbookLater(settings, key),
    ...investigationsLater(settings, key),
    ...createCatalogue(inSession),
    ...portalLater(inSession, key),
    close: async () => {
      await Promise.all([key.close(), sessions?.close()]);
      sessions = undefined;
    },
  };
}
