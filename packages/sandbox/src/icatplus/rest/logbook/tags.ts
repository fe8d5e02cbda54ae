import { jsonReply, type Reply } from "../../../http/message.ts";
import type { Catalogue } from "../../catalogue/catalogue.ts";
import type { Tag } from "../../catalogue/types.ts";
import { bodyOf, optionalText, text } from "../body.ts";
import type { Call } from "../context.ts";
import { badRequest, notFound } from "../errors.ts";
import { numberOf, objectId } from "../views.ts";
import { checkScope, type Scope, scopeOf } from "./scope.ts";

export function tagView({ id, name, color, description, investigationId, beamlineName }: Tag): Record<string, unknown> {
  return {
    _id: objectId(id),
    name,
    ...(color === undefined ? {} : { color }),
    ...(description === undefined ? {} : { description }),
    ...(investigationId === undefined ? {} : { investigationId: String(investigationId) }),
    ...(beamlineName === undefined ? {} : { beamlineName }),
  };
}

/** Tags that can be used in a scope: its own and those of its instrument. */
export function tagsOf(catalogue: Catalogue, { investigation, instrument }: Scope): Tag[] {
  return [...catalogue.all("tags")].filter(
    ({ investigationId, beamlineName }) =>
      (investigation !== undefined && investigationId === investigation.id) || beamlineName?.toLowerCase() === instrument.toLowerCase(),
  );
}

/** Ids of the tags of these names; those that are not there are made. */
export function tagIds(catalogue: Catalogue, scope: Scope, names: readonly string[]): number[] {
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ""))].map((name) => {
    const found = tagsOf(catalogue, scope).find((tag) => tag.name.toLowerCase() === name.toLowerCase());
    return (found ?? add(catalogue, scope, { name })).id;
  });
}

function add(catalogue: Catalogue, { investigation, instrument }: Scope, tag: Pick<Tag, "name" | "color" | "description">): Tag {
  return catalogue.add("tags", (id) => ({
    id,
    ...tag,
    ...(investigation === undefined ? { beamlineName: instrument } : { investigationId: investigation.id }),
  }));
}

function read(call: Call): Pick<Tag, "name" | "color" | "description"> {
  const fields = bodyOf(call);
  const [color, description] = [optionalText(fields, "color"), optionalText(fields, "description")];
  return { name: text(fields, "name"), ...(color === undefined ? {} : { color }), ...(description === undefined ? {} : { description }) };
}

export function listTags(call: Call): Reply {
  const scope = scopeOf(call);
  checkScope(call, scope, false);
  return jsonReply(200, tagsOf(call.catalogue, scope).map(tagView));
}

export function createTag(call: Call): Reply {
  const scope = scopeOf(call);
  checkScope(call, scope, true);
  const tag = read(call);
  if (tagsOf(call.catalogue, scope).some(({ name }) => name.toLowerCase() === tag.name.toLowerCase()))
    throw badRequest(`There is a tag "${tag.name}" already`);
  return jsonReply(200, tagView(add(call.catalogue, scope, tag)));
}

export function updateTag(call: Call): Reply {
  const scope = scopeOf(call);
  checkScope(call, scope, true);
  const found = call.catalogue.get("tags", numberOf(call.query.get("tagId") ?? undefined));
  if (found === undefined || !tagsOf(call.catalogue, scope).includes(found)) throw notFound(`tag ${call.query.get("tagId") ?? ""}`);
  return jsonReply(200, tagView(call.catalogue.change("tags", { ...found, ...read(call) })));
}
