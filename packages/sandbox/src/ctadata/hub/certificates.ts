import { X509Certificate } from "node:crypto";
import { jsonReply } from "../../http/message.ts";
import { readAll, type StreamReply, type StreamRequest, streamed } from "../../http/stream.ts";
import { type HubUser, serviceError } from "./session.ts";

export const certificateBase = "/services/certificateservice";

/** Keys under which people keep their certificates. */
export const certificateKeys = ["cta", "lst", "arc"];
const longestDays = 7;
const daySeconds = 86_400;

/** Certificates that the service has taken, in memory. */
export class CertificateService {
  readonly #kept = new Map<string, string>();

  /** Certificates by `user/key`, and the shared one as `main`. */
  get kept(): ReadonlyMap<string, string> {
    return this.#kept;
  }

  /** `POST certificate` (one's own) and `POST main-certificate` (the shared one). */
  async answer(request: StreamRequest, user: HubUser): Promise<StreamReply> {
    const name = request.path.slice(certificateBase.length).replace(/^\/+|\/+$/g, "");
    if (name !== "certificate" && name !== "main-certificate") return serviceError(404, "404 Not Found");
    if (request.method !== "POST") return serviceError(405, "Method Not Allowed");
    let body: Record<string, unknown>;
    try {
      body = JSON.parse((await readAll(request, 1_000_000)).toString()) as typeof body;
    } catch {
      return serviceError(400, "the request is not JSON");
    }
    const { certificate, certificate_key: key } = body;
    if (typeof certificate !== "string") return serviceError(400, "certificate is missing");
    const seconds = secondsLeft(certificate);
    if (seconds === undefined) return serviceError(400, "certificate verification failed");
    if (seconds <= 0) return serviceError(400, "certificate has expired");
    const shared = name === "main-certificate";
    if (!shared && seconds > longestDays * daySeconds) return serviceError(400, `certificate validity too long (max ${longestDays} day)`);
    if (shared) {
      if (!user.admin) return serviceError(403, "Access denied");
      if (seconds > longestDays * daySeconds) return serviceError(400, `certificate validity too long (max ${longestDays} day)`);
      this.#kept.set("main", certificate);
      return streamed(jsonReply(200, { message: "Certificate stored", validity: seconds }, { "Content-Type": "application/json" }));
    }
    if (typeof key !== "string" || !certificateKeys.includes(key))
      return serviceError(400, `certificate_key must be one of ${certificateKeys.join(", ")}`);
    const owner = typeof body["user"] === "string" ? body["user"] : user.name;
    if (owner !== user.name && !user.admin) return serviceError(403, "Access denied");
    this.#kept.set(`${owner}/${key}`, certificate);
    return streamed(jsonReply(200, { message: "Certificate stored", validity: seconds }, { "Content-Type": "application/json" }));
  }
}

/** Seconds for which the certificates of a PEM text are still good: the first that ends counts. */
function secondsLeft(pem: string): number | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (blocks === null) return undefined;
  try {
    return Math.min(...blocks.map((block) => Math.floor((Date.parse(new X509Certificate(block).validTo) - Date.now()) / 1000)));
  } catch {
    return undefined;
  }
}
