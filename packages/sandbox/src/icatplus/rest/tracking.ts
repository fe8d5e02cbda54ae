import { emptyReply, jsonReply, type Reply } from "../../http/message.ts";
import { iso, millisecondsOf } from "../catalogue/times.ts";
import type { Document } from "../catalogue/types.ts";
import { bodyOf, type Fields, optionalText, text } from "./body.ts";
import { type Call, type RouteAdder } from "./context.ts";
import { changeDocument, createDocument, documentFor, idOfFields, scopeInvestigation } from "./documents.ts";
import { badRequest, notFound, Problem } from "./errors.ts";
import { listOf, matches, pageOf, timeOf } from "./query.ts";
import { mayRead, mayWrite } from "./sessions.ts";
import { documentView, investigationView, numberOf, objectId } from "./views.ts";

/** The life of a parcel, in its order. */
const statuses = [
  "CREATED",
  "SCHEDULED",
  "READY",
  "APPROVED",
  "REFUSED",
  "INPUT",
  "SENT",
  "STORES",
  "BEAMLINE",
  "BACK_STORES",
  "BACK_USER",
  "ON_HOLD",
  "DESTROYED",
  "REMOVED",
];

interface Stage {
  readonly status: string;
  readonly createdAt: string;
}

const stages = ({ value }: Document): readonly Stage[] => (value["statuses"] ?? []) as readonly Stage[];
const items = ({ value }: Document): readonly Fields[] => (value["items"] ?? []) as readonly Fields[];

function parcelView(parcel: Document, { catalogue }: Call): Record<string, unknown> {
  const investigation = catalogue.get("investigations", parcel.investigationId ?? Number.NaN);
  const { shipmentId, ...value } = parcel.value;
  return {
    ...documentView({ ...parcel, value }),
    shipmentId: objectId(Number(shipmentId)),
    currentStatus: parcel.value["status"],
    statuses: stages(parcel).map((stage, place) => ({ _id: objectId(parcel.id * 1000 + place), updatedAt: stage.createdAt, ...stage })),
    content: items(parcel),
    localContactNames: (investigation?.participants ?? []).filter(({ role }) => role === "Local contact").map(({ user }) => user),
    ...(investigation === undefined ? {} : { investigation: investigationView(investigation) }),
  };
}

function candidates(call: Call): Document[] {
  const { catalogue, query, session } = call;
  if ((query.get("investigationId") ?? "") !== "") return catalogue.of("parcels", scopeInvestigation(call).id);
  return [...catalogue.all("parcels")].filter(({ investigationId }) => {
    const one = catalogue.get("investigations", investigationId ?? Number.NaN);
    return one !== undefined && session !== undefined && mayRead(session.user, one) && mayWrite(session.user, one);
  });
}

function listParcels(call: Call): Reply {
  const { query } = call;
  const wanted = listOf(query, "status")?.map((status) => status.toUpperCase());
  const [parcelId, shipmentId] = [query.get("parcelId"), query.get("shipmentId")];
  const [from, to] = [timeOf(query, "startDate"), timeOf(query, "endDate", true)];
  /** Whether the parcel has the status that `name` says (any, without it) in the time. */
  const reached = (parcel: Document, name: string, test: (time: number) => boolean): boolean => {
    const status = query.get(name)?.toUpperCase();
    return stages(parcel).some(
      (stage) => (status === undefined || status === "" || stage.status === status) && test(millisecondsOf(stage.createdAt)),
    );
  };
  const rows = candidates(call).filter((parcel) => {
    if (parcelId !== null && parcelId !== "" && parcel.id !== numberOf(parcelId)) return false;
    if (shipmentId !== null && shipmentId !== "" && parcel.value["shipmentId"] !== numberOf(shipmentId)) return false;
    if (wanted !== undefined && wanted.length > 0 && !wanted.includes(String(parcel.value["status"]))) return false;
    if (from !== undefined && !reached(parcel, "startStatus", (time) => time >= from)) return false;
    if (to !== undefined && !reached(parcel, "endStatus", (time) => time <= to)) return false;
    return matches(query, String(parcel.value["name"]), String(parcel.value["investigationName"]));
  });
  const { rows: cut, meta } = pageOf(rows, query);
  return jsonReply(
    200,
    cut.map((parcel) => ({ ...parcelView(parcel, call), ...meta })),
  );
}

function shipmentFor(call: Call): { shipment: Document; investigation: ReturnType<typeof scopeInvestigation> } {
  const id = call.parameters["shipmentId"] ?? call.query.get("shipmentId") ?? undefined;
  if (id === undefined || id === "") throw badRequest("shipmentId is needed");
  const found = call.catalogue.get("shipments", numberOf(id));
  if (found === undefined) throw badRequest(`There is no shipment ${id}`);
  const withInvestigation = { ...call, query: new URLSearchParams([["investigationId", String(found.investigationId)]]) };
  return { shipment: found, investigation: scopeInvestigation(withInvestigation, true) };
}

function createParcel(call: Call): Reply {
  const { shipment, investigation } = shipmentFor(call);
  const fields = bodyOf(call);
  const name = text(fields, "name");
  const stage = { status: "CREATED", createdBy: call.session?.user.name ?? "", createdAt: iso() };
  const parcel = call.catalogue.together(() => {
    const made = createDocument(call, "parcels", investigation, {
      items: [],
      ...fields,
      name,
      shipmentId: shipment.id,
      investigationName: investigation.name,
      status: stage.status,
      statuses: [stage],
    });
    changeDocument(call, "shipments", shipment, { parcels: [...((shipment.value["parcels"] ?? []) as unknown[]), made.id] });
    return made;
  });
  return jsonReply(200, parcelView(parcel, call));
}

function updateParcel(call: Call): Reply {
  const { investigation } = shipmentFor(call);
  const {
    status: _status,
    statuses: _stages,
    shipmentId: _shipment,
    content: _content,
    investigation: _investigation,
    ...fields
  } = bodyOf(call);
  const parcel = documentFor(call, "parcels", idOfFields(fields), investigation);
  return jsonReply(200, parcelView(changeDocument(call, "parcels", parcel, fields), call));
}

function deleteParcel(call: Call): Reply {
  const { shipment, investigation } = shipmentFor(call);
  const parcel = documentFor(call, "parcels", idOfFields(bodyOf(call)), investigation);
  if (parcel.value["status"] !== "CREATED") throw new Problem(422, `parcel ${parcel.id} is ${String(parcel.value["status"])} already`);
  call.catalogue.together(() => {
    call.catalogue.remove("parcels", parcel.id);
    changeDocument(call, "shipments", shipment, {
      parcels: ((shipment.value["parcels"] ?? []) as unknown[]).filter((id) => id !== parcel.id),
    });
  });
  return emptyReply(204);
}

function setStatus(call: Call): Reply {
  const parcel = documentFor(call, "parcels", call.parameters["parcelId"], scopeInvestigation(call, true));
  const fields = bodyOf(call);
  const status = text(fields, "status").toUpperCase();
  if (!statuses.includes(status)) throw badRequest(`status is "${status}"; known: ${statuses.join(", ")}`);
  const location = optionalText(fields, "location");
  const stage = { status, createdBy: call.session?.user.name ?? "", createdAt: iso(), ...(location === undefined ? {} : { location }) };
  const { status: _status, location: _location, ...more } = fields;
  return jsonReply(
    200,
    parcelView(changeDocument(call, "parcels", parcel, { ...more, status, statuses: [...stages(parcel), stage] }), call),
  );
}

function changeItems(call: Call, change: (items: readonly Fields[]) => readonly Fields[]): Reply {
  const parcel = documentFor(call, "parcels", call.parameters["parcelId"], scopeInvestigation(call, true));
  return jsonReply(200, parcelView(changeDocument(call, "parcels", parcel, { items: change(items(parcel)) }), call));
}

function placeOf(list: readonly Fields[], { parameters }: Call): number {
  const place = list.findIndex(({ id }) => id === parameters["itemId"]);
  if (place < 0) throw notFound(`item ${parameters["itemId"] ?? ""}`);
  return place;
}

function addItem(call: Call): Reply {
  const item = bodyOf(call);
  for (const name of ["name", "type"]) text(item, name);
  return changeItems(call, (list) => [
    ...list,
    { ...item, id: `${call.parameters["parcelId"] ?? ""}-${list.length + 1}-${Date.now().toString(36)}` },
  ]);
}

function labels(call: Call): Reply {
  const parcel = documentFor(call, "parcels", call.parameters["parcelId"], scopeInvestigation(call));
  // The smallest document that readers of PDF take.
  const body = `%PDF-1.4\n% labels of ${String(parcel.value["name"]).replace(/[^\w ]/g, "")}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`;
  return {
    status: 200,
    headers: { "Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="labels.pdf"' },
    body: Buffer.from(body),
  };
}

function shipmentView({ value, ...rest }: Document): Record<string, unknown> {
  return { ...documentView({ ...rest, value }), parcels: ((value["parcels"] ?? []) as number[]).map(objectId) };
}

function listShipments(call: Call): Reply {
  const wanted = call.query.get("shipmentId");
  const rows = call.catalogue.of("shipments", scopeInvestigation(call).id);
  return jsonReply(200, rows.filter(({ id }) => wanted === null || wanted === "" || id === numberOf(wanted)).map(shipmentView));
}

function removeShipment(call: Call): Reply {
  const shipment = documentFor(call, "shipments", idOfFields(bodyOf(call)), scopeInvestigation(call, true));
  if (((shipment.value["parcels"] ?? []) as unknown[]).length > 0) throw new Problem(422, `shipment ${shipment.id} holds parcels`);
  call.catalogue.remove("shipments", shipment.id);
  return emptyReply(204);
}

function ownAddresses(call: Call): Reply {
  const rows = [...call.catalogue.all("addresses")].filter(({ investigationId }) => {
    const one = call.catalogue.get("investigations", investigationId ?? Number.NaN);
    return one !== undefined && call.session !== undefined && mayWrite(call.session.user, one);
  });
  return jsonReply(200, pageOf(rows, call.query).rows.map(documentView));
}

export function addTrackingRoutes(add: RouteAdder): void {
  const ofInvestigation = "/tracking/:sessionId/investigation/id/:investigationId";
  const parcel = `${ofInvestigation}/parcel/id/:parcelId`;
  const addressFor = (call: Call): Document => documentFor(call, "addresses", idOfFields(bodyOf(call)), scopeInvestigation(call, true));
  const shipment = (call: Call): Document => documentFor(call, "shipments", idOfFields(bodyOf(call)), scopeInvestigation(call, true));
  add
    .session("GET", "/tracking/:sessionId/parcel", listParcels)
    .session("POST", "/tracking/:sessionId/parcel", createParcel)
    .session("PUT", "/tracking/:sessionId/parcel", updateParcel)
    .session("DELETE", "/tracking/:sessionId/shipment/id/:shipmentId/parcel", deleteParcel)
    .session("PUT", `${parcel}/parcel/status`, setStatus)
    .session("GET", `${parcel}/labels`, labels)
    .session("POST", `${parcel}/item`, addItem)
    .session("PUT", `${parcel}/item/:itemId`, (call) =>
      changeItems(call, (list) => {
        const place = placeOf(list, call);
        return list.map((item, index) => (index === place ? { ...bodyOf(call), id: call.parameters["itemId"] } : item));
      }),
    )
    .session("DELETE", `${parcel}/item/:itemId`, (call) =>
      changeItems(call, (list) => {
        const gone = placeOf(list, call);
        return list.filter((_, place) => place !== gone);
      }),
    )
    .session("GET", "/tracking/:sessionId/shipment", listShipments)
    .session("POST", "/tracking/:sessionId/shipment", (call) => {
      const investigation = scopeInvestigation(call, true);
      const fields = bodyOf(call);
      text(fields, "name");
      return jsonReply(
        200,
        shipmentView(createDocument(call, "shipments", investigation, { ...fields, investigationName: investigation.name, parcels: [] })),
      );
    })
    .session("PUT", "/tracking/:sessionId/shipment", (call) => {
      const { parcels: _parcels, ...fields } = bodyOf(call);
      return jsonReply(200, shipmentView(changeDocument(call, "shipments", shipment(call), fields)));
    })
    .session("DELETE", "/tracking/:sessionId/shipment", removeShipment)
    .session("GET", "/tracking/:sessionId/address", ownAddresses)
    .session("GET", `${ofInvestigation}/address`, (call) =>
      jsonReply(200, call.catalogue.of("addresses", scopeInvestigation(call).id).map(documentView)),
    )
    .session("POST", `${ofInvestigation}/address`, (call) => {
      const fields = bodyOf(call);
      text(fields, "name");
      return jsonReply(200, documentView(createDocument(call, "addresses", scopeInvestigation(call, true), fields)));
    })
    .session("PUT", `${ofInvestigation}/address`, (call) =>
      jsonReply(200, documentView(changeDocument(call, "addresses", addressFor(call), bodyOf(call)))),
    )
    .session("DELETE", `${ofInvestigation}/address`, (call) => {
      const address = addressFor(call);
      call.catalogue.remove("addresses", address.id);
      return jsonReply(200, documentView(address));
    })
    .session("GET", "/tracking/:sessionId/setup", (call) => {
      const { instrument } = scopeInvestigation(call);
      return jsonReply(200, {
        instrumentName: instrument,
        sampleChangerType: [{ name: "FlexHCD" }],
        containerHeaders: ["Name", "Capacity"],
        containerTypes: [
          { name: "SPINE Puck", capacity: 10 },
          { name: "UNIPUCK", capacity: 16 },
        ],
        experimentPlan: [],
        processingPlan: [],
        sampleDescription: [],
      });
    });
}
