import type { FacilityContext } from "../facility.ts";
import { Journal } from "../journal.ts";
import type { Row, Stored } from "./fields.ts";
import { drafted, Invalid, type Resource, shown } from "./resource.ts";
import { resources } from "./resources/all.ts";
import { Table } from "./table.ts";
import { type FixedRows, fixedRows } from "./world/fixtures.ts";
import { generatedTables } from "./world/generated.ts";

interface Change {
  readonly table: string;
  readonly id: number;
  /** What the record is now; null: it was deleted. */
  readonly row: Stored | null;
}

/** One thing to write; `before` is missing for a new record. */
export interface Write {
  readonly sent: Row;
  readonly before?: Stored | undefined;
}

/** All records of the catalogue, and the only place that changes them. */
export class Store {
  readonly #tables = new Map<string, Table>();
  readonly #resources = new Map<string, Resource>(resources.map((resource) => [resource.collection, resource]));
  readonly #journal: Journal<Change>;
  /** Runs of proposals in order, good as long as no run changes. */
  readonly #ordered = new Map<number, { readonly revision: number; readonly ids: readonly number[] }>();
  #links = 100_000_000;

  constructor(context: FacilityContext, email: string) {
    const fixed: FixedRows = fixedRows(email);
    const generated = generatedTables(context.scale, context.seed);
    for (const { collection, fields } of resources)
      this.#tables.set(collection, new Table(collection, fields, fixed[collection] ?? [], generated[collection]));
    this.#journal = new Journal("mymdc", context.state, context.seed, context.scale);
    for (const { table, id, row } of this.#journal.entries) {
      this.table(table).set(id, row ?? undefined);
      for (const link of (row?.["_techniques"] ?? []) as readonly { runs_techniques_id: number }[])
        this.#links = Math.max(this.#links, link.runs_techniques_id);
    }
  }

  table(collection: string): Table {
    return this.#tables.get(collection) as Table;
  }

  resource(collection: string): Resource {
    return this.#resources.get(collection) as Resource;
  }

  /** The number of a new link between a run and a technique. */
  nextLink(): number {
    return ++this.#links;
  }

  /** A record as it is shown. */
  shown(collection: string, row: Stored): Row {
    return shown(this.resource(collection), row, this);
  }

  rows(collection: string, ids: readonly number[]): Stored[] {
    const table = this.table(collection);
    return ids.map((id) => table.get(id)).filter((row) => row !== undefined);
  }

  /** The runs of a proposal in the order of their run numbers; or those with one number. */
  runsOf(proposal: Stored, number?: string): readonly number[] {
    const runs = this.table("runs");
    const experiments = this.table("experiments").find([["proposal_id", proposal.id]]);
    if (number !== undefined) {
      return experiments.flatMap((id) => [
        ...runs.find([
          ["experiment_id", id],
          ["run_number", number],
        ]),
      ]);
    }
    const ids = experiments.flatMap((id) => [...runs.find([["experiment_id", id]])]);
    const known = this.#ordered.get(proposal.id);
    if (known?.revision === runs.revision && known.ids.length === ids.length) return known.ids;
    const ordered = this.rows("runs", ids)
      .sort((a, b) => Number(a["run_number"]) - Number(b["run_number"]) || a.id - b.id)
      .map(({ id }) => id);
    this.#ordered.set(proposal.id, { revision: runs.revision, ids: ordered });
    return ordered;
  }

  /** Writes one record. Throws Invalid. */
  write(collection: string, sent: Row, before?: Stored): Stored {
    return this.writeAll(collection, [{ sent, before }])[0] as Stored;
  }

  /** Writes all or, when one of them is not valid, none. Throws Invalid. */
  writeAll(collection: string, writes: readonly Write[]): Stored[] {
    const table = this.table(collection);
    const resource = this.resource(collection);
    const undo: [number, Stored | undefined][] = [];
    const done: Stored[] = [];
    try {
      for (const { sent, before } of writes) {
        const id = before?.id ?? table.next();
        const row = { ...drafted(resource, sent, before, this), id };
        undo.push([id, table.get(id)]);
        table.set(id, row);
        done.push(row);
      }
    } catch (error) {
      for (const [id, row] of undo.reverse()) table.set(id, row);
      throw error;
    }
    this.#journal.write(done.map((row) => ({ table: collection, id: row.id, row })));
    return done;
  }

  /** Deletes records, all or none. Throws Invalid when other records need one of them. */
  removeAll(collection: string, rows: readonly Stored[]): void {
    const resource = this.resource(collection);
    for (const row of rows) {
      const dependent = resource.neededBy?.(row, this);
      if (dependent !== undefined) throw new Invalid({ base: [`Cannot delete record because dependent ${dependent} exist`] });
    }
    for (const row of rows) this.table(collection).set(row.id, undefined);
    this.#journal.write(rows.map((row) => ({ table: collection, id: row.id, row: null })));
  }

  close(): void {
    this.#journal.close();
  }
}
