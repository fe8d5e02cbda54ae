import type { Broker } from "../broker/broker.ts";
import type { Message } from "../broker/message.ts";
import type { Consumer } from "../broker/queue.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { iso } from "../catalogue/times.ts";
import type { IngestedMessage } from "../control.ts";
import type { Files } from "../files.ts";
import { takeDataset, takeFiles, takeUpdate } from "./datasets.ts";
import { type Schedule, takeInvestigation, takeReschedule } from "./investigations.ts";
import { asObject, idField, Refusal, textField } from "./refusal.ts";
import { parseXml, XmlError } from "./xml.ts";

/** Messages that are remembered for tests. */
const remembered = 1000;
/** Header by which a client marks a message, so that one that is sent again can be told. */
const idHeader = "sci-message-id";

const archiveTypes = ["archiving", "restoration"];
const archiveLevels = ["info", "warning", "warn", "error"];

/** Takes the messages of the five queues into the catalogue. */
export class Ingesters {
  readonly schedule: Schedule = new Map();
  readonly counts = { stored: 0, duplicate: 0, refused: 0 };
  readonly #broker: Broker;
  readonly #catalogue: Catalogue;
  readonly #files: Files;
  readonly #consumers = new Map<string, Consumer>();
  #ingested: IngestedMessage[] = [];
  #waiters: (() => void)[] = [];
  readonly #takers: Readonly<Record<string, (body: string) => void>>;

  constructor(broker: Broker, catalogue: Catalogue, files: Files) {
    this.#broker = broker;
    this.#catalogue = catalogue;
    this.#files = files;
    this.#takers = {
      icatIngest: (body) => this.#ingest(body),
      rescheduleInvestigation: (body) => this.#reschedule(body),
      icatUpdateDatasetMetadata: (body) => this.#update(body),
      icatDataFiles: (body) => takeFiles(idField(asObject(body), "datasetId"), catalogue, files),
      icatArchiveRestoreStatus: (body) => this.#archive(body),
    };
  }

  get queues(): string[] {
    return Object.keys(this.#takers);
  }

  get running(): boolean {
    return this.#consumers.size > 0;
  }

  set running(run: boolean) {
    if (run === this.running) return;
    for (const queue of this.queues) {
      const consumer = this.#consumers.get(queue) ?? { ready: () => true, deliver: (message: Message) => this.#take(queue, message) };
      if (run) this.#broker.subscribe(`/queue/${queue}`, consumer);
      else this.#broker.unsubscribe(`/queue/${queue}`, consumer);
      if (run) this.#consumers.set(queue, consumer);
    }
    if (!run) this.#consumers.clear();
  }

  get ingested(): IngestedMessage[] {
    return this.#ingested.slice(-remembered);
  }

  /** Resolves once the queues are empty. */
  async settled(): Promise<void> {
    while (this.queues.some((queue) => this.#broker.queue(queue).size > 0))
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  #take(queue: string, message: Message): void {
    const id = message.headers[idHeader];
    let outcome: IngestedMessage["outcome"] = "stored";
    let reason = "";
    if (id !== undefined && this.#catalogue.seen(id)) outcome = "duplicate";
    else {
      try {
        if (message.binary) throw new Refusal("it is a message of bytes (content-length without amq-msg-type:text), not of text");
        this.#catalogue.together(() => {
          this.#takers[queue]?.(message.body.toString());
          if (id !== undefined) this.#catalogue.remember(id);
        });
      } catch (error) {
        if (!(error instanceof Refusal) && !(error instanceof XmlError)) throw error;
        outcome = "refused";
        reason = error.message;
      }
    }
    this.counts[outcome]++;
    this.#ingested.push({ queue, headers: message.headers, body: message.body.toString(), outcome });
    if (this.#ingested.length > 2 * remembered) this.#ingested = this.#ingested.slice(-remembered);
    if (outcome === "refused") this.#broker.bury(message, reason);
    else this.#broker.settled(message);
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  #ingest(body: string): void {
    const root = parseXml(body);
    if (root.name === "dataset") takeDataset(root, this.#catalogue, this.#files);
    else if (root.name === "investigation") takeInvestigation(root, this.#catalogue);
    else throw new Refusal(`<${root.name}> is neither a dataset nor an investigation`);
  }

  #reschedule(body: string): void {
    const root = parseXml(body);
    if (root.name !== "investigation") throw new Refusal(`<${root.name}> is no investigation`);
    takeReschedule(root, this.#catalogue, this.schedule);
  }

  #update(body: string): void {
    const message = asObject(body);
    const field = (name: string): string => textField(message, name);
    takeUpdate(
      {
        proposal: field("proposal"),
        beamline: field("beamline"),
        paths: field("datasetPaths"),
        name: field("metadataName"),
        value: field("metadataValue"),
      },
      this.#catalogue,
    );
  }

  #archive(body: string): void {
    const message = asObject(body);
    const id = idField(message, "datasetId");
    const [type, level] = [textField(message, "type"), textField(message, "level")];
    if (!archiveTypes.includes(type)) throw new Refusal(`type is "${type}"; known: ${archiveTypes.join(", ")}`);
    if (!archiveLevels.includes(level)) throw new Refusal(`level is "${level}"; known: ${archiveLevels.join(", ")}`);
    const dataset = this.#catalogue.get("datasets", id);
    if (dataset === undefined) throw new Refusal(`there is no dataset ${id}`);
    const text = message["message"];
    const event = { type, level, message: typeof text === "string" ? text : "", date: iso() };
    const state = level !== "info" ? dataset.state : type === "archiving" ? "ARCHIVED" : "ONLINE";
    this.#catalogue.change("datasets", { ...dataset, state, events: [...dataset.events, event] });
  }
}
