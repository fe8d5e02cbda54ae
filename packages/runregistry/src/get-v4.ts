import type { PagedOperation } from "@sci/http-core";
import type { GetCondition, GetField } from "./get-spellings.ts";
import { type ListingBody, rowsOf, totalOf } from "./listing.ts";
import { listingShape } from "./schema.ts";

/** What the route of the old service is asked for. */
export interface V4Input {
  readonly workspace: string;
  readonly filter: Readonly<Record<string, unknown>>;
}

/** The listing of the old service, one per workspace; today's service does not have it. */
export const listV4: PagedOperation<V4Input, ListingBody, Readonly<Record<string, unknown>>> = {
  operation: {
    name: "get.v4",
    method: "POST",
    path: "/datasets/{workspace}/editable/{page}/",
    repeatable: true,
    params: ({ input, position }) => ({ workspace: input.workspace, page: position.page }),
    body: ({ input, position }) => ({ json: { page_size: position.pageSize, sortings: [], filter: input.filter } }),
    response: listingShape("datasets", {}),
  },
  items: (body) => rowsOf(body, "datasets"),
  total: (body) => totalOf(body, "datasets"),
  defaultPageSize: 25,
};

/** Every value is text on this wire, except null: the original sent the word "None" for it. */
function wire(value: unknown): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(wire);
  if (value instanceof Date) return value.toISOString().replace(/\.\d+Z$/, "Z");
  if (typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, wire(inner)]));
  return String(value);
}

/** Fields as the old route takes them. Names are not checked: the lists of what it knew are incomplete. */
export function v4Filter(fields: readonly GetField[]): V4Input["filter"] {
  const one = ({ operator, operand }: GetCondition) => ({ [operator]: wire(operand) });
  return Object.fromEntries(
    fields.map(({ name, conditions }) => {
      const [only] = conditions;
      return [name, conditions.length === 1 && only !== undefined ? one(only) : { and: conditions.map(one) }];
    }),
  );
}
