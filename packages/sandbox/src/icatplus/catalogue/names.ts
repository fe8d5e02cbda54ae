/** `MA-1234`, `MA 1234` and `ma1234` are one proposal; the key tells so. */
export function proposalKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** The name that the catalogue writes: `MA-1234`, `IH-MA-12`; undefined for what cannot be a proposal's name. */
export function normalName(name: string): string | undefined {
  const match = /^([a-z]+)(\d+)$/.exec(proposalKey(name));
  if (match === null) return undefined;
  const [letters, number] = [(match[1] as string).toUpperCase(), match[2] as string];
  // In-house research carries the letters of its kind behind IH.
  return letters.startsWith("IH") && letters.length > 2 ? `IH-${letters.slice(2)}-${number}` : `${letters}-${number}`;
}
