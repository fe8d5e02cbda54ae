/** Later ones win, names in lower case, undefined takes a header away. */
export function mergeHeaders(...all: (Readonly<Record<string, string | undefined>> | undefined)[]): Record<string, string> {
  const merged: Record<string, string | undefined> = {};
  for (const one of all) for (const [name, value] of Object.entries(one ?? {})) merged[name.toLowerCase()] = value;
  return Object.fromEntries(Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Without the fields that are undefined, so that a spread does not overwrite a default with nothing. */
export function defined<T extends object>(value: T | undefined): T {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, inner]) => inner !== undefined)) as T;
}
