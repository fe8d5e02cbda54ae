import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProxyCertificate, loadCertificate, type LoadedCertificate } from "@sci/cern-auth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const version = spawnSync("openssl", ["version"], { encoding: "utf8" });

describe.skipIf(version.status !== 0)(`openssl${version.status === 0 ? "" : " (is not installed)"}`, () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`);
    return stdout;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "openssl-"));
    await writeFile(
      at("user.ext"),
      "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=clientAuth\n",
    );
    await writeFile(at("host.ext"), "subjectAltName=DNS:localhost\n");
    openssl(
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      "ca.key",
      "-out",
      "ca.pem",
      "-subj",
      "/DC=ch/DC=test/CN=CA",
      "-days",
      "30",
    );
    for (const [name, kind, subject] of [
      ["rsa", ["rsa:2048"], "/DC=ch/DC=test/OU=Users/CN=Ada Müller"],
      ["ec", ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"], "/DC=ch/DC=test/OU=Users/CN=ec"],
      ["ec384", ["ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"], "/DC=ch/DC=test/OU=Users/CN=ec384"],
      ["host", ["rsa:2048"], "/CN=localhost"],
    ] as const) {
      openssl("req", "-utf8", "-new", "-newkey", ...kind, "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", subject);
      openssl(
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "20",
        "-out",
        `${name}.pem`,
        "-extfile",
        name === "host" ? "host.ext" : "user.ext",
      );
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const user = (name: string): Promise<LoadedCertificate> => loadCertificate({ cert: at(`${name}.pem`), key: at(`${name}.key`) });

  /** What `openssl verify` says of a chain. */
  async function verify(cert: string, ...args: string[]): Promise<string> {
    const [own = "", ...rest] = cert.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----\n/g) ?? [];
    await writeFile(at("own.pem"), own);
    await writeFile(at("rest.pem"), rest.join(""));
    const { stdout, stderr } = spawnSync("openssl", ["verify", ...args, "-CAfile", "ca.pem", "-untrusted", "rest.pem", "own.pem"], {
      cwd: folder,
      encoding: "utf8",
    });
    return stdout + stderr;
  }

  test.each([
    ["rsa", "rsa"],
    ["rsa", "ec"],
    ["ec", "rsa"],
    ["ec", "ec"],
    ["ec384", "rsa"],
  ] as const)("verify accepts a proxy of %s with an %s key, and a proxy of it", async (name, keyType) => {
    const one = await createProxyCertificate(await user(name), { keyType, pathLength: 1 });
    expect(await verify(one.cert, "-allow_proxy_certs")).toContain("own.pem: OK");
    const two = await createProxyCertificate(one, { keyType, limited: true });
    expect(await verify(two.cert, "-allow_proxy_certs")).toContain("own.pem: OK");
    expect(await verify(two.cert)).toContain("proxy certificates not allowed");
    const text = openssl("x509", "-in", "own.pem", "-noout", "-text");
    expect(text).toMatch(
      /Proxy Certificate Information: critical\s+Path Length Constraint: 0+\s+Policy Language: 1\.3\.6\.1\.4\.1\.3536\.1\.1\.1\.9/,
    );
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature/);
  });

  test("verify refuses what was made against the rules", async () => {
    const closed = await createProxyCertificate(await user("rsa"), { pathLength: 0 });
    const text = openssl("x509", "-in", "rsa.pem", "-noout", "-subject", "-nameopt", "compat");
    expect(text).toContain("/OU=Users/CN=Ada");
    await writeFile(at("closed.pem"), closed.pem, { mode: 0o600 });
    // Our own function refuses, so openssl makes the second one.
    openssl(
      "req",
      "-new",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      "x.key",
      "-out",
      "x.csr",
      "-subj",
      `${closed.description.subject}/CN=1`,
      "-utf8",
    );
    await writeFile(at("proxy.ext"), "proxyCertInfo=critical,language:id-ppl-inheritAll\n");
    await writeFile(at("closed.key"), closed.key, { mode: 0o600 });
    openssl(
      "x509",
      "-req",
      "-in",
      "x.csr",
      "-CA",
      "closed.pem",
      "-CAkey",
      "closed.key",
      "-set_serial",
      "5",
      "-days",
      "1",
      "-out",
      "x.pem",
      "-extfile",
      "proxy.ext",
    );
    expect(await verify((await readFile(at("x.pem"), "utf8")) + closed.cert, "-allow_proxy_certs")).toMatch(
      /proxy path length constraint exceeded|proxy subject name violation/,
    );
  });

  test("s_server sees the whole chain", async () => {
    const proxy = await createProxyCertificate(await createProxyCertificate(await user("rsa")));
    const args = [
      "s_server",
      "-accept",
      "127.0.0.1:0",
      "-cert",
      "host.pem",
      "-key",
      "host.key",
      "-CAfile",
      "ca.pem",
      "-Verify",
      "5",
      "-verify_return_error",
      "-allow_proxy_certs",
      "-naccept",
      "1",
    ];
    const server = spawn("openssl", args, { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    const says = (pattern: RegExp): Promise<RegExpExecArray> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match !== null) resolve(match);
        };
        for (const stream of [server.stdout, server.stderr]) stream.on("data", look);
        server.once("exit", () => reject(new Error(`openssl s_server ended:\n${output}`)));
        look();
      });
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    try {
      const [, port] = await says(/ACCEPT 127\.0\.0\.1:(\d+)/);
      const socket = connect({
        host: "127.0.0.1",
        port: Number(port),
        servername: "localhost",
        ca: await readFile(at("ca.pem")),
        ...proxy.tls,
      });
      const failed = new Promise<never>((_resolve, reject) => socket.once("error", reject));
      await Promise.race([says(/END SSL SESSION PARAMETERS|Client certificate[\s\S]*subject=/), failed]);
      socket.end();
      for (const depth of [3, 2, 1, 0]) expect(output).toMatch(new RegExp(`depth=${depth} `));
      expect(output).not.toContain("verify error");
    } finally {
      server.kill();
    }
  });

  test.each([
    ["modern", []],
    ["legacy", ["-legacy"]],
    ["3des", ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"]],
    ["aes128, sha512", ["-keypbe", "AES-128-CBC", "-certpbe", "AES-128-CBC", "-macalg", "sha512"]],
  ])("PKCS#12 of today's openssl: %s", async (_name, args) => {
    for (const name of ["rsa", "ec", "ec384"]) {
      openssl(
        "pkcs12",
        "-export",
        ...args,
        "-in",
        `${name}.pem`,
        "-inkey",
        `${name}.key`,
        "-certfile",
        "ca.pem",
        "-out",
        "x.p12",
        "-passout",
        "pass:word & more",
      );
      const loaded = await loadCertificate({ cert: at("x.p12"), passphrase: "word & more" });
      expect(loaded.cert).toContain((await readFile(at(`${name}.pem`), "utf8")).trim());
      expect(loaded.chain).toHaveLength(2);
    }
  });
});
