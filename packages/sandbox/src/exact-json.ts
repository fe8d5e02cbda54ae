/**
 * JSON whose integers stay exact: what a double cannot hold is a bigint.
 * Train numbers of European XFEL have 64 bits.
 */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** A text that no JSON document of a client holds by chance. */
const mark = "\u0001exact:";

/** Reads JSON; throws SyntaxError like `JSON.parse`. */
export function parseExact(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as unknown;
  const marked = text.replace(token, (part) =>
    /^-?\d{16,}$/.test(part) && !Number.isSafeInteger(Number(part)) ? JSON.stringify(mark + part) : part,
  );
  return JSON.parse(marked, (_name, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  ) as unknown;
}

const written = new RegExp(`"${JSON.stringify(mark).slice(1, -1).replace("\\", "\\\\")}(-?\\d+)"`, "g");

/** Writes JSON; a bigint becomes a numeral. */
export function stringifyExact(value: unknown): string {
  let exact = false;
  const text = JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part !== "bigint") return part;
    exact = true;
    return mark + part.toString();
  });
  return exact ? text.replace(written, "$1") : text;
}
