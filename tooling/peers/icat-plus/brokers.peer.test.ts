import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ActiveMq, activeMqMissing, startActiveMq } from "./activemq.ts";
import { icatEnvironment } from "./environment.ts";
import { type IcatMock, startIcatMock } from "./mock.ts";
import { bareStomp, frame } from "./stomp.ts";

const noActiveMq = await activeMqMissing();
const environment = await icatEnvironment();
const skipped = (reason: string | undefined): string => (reason === undefined ? "" : ` (skipped: ${reason})`);

describe.skipIf(noActiveMq !== undefined)(`Apache ActiveMQ${skipped(noActiveMq)}`, () => {
  const logIn = { user: "icat", password: "secret" };
  let broker: ActiveMq;
  beforeAll(async () => {
    broker = await startActiveMq({ logIn, tls: true, clientCertificates: true });
  });
  afterAll(() => broker?.stop());
  const headers = { login: logIn.user, passcode: logIn.password };

  test("asks for the log-in, confirms, and keeps what it confirmed over kill -9", async () => {
    await expect(bareStomp(broker.address)).rejects.toThrow("or password is invalid");
    const sender = await bareStomp(broker.address, { headers });
    sender.write(frame("SEND", { destination: "/queue/kept", persistent: "true", receipt: "r1" }, "hello"));
    expect(await sender.next()).toContain("receipt-id:r1");
    await broker.kill();
    await broker.start();
    const reader = await bareStomp(broker.address, { headers });
    reader.write(frame("SUBSCRIBE", { destination: "/queue/kept", id: "0", ack: "auto" }));
    expect(await reader.next()).toMatch(/^MESSAGE\n[\s\S]*\n\nhello$/);
    sender.end();
    reader.end();
  });

  test("speaks TLS with a certificate of its own authority, and wants one of the client", async () => {
    const { ca, clientCertificate } = broker as { ca: string; clientCertificate: { cert: string; key: string } };
    const secure = await bareStomp(broker.tlsAddress as string, { headers, tls: { ca, ...clientCertificate } });
    secure.write(frame("SEND", { destination: "/queue/secure", persistent: "true", receipt: "r2" }, "hello"));
    expect(await secure.next()).toContain("receipt-id:r2");
    secure.end();
    await expect(bareStomp(broker.tlsAddress as string, { headers, tls: { ca } })).rejects.toThrow();
  });
});

describe.skipIf(environment.missing !== undefined)(`the mock service of pyicat_plus${skipped(environment.missing)}`, () => {
  let mock: IcatMock;
  beforeAll(async () => {
    mock = await startIcatMock(environment.python as string);
  });
  afterAll(() => mock?.stop());

  test("takes a session from its queue and tells it by REST", async () => {
    const client = await bareStomp(mock.broker.replace("localhost", "127.0.0.1"));
    const xml =
      '<?xml version="1.0" encoding="UTF-8"?><tns:investigation xmlns:tns="http://www.esrf.fr/icat"><tns:experiment>ma1</tns:experiment><tns:instrument>id00</tns:instrument><tns:startDate>2024-03-01T10:00:00Z</tns:startDate></tns:investigation>';
    client.write(frame("SEND", { destination: "/queue/icatIngest", persistent: "true", receipt: "1" }, xml));
    expect(await client.next()).toContain("receipt-id:1");
    const url = `${mock.url}/dataacquisition/${mock.elogbookToken}/investigation?instrumentName=id00&investigationName=ma1`;
    let found: unknown[] = [];
    while (found.length === 0) {
      found = (await (await fetch(url)).json()) as unknown[];
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(found).toMatchObject([{ experiment: "ma1" }]);
    expect(mock.investigations()).toHaveLength(1);
    expect(mock.output).toContain("received message:");
    client.end();
  });
});
