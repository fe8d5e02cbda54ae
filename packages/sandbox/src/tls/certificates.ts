import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { bits, der, integer, octets, oid, sequence, set, time, truth, utf8 } from "./der.ts";

/** A certificate with its key, as PEM. */
export interface Credential {
  readonly cert: string;
  readonly key: string;
}

const day = 86_400_000;
const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
const nameOf = (common: string): Buffer =>
  sequence(set(sequence(oid("2.5.4.10"), utf8("SCI sandbox"))), set(sequence(oid("2.5.4.3"), utf8(common))));
const extension = (id: string, critical: boolean, content: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [truth] : []), octets(content));
const pem = (content: Buffer): string => {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
};

interface Request {
  readonly common: string;
  readonly extensions: readonly Buffer[];
  readonly days: number;
}

function issue(request: Request, issuer: { name: string; key: KeyObject } | undefined): Credential & { keyObject: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const now = Date.now();
  const serial = randomBytes(16);
  serial[0] = 0x40;
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    nameOf(issuer?.name ?? request.common),
    sequence(time(new Date(now - day)), time(new Date(now + request.days * day))),
    nameOf(request.common),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...request.extensions)),
  );
  const signature = sign("sha256", body, issuer?.key ?? privateKey);
  return {
    cert: pem(sequence(body, algorithm, bits(signature))),
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    keyObject: privateKey,
  };
}

const serverNames = sequence(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])));

/** An authority made at the start, for one run of the sandbox: it signs the servers' certificates and those of people. */
export class Authority {
  readonly #own = issue(
    {
      common: "SCI sandbox CA",
      days: 30,
      extensions: [extension("2.5.29.19", true, sequence(truth)), extension("2.5.29.15", true, der(0x03, Buffer.from([1, 0x06])))],
    },
    undefined,
  );

  /** Its certificate, which clients have to trust. */
  get cert(): string {
    return this.#own.cert;
  }

  #signed(common: string, usage: string, days: number, further: readonly Buffer[]): Credential {
    const extensions = [extension("2.5.29.37", false, sequence(oid(usage))), ...further];
    const { cert, key } = issue({ common, days, extensions }, { name: "SCI sandbox CA", key: this.#own.keyObject });
    return { cert, key };
  }

  /** For a server on this machine. */
  server(): Credential {
    return this.#signed("localhost", "1.3.6.1.5.5.7.3.1", 30, [extension("2.5.29.17", false, serverNames)]);
  }

  /** For a person, valid for so many days. */
  person(name: string, days: number): Credential {
    return this.#signed(name, "1.3.6.1.5.5.7.3.2", days, []);
  }
}
