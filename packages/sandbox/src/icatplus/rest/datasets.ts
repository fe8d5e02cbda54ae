import { jsonReply, type Reply } from "../../http/message.ts";
import { iso, millisecondsOf } from "../catalogue/times.ts";
import type { Dataset } from "../catalogue/types.ts";
import { bodyOf, text } from "./body.ts";
import { type Call, datasetFor, idOf, investigationFor, type RouteAdder } from "./context.ts";
import { badRequest, notFound } from "./errors.ts";
import { idsOf, isTrue, listOf, matches, pageOf, parameterFilter, sorted, timeOf } from "./query.ts";
import { mayRead } from "./sessions.ts";
import { datasetView, parameterPlace } from "./views.ts";

const fileCount = ({ parameters }: Dataset): number => Number(parameters.find(({ name }) => name === "__fileCount")?.value ?? 0);
const volume = ({ parameters }: Dataset): number => Number(parameters.find(({ name }) => name === "__volume")?.value ?? 0);

/** Datasets that a query is about and that the caller may see: as few as its ids allow. */
export function datasetsFor(call: Call, idName = "investigationIds"): Dataset[] {
  const { catalogue, query, session } = call;
  const ids = idsOf(query, "datasetIds");
  const investigations = idsOf(query, idName);
  const samples = idsOf(query, "sampleId");
  const named = listOf(query, "instrumentName")?.map((name) => name.toLowerCase());
  const ofInvestigations = (list: readonly number[]): Dataset[] => list.flatMap((id) => catalogue.of("datasets", id));
  let rows: Dataset[];
  if (ids !== undefined) rows = ids.map((id) => catalogue.get("datasets", id)).filter((one): one is Dataset => one !== undefined);
  else if (investigations !== undefined) rows = ofInvestigations(investigations);
  else if (samples !== undefined)
    rows = ofInvestigations([...new Set(samples.map((id) => catalogue.get("samples", id)?.investigationId ?? 0))]);
  else if (named !== undefined)
    rows = ofInvestigations(
      [...catalogue.all("investigations")].filter(({ instrument }) => named.includes(instrument.toLowerCase())).map(({ id }) => id),
    );
  else throw badRequest(`${idName}, datasetIds, sampleId or instrumentName is needed`);
  const visible = new Map<number, boolean>();
  const see = (id: number): boolean => {
    const known = visible.get(id);
    if (known !== undefined) return known;
    const investigation = catalogue.get("investigations", id);
    const may =
      investigation !== undefined &&
      (session === undefined || mayRead(session.user, investigation)) &&
      (named === undefined || named.includes(investigation.instrument.toLowerCase()));
    visible.set(id, may);
    return may;
  };
  return rows.filter(
    (dataset) =>
      see(dataset.investigationId) &&
      (investigations === undefined || investigations.includes(dataset.investigationId)) &&
      (samples === undefined || samples.includes(dataset.sampleId)),
  );
}

/** Leaves those that the other filters of a query name, in its order. */
export function filtered({ catalogue, query }: Call, rows: readonly Dataset[]): Dataset[] {
  const type = query.get("datasetType")?.toLowerCase();
  const pids = listOf(query, "techniquePids");
  const [from, to] = [timeOf(query, "startDate"), timeOf(query, "endDate", true)];
  const fits = parameterFilter(query);
  const left = rows.filter((one) => {
    if (type !== undefined && type !== "" && one.type !== type) return false;
    if (
      pids !== undefined &&
      !one.parameters.some(({ name, value }) => name === "technique_pid" && pids.some((pid) => value.split(/[\s,]+/).includes(pid)))
    )
      return false;
    if (from !== undefined && millisecondsOf(one.endDate) < from) return false;
    if (to !== undefined && millisecondsOf(one.startDate) > to) return false;
    return fits(one.parameters) && matches(query, one.name, one.location, catalogue.get("samples", one.sampleId)?.name);
  });
  return sorted(left, query, {
    name: ({ name }) => name,
    startDate: ({ startDate }) => millisecondsOf(startDate),
    endDate: ({ endDate }) => millisecondsOf(endDate),
    sampleName: ({ sampleId }) => catalogue.get("samples", sampleId)?.name ?? "",
    id: ({ id }) => id,
    fileCount,
    volume,
  });
}

export function listDatasets(call: Call): Reply {
  const { rows, meta } = pageOf(filtered(call, datasetsFor(call)), call.query);
  const nested = isTrue(call.query, "nested");
  return jsonReply(
    200,
    rows.map((one) => ({ ...datasetView(one, call.catalogue, nested), ...meta })),
  );
}

/** What the e-logbook's key opens: the datasets of one session. */
export function listForKey(call: Call): Reply {
  const investigation = investigationFor(call, call.query.get("investigationId") ?? undefined);
  const { rows, meta } = pageOf(filtered(call, call.catalogue.of("datasets", investigation.id)), call.query);
  return jsonReply(
    200,
    rows.map((one) => ({ ...datasetView(one, call.catalogue), ...meta })),
  );
}

/** A dataset as the search engines of the facility take it: flat, with its investigation by name. */
function documentOf(dataset: Dataset, { catalogue }: Call): Record<string, unknown> {
  const { id, name, startDate, endDate, location, sampleName, parameters } = datasetView(dataset, catalogue);
  const investigation = catalogue.get("investigations", dataset.investigationId);
  return {
    id,
    name,
    startDate,
    endDate,
    location,
    sampleName,
    parameters: (parameters as { name: string; value: string }[]).map(({ name: field, value }) => ({ name: field, value })),
    investigation: { id: dataset.investigationId, name: investigation?.name ?? "" },
  };
}

function byPath(call: Call, name: string): Dataset[] {
  return (call.parameters[name] ?? "").split(",").map((id) => datasetFor(call, id.trim()));
}

function documentsBetween(call: Call): Reply {
  const [from, to] = [timeOf(call.query, "startDate"), timeOf(call.query, "endDate", true)];
  if (from === undefined || to === undefined) throw badRequest("startDate and endDate are needed");
  const rows: Dataset[] = [];
  for (const investigation of call.catalogue.all("investigations")) {
    if (call.session === undefined || !mayRead(call.session.user, investigation) || millisecondsOf(investigation.startDate) > to) continue;
    rows.push(
      ...call.catalogue
        .of("datasets", investigation.id)
        .filter(({ startDate }) => millisecondsOf(startDate) >= from && millisecondsOf(startDate) <= to),
    );
  }
  return jsonReply(
    200,
    pageOf(rows, call.query).rows.map((one) => documentOf(one, call)),
  );
}

function timeline(call: Call): Reply {
  return jsonReply(
    200,
    datasetsFor(call, "investigationId").map((one) => ({
      startDate: one.startDate,
      endDate: one.endDate,
      investigationId: one.investigationId,
      investigationName: call.catalogue.get("investigations", one.investigationId)?.name,
      datasetName: one.name,
      datasetId: one.id,
      sampleId: one.sampleId,
      sampleName: call.catalogue.get("samples", one.sampleId)?.name,
      datasetType: one.type,
      ...Object.fromEntries(one.parameters.filter(({ name }) => name.startsWith("__")).map(({ name, value }) => [name, value])),
    })),
  );
}

/** Values of parameters over the datasets of a query. */
function parameterRows(call: Call): Record<string, unknown>[] {
  const names = listOf(call.query, "name")?.map((name) => name.toLowerCase());
  return filtered(call, datasetsFor(call, "investigationId")).flatMap((one) => {
    const { parameters, sampleName } = datasetView(one, call.catalogue) as { parameters: { name: string }[]; sampleName: string };
    return parameters
      .filter(({ name }) => names === undefined || names.includes(name.toLowerCase()))
      .map((parameter) => ({ ...parameter, datasetId: one.id, sampleName, sampleId: one.sampleId, createTime: one.createTime }));
  });
}

function setParameter(call: Call): Reply {
  const { owner, place } = parameterPlace(idOf(call.query.get("parameterId") ?? undefined));
  const dataset = datasetFor(call, owner);
  investigationFor(call, String(dataset.investigationId), true);
  if (dataset.parameters[place] === undefined) throw notFound(`parameter ${call.query.get("parameterId") ?? ""}`);
  const value = text(bodyOf(call), "value");
  const parameters = dataset.parameters.map((parameter, index) => (index === place ? { ...parameter, value } : parameter));
  call.catalogue.change("datasets", { ...dataset, parameters });
  return jsonReply(200, iso());
}

/** Distinct values of one parameter. */
function values(call: Call): Reply {
  const seen = new Map<string, Record<string, unknown>>();
  for (const row of parameterRows(call)) {
    const key = `${row["name"] as string} ${row["value"] as string}`;
    if (!seen.has(key)) seen.set(key, row);
  }
  return jsonReply(200, [...seen.values()]);
}

export function addDatasetRoutes(add: RouteAdder): void {
  add
    .bearer("GET", "/catalogue/datasets", listDatasets)
    .bearer("GET", "/catalogue/datasets/documents", documentsBetween)
    .session("GET", "/catalogue/:sessionId/dataset", listDatasets)
    .session("GET", "/catalogue/:sessionId/dataset/timeline", timeline)
    .session("GET", "/catalogue/:sessionId/dataset/id/:datasetIds/dataset", (call) =>
      jsonReply(
        200,
        byPath(call, "datasetIds").map((one) => datasetView(one, call.catalogue)),
      ),
    )
    .session("GET", "/catalogue/:sessionId/dataset/id/:datasetIds/dataset_document", (call) =>
      jsonReply(
        200,
        byPath(call, "datasetIds").map((one) => documentOf(one, call)),
      ),
    )
    .session("GET", "/catalogue/:sessionId/datasetparameter", (call) => jsonReply(200, parameterRows(call)))
    .session("GET", "/catalogue/:sessionId/datasetparameter/values", values)
    .session("PUT", "/catalogue/:sessionId/datasetparameter", setParameter);
}
