/** A finite number as an exact fraction: mantissa × 2^exponent. */
function exact(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent: (biased === 0 ? 1 : biased) - 1075 };
}

/** Rounds numerator × 2^exponent once, as long as the result is an ordinary number. */
function rounded(numerator: bigint, exponent: number): number {
  const size = numerator.toString(2).length;
  // 64 digits and a mark for what follows them round like all of them.
  const drop = Math.max(0, size - 64);
  const kept = (numerator >> BigInt(drop)) | ((numerator & ((1n << BigInt(drop)) - 1n)) === 0n ? 0n : 1n);
  const shift = exponent + drop;
  const half = Math.trunc(shift / 2);
  return Number(kept) * 2 ** half * 2 ** (shift - half);
}

/** `base ** power`, rounded once; engines differ in the last digit of `**`. */
export function integerPower(base: number, power: number): number {
  if (power === 1) return base;
  if (power === -1) return 1 / base;
  if (power === 0.5) return Math.sqrt(base);
  if (!Number.isInteger(power) || !Number.isFinite(base) || base <= 0 || Math.abs(power) > 16) return base ** power;
  const { mantissa, exponent } = exact(base);
  const count = BigInt(Math.abs(power));
  if (power > 0) return rounded(mantissa ** count, exponent * power);
  const divisor = mantissa ** count;
  const room = divisor.toString(2).length + 64;
  const quotient = (1n << BigInt(room)) / divisor;
  return rounded((quotient << 1n) | 1n, exponent * power - room - 1);
}
