import { checkFields, checkWhole, SandboxError } from "../names.ts";

/** Somebody who logs in at ICAT+. */
export interface IcatPlusUser {
  /** Name as the catalogue has it. */
  readonly name: string;
  /** Good for a log-in with the user's name, or without any name. Unique among the users. */
  readonly password: string;
  /** Ways to log in that take this user. Default: every one. */
  readonly plugins?: readonly string[];
  readonly fullName?: string;
  readonly email?: string;
  /** Sees and changes everything. Default false. */
  readonly administrator?: boolean;
  /** Instruments whose investigations the user sees and changes. Default none. */
  readonly instruments?: readonly string[];
  /** Proposals that the user takes part in (`hg237`). Default none. */
  readonly proposals?: readonly string[];
  /** May mint DOIs. Default false. */
  readonly minter?: boolean;
}

/** Options of the message broker. */
export interface BrokerOptions {
  /** Passwords by name; who connects must give one of them. Default: no log-in is asked for. */
  readonly logIn?: Readonly<Record<string, string>>;
  /**
   * TLS: `true` with a certificate for 127.0.0.1 and localhost of an authority made at the start (`icatPlus.broker.ca`); `"require"`
   * also asks clients for a certificate of it (`icatPlus.broker.clientCertificate`). Or PEM texts of one's own.
   */
  readonly tls?: boolean | "require" | BrokerTls;
  /** Versions of STOMP that are spoken. Default 1.0, 1.1 and 1.2. */
  readonly versions?: readonly ("1.0" | "1.1" | "1.2")[];
  /** Milliseconds between the broker's heart-beats, and that it wants between those of a client that has any; 0: none. Default: as the client asks, as ActiveMQ does. */
  readonly heartBeat?: number;
  /** Largest frame in bytes. Default 104,857,600, as ActiveMQ's. */
  readonly maxFrameBytes?: number;
  /** Messages that a consumer may hold unacknowledged, unless it says otherwise (`activemq.prefetchSize`). Default 100. */
  readonly prefetch?: number;
}

export interface BrokerTls {
  readonly cert: string;
  readonly key: string;
  /** Authority of the certificates that clients must show. Default: they need none. */
  readonly ca?: string;
}

/** Options of ICAT+. */
export interface IcatPlusOptions {
  /** Keys of the e-logbook, good for `/dataacquisition/…`. Default `["sandbox-elogbook-token"]`. */
  readonly elogbookTokens?: readonly string[];
  /** Further users, beside those of the README. */
  readonly users?: readonly IcatPlusUser[];
  /** Minutes that a session lasts. Default 60. */
  readonly sessionMinutes?: number;
  /** Status for a session that is unknown or over. Default 401; 403 is what the Python client's own mock service gives. */
  readonly endedSession?: 401 | 403;
  /** Whether the five queues are consumed. Default true; `icatPlus.ingesting` changes it later. */
  readonly ingest?: boolean;
  readonly broker?: BrokerOptions;
}

const optionNames = ["elogbookTokens", "users", "sessionMinutes", "endedSession", "ingest", "broker"];
const brokerNames = ["logIn", "tls", "versions", "heartBeat", "maxFrameBytes", "prefetch"];
const userNames = ["name", "password", "plugins", "fullName", "email", "administrator", "instruments", "proposals", "minter"];
const versions = ["1.0", "1.1", "1.2"] as const;

/** Options of the broker with their defaults. */
export interface BrokerSettings {
  readonly logIn: Readonly<Record<string, string>> | undefined;
  readonly tls: boolean | "require" | BrokerTls;
  readonly versions: readonly string[];
  readonly heartBeat: number | undefined;
  readonly maxFrameBytes: number;
  readonly prefetch: number;
}

function brokerSettings(options: BrokerOptions): BrokerSettings {
  checkFields("option of icatPlus.broker", options, brokerNames);
  for (const version of options.versions ?? []) {
    if (!versions.includes(version))
      throw new SandboxError("USAGE", `icatPlus.broker.versions holds "${String(version)}"; known: ${versions.join(", ")}`);
  }
  if (typeof options.tls === "string" && options.tls !== "require")
    throw new SandboxError("USAGE", `icatPlus.broker.tls must be true, "require" or PEM texts, not "${String(options.tls)}"`);
  if (typeof options.tls === "object") checkFields("option of icatPlus.broker.tls", options.tls, ["cert", "key", "ca"]);
  return {
    logIn: options.logIn,
    tls: options.tls ?? false,
    versions: options.versions ?? versions,
    heartBeat: options.heartBeat === undefined ? undefined : checkWhole("icatPlus.broker.heartBeat", options.heartBeat, 0, 3_600_000),
    maxFrameBytes: checkWhole("icatPlus.broker.maxFrameBytes", options.maxFrameBytes ?? 104_857_600, 1, 1_073_741_824),
    prefetch: checkWhole("icatPlus.broker.prefetch", options.prefetch ?? 100, 1, 1_000_000),
  };
}

/** Options of ICAT+ with their defaults. */
export interface IcatPlusSettings {
  readonly elogbookTokens: readonly string[];
  readonly users: readonly IcatPlusUser[];
  readonly sessionMinutes: number;
  readonly endedSession: 401 | 403;
  readonly ingest: boolean;
  readonly broker: BrokerSettings;
}

/** Checks the options. Throws SandboxError `USAGE`. */
export function settle(options: IcatPlusOptions): IcatPlusSettings {
  checkFields("option of icatPlus", options, optionNames);
  for (const user of options.users ?? []) checkFields("field of a user of icatPlus", user, userNames);
  const endedSession = options.endedSession ?? 401;
  if (endedSession !== 401 && endedSession !== 403)
    throw new SandboxError("USAGE", `icatPlus.endedSession must be 401 or 403, not ${String(endedSession)}`);
  return {
    elogbookTokens: options.elogbookTokens ?? ["sandbox-elogbook-token"],
    users: options.users ?? [],
    sessionMinutes: checkWhole("icatPlus.sessionMinutes", options.sessionMinutes ?? 60, 1, 100_000),
    endedSession,
    ingest: options.ingest ?? true,
    broker: brokerSettings(options.broker ?? {}),
  };
}
