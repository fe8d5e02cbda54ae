import { basicAuth, checkInteger, checkNames, createCore, operation, SciError, type ClientOptions } from "@sci/http-core";
import { service } from "../service.ts";

export interface QueueHealthOptions extends Pick<ClientOptions, "timeout" | "retry" | "logger" | "fetch" | "dispatcher" | "tls" | "proxy"> {
  /** Host of the broker. */
  readonly host: string;
  /** Name of the queue, `icatIngest`. */
  readonly queue: string;
  /** Of the monitor. @default 8778 */
  readonly port?: number;
  /** Name of the broker in its monitor. @default "metadata", as ESRF's are called */
  readonly brokerName?: string;
  /** @default "user" and "user": what every Jolokia agent of ActiveMQ is delivered with */
  readonly user?: string;
  readonly password?: string;
}

interface Question {
  readonly brokerName: string;
  readonly queue: string;
}

interface Reading {
  readonly status?: number;
  readonly value?: unknown;
  readonly error?: unknown;
}

const readAttribute = operation<Question, Reading>({
  name: "queueConsumers",
  method: "GET",
  path: "/api/jolokia/read/org.apache.activemq:type=Broker,brokerName={brokerName},destinationType=Queue,destinationName={queue}/ConsumerCount",
});

/**
 * How many ingesters consume a queue, as the broker's monitor (Jolokia) tells; 0 means that messages pile up unread.
 * @throws INVALID_ARGUMENT, INVALID_RESPONSE for an answer without a number, NOT_AUTHENTICATED, UNAVAILABLE, NETWORK, TIMEOUT
 */
export async function queueConsumers(options: QueueHealthOptions): Promise<number> {
  const names = [
    "host",
    "queue",
    "port",
    "brokerName",
    "user",
    "password",
    "timeout",
    "retry",
    "logger",
    "fetch",
    "dispatcher",
    "tls",
    "proxy",
  ] as const;
  checkNames(options, names, "option of queueConsumers()");
  const { host, queue, port = 8778, brokerName = "metadata", user = "user", password = "user", ...client } = options;
  checkInteger(port, "port", { min: 1, max: 65_535 });
  const core = createCore(
    {
      name: "the broker's monitor",
      userAgent: service.userAgent,
      baseUrl: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    },
    { ...client, auth: basicAuth(user, password), allowInsecureHttp: true },
  );
  try {
    const { value, status, error } = await core.request(readAttribute, { brokerName, queue });
    if (typeof value !== "number" || (status !== undefined && status !== 200)) {
      throw new SciError(
        "INVALID_RESPONSE",
        `The monitor of ${host} does not tell the consumers of ${queue}${typeof error === "string" ? `: ${error.slice(0, 200)}` : ""}.`,
        {
          service: "the broker's monitor",
        },
      );
    }
    return value;
  } finally {
    await core.close();
  }
}
