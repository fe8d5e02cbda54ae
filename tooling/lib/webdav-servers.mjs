// Real WebDAV servers on loopback, for the tests against peers and for the benchmarks: Apache httpd with mod_dav, XRootD, WsgiDAV.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { debianTools } from "./debian.mjs";
import { pythonEnvironment } from "./python.mjs";

const isRoot = process.getuid?.() === 0;

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function userId(name) {
  const ids = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, name], { encoding: "utf8" })));
  return { uid: ids[0], gid: ids[1] };
}

/** Waits until a port answers; throws with the end of the log when the process ends before. */
async function reachable(port, child, log) {
  for (let step = 0; step < 300; step++) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (open) return;
    if (child.exitCode !== null) break;
    await pause(100);
  }
  throw new Error(`the server did not come up: ${existsSync(log) ? readFileSync(log, "utf8").slice(-1000) : ""}`);
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/**
 * The end of a server: its process with what is beside it in its group, and its folder. However this process ends, the server ends with it.
 */
function ending(child, folder) {
  const now = () => {
    signal(child, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", now);
  return async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, "exit");
      signal(child, "SIGTERM");
      const killing = setTimeout(() => signal(child, "SIGKILL"), 10_000);
      await closed;
      clearTimeout(killing);
    }
    process.off("exit", now);
    // Of a server that was killed its helpers may be left.
    signal(child, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
}

/** An authority, the server's certificate, a client's of that authority and one of an authority that nobody knows. */
function makeCertificates(folder) {
  const openssl = (...args) => execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  const key = ["-newkey", "rsa:2048", "-nodes", "-sha256"];
  const at = (name) => join(folder, name);
  const authority = (name, subject) =>
    openssl("req", "-x509", ...key, "-days", "30", "-subj", subject, "-addext", "basicConstraints=critical,CA:TRUE", "-addext",
      "keyUsage=critical,keyCertSign,cRLSign", "-keyout", at(`${name}.key`), "-out", at(`${name}.pem`)); // prettier-ignore
  const signed = (name, subject, by, extensions) => {
    openssl("req", ...key, "-subj", subject, "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`));
    writeFileSync(at(`${name}.ext`), extensions);
    openssl("x509", "-req", "-in", at(`${name}.csr`), "-CA", at(`${by}.pem`), "-CAkey", at(`${by}.key`), "-CAcreateserial", "-days", "30",
      "-sha256", "-extfile", at(`${name}.ext`), "-out", at(`${name}.pem`)); // prettier-ignore
  };
  authority("ca", "/O=Peer test/CN=Peer test CA");
  authority("other-ca", "/O=Peer test/CN=Unknown CA");
  signed(
    "server",
    "/O=Peer test/CN=localhost",
    "ca",
    "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n",
  );
  signed("client", "/O=Peer test/CN=client", "ca", "extendedKeyUsage=clientAuth\n");
  signed("other-client", "/O=Peer test/CN=other", "other-ca", "extendedKeyUsage=clientAuth\n");
  const read = (name) => readFileSync(at(name), "utf8");
  return {
    ca: read("ca.pem"),
    caFile: at("ca.pem"),
    client: { cert: read("client.pem"), key: read("client.key") },
    otherClient: { cert: read("other-client.pem"), key: read("other-client.key") },
  };
}

function apacheConfiguration({ state, root, modules, port, tlsPort, token, clientAuth, depthInfinity }) {
  const names = "mpm_event authz_core authz_host dir mime alias setenvif env headers rewrite dav dav_fs autoindex log_config unixd";
  const wanted = names.split(" ").concat(tlsPort === undefined ? [] : ["socache_shmcb", "ssl"]);
  const loaded = wanted.filter((name) => existsSync(join(modules, `mod_${name}.so`)));
  // RFC 6750: what a token may consist of; the pattern has to match it to the letter.
  if (token !== undefined && !/^[\w.~+/=-]+$/.test(token)) throw new Error("the token has characters that a bearer token cannot have");
  const guard =
    token === undefined
      ? ""
      : `RewriteEngine On
RewriteCond %{HTTP:Authorization} !^Bearer\\ ${token.replace(/[.+]/g, "\\$&")}$
RewriteRule ^ - [R=401,L]
Header always set WWW-Authenticate "Bearer realm=\\"peer\\"" "expr=%{REQUEST_STATUS} == 401"
`;
  const secure =
    tlsPort === undefined
      ? ""
      : `SSLSessionCache "shmcb:${state}/sslcache(512000)"
Listen 127.0.0.1:${tlsPort}
<VirtualHost 127.0.0.1:${tlsPort}>
SSLEngine on
SSLProtocol -all +TLSv1.2 +TLSv1.3
SSLCertificateFile "${state}/server.pem"
SSLCertificateKeyFile "${state}/server.key"
SSLCACertificateFile "${state}/ca.pem"
SSLVerifyClient ${clientAuth}
${guard}</VirtualHost>
`;
  return `${loaded.map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`).join("\n")}
ServerRoot "${state}"
ServerName localhost
PidFile "${state}/httpd.pid"
ErrorLog "${state}/error.log"
LogLevel warn
DefaultRuntimeDir "${state}"
${isRoot ? "User www-data\nGroup www-data" : ""}
Listen 127.0.0.1:${port}
ThreadsPerChild 64
StartServers 2
MaxRequestWorkers 256
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 30
Timeout 300
EnableSendfile On
TypesConfig /dev/null
DocumentRoot "${root}"
DavLockDB "${state}/lock/db"
DavMinTimeout 60
LimitXMLRequestBody 0
AcceptPathInfo Off
<Directory />
Require all denied
</Directory>
<Directory "${root}">
Dav On
DavDepthInfinity ${depthInfinity ? "on" : "off"}
Options Indexes
AllowOverride None
DirectoryIndex disabled
Require all granted
</Directory>
${guard}${secure}`;
}

function stateFolder(name, owner) {
  const state = mkdtempSync(join(tmpdir(), `peer-${name}-`));
  if (isRoot) chownSync(state, owner.uid, owner.gid);
  return state;
}

function ownedBy(root, owner) {
  mkdirSync(root, { recursive: true });
  if (isRoot) execFileSync("chown", ["-R", `${owner.uid}:${owner.gid}`, root]);
}

/** What is missing for Apache httpd with mod_dav, or undefined. */
export const apacheMissing = () => debianTools(["apache2", "openssl"], ["apache2", "openssl"]);

/**
 * Apache httpd with mod_dav.
 * @param {{ root: string, token?: string, tls?: boolean, clientAuth?: "none" | "optional" | "require", depthInfinity?: boolean }} options
 */
export async function startApache({ root, token, tls = false, clientAuth = "none", depthInfinity = false }) {
  const owner = isRoot ? userId("www-data") : {};
  const state = stateFolder("apache", owner);
  ownedBy(root, owner);
  mkdirSync(join(state, "lock"));
  if (isRoot) chownSync(join(state, "lock"), owner.uid, owner.gid);
  const modules = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules"].find((folder) => existsSync(folder));
  if (modules === undefined) throw new Error("the modules of Apache httpd are not found");
  const certificates = tls ? makeCertificates(state) : undefined;
  const port = await freePort();
  const tlsPort = tls ? await freePort() : undefined;
  const file = join(state, "httpd.conf");
  const configuration = apacheConfiguration({ state, root, modules, port, tlsPort, token, clientAuth, depthInfinity });
  writeFileSync(file, configuration, { mode: 0o600 });
  const child = spawn("apache2", ["-f", file, "-D", "FOREGROUND"], { detached: true, stdio: "ignore" });
  const stop = ending(child, state);
  await reachable(port, child, join(state, "error.log"));
  return {
    url: `http://127.0.0.1:${port}/`,
    tlsUrl: tlsPort === undefined ? undefined : `https://localhost:${tlsPort}/`,
    certificates,
    pid: child.pid,
    stop,
  };
}

/** What is missing for XRootD, or undefined. */
export const xrootdMissing = () =>
  debianTools(["xrootd", "openssl"], ["xrootd-server", "xrootd-server-plugins", "xrootd-plugins", "openssl"]);

/**
 * XRootD with HTTP and third-party copy. It has no check of tokens; hosts other than this one are refused.
 * @param {{ root: string, tls?: boolean }} options
 */
export async function startXrootd({ root, tls = false }) {
  // It refuses to run as root.
  const owner = isRoot ? userId("xrootd") : {};
  const state = stateFolder("xrootd", owner);
  ownedBy(root, owner);
  const certificates = tls ? makeCertificates(state) : undefined;
  const port = await freePort();
  const lines = [
    "all.export / nolock",
    `oss.localroot ${root}`,
    `all.adminpath ${state}/admin`,
    `all.pidpath ${state}/run`,
    `xrd.port ${port}`,
    `xrd.protocol http:${port} libXrdHttp.so`,
    "http.selfhttps2http no",
    "http.listingdeny no",
    "xrootd.chksum max 4 adler32 md5 crc32c",
    "xrd.allow host localhost",
    ...(tls ? [`xrd.tls ${state}/server.pem ${state}/server.key`, `xrd.tlsca certfile ${state}/ca.pem`] : []),
    "http.exthandler xrdtpc libXrdHttpTPC.so",
  ];
  writeFileSync(join(state, "xrootd.cfg"), `${lines.join("\n")}\n`);
  if (isRoot) ownedBy(state, owner);
  const args = ["-c", join(state, "xrootd.cfg"), "-l", join(state, "xrootd.log"), "-I", "v4"];
  const child = spawn("xrootd", args, { cwd: state, detached: true, stdio: "ignore", ...owner });
  const stop = ending(child, state);
  await reachable(port, child, join(state, "xrootd.log"));
  const url = tls ? `https://localhost:${port}/` : `http://127.0.0.1:${port}/`;
  return { url, certificates, pid: child.pid, stop };
}

const wsgidavScript = `import hmac, os, sys
from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp

root, port = sys.argv[1], int(sys.argv[2])
token = os.environ.pop("PEER_TOKEN", "")
app = WsgiDAVApp({
    "provider_mapping": {"/": root},
    "simple_dc": {"user_mapping": {"*": True}},
    "verbose": 1,
    "property_manager": True,
    "lock_storage": True,
})


def guard(environ, start):
    given = environ.pop("HTTP_AUTHORIZATION", "")
    if token and not hmac.compare_digest(given, "Bearer " + token):
        start("401 Unauthorized", [("WWW-Authenticate", 'Bearer realm="peer"'), ("Content-Length", "0")])
        return [b""]
    return app(environ, start)


wsgi.Server(("127.0.0.1", port), guard, numthreads=32).start()
`;

/** The Python that WsgiDAV runs with, or the reason why there is none. */
export async function wsgidavPython() {
  try {
    return await pythonEnvironment(["wsgidav==4.4.0", "cheroot==11.1.2"]);
  } catch (error) {
    return { missing: error.message };
  }
}

/**
 * WsgiDAV on cheroot.
 * @param {{ root: string, token?: string, python: string }} options
 */
export async function startWsgidav({ root, token, python }) {
  mkdirSync(root, { recursive: true });
  const state = mkdtempSync(join(tmpdir(), "peer-wsgidav-"));
  const script = join(state, "serve.py");
  writeFileSync(script, wsgidavScript);
  const port = await freePort();
  const env = { ...process.env, ...(token === undefined ? {} : { PEER_TOKEN: token }) };
  const child = spawn(python, [script, root, String(port)], { detached: true, stdio: "ignore", env });
  const stop = ending(child, state);
  await reachable(port, child, join(state, "log"));
  return { url: `http://127.0.0.1:${port}/`, pid: child.pid, stop };
}
