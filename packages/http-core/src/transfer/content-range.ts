/** `bytes 100-199/200`: from, to (both included) and the whole length where it is stated. */
export interface ContentRange {
  readonly from: number;
  readonly to: number;
  readonly total: number | undefined;
}

/** Undefined for anything that is not one proper range of bytes. */
export function parseContentRange(text: string | undefined): ContentRange | undefined {
  const match = /^\s*bytes\s+(\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)\s*$/i.exec(text ?? "");
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2]);
  const total = match[3] === "*" ? undefined : Number(match[3]);
  return to < from || (total !== undefined && to >= total) ? undefined : { from, to, total };
}
