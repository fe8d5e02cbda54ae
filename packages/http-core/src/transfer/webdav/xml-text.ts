import { SciError } from "../../errors.ts";

/** Bytes within which an XML declaration ends. */
const declarationLength = 256;

/**
 * Decodes a document piece by piece. What names its encoding, in the order of RFC 7303: a byte order mark, the `charset` of
 * the content type, the XML declaration; UTF-8 else. Bytes that do not fit the encoding become U+FFFD.
 */
export class XmlDecoder {
  #held: Uint8Array[] = [];
  #heldLength = 0;
  #decoder: InstanceType<typeof TextDecoder> | undefined;

  constructor(private readonly contentType: string | undefined) {}

  /** @throws INVALID_RESPONSE for an encoding that is not known */
  write(piece: Uint8Array): string {
    if (this.#decoder !== undefined) return this.#decoder.decode(piece, { stream: true });
    this.#held.push(piece);
    this.#heldLength += piece.byteLength;
    const start = concatenated(this.#held);
    if (this.#heldLength < declarationLength && !latin(start).includes("?>")) return "";
    return this.#begin(start);
  }

  end(): string {
    if (this.#decoder !== undefined) return this.#decoder.decode();
    return this.#begin(concatenated(this.#held), true);
  }

  #begin(start: Uint8Array, whole = false): string {
    this.#held = [];
    const label = this.#label(start);
    try {
      this.#decoder = new TextDecoder(label);
    } catch (cause) {
      throw new SciError("INVALID_RESPONSE", `The XML of the answer is in an encoding that is not known: "${label.slice(0, 60)}".`, {
        cause,
      });
    }
    return this.#decoder.decode(start, { stream: !whole });
  }

  #label(start: Uint8Array): string {
    const [first, second, third, fourth] = start;
    if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
    if (first === 0xff && second === 0xfe) return "utf-16le";
    if (first === 0xfe && second === 0xff) return "utf-16be";
    const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(this.contentType ?? "")?.[1];
    if (charset !== undefined) return charset;
    // "<?" in two bytes each, without a mark.
    if (first === 0x3c && second === 0 && fourth === 0) return "utf-16le";
    if (first === 0 && second === 0x3c && third === 0) return "utf-16be";
    return /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(latin(start))?.[1] ?? "utf-8";
  }
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, declarationLength));
}

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}
