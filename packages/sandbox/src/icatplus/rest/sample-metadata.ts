import { jsonReply, type Reply } from "../../http/message.ts";
import { dayOf } from "../catalogue/times.ts";
import type { Document, Sample } from "../catalogue/types.ts";
import { bodyOf, type Fields, text, uploadOf } from "./body.ts";
import { bytesReply } from "./bytes.ts";
import { type Call, type RouteAdder } from "./context.ts";
import { changeDocument, createDocument, documentFor, scopeInvestigation } from "./documents.ts";
import { badRequest, forbidden, notFound } from "./errors.ts";
import { listOf, matches, pageOf, parameterFilter } from "./query.ts";
import { mayRead } from "./sessions.ts";
import { documentView, numberOf, objectId, resourceId } from "./views.ts";

/** Samples that can be measured: those that the sessions of a proposal at a beamline have. */
function forAcquisition(call: Call): Reply {
  const { catalogue, query, session } = call;
  const [proposal, beamline] = [query.get("proposal"), query.get("beamline")];
  if (proposal === null || proposal === "" || beamline === null || beamline === "") throw badRequest("proposal and beamline are needed");
  const start = query.get("startDate");
  const fits = parameterFilter(query);
  const own = (sample: Sample): { name: string; value: string }[] => [...sample.parameters, { name: "name", value: sample.name }];
  const investigations = catalogue
    .investigationsOf(proposal, beamline)
    .filter(({ startDate }) => start === null || start === "" || dayOf(startDate) === dayOf(start));
  if (investigations.some((one) => session === undefined || !mayRead(session.user, one))) throw forbidden();
  return jsonReply(
    200,
    investigations.flatMap(({ id, startDate }) =>
      catalogue
        .of("samples", id)
        .filter((sample) => fits(own(sample)))
        .map((sample) => ({
          id: objectId(sample.id),
          name: sample.name,
          linkedSampleAFormName: null,
          proposal: proposal.toLowerCase(),
          beamline: beamline.toLowerCase(),
          sessionStartDate: dayOf(startDate),
        })),
    ),
  );
}

const metadataOf = ({ value }: Document): readonly { name: string; value: readonly string[] }[] =>
  (value["metadata"] ?? []) as readonly { name: string; value: readonly string[] }[];

function checkSheet(fields: Fields): Fields {
  text(fields, "name");
  const { metadata = [] } = fields as { metadata?: unknown };
  const good =
    Array.isArray(metadata) &&
    metadata.every((item: unknown) => typeof (item as Fields)["name"] === "string" && Array.isArray((item as Fields)["value"]));
  if (!good) throw badRequest("metadata must be a list of { name, value: [...] }");
  return { ...fields, metadata };
}

function list(call: Call): Reply {
  const { query, catalogue } = call;
  const ids = listOf(query, "sampleIds");
  const by = query.get("createdBy");
  const fits = parameterFilter(query);
  const rows = catalogue.of("sheets", scopeInvestigation(call).id).filter((sheet) => {
    if (ids !== undefined && !ids.some((id) => numberOf(id) === sheet.id)) return false;
    if (by !== null && by !== "" && sheet.value["createdBy"] !== by) return false;
    if (!fits(metadataOf(sheet).flatMap(({ name, value }) => value.map((one) => ({ name, value: one }))))) return false;
    return matches(query, String(sheet.value["name"]), String(sheet.value["description"] ?? ""));
  });
  const { rows: cut, meta } = pageOf(rows, query);
  return jsonReply(
    200,
    cut.map((sheet) => ({ ...documentView(sheet), ...meta })),
  );
}

function sheetFor(call: Call): Document {
  return documentFor(call, "sheets", call.query.get("sampleId") ?? undefined, scopeInvestigation(call, true));
}

function removeSheets(call: Call): Reply {
  const investigation = scopeInvestigation(call, true);
  const sheets = (listOf(call.query, "sampleIds") ?? []).map((id) => documentFor(call, "sheets", id, investigation));
  if (sheets.length === 0) throw badRequest("sampleIds is needed");
  for (const { id } of sheets) call.catalogue.remove("sheets", id);
  return jsonReply(200, { deletedCount: sheets.length });
}

/** Values that a field has in the sheets of an investigation. */
function values(call: Call): Reply {
  const { query, catalogue } = call;
  const name = query.get("metadataName");
  if (name === null || name === "" || (query.get("projectName") ?? "") === "") throw badRequest("projectName and metadataName are needed");
  const wanted = query.get("metadataValue")?.toLowerCase() ?? "";
  const all = catalogue.of("sheets", scopeInvestigation(call).id).flatMap((sheet) =>
    metadataOf(sheet)
      .filter((one) => one.name === name)
      .flatMap(({ value }) => value),
  );
  const rows = [...new Set(all)].filter((value) => value.toLowerCase().includes(wanted) && matches(query, value)).sort();
  return jsonReply(
    200,
    pageOf(rows, query).rows.map((value) => ({ name, value })),
  );
}

async function addFile(call: Call): Promise<Reply> {
  const sheet = sheetFor(call);
  const name = call.query.get("metadataname") ?? call.query.get("metadataName");
  if (name === null || name === "") throw badRequest("metadataname is needed");
  const { filename, contentType, bytes } = await uploadOf(call);
  const resource = call.catalogue.add("resources", (id) => ({
    id,
    filename,
    contentType,
    base64: bytes.toString("base64"),
    investigationId: sheet.investigationId as number,
  }));
  const others = metadataOf(sheet).filter((one) => one.name !== name);
  const before = metadataOf(sheet).find((one) => one.name === name)?.value ?? [];
  return jsonReply(
    200,
    documentView(changeDocument(call, "sheets", sheet, { metadata: [...others, { name, value: [...before, resourceId(resource.id)] }] })),
  );
}

function fileOf(call: Call, sheet: Document, id: string): { filename: string; contentType: string; base64: string; id: number } {
  const resource = call.catalogue.get("resources", numberOf(id));
  if (resource === undefined || !metadataOf(sheet).some(({ value }) => value.includes(resourceId(resource.id))))
    throw notFound(`file ${id} of this sample`);
  return resource;
}

function removeFiles(call: Call): Reply {
  const sheet = sheetFor(call);
  const gone = (listOf(call.query, "fileIds") ?? []).map((id) => resourceId(fileOf(call, sheet, id).id));
  const metadata = metadataOf(sheet).map(({ name, value }) => ({ name, value: value.filter((id) => !gone.includes(id)) }));
  return jsonReply(200, documentView(changeDocument(call, "sheets", sheet, { metadata })));
}

export function addSampleMetadataRoutes(add: RouteAdder): void {
  const samples = "/samplemetadata/:sessionId/samples";
  add
    .session("GET", `${samples}/acquisition`, forAcquisition)
    .session("GET", `${samples}/prefix`, (call) => {
      const rule = call.query.get("rule");
      if (rule === null || rule === "") throw badRequest("rule is needed");
      return jsonReply(200, { prefix: `${rule}-${new Date().getUTCFullYear()}-` });
    })
    .session("GET", samples, list)
    .session("POST", samples, (call) => {
      const investigation = scopeInvestigation(call, true);
      return jsonReply(
        200,
        documentView(
          createDocument(call, "sheets", investigation, { ...checkSheet(bodyOf(call)), createdBy: call.session?.user.name ?? "" }),
        ),
      );
    })
    .session("PUT", samples, (call) =>
      jsonReply(200, documentView(changeDocument(call, "sheets", sheetFor(call), checkSheet(bodyOf(call))))),
    )
    .session("DELETE", samples, removeSheets)
    .session("GET", "/samplemetadata/:sessionId/metadata", values)
    .session("POST", `${samples}/files`, addFile)
    .session("GET", `${samples}/files`, (call) => {
      const { base64, filename, contentType } = fileOf(call, sheetFor(call), call.query.get("fileId") ?? "");
      return bytesReply(call.request, Buffer.from(base64, "base64"), filename, contentType);
    })
    .session("DELETE", `${samples}/files`, removeFiles);
}
