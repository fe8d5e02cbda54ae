/** Values of ASN.1 in DER, as far as certificates need them. */
export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? Buffer.from([length]) : length < 256 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 255]);
  return Buffer.concat([Buffer.from([tag]), size, content]);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
export const set = (...parts: readonly Buffer[]): Buffer => der(0x31, ...parts);
export const octets = (content: Buffer): Buffer => der(0x04, content);
export const bits = (content: Buffer): Buffer => der(0x03, Buffer.from([0]), content);
export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));
export const truth = der(0x01, Buffer.from([255]));

/** A positive integer from its bytes. */
export function integer(bytes: Buffer): Buffer {
  return der(0x02, (bytes[0] as number) > 127 ? Buffer.from([0]) : Buffer.alloc(0), bytes);
}

/** An object identifier from its usual spelling. */
export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 127];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

/** A time until 2049. */
export function time(value: Date): Buffer {
  return der(0x17, Buffer.from(`${value.toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`));
}
