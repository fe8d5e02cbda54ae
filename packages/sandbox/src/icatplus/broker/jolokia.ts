import { jsonReply, type Reply, type SandboxRequest } from "../../http/message.ts";
import type { Broker } from "./broker.ts";

const start = "/api/jolokia/read/";

/** Attributes of a queue that ActiveMQ's monitor tells. */
const attributes: Readonly<Record<string, (broker: Broker, queue: string) => number>> = {
  ConsumerCount: (broker, queue) => broker.queue(queue).consumers,
  QueueSize: (broker, queue) => broker.queue(queue).size,
};

/** The monitor of the broker: `/api/jolokia/read/org.apache.activemq:…,destinationName=QUEUE/ConsumerCount`; undefined for other paths. */
export function jolokia(request: SandboxRequest, broker: Broker): Reply | undefined {
  if (!request.path.startsWith(start)) return undefined;
  const wanted = `Basic ${Buffer.from("user:user").toString("base64")}`;
  if (request.headers.authorization !== wanted)
    return { status: 401, headers: { "WWW-Authenticate": 'Basic realm="ActiveMQRealm"' }, body: Buffer.from("Unauthorized") };
  const [mbean = "", attribute = ""] = decodeURIComponent(request.path.slice(start.length)).split("/");
  const queue = /[:,]destinationName=([^,]+)/.exec(mbean)?.[1];
  const asked = { mbean, attribute, type: "read" };
  const timestamp = Math.floor(Date.now() / 1000);
  const read = attributes[attribute];
  if (!mbean.startsWith("org.apache.activemq:") || queue === undefined || read === undefined) {
    const error = `javax.management.InstanceNotFoundException : ${mbean}`;
    // Jolokia tells failures within the body; the HTTP status stays 200.
    return jsonReply(200, { request: asked, error_type: "javax.management.InstanceNotFoundException", error, status: 404 });
  }
  return jsonReply(200, { request: asked, value: read(broker, queue), timestamp, status: 200 });
}
