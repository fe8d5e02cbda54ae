import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const packet = (key: string, value: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(`${key} `), value, Buffer.from("\n")]);
  return Buffer.concat([Buffer.from((body.length + 4).toString(16).padStart(4, "0")), body]);
};
const sign = (key: Buffer, data: Buffer | string): Buffer => createHmac("sha256", key).update(data).digest();

/** The packets of a macaroon (format 1); undefined when the text is none. */
function packetsOf(text: string): [key: string, value: Buffer][] | undefined {
  const bytes = Buffer.from(text, "base64url");
  const packets: [string, Buffer][] = [];
  for (let at = 0; at < bytes.length;) {
    const length = parseInt(bytes.toString("latin1", at, at + 4), 16);
    if (!(length > 5) || at + length > bytes.length) return undefined;
    const body = bytes.subarray(at + 4, at + length - 1);
    const blank = body.indexOf(32);
    if (blank < 1) return undefined;
    packets.push([body.toString("latin1", 0, blank), body.subarray(blank + 1)]);
    at += length;
  }
  return packets;
}

/** Makes and checks macaroons with a key of its own. Caveats that a holder adds are checked like those it was made with. */
export class Macaroons {
  readonly #key = createHmac("sha256", "macaroons-key-generator").update(randomBytes(32)).digest();

  make(location: string, id: string, caveats: readonly string[]): string {
    let signature = sign(this.#key, id);
    const packets = [packet("location", Buffer.from(location)), packet("identifier", Buffer.from(id))];
    for (const caveat of caveats) {
      signature = sign(signature, caveat);
      packets.push(packet("cid", Buffer.from(caveat)));
    }
    return Buffer.concat([...packets, packet("signature", signature)]).toString("base64url");
  }

  /** Identifier and caveats of a macaroon that was made here; undefined for any other text. */
  check(text: string): { readonly id: string; readonly caveats: readonly string[] } | undefined {
    const packets = packetsOf(text);
    const id = packets?.find(([key]) => key === "identifier")?.[1].toString();
    const given = packets?.at(-1);
    if (packets === undefined || id === undefined || given?.[0] !== "signature") return undefined;
    const caveats = packets.filter(([key]) => key === "cid").map(([, value]) => value.toString());
    let signature = sign(this.#key, id);
    for (const caveat of caveats) signature = sign(signature, caveat);
    return given[1].length === signature.length && timingSafeEqual(given[1], signature) ? { id, caveats } : undefined;
  }
}
