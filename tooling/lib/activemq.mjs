// Apache ActiveMQ of Debian's package with a STOMP connector on loopback, for the tests against peers and for the benchmarks.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { debianTools } from "./debian.mjs";

const home = "/usr/share/activemq";
const jar = `${home}/bin/activemq.jar`;
/** How long the broker may take until it listens, in milliseconds. */
const patience = 120_000;

/** Why there is no ActiveMQ here; undefined: there is one. Debian's package is installed where that is allowed. */
export async function activeMqMissing() {
  if (!existsSync(jar)) {
    // The package brings no command to look for; the jar stands for it.
    const why = await debianTools([jar], ["activemq", "default-jre-headless"]);
    if (!existsSync(jar)) return why;
  }
  return debianTools(["java"], ["default-jre-headless"]);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

async function listens(port, child, log) {
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

function configuration(root, plain, tls, { logIn, clientCertificates = false }) {
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

/** The process of a broker whose configuration lies in `root`. */
function brokerProcess(root, ports) {
  let child;
  let log = "";
  const end = async (signal) => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill(signal);
    const killer = setTimeout(() => running.kill("SIGKILL"), 30_000);
    await ended;
    clearTimeout(killer);
  };
  const start = async () => {
    const properties = {
      "activemq.home": home,
      "activemq.base": root,
      "activemq.conf": `${root}/conf`,
      "activemq.data": `${root}/data`,
      "java.io.tmpdir": `${root}/tmp`,
    };
    const flags = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
    const program = ["org.apache.activemq.console.Main", "start", `xbean:file:${root}/conf/activemq.xml`];
    const started = spawn("java", ["-Xmx512m", ...flags, "-cp", jar, ...program], { stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    for (const stream of [started.stdout, started.stderr]) stream.on("data", (chunk) => (log = (log + chunk.toString()).slice(-20_000)));
    try {
      for (const port of ports) await listens(port, started, () => log);
    } catch (error) {
      await end("SIGKILL");
      throw error;
    }
  };
  return { start, end };
}

/**
 * Starts an ActiveMQ, its messages in a folder of its own. Ask `activeMqMissing` first. `stores` makes it listen with TLS too: it puts
 * `broker.p12` and `trust.p12` (password "changeit") into the folder given.
 * @param {{ logIn?: { readonly user: string, readonly password: string }, clientCertificates?: boolean, stores?: (folder: string) => Promise<void> }} [options]
 * @returns {Promise<{ address: string, tlsAddress: string | undefined, kill: () => Promise<void>, start: () => Promise<void>, stop: () => Promise<void> }>}
 */
export async function startActiveMq(options = {}) {
  const root = mkdtempSync(join(tmpdir(), "activemq-"));
  for (const name of ["conf", "data", "tmp"]) mkdirSync(join(root, name));
  const plain = await freePort();
  const tls = options.stores === undefined ? undefined : await freePort();
  await options.stores?.(join(root, "conf"));
  writeFileSync(join(root, "conf", "activemq.xml"), configuration(root, plain, tls, options));
  const { start, end } = brokerProcess(root, tls === undefined ? [plain] : [plain, tls]);
  const stop = async () => {
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
    kill: () => end("SIGKILL"),
    start,
    stop,
  };
}
