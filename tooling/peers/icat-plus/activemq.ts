import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createCa } from "@sci/http-core/testing";
import * as broker from "../../lib/activemq.mjs";

const execute = promisify(execFile);

/** Why there is no ActiveMQ here; undefined: there is one. Throws where CI=true and it cannot be had. */
export async function activeMqMissing(): Promise<string | undefined> {
  const missing = await broker.activeMqMissing();
  if (missing !== undefined && process.env["CI"] === "true") throw new Error(missing);
  return missing;
}

export interface ActiveMqOptions {
  /** Who may connect; without it anybody may. */
  readonly logIn?: { readonly user: string; readonly password: string };
  /** Also listens with TLS, on `tlsAddress`. */
  readonly tls?: boolean;
  /** With TLS: clients must show a certificate of `ca`. */
  readonly clientCertificates?: boolean;
}

/** An ActiveMQ with a STOMP connector on loopback, its messages in a folder of its own. */
export interface ActiveMq {
  /** `127.0.0.1:PORT` of plain STOMP. */
  readonly address: string;
  /** `127.0.0.1:PORT` of STOMP over TLS; undefined without it. */
  readonly tlsAddress: string | undefined;
  /** PEM of the authority that signed its certificate, and of a certificate for a client. */
  readonly ca: string | undefined;
  readonly clientCertificate: { readonly cert: string; readonly key: string } | undefined;
  /** Ends it as a power cut would (`kill -9`). */
  kill(): Promise<void>;
  /** Starts it again on the same ports and messages. */
  start(): Promise<void>;
  /** Ends it in order and removes its folder. */
  stop(): Promise<void>;
}

interface Certificates {
  readonly ca: string;
  readonly client: { readonly cert: string; readonly key: string };
  /** Writes what the broker reads: key and certificates in the form that Java takes. */
  readonly stores: (folder: string) => Promise<void>;
}

async function certificates(): Promise<Certificates> {
  const ca = await createCa();
  const [server, client] = [ca.issue({ commonName: "localhost" }), ca.issue({ commonName: "a client" })];
  const stores = async (folder: string): Promise<void> => {
    const at = (name: string): string => join(folder, name);
    writeFileSync(at("server.pem"), `${server.key}\n${server.cert}`, { mode: 0o600 });
    writeFileSync(at("ca.pem"), ca.cert);
    const bundle = ["-in", at("server.pem"), "-certfile", at("ca.pem"), "-name", "broker", "-out", at("broker.p12")];
    await execute("openssl", ["pkcs12", "-export", ...bundle, "-passout", "pass:changeit"]);
    const trusted = ["-alias", "ca", "-file", at("ca.pem"), "-keystore", at("trust.p12"), "-storetype", "PKCS12"];
    await execute("keytool", ["-importcert", "-noprompt", ...trusted, "-storepass", "changeit"]);
  };
  return { ca: ca.cert, client: { cert: client.cert, key: client.key }, stores };
}

/** Starts an ActiveMQ. Ask `activeMqMissing` first. */
export async function startActiveMq({ tls = false, ...options }: ActiveMqOptions = {}): Promise<ActiveMq> {
  const made = tls ? await certificates() : undefined;
  const started = await broker.startActiveMq(made === undefined ? options : { ...options, stores: made.stores });
  return { ...started, ca: made?.ca, clientCertificate: made?.client };
}
