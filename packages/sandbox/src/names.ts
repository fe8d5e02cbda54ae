function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] as number) + 1, (current[j - 1] as number) + 1, replaced));
    }
    previous = current;
  }
  return previous[b.length] as number;
}

/** What was wrong with the options or the arguments; the message names the right spelling where one is near. */
export class SandboxError extends Error {
  override name = "SandboxError";
  /** `USAGE`: an option or argument is wrong. `PORT`: a port cannot be had. `STATE`: the folder for the state cannot be used. */
  readonly code: "USAGE" | "PORT" | "STATE";
  constructor(code: "USAGE" | "PORT" | "STATE", message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Text for a name that is not known: the nearest right one, then all of them. */
export function unknown(what: string, name: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => [distance(name.toLowerCase(), candidate.toLowerCase()), candidate] as const)
    .sort((a, b) => a[0] - b[0])[0];
  const hint = near !== undefined && near[0] <= Math.max(2, Math.floor(name.length / 3)) ? ` (did you mean "${near[1]}"?)` : "";
  return `unknown ${what} "${name}"${hint}; known: ${known.join(", ")}`;
}

/** Refuses fields that are not known. */
export function checkFields(what: string, value: object, known: readonly string[]): void {
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) throw new SandboxError("USAGE", unknown(`${what}`, name, known));
  }
}

/** Refuses what is not an integer within the limits. */
export function checkWhole(what: string, value: unknown, from: number, to: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < from || value > to) {
    throw new SandboxError(
      "USAGE",
      `${what} must be an integer of ${from} to ${to}, not ${typeof value === "string" ? `"${value}"` : String(value)}`,
    );
  }
  return value;
}
