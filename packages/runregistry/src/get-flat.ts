type Row = Readonly<Record<string, unknown>>;

/** Names that hold one of these are left out, at any depth. */
const skipped = ["history", "lumisections"];

/**
 * One row with all names on one level, joined by `__`: `Run__rr_attributes__class`. History and lumisections are left out, lists stay as
 * they are, and an empty object leaves nothing. Two paths may end in one name (`a: { b }` and `a__b`): the later one is then
 * joined by dots (`a.b`), so that both are there.
 */
export function flatten(row: Row): Record<string, unknown> {
  const leaves: (readonly [path: readonly string[], value: unknown])[] = [];
  // Not recursive: an object may be as wide or deep as it likes.
  const open: [path: readonly string[], value: unknown][] = [[[], row]];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    const [path, value] = current;
    if (path.length === 0 || isObject(value)) {
      const entries = Object.entries(value as Row).filter(([name]) => !skipped.some((word) => name.includes(word)));
      for (const [name, inner] of entries.reverse()) open.push([[...path, name], inner]);
    } else leaves.push([path, value]);
  }
  // Names that the service gave itself come first, so that they keep them.
  const result = new Map<string, unknown>(leaves.filter(([path]) => path.length === 1).map(([path, value]) => [path[0] ?? "", value]));
  const flat: [string, unknown][] = [];
  for (const [path, value] of leaves) {
    if (path.length === 1) {
      flat.push([path[0] ?? "", value]);
      continue;
    }
    let name = path.join("__");
    if (result.has(name)) name = path.join(".");
    while (result.has(name)) name += "_";
    result.set(name, value);
    flat.push([name, value]);
  }
  return Object.fromEntries(flat);
}

function isObject(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
