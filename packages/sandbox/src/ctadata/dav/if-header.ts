/** One condition of an `If` header. */
interface Condition {
  readonly not: boolean;
  readonly kind: "token" | "tag";
  readonly value: string;
}

/** A list of conditions which all have to hold, for one resource. */
interface List {
  /** The resource that it is about; undefined: the one of the request. */
  readonly resource: string | undefined;
  readonly conditions: readonly Condition[];
}

/** Reads an `If` header (RFC 4918, 10.4); undefined when it is not one. */
export function parseIf(header: string): List[] | undefined {
  const lists: List[] = [];
  let rest = header.trim();
  let resource: string | undefined;
  const take = (pattern: RegExp): string | undefined => {
    const match = pattern.exec(rest);
    if (match === null) return undefined;
    rest = rest.slice(match[0].length).trimStart();
    return match[1] ?? "";
  };
  while (rest !== "") {
    const tagged = take(/^<([^>]*)>/);
    if (tagged !== undefined) resource = tagged;
    if (take(/^\(/) === undefined) return undefined;
    const conditions: Condition[] = [];
    while (take(/^\)/) === undefined) {
      const not = take(/^not\b/i) !== undefined;
      const token = take(/^<([^>]*)>/);
      const tag = token === undefined ? take(/^\[((?:W\/)?"[^"]*")\]/) : undefined;
      const value = token ?? tag;
      if (value === undefined) return undefined;
      conditions.push({ not, kind: token === undefined ? "tag" : "token", value });
    }
    if (conditions.length === 0) return undefined;
    lists.push({ resource, conditions });
  }
  return lists.length === 0 ? undefined : lists;
}

/** What a condition is held against. */
export interface IfState {
  /** Lock tokens that hold for a resource and its entity tag; undefined when the resource is none of this server's. */
  of(resource: string | undefined): { readonly tokens: readonly string[]; readonly tag: string | undefined } | undefined;
}

/** Whether one of the lists holds. */
export function holds(lists: readonly List[], state: IfState): boolean {
  return lists.some(({ resource, conditions }) => {
    const known = state.of(resource);
    return conditions.every(({ not, kind, value }) => {
      const met = known !== undefined && (kind === "token" ? known.tokens.includes(value) : known.tag === value);
      return met !== not;
    });
  });
}

/** Tokens that the client submits. */
export function submitted(lists: readonly List[] | undefined): string[] {
  return (lists ?? []).flatMap(({ conditions }) => conditions.filter(({ kind }) => kind === "token").map(({ value }) => value));
}
