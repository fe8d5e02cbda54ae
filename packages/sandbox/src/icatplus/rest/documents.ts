import type { Kind } from "../catalogue/catalogue.ts";
import { iso } from "../catalogue/times.ts";
import type { Document, Investigation } from "../catalogue/types.ts";
import type { Fields } from "./body.ts";
import { type Call, investigationFor } from "./context.ts";
import { notFound } from "./errors.ts";
import { numberOf } from "./views.ts";

type DocumentKind = Extract<Kind, "shipments" | "parcels" | "addresses" | "sheets" | "preferences">;

/** What a client may send back of what it was given, and which is not its to change. */
function own(fields: Fields): Fields {
  const { _id, id: _number, investigationId: _investigation, meta: _meta, createdAt: _created, updatedAt: _updated, ...rest } = fields;
  return rest;
}

export function idOfFields(fields: Fields): string | undefined {
  const id = fields["_id"] ?? fields["id"];
  return typeof id === "string" || typeof id === "number" ? String(id) : undefined;
}

/** A document of an investigation. Throws Problem. */
export function documentFor(call: Call, kind: DocumentKind, id: string | undefined, investigation: Investigation): Document {
  const found = call.catalogue.get(kind, numberOf(id));
  if (found === undefined || found.investigationId !== investigation.id)
    throw notFound(`${kind.replace(/(e?s)$/, "")} ${id ?? ""} of investigation ${investigation.id}`);
  return found;
}

export function createDocument(call: Call, kind: DocumentKind, investigation: Investigation, fields: Fields): Document {
  const now = iso();
  return call.catalogue.add(kind, (id) => ({
    id,
    investigationId: investigation.id,
    value: { ...own(fields), createdAt: now, updatedAt: now },
  }));
}

export function changeDocument(call: Call, kind: DocumentKind, document: Document, fields: Fields): Document {
  return call.catalogue.change(kind, { ...document, value: { ...document.value, ...own(fields), updatedAt: iso() } });
}

/** The investigation of the query or of the path, with the right to see it or to change it. Throws Problem. */
export function scopeInvestigation(call: Call, write = false): Investigation {
  return investigationFor(call, call.parameters["investigationId"] ?? call.query.get("investigationId") ?? undefined, write);
}
