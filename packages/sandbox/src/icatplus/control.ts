/** A message that nobody could use, in the dead-letter queue. */
export interface DeadLetter {
  /** Queue that it was sent to. */
  readonly queue: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly reason: string;
}

/** What tests may do with the message broker of ICAT+ while it runs. */
export interface BrokerControl {
  /** `127.0.0.1:PORT` of STOMP. */
  readonly address: string;
  /** PEM of the authority that TLS clients trust; undefined without TLS or with a certificate from the options. */
  readonly ca: string | undefined;
  /** Certificate and key (PEM) for a client, of the same authority, good for a day. Throws SandboxError `USAGE` where there is none. */
  clientCertificate(name?: string): { readonly cert: string; readonly key: string };
  /** Clients that are connected. */
  readonly connections: number;
  /** Ends it as an orderly stop does, and starts it again on the same port: connections end, messages sent as persistent stay, the others are gone. */
  restart(): Promise<void>;
  /** Ends it; clients are refused until `start()`. `hard`: connections are reset instead of closed. */
  stop(options?: { hard?: boolean }): Promise<void>;
  start(): Promise<void>;
  /** Closes every connection: in order, or `hard`: by a reset. */
  disconnectAll(options?: { hard?: boolean }): void;
  /** Messages in a queue that nobody has acknowledged. */
  queueSize(queue: string): number;
  /** Consumers of a queue. */
  consumers(queue: string): number;
  /** Messages that nobody could use, oldest first. */
  readonly deadLetters: readonly DeadLetter[];
}

/** A message that an ingester took. */
export interface IngestedMessage {
  readonly queue: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `stored`, `duplicate` (same `sci-message-id` as before) or `refused` (in the dead-letter queue). */
  readonly outcome: "stored" | "duplicate" | "refused";
}

/** A file that exists in the sandbox only. */
export interface VirtualFile {
  /** Name below the folder. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** What tests may do with ICAT+ while it runs. */
export interface IcatPlusControl {
  readonly broker: BrokerControl;
  /** Key of the e-logbook and of session queries. */
  readonly elogbookToken: string;
  /** Whether the ingesters consume their queues. While false, messages wait there. */
  ingesting: boolean;
  /** Resolves once the ingesters have taken every message of their queues. */
  settled(): Promise<void>;
  /** The latest 1,000 messages that the ingesters took, oldest first. */
  readonly ingested: readonly IngestedMessage[];
  /** Messages taken since the start, by outcome. */
  readonly counts: Readonly<Record<IngestedMessage["outcome"], number>>;
  /** Ends every session: the next request with one is refused. */
  endSessions(): void;
  /** A session as a log-in gives it. `user` defaults to the administrator. Throws SandboxError `USAGE` for a user that does not exist. */
  session(user?: string): string;
  /** Puts files into a folder of the sandbox, as if they lay on the beamline's disk. */
  putFiles(folder: string, files: readonly VirtualFile[]): void;
  /** What the user portal says of an investigation; a message of `rescheduleInvestigation` makes the catalogue take it. */
  schedule(investigationId: number, change: { startDate?: string; endDate?: string; title?: string }): void;
}
