/** One element of DER, as far as certificates need it: tags below 31, definite lengths. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The elements that follow one another in `bytes`; undefined when they are not DER. */
export function derElements(bytes: Uint8Array): DerElement[] | undefined {
  const found: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at++] as number;
    let length = bytes[at++];
    if (length === undefined || (tag & 0x1f) === 0x1f) return undefined;
    if (length >= 0x80) {
      const size = length & 0x7f;
      if (size === 0 || size > 4 || at + size > bytes.length) return undefined;
      length = 0;
      for (let index = 0; index < size; index++) length = length * 256 + (bytes[at++] as number);
    }
    if (at + length > bytes.length) return undefined;
    found.push({ tag, content: bytes.subarray(at, at + length) });
    at += length;
  }
  return found;
}

const sequence = 0x30;

/** One extension of a certificate. */
export interface Extension {
  /** In dotted form. */
  readonly oid: string;
  readonly critical: boolean;
  /** DER of its value. */
  readonly value: Uint8Array;
}

/** The extensions of an X.509 certificate. */
export function extensionsOf(der: Uint8Array): Extension[] {
  const toBeSigned = tbsOf(der);
  // [3] EXPLICIT Extensions
  const extensions = toBeSigned.find(({ tag }) => tag === 0xa3);
  const list = extensions && derElements(extensions.content)?.[0];
  return ((list && derElements(list.content)) ?? []).flatMap(({ content }): Extension[] => {
    const [oid, ...rest] = derElements(content) ?? [];
    const value = rest.at(-1);
    if (oid?.tag !== 0x06 || value?.tag !== 0x04) return [];
    return [{ oid: dotted(oid.content), critical: rest.length === 2 && rest[0]?.content[0] !== 0, value: value.content }];
  });
}

/** The fields of a certificate that its issuer signs. */
function tbsOf(der: Uint8Array): DerElement[] {
  const certificate = derElements(der)?.[0];
  const toBeSigned = certificate && derElements(certificate.content)?.[0];
  return (toBeSigned && derElements(toBeSigned.content)) ?? [];
}

/** The contents of a certificate's subject, byte for byte: a name written anew might not be the same to others. */
export function subjectOf(der: Uint8Array): Uint8Array | undefined {
  const fields = tbsOf(der);
  // version [0] (left out for v1), serial number, algorithm, issuer, validity, subject
  return fields[fields[0]?.tag === 0xa0 ? 5 : 4]?.content;
}

/** Whether bytes are a PKCS#12 container: a sequence that begins with the version 3. */
export function isPkcs12(bytes: Uint8Array): boolean {
  if (bytes[0] !== sequence) return false;
  // Real files may be BER with an indefinite length, so only the first bytes are looked at.
  const header = bytes[1] === undefined ? 0 : bytes[1] > 0x80 ? 2 + (bytes[1] & 0x7f) : 2;
  return bytes[header] === 0x02 && bytes[header + 1] === 0x01 && bytes[header + 2] === 0x03;
}

/** An object identifier in dotted form. */
export function dotted(content: Uint8Array): string {
  const parts: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (parts.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      parts.push(first, value - 40 * first);
    } else parts.push(value);
    value = 0;
  }
  return parts.join(".");
}
