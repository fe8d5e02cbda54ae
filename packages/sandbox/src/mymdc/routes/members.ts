import { json, missingParameter, noContent, notFound } from "../answers.ts";
import { type Context, type Endpoint, isRow, member, page } from "../context.ts";
import type { Row, Value } from "../fields.ts";

/** What is sent, with or without the key around it; undefined when nothing is. */
function sentOf({ body, store }: Context, collection: string): Row | undefined {
  if (!isRow(body)) return undefined;
  const wrapped = body[store.resource(collection).wrapper];
  const sent = isRow(wrapped) ? wrapped : body;
  return Object.keys(sent).length === 0 ? undefined : sent;
}

export const create =
  (collection: string): Endpoint =>
  (_request, _parameters, context) => {
    const sent = sentOf(context, collection);
    if (sent === undefined) return missingParameter();
    return json(201, context.store.shown(collection, context.store.write(collection, sent)));
  };

export const read =
  (collection: string): Endpoint =>
  (_request, { id }, { store }) => {
    const row = member(store, collection, id);
    return row === undefined ? notFound() : json(200, store.shown(collection, row));
  };

export const update =
  (collection: string): Endpoint =>
  (_request, { id }, context) => {
    const row = member(context.store, collection, id);
    if (row === undefined) return notFound();
    const sent = sentOf(context, collection);
    if (sent === undefined) return missingParameter();
    return json(200, context.store.shown(collection, context.store.write(collection, sent, row)));
  };

export const remove =
  (collection: string): Endpoint =>
  (_request, { id }, { store }) => {
    const row = member(store, collection, id);
    if (row === undefined) return notFound();
    store.removeAll(collection, [row]);
    return noContent();
  };

/** Records in the order of their numbers, those alone whose fields are as asked for. */
export const list =
  (collection: string, filters: readonly string[]): Endpoint =>
  (request, _parameters, context) => {
    const { store } = context;
    const filter = filters.filter((name) => request.query.has(name)).map((name): [string, Value] => [name, request.query.get(name)]);
    return page(request, context, store.table(collection).find(filter), (ids) =>
      store.rows(collection, ids).map((row) => store.shown(collection, row)),
    );
  };
