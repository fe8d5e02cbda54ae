import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { createCa } from "@sci/http-core/testing";

const execute = promisify(execFile);
const home = "/usr/share/activemq";
const jar = `${home}/bin/activemq.jar`;
/** How long the broker may take until it listens, in milliseconds. */
const patience = 120_000;

/** Why there is no ActiveMQ here; undefined: there is one. Debian's package is installed where that is allowed. Throws where CI=true and it cannot be had. */
export async function activeMqMissing(): Promise<string | undefined> {
  let reason = "ActiveMQ is not installed (Debian: apt-get install activemq)";
  if (!existsSync(jar) && process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    try {
      await execute("apt-get", ["update", "-qq"], { env, timeout: 300_000 });
      await execute("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "activemq", "default-jre-headless"], {
        env,
        timeout: 600_000,
      });
    } catch (error) {
      reason = `ActiveMQ could not be installed: ${
        String((error as { stderr?: string }).stderr ?? error)
          .trim()
          .split("\n")
          .at(-1) ?? ""
      }`;
    }
  }
  if (existsSync(jar)) return undefined;
  if (process.env["CI"] === "true") throw new Error(reason);
  return reason;
}

export interface ActiveMqOptions {
  /** Who may connect; without it anybody may. */
  readonly logIn?: { readonly user: string; readonly password: string };
  /** Also listens with TLS, on `tlsPort`. */
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function listens(port: number, child: ChildProcess, log: () => string): Promise<void> {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const socket = connect(port, "127.0.0.1");
    const open = await Promise.race([once(socket, "connect").then(() => true), once(socket, "error").then(() => false)]).catch(() => false);
    socket.destroy();
    if (open) return;
    await pause(200);
  }
  throw new Error(`ActiveMQ did not start: ${log().slice(-2000)}`);
}

function configuration(
  root: string,
  plain: number,
  tls: number | undefined,
  { logIn, clientCertificates = false }: ActiveMqOptions,
): string {
  const auth =
    logIn === undefined
      ? ""
      : `<plugins><simpleAuthenticationPlugin><users><authenticationUser username="${logIn.user}" password="${logIn.password}" groups="users"/></users></simpleAuthenticationPlugin></plugins>`;
  const ssl =
    tls === undefined
      ? ""
      : `<sslContext><sslContext keyStore="file:${root}/conf/broker.p12" keyStoreType="PKCS12" keyStorePassword="changeit" trustStore="file:${root}/conf/trust.p12" trustStoreType="PKCS12" trustStorePassword="changeit"/></sslContext>`;
  const secure =
    tls === undefined
      ? ""
      : `<transportConnector name="stomp+ssl" uri="stomp+ssl://127.0.0.1:${tls}${clientCertificates ? "?needClientAuth=true" : ""}"/>`;
  // The order of the elements is fixed by ActiveMQ's schema: by the alphabet.
  return `<beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans.xsd http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
 <broker xmlns="http://activemq.apache.org/schema/core" brokerName="metadata" dataDirectory="${root}/data" useJmx="false">
  <persistenceAdapter><kahaDB directory="${root}/data/kahadb"/></persistenceAdapter>
  ${auth}
  ${ssl}
  <transportConnectors><transportConnector name="stomp" uri="stomp://127.0.0.1:${plain}"/>${secure}</transportConnectors>
 </broker>
</beans>
`;
}

/** Key and certificates in the form that Java reads. */
async function stores(root: string): Promise<{ ca: string; client: { cert: string; key: string } }> {
  const ca = await createCa();
  const [server, client] = [ca.issue({ commonName: "localhost" }), ca.issue({ commonName: "a client" })];
  const conf = join(root, "conf");
  writeFileSync(join(conf, "server.pem"), `${server.key}\n${server.cert}`, { mode: 0o600 });
  writeFileSync(join(conf, "ca.pem"), ca.cert);
  const password = ["-passout", "pass:changeit"];
  await execute("openssl", [
    "pkcs12",
    "-export",
    "-in",
    join(conf, "server.pem"),
    "-certfile",
    join(conf, "ca.pem"),
    "-name",
    "broker",
    "-out",
    join(conf, "broker.p12"),
    ...password,
  ]);
  await execute("keytool", [
    "-importcert",
    "-noprompt",
    "-alias",
    "ca",
    "-file",
    join(conf, "ca.pem"),
    "-keystore",
    join(conf, "trust.p12"),
    "-storetype",
    "PKCS12",
    "-storepass",
    "changeit",
  ]);
  return { ca: ca.cert, client: { cert: client.cert, key: client.key } };
}

/** Starts an ActiveMQ. Ask `activeMqMissing` first. */
export async function startActiveMq(options: ActiveMqOptions = {}): Promise<ActiveMq> {
  const root = mkdtempSync(join(tmpdir(), "activemq-"));
  for (const name of ["conf", "data", "tmp"]) mkdirSync(join(root, name));
  const plain = await freePort();
  const tls = options.tls === true ? await freePort() : undefined;
  const made = tls === undefined ? undefined : await stores(root);
  writeFileSync(join(root, "conf", "activemq.xml"), configuration(root, plain, tls, options));
  let child: ChildProcess | undefined;
  let log = "";

  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill(signal);
    const killer = setTimeout(() => running.kill("SIGKILL"), 30_000);
    await ended;
    clearTimeout(killer);
  };
  const start = async (): Promise<void> => {
    const properties = {
      "activemq.home": home,
      "activemq.base": root,
      "activemq.conf": `${root}/conf`,
      "activemq.data": `${root}/data`,
      "java.io.tmpdir": `${root}/tmp`,
    };
    const flags = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
    child = spawn(
      "java",
      ["-Xmx512m", ...flags, "-cp", jar, "org.apache.activemq.console.Main", "start", `xbean:file:${root}/conf/activemq.xml`],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const started = child;
    for (const stream of [started.stdout, started.stderr])
      stream?.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-20_000)));
    try {
      for (const port of [plain, tls]) if (port !== undefined) await listens(port, started, () => log);
    } catch (error) {
      await end("SIGKILL");
      throw error;
    }
  };
  const stop = async (): Promise<void> => {
    await end("SIGTERM");
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address: `127.0.0.1:${plain}`,
    tlsAddress: tls === undefined ? undefined : `127.0.0.1:${tls}`,
    ca: made?.ca,
    clientCertificate: made?.client,
    kill: () => end("SIGKILL"),
    start,
    stop,
  };
}
