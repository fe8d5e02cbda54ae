import { SciError } from "@sci/http-core";
import type { Logger } from "@sci/http-core";
import type { Delivery, Messenger, SendOptions } from "../messaging/types.ts";
import type { IcatClientOptions } from "../options.ts";
import { defined } from "./defined.ts";

/** What has a queue of its own. */
export type Service = "metadata" | "updateMetadata" | "addFiles" | "rescheduleInvestigation" | "archive";

const defaultQueues: Readonly<Record<Service, string>> = {
  metadata: "icatIngest",
  updateMetadata: "icatUpdateDatasetMetadata",
  addFiles: "icatDataFiles",
  rescheduleInvestigation: "rescheduleInvestigation",
  archive: "icatArchiveRestoreStatus",
};

export const serviceNames = Object.keys(defaultQueues) as readonly Service[];

/** Where messages of a service go. */
export interface Route {
  readonly urls: readonly string[];
  readonly queue: string;
  readonly monitorPort: number;
}

/** @throws INVALID_ARGUMENT without brokers, naming the options */
export function routeOf(service: Service, options: IcatClientOptions): Route {
  const urls = options[`${service}Urls`] ?? options.metadataUrls;
  if (urls === undefined) {
    const own = service === "metadata" ? "" : ` or ${service}Urls`;
    throw new SciError("INVALID_ARGUMENT", `No brokers are known: set the option metadataUrls${own}, or ICAT_BROKERS.`, {
      details: { option: `${service}Urls` },
    });
  }
  return {
    urls,
    queue: options[`${service}Queue`] ?? defaultQueues[service],
    monitorPort: options[`${service}QueueMonitorPort`] ?? options.metadataQueueMonitorPort ?? 8778,
  };
}

/** One connection per list of brokers: the queues that have the same share it. */
export class Brokers {
  readonly #messengers = new Map<string, Promise<Messenger>>();

  constructor(
    private readonly options: IcatClientOptions,
    private readonly logger: Logger | undefined,
  ) {}

  #messenger(urls: readonly string[]): Promise<Messenger> {
    const key = [...urls].sort().join(" ");
    let messenger = this.#messengers.get(key);
    if (messenger === undefined) {
      messenger = this.#open(urls);
      this.#messengers.set(key, messenger);
      messenger.catch(() => this.#messengers.delete(key));
    }
    return messenger;
  }

  async #open(urls: readonly string[]): Promise<Messenger> {
    const { logIn, virtualHost, allowInsecureLogIn, attempts, heartBeat, inFlight, outbox, tls, queueTimeout, timeout } = this.options;
    if (outbox !== undefined && this.#messengers.size > 0)
      throw new SciError("INVALID_ARGUMENT", "An outbox serves one list of brokers: let all queues have the same metadataUrls.", {
        details: { option: "outbox" },
      });
    const { createMessenger } = await import("../messaging/index.ts");
    const given = { logIn, virtualHost, allowInsecureLogIn, attempts, heartBeat, inFlight, outbox, tls, logger: this.logger };
    const limits = { connect: timeout?.connect, idle: timeout?.idle, total: queueTimeout };
    return createMessenger({ urls, ...defined(given), timeout: defined(limits) });
  }

  /** Sends a message to the queue of a service. */
  async send(
    service: Service,
    message: { readonly body: string; readonly contentType: string; readonly subject: string },
    options: SendOptions,
  ): Promise<Delivery> {
    const { urls, queue } = routeOf(service, this.options);
    return (await this.#messenger(urls)).send({ queue, ...message }, options);
  }

  /** Opens the connection of a service, or takes the one that stands. @returns `host:port` of its broker */
  async connect(service: Service, signal?: AbortSignal): Promise<string> {
    return (await this.#messenger(routeOf(service, this.options).urls)).connect(signal === undefined ? {} : { signal });
  }

  async #each(work: (messenger: Messenger) => Promise<void>): Promise<void> {
    const open = await Promise.allSettled([...this.#messengers.values()]);
    await Promise.all(open.flatMap((one) => (one.status === "fulfilled" ? [work(one.value)] : [])));
  }

  /** Begins to send what an earlier process left in the outbox. */
  async resume(): Promise<void> {
    if (this.options.outbox !== undefined && this.options.metadataUrls !== undefined) await this.#messenger(this.options.metadataUrls);
  }

  async flush(options: { readonly signal?: AbortSignal; readonly timeout?: number }): Promise<void> {
    await this.resume();
    await this.#each((messenger) => messenger.flush(options));
  }

  async disconnect(options: { readonly timeout?: number }): Promise<void> {
    await this.#each((messenger) => messenger.disconnect(options));
  }
}
