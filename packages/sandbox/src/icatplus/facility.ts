import type { FacilityContext, FacilityParts } from "../facility.ts";
import { SandboxError, unknown } from "../names.ts";
import { Broker, brokerName } from "./broker/broker.ts";
import { jolokia } from "./broker/jolokia.ts";
import { Catalogue } from "./catalogue/catalogue.ts";
import type { IcatPlusControl } from "./control.ts";
import { Files } from "./files.ts";
import { Ingesters } from "./ingest/ingesters.ts";
import { type IcatPlusOptions, settle } from "./options.ts";
import { Rest } from "./rest/routes.ts";
import { Sessions } from "./rest/sessions.ts";
import { datasetsEach, filesEach } from "./world/datasets.ts";
import { defaultInvestigations } from "./world/investigations.ts";

/** ICAT+: REST, a message broker, and the ingesters between them. */
export function createIcatPlus(options: IcatPlusOptions, context: FacilityContext): FacilityParts<IcatPlusControl> {
  const settings = settle(options);
  const { seed, scale, state, faults, log, origin } = context;
  const catalogue = new Catalogue({ seed, scale, state });
  const files = new Files(seed, (scale ?? defaultInvestigations) * datasetsEach * filesEach);
  const broker = new Broker({ settings: settings.broker, port: () => context.port(brokerName), state, faults, log });
  const ingesters = new Ingesters(broker, catalogue, files);
  ingesters.running = settings.ingest;
  const sessions = new Sessions(settings.users, settings.sessionMinutes);
  const rest = new Rest({ catalogue, sessions, settings, files, origin });
  const address = (): string => `127.0.0.1:${broker.port}`;
  const url = (): string => (settings.broker.tls === false ? address() : `ssl://${address()}`);

  const control: IcatPlusControl = {
    broker: {
      get address() {
        return address();
      },
      get ca() {
        return broker.authority?.cert;
      },
      clientCertificate(name = "a client") {
        if (broker.authority === undefined)
          throw new SandboxError("USAGE", 'the broker has no authority; set icatPlus.broker.tls to true or "require"');
        return broker.authority.person(name, 1);
      },
      get connections() {
        return broker.connections;
      },
      restart: async () => {
        await broker.stop();
        await broker.start();
      },
      stop: ({ hard = false } = {}) => broker.stop(hard),
      start: () => broker.start(),
      disconnectAll: ({ hard = false } = {}) => broker.disconnectAll(hard),
      queueSize: (queue) => broker.queue(queue).size,
      consumers: (queue) => broker.queue(queue).consumers,
      get deadLetters() {
        return broker.deadLetters;
      },
    },
    elogbookToken: settings.elogbookTokens[0] ?? "",
    get ingesting() {
      return ingesters.running;
    },
    set ingesting(run) {
      ingesters.running = run;
    },
    settled: () => ingesters.settled(),
    get ingested() {
      return ingesters.ingested;
    },
    get counts() {
      return { ...ingesters.counts };
    },
    endSessions: () => sessions.endAll(),
    session(name = "sandbox-admin") {
      const user = sessions.users.find((one) => one.name === name);
      if (user === undefined)
        throw new SandboxError(
          "USAGE",
          unknown(
            "user of icatPlus",
            name,
            sessions.users.map((one) => one.name),
          ),
        );
      return sessions.open(user).id;
    },
    putFiles: (folder, added) => files.put(folder, added),
    schedule: (id, change) => {
      if (catalogue.get("investigations", id) === undefined)
        throw new SandboxError("USAGE", `there is no investigation ${id} in the sandbox`);
      ingesters.schedule.set(id, change);
    },
  };

  return {
    control,
    service: async (request, { expireToken }) => jolokia(request, broker) ?? (await rest.answer(request, expireToken)),
    start: () => broker.start(),
    env: () => ({ ICATPLUS_URL: origin(), ICATPLUS_TOKEN: control.elogbookToken, ICAT_BROKERS: url() }),
    url: origin,
    async close() {
      await broker.close();
      catalogue.close();
    },
  };
}
