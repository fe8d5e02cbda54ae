import { cast, isBlank, isInteger, type Kind, type Row, same, type Stored, type Value } from "./fields.ts";
import type { Store } from "./store.ts";

/** Field to messages, in the order in which the service says them. */
export type Problems = Record<string, string[]>;

/** A record on its way in: what it will be, what it was, and what is wrong with it. */
export class Draft {
  readonly row: Row;
  readonly before: Stored | undefined;
  readonly store: Store;
  readonly problems: Problems = {};

  constructor(row: Row, before: Stored | undefined, store: Store) {
    this.row = row;
    this.before = before;
    this.store = store;
  }

  get isNew(): boolean {
    return this.before === undefined;
  }

  add(field: string, ...messages: string[]): void {
    (this.problems[field] ??= []).push(...messages);
  }

  /** Refuses a new value of a field that never changes; `also` are the fields that follow from it. */
  fixed(field: string, ...also: readonly string[]): void {
    if (this.before === undefined || same(this.row[field], this.before[field])) return;
    for (const name of [field, ...also]) this.add(name, "cannot be updated");
  }

  present(field: string): boolean {
    if (!isBlank(this.row[field])) return true;
    this.add(field, "can't be blank");
    return false;
  }

  /** At most so many characters. */
  atMost(field: string, length: number): void {
    if (String(this.row[field] ?? "").length > length) this.add(field, `is too long (maximum is ${length} characters)`);
  }

  /** At least so many characters. */
  atLeast(field: string, length: number): void {
    if (String(this.row[field] ?? "").length < length) this.add(field, `is too short (minimum is ${length} characters)`);
  }

  number(field: string): boolean {
    const value = this.row[field] ?? null;
    if (isInteger(value) || typeof value === "number") return true;
    this.add(field, "is not a number");
    return false;
  }

  /** Refuses a number of a record of another resource that is not there. */
  exists(field: string, collection: string): void {
    const id = this.row[field] ?? null;
    if (typeof id !== "number" || this.store.table(collection).get(id) === undefined) this.add(field, "must exist");
  }

  /** Whether another record has the same values in these fields. */
  taken(collection: string, ...fields: readonly string[]): boolean {
    const filter = fields.map((name): [string, Value] => [name, this.row[name] ?? null]);
    return this.store
      .table(collection)
      .find(filter)
      .some((id) => id !== this.before?.id);
  }
}

export const isTaken = "has already been taken";

/** One kind of record: its fields and the rules of the service about them. */
export interface Resource {
  /** Where it stands below the API: `data_groups`. */
  readonly collection: string;
  /** The key around what is sent: `data_group`. */
  readonly wrapper: string;
  /** Fields that may be sent, in the order in which they are shown. */
  readonly fields: Readonly<Record<string, Kind>>;
  /** Fields that the service itself writes, shown after them. */
  readonly added?: readonly string[];
  /** Writes what follows from what was sent. Runs before the check. */
  readonly derive?: (row: Row, before: Stored | undefined, store: Store, sent: Row) => void;
  /** Says what is wrong. */
  readonly check?: (draft: Draft) => void;
  /** What a record is shown with besides its fields. */
  readonly shown?: (row: Stored, store: Store) => Row;
  /** Why a record may not be deleted: the kind of records that need it, as the service names them. */
  readonly neededBy?: (row: Stored, store: Store) => string | undefined;
}

/** What was wrong with what was sent: answered as 422. */
export class Invalid extends Error {
  readonly info: Problems | string;
  constructor(info: Problems | string) {
    super("the record is not valid");
    this.info = info;
  }
}

/** The new or changed row, checked. Throws Invalid. */
export function drafted(resource: Resource, sent: Row, before: Stored | undefined, store: Store): Row {
  const row: Row = { ...before };
  for (const [name, kind] of Object.entries(resource.fields)) {
    if (before === undefined || name in sent) row[name] = cast(kind, sent[name]);
  }
  resource.derive?.(row, before, store, sent);
  const draft = new Draft(row, before, store);
  resource.check?.(draft);
  if (Object.keys(draft.problems).length > 0) throw new Invalid(draft.problems);
  return row;
}

/** A record as the service shows it. */
export function shown(resource: Resource, row: Stored, store: Store): Row {
  const out: Row = { id: row.id };
  for (const name of [...Object.keys(resource.fields), ...(resource.added ?? [])]) out[name] = row[name] ?? null;
  return { ...out, ...resource.shown?.(row, store) };
}
