import { type Core, type Listing, SciError } from "@sci/http-core";
import type { Definition } from "./definition.ts";
import { checkFields } from "./kinds.ts";
import { operationsOf, rulesOf, searchesApi } from "./resource.ts";
import { createWrite, type WriteFields } from "./writes.ts";

/** A record that is there now, and whether it was before. */
export interface Ensured<Row> {
  readonly record: Row;
  readonly outcome: "created" | "updated" | "unchanged";
}

/**
 * Looks a record up and creates it if there is none. A look-up that fails is an error, never a reason to create: what could not be
 * seen may well be there.
 */
export function ensure<Row extends { readonly id: number }, Fields>(
  core: Core,
  definition: Definition<Row>,
  { name = "ensure", by, update }: { readonly name?: string; readonly by: readonly string[]; readonly update: boolean },
): WriteFields<[], Fields, Ensured<Row>> {
  const of = `${definition.name}.${name}`;
  const operations = operationsOf(definition);
  const searches = searchesApi<Row, Readonly<Record<string, unknown>>>(core, definition);
  return createWrite<[Fields], Ensured<Row>>(core, of, 1, async (writer, given) => {
    const fields = checkFields(given, rulesOf(definition), `${of}()`, writer.unchecked);
    const missing = by.filter((one) => fields[one] === undefined || fields[one] === null || fields[one] === "");
    if (missing.length > 0)
      throw new SciError("INVALID_ARGUMENT", `${of}() needs ${missing.join(" and ")}.`, { operation: of, details: { missing } });
    const where = Object.fromEntries(by.map((one) => [one, fields[one]]));
    const found = await firstOf(searches.list(where, writer.options), `${definition.wrapper} with ${by.join(" and ")} as given`, of);
    if (found === undefined)
      return { record: await writer.write(operations.create, { fields }, { ...fields } as unknown as Row), outcome: "created" };
    if (!update) return { record: found, outcome: "unchanged" };
    const input = { id: found.id, fields };
    return { record: await writer.write(operations.update, input, { ...found, ...fields } as Row), outcome: "updated" };
  }) as WriteFields<[], Fields, Ensured<Row>>;
}

/** The one record of a search, if there is one. @throws AMBIGUOUS for several */
async function firstOf<Row extends { readonly id: number }>(list: Listing<Row>, what: string, operation: string): Promise<Row | undefined> {
  const { items } = await list;
  if (items.length > 1)
    throw new SciError(
      "AMBIGUOUS",
      `There are ${items.length} records: ${what.replaceAll("_", " ")}. Take the one that is meant by its id.`,
      {
        operation,
        details: { ids: items.map(({ id }) => id) },
      },
    );
  return items[0];
}
