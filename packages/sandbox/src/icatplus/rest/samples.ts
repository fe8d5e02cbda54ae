import { jsonReply, type Reply } from "../../http/message.ts";
import { iso, millisecondsOf } from "../catalogue/times.ts";
import type { Dataset, Parameter, Sample } from "../catalogue/types.ts";
import { bodyOf, optionalText, text } from "./body.ts";
import { type Call, idOf, investigationFor, type RouteAdder, sampleFor } from "./context.ts";
import { badRequest, notFound } from "./errors.ts";
import { idsOf, isTrue, listOf, matches, pageMeta, pageOf, parameterFilter, sorted, timeOf } from "./query.ts";
import { mayRead } from "./sessions.ts";
import { parameterPlace, sampleView } from "./views.ts";

function datasetsOf({ catalogue, query }: Call, sample: Sample): Dataset[] {
  const type = query.get("datasetType")?.toLowerCase();
  return catalogue
    .of("datasets", sample.investigationId)
    .filter((dataset) => dataset.sampleId === sample.id && (type === undefined || type === "" || dataset.type === type));
}

function found(call: Call): Sample[] {
  const { catalogue, query, session } = call;
  const [ids, investigations] = [idsOf(query, "sampleIds"), idsOf(query, "investigationId")];
  const named = listOf(query, "instrumentName")?.map((name) => name.toLowerCase());
  let rows: Sample[];
  if (ids !== undefined) rows = ids.map((id) => catalogue.get("samples", id)).filter((one): one is Sample => one !== undefined);
  else if (investigations !== undefined) rows = investigations.flatMap((id) => catalogue.of("samples", id));
  else if (named !== undefined)
    rows = [...catalogue.all("investigations")]
      .filter(({ instrument }) => named.includes(instrument.toLowerCase()))
      .flatMap(({ id }) => catalogue.of("samples", id));
  else throw badRequest("investigationId, sampleIds or instrumentName is needed");
  const [from, to] = [timeOf(query, "startDate"), timeOf(query, "endDate", true)];
  const acquired = isTrue(query, "havingAcquisitionDatasets");
  const fits = parameterFilter(query);
  const left = rows.filter((one) => {
    const investigation = catalogue.get("investigations", one.investigationId);
    if (investigation === undefined || (session !== undefined && !mayRead(session.user, investigation))) return false;
    if (investigations !== undefined && !investigations.includes(one.investigationId)) return false;
    if (named !== undefined && !named.includes(investigation.instrument.toLowerCase())) return false;
    if (from !== undefined && millisecondsOf(investigation.endDate ?? iso()) < from) return false;
    if (to !== undefined && millisecondsOf(investigation.startDate) > to) return false;
    if (acquired && !datasetsOf(call, one).some(({ type }) => type === "acquisition")) return false;
    return fits(one.parameters) && matches(query, one.name);
  });
  return sorted(left, query, {
    name: ({ name }) => name,
    modTime: ({ modTime }) => modTime,
    date: ({ modTime }) => modTime,
    id: ({ id }) => id,
  });
}

function list(call: Call): Reply {
  const { rows, meta } = pageOf(found(call), call.query);
  const withDatasets = isTrue(call.query, "includeDatasets");
  return jsonReply(
    200,
    rows.map((one) => ({ ...sampleView(one, call.catalogue, withDatasets ? datasetsOf(call, one) : undefined), ...meta })),
  );
}

/** On which page of the list a sample stands. */
function page(call: Call): Reply {
  const rows = found(call);
  const place = rows.findIndex(({ id }) => id === idOf(call.parameters["sampleId"]));
  if (place < 0) throw notFound(`sample ${call.parameters["sampleId"] ?? ""} in this list`);
  const limit = idOf(call.query.get("limit") ?? undefined);
  return jsonReply(200, { page: pageMeta(rows.length, place, Number.isNaN(limit) ? undefined : limit) });
}

function checkInvestigation(call: Call, sample: Sample): void {
  const investigation = investigationFor(call, call.query.get("investigationId") ?? undefined, true);
  if (sample.investigationId !== investigation.id) throw badRequest(`sample ${sample.id} is not of investigation ${investigation.id}`);
}

function addParameter(call: Call): Reply {
  const sample = sampleFor(call, call.parameters["sampleId"], true);
  checkInvestigation(call, sample);
  const fields = bodyOf(call);
  const units = optionalText(fields, "units");
  const parameter: Parameter = { name: text(fields, "name"), value: text(fields, "value"), ...(units === undefined ? {} : { units }) };
  if (sample.parameters.some(({ name }) => name === parameter.name)) throw badRequest(`sample ${sample.id} has ${parameter.name} already`);
  call.catalogue.change("samples", { ...sample, parameters: [...sample.parameters, parameter], modTime: iso() });
  return jsonReply(200, "Parameter created");
}

function setParameter(call: Call): Reply {
  const { owner, place } = parameterPlace(idOf(call.parameters["id"]));
  const sample = sampleFor(call, String(owner), true);
  checkInvestigation(call, sample);
  if (sample.parameters[place] === undefined) throw notFound(`parameter ${call.parameters["id"] ?? ""}`);
  const value = text(bodyOf(call), "value");
  const parameters = sample.parameters.map((parameter, index) => (index === place ? { ...parameter, value } : parameter));
  call.catalogue.change("samples", { ...sample, parameters, modTime: iso() });
  return jsonReply(200, "Parameter updated");
}

export function addSampleRoutes(add: RouteAdder): void {
  add
    .session("GET", "/catalogue/:sessionId/samples", list)
    .session("GET", "/catalogue/:sessionId/samples/:sampleId/page", page)
    .session("GET", "/catalogue/:sessionId/investigation/id/:investigationId/sample", (call) => {
      const { id } = investigationFor(call, call.parameters["investigationId"]);
      return jsonReply(
        200,
        call.catalogue.of("samples", id).map((one) => sampleView(one, call.catalogue)),
      );
    })
    .session("POST", "/catalogue/:sessionId/samples/:sampleId/sampleParameters", addParameter)
    .session("PUT", "/catalogue/:sessionId/sampleParameters/:id", setParameter);
}
