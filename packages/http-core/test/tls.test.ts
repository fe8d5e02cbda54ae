import { createServer } from "node:http";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createCa, json, startServer, type TestCa, type TestCertificate, type TestServer } from "../src/testing/index.ts";
import { createTransport } from "../src/transport/node.ts";
import type { TlsOptions, Transport } from "../src/transport/types.ts";
import { failure, limit, sender } from "./transport-support.ts";

let folder: string;
let ca: TestCa;
let clientCa: TestCa;
let mine: TestCertificate;
let identity: TestCertificate;
let server: TestServer;
let asking: TestServer;
let transport: Transport | undefined;
const warnings: string[] = [];
const send = sender(() => transport as Transport);

function open(tls: TlsOptions, certificateOrigins: readonly string[] = [server.origin, asking.origin]): void {
  transport = createTransport({ proxy: false, tls, certificateOrigins, warn: (message) => warnings.push(message) });
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const whoAmI = (): Promise<string> => send(asking.url).then((answer) => answer.text(limit));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tls-"));
  [ca, clientCa] = await Promise.all([createCa("Server CA"), createCa("Client CA")]);
  mine = ca.issue({ commonName: "localhost" });
  identity = clientCa.issue({ commonName: "user" });
  server = await startServer(() => json([1]), { tls: mine });
  asking = await startServer((request) => json(request.clientCertificate ?? null), { tls: { ...mine, clientCa: clientCa.cert } });
});
afterAll(async () => {
  await Promise.all([server.stop(), asking.stop(), rm(folder, { recursive: true })]);
});
afterEach(async () => {
  await transport?.close();
  transport = undefined;
  warnings.length = 0;
});

describe("the service's certificate", () => {
  it("is not trusted without its CA: the message names problem, host and cure", async () => {
    open({});
    const error = await failure(send(server.url));
    expect(error).toMatchObject({ code: "TLS", details: { sent: false, permanent: true } });
    expect(error.message).toMatch(/The certificate of localhost:\d+ is not trusted: .*UNABLE_TO_VERIFY_LEAF_SIGNATURE/);
    expect(error.message).toContain("tls: { ca: FILE }");
    expect(error.message).toContain("NODE_EXTRA_CA_CERTS");
  });

  it("is trusted by a CA given as text, bytes, file, list or folder", async () => {
    const grid = join(folder, "certificates");
    await mkdir(grid);
    await writeFile(join(grid, "other.pem"), clientCa.cert);
    await writeFile(join(grid, "notes.info"), "alias = test");
    await writeFile(join(grid, "1234abcd.r0"), "a revocation list");
    await writeFile(join(grid, "target"), `Some text\n${ca.cert}`);
    await symlink("target", join(grid, "1234abcd.0"));
    const path = await file("ca.pem", ca.cert);
    for (const given of [ca.cert, Buffer.from(ca.cert), path, [clientCa.cert, path], grid]) {
      open({ ca: given });
      expect(await (await send(server.url)).text(limit)).toBe("[1]");
      await transport?.close();
    }
    expect(warnings).toEqual([]);
  });

  it("with an unreadable certificate in the folder is a warning, and the others count", async () => {
    const grid = join(folder, "some-bad");
    await mkdir(grid);
    await writeFile(join(grid, "bad.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    await writeFile(join(grid, "good.pem"), ca.cert);
    open({ ca: grid });
    expect((await send(server.url)).status).toBe(200);
    expect(warnings).toEqual([expect.stringContaining("bad.pem is passed over as a CA certificate")]);
  });

  it("made out for another name, expired, not valid yet: each is said", async () => {
    const day = 86_400_000;
    const cases: [TestCertificate, RegExp][] = [
      [ca.issue({ commonName: "elsewhere", hosts: ["elsewhere.example"] }), /is made out for another name: .*elsewhere\.example/],
      [
        ca.issue({ commonName: "localhost", notBefore: new Date(Date.now() - 3 * day), notAfter: new Date(Date.now() - day) }),
        /has expired: .*clock/,
      ],
      [
        ca.issue({ commonName: "localhost", notBefore: new Date(Date.now() + day), notAfter: new Date(Date.now() + 2 * day) }),
        /is not valid yet: .*clock/,
      ],
    ];
    for (const [certificate, message] of cases) {
      const one = await startServer(() => json([]), { tls: certificate });
      open({ ca: ca.cert });
      const error = await failure(send(one.url));
      expect(error).toMatchObject({ code: "TLS", details: { sent: false } });
      expect(error.message).toMatch(message);
      await transport?.close();
      await one.stop();
    }
  });

  it("is not looked at with rejectUnauthorized: false, with one loud warning", async () => {
    open({ rejectUnauthorized: false });
    await (await send(server.url)).text(limit);
    await (await send(server.url)).text(limit);
    expect(warnings).toEqual([expect.stringContaining("CERTIFICATES ARE NOT CHECKED")]);
  });

  it("is missing where the port does not speak TLS", async () => {
    const plain = createServer().listen(0, "127.0.0.1");
    await once(plain, "listening");
    open({});
    const error = await failure(send(`https://127.0.0.1:${(plain.address() as AddressInfo).port}`));
    expect(error).toMatchObject({ code: "TLS" });
    expect(error.message).toMatch(/does not speak TLS on this port: .* http:\/\//);
    plain.close();
  });
});

describe("the client certificate", () => {
  it("is shown from PEM texts, files, one file with both, an encrypted key, PKCS#12 by path and bytes", async () => {
    const cert = await file("user.pem", identity.cert);
    const key = await file("user.key", identity.key);
    const both = await file("both.pem", identity.cert + identity.key);
    const encrypted = await file("encrypted.key", identity.encryptedKey("secret word"));
    const pfx = await file("user.p12", identity.pfx("secret word"));
    const passphrase = "secret word";
    const ways: TlsOptions[] = [
      { cert: identity.cert, key: identity.key },
      { cert: Buffer.from(identity.cert), key: Buffer.from(identity.key) },
      { cert, key },
      { cert: both },
      { cert, key: encrypted, passphrase },
      { pfx, passphrase },
      { pfx: identity.pfx(passphrase), passphrase },
    ];
    for (const way of ways) {
      open({ ca: ca.cert, ...way });
      expect(JSON.parse(await whoAmI())).toEqual({ commonName: "user", authorized: true });
      await transport?.close();
    }
  });

  it("is shown to the named origins only", async () => {
    open({ ca: ca.cert, cert: identity.cert, key: identity.key }, ["https://elsewhere.example"]);
    expect(await whoAmI()).toBe("null");
    await transport?.close();
    open({ ca: ca.cert, cert: identity.cert, key: identity.key }, [`${asking.origin}/with/a/path`]);
    expect(JSON.parse(await whoAmI())).toMatchObject({ commonName: "user" });
    expect(() => createTransport({ tls: { cert: "a", key: "b" } })).toThrow("certificateOrigins");
  });

  it("that is demanded and missing, or not trusted, is a TLS error that says so", async () => {
    const strict = await startServer(() => json([]), { tls: { ...mine, clientCa: clientCa.cert, requireClientCertificate: true } });
    const stranger = (await createCa("Nobody")).issue({ commonName: "stranger" });
    for (const tls of [{}, { cert: stranger.cert, key: stranger.key }]) {
      transport = createTransport({ proxy: false, tls: { ca: ca.cert, ...tls }, certificateOrigins: [strict.origin] });
      const error = await failure(send(strict.url));
      expect(["TLS", "NETWORK"]).toContain(error.code);
      // Depending on the moment, the server's alert arrives or the connection is just gone.
      if (error.code === "TLS") expect(error.message).toContain("wants a client certificate");
      await transport.close();
    }
    await strict.stop();
  });

  it.each<[string, () => Promise<TlsOptions> | TlsOptions, RegExp]>([
    [
      "a wrong passphrase",
      async () => ({ cert: identity.cert, key: await file("e1.key", identity.encryptedKey("right")), passphrase: "the wrong one" }),
      /The passphrase does not open the private key .*e1\.key\. Check tls\.passphrase/,
    ],
    [
      "a missing passphrase",
      async () => ({ cert: identity.cert, key: await file("e2.key", identity.encryptedKey("right")) }),
      /The private key .*e2\.key is encrypted\. Give its passphrase/,
    ],
    [
      "a wrong passphrase of a PKCS#12 file",
      async () => ({ pfx: await file("e3.p12", identity.pfx("right")), passphrase: "the wrong one" }),
      /The passphrase does not open the private key .*e3\.p12/,
    ],
    [
      "a key of another certificate",
      async () => ({ cert: await file("c4.pem", identity.cert), key: await file("e4.key", mine.key) }),
      /The private key .*e4\.key does not belong to the certificate .*c4\.pem/,
    ],
    [
      "a file that is not there",
      () => ({ cert: join(folder, "none.pem"), key: join(folder, "none.key") }),
      /Could not read .*none\.pem, given as tls\.cert: .*ENOENT/,
    ],
    [
      "a CA file without a certificate",
      async () => ({ ca: await file("empty.pem", "nothing") }),
      /The certificate in .*empty\.pem cannot be read/,
    ],
    [
      "a CA text that is cut",
      () => ({ ca: ca.cert.replace(/[\s\S]{200}(?=\n-----END)/, "") }),
      /The certificate in the text given as CA certificates cannot be read/,
    ],
    ["a folder without CAs", async () => ({ ca: await mkdtemp(join(folder, "empty-")) }), /The CA folder .* holds no certificate/],
    [
      "a certificate that is none",
      async () => ({ cert: await file("c5.pem", "hello"), key: identity.key }),
      /Could not use the certificate .*c5\.pem/,
    ],
    ["a PKCS#12 file that is none", async () => ({ pfx: await file("c6.p12", "hello") }), /Could not use the PKCS#12 file .*c6\.p12/],
  ])("%s is a CERTIFICATE error that names file and cure", async (_name, make, message) => {
    open(await make());
    const error = await failure(send(asking.url));
    expect(error).toMatchObject({ code: "CERTIFICATE" });
    expect(error.message).toMatch(message);
    expect(JSON.stringify(error)).not.toContain("the wrong one");
  });

  it("is read again after an error, and else once", async () => {
    const path = join(folder, "late.pem");
    open({ ca: path });
    const error = await failure(send(server.url));
    expect(error).toMatchObject({ code: "FILE" });
    expect(error.message).toContain("late.pem");
    await writeFile(path, ca.cert);
    expect((await send(server.url)).status).toBe(200);
    await rm(path);
    expect((await send(server.url)).status).toBe(200);
  });

  it.each<[TlsOptions, string]>([
    [{ certificate: "x" } as TlsOptions, 'Unknown option in tls "certificate"'],
    [{ key: "x" }, "tls.key needs its certificate"],
    [{ pfx: "x", cert: "y" }, "not both"],
    [{ cert: 7 } as unknown as TlsOptions, "tls.cert must be a path, a text or bytes"],
  ])("options that make no sense are refused at once: %j", (tls, message) => {
    expect(() => createTransport({ tls, certificateOrigins: [] })).toThrow(message);
  });
});
