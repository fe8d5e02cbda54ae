import { createCatalogue } from "./catalogue.ts";
import { createElogbook, keyedCore } from "./elogbook.ts";
import { createInvestigations } from "./investigations.ts";
import { createPortal } from "./portal.ts";
import { createSessions, type Sessions } from "./session.ts";
import type { IcatRest, RestSettings } from "./types.ts";

/** Everything that goes over HTTP. Nothing is opened before it is needed: a client for the e-logbook alone needs no catalogue. */
export function createIcatRest(settings: RestSettings): IcatRest {
  let keyed: ReturnType<typeof keyedCore> | undefined;
  let sessions: Sessions | undefined;
  const key = (): ReturnType<typeof keyedCore> => (keyed ??= keyedCore(settings));
  const inSession = (): Sessions => (sessions ??= createSessions(settings));
  const logger = settings.core.logger ?? console;
  return {
    ...createElogbook(settings, key, logger),
    ...createInvestigations(settings, key),
    ...createCatalogue(inSession),
    ...createPortal(inSession, () => key().apiKey),
    close: async () => {
      await Promise.all([keyed?.core.close(), sessions?.close()]);
      keyed = undefined;
      sessions = undefined;
    },
  };
}
