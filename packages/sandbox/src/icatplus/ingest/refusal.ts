/** Why an ingester cannot use a message; the text goes with it to the dead letters. */
export class Refusal extends Error {
  override name = "Refusal";
}

/** The time of a text. Throws Refusal. */
export function asTime(text: string | undefined, what: string, read: (text: string) => number): number {
  if (text === undefined) throw new Refusal(`${what} is missing`);
  const time = read(text);
  if (Number.isNaN(time)) throw new Refusal(`${what} is no date: ${text}`);
  return time;
}

/** A JSON object. Throws Refusal. */
export function asObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Refusal(`the message is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refusal("the message is no JSON object");
  return value as Readonly<Record<string, unknown>>;
}

/** A field that holds text. Throws Refusal. */
export function textField(message: Readonly<Record<string, unknown>>, name: string): string {
  const value = message[name];
  if (typeof value !== "string" || value === "") throw new Refusal(`${name} is missing or empty`);
  return value;
}

/** A field that holds an id, as number or numerals. Throws Refusal. */
export function idField(message: Readonly<Record<string, unknown>>, name: string): number {
  const value = message[name];
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number))
    throw new Refusal(`${name} is no id: ${JSON.stringify(value) ?? "absent"}`);
  return number;
}
