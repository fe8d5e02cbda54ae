import { jsonReply, type Reply } from "../../http/message.ts";
import { iso } from "../catalogue/times.ts";
import type { Dataset, Document } from "../catalogue/types.ts";
import { bodyOf, type Fields, optionalText, text } from "./body.ts";
import { type Call, datasetFor, type RouteAdder } from "./context.ts";
import { badRequest, forbidden, notFound, Problem } from "./errors.ts";
import { filtered } from "./datasets.ts";
import { isTrue, pageOf } from "./query.ts";
import { isReleased } from "./sessions.ts";
import { datasetView, made } from "./views.ts";

const prefix = "10.15151";
const doiOf = (id: number): string => `${prefix}/ESRF-DC-${id}`;

interface Collection extends Record<string, unknown> {
  readonly datasetIds: readonly number[];
  readonly doi: string;
  readonly minted: boolean;
  readonly user: string;
  readonly createdAt: string;
}

function datasetIds(call: Call, fields: Fields): number[] {
  const list = fields["datasetIdList"];
  if (!Array.isArray(list) || list.length === 0) throw badRequest("datasetIdList must be a list of ids that is not empty");
  const ids = list.map(Number);
  if (ids.some((id) => !Number.isSafeInteger(id))) throw badRequest("datasetIdList must hold numbers");
  for (const id of ids) datasetFor(call, id);
  return ids;
}

function checkMinter({ session }: Call): void {
  // With the e-logbook's key there is nobody to ask for a right.
  if (
    session !== undefined &&
    session.user.minter !== true &&
    session.user.administrator !== true &&
    (session.user.proposals ?? []).length === 0
  )
    throw forbidden();
}

function reserve(call: Call): Reply {
  checkMinter(call);
  const ids = datasetIds(call, bodyOf(call));
  const kept = call.catalogue.add("collections", (id) => ({
    id,
    value: { datasetIds: ids, doi: doiOf(id), minted: false, user: call.session?.user.name ?? "", createdAt: iso() } satisfies Collection,
  }));
  return jsonReply(200, { message: doiOf(kept.id) });
}

/** Mints a DOI for datasets, or one that was reserved. */
function mint(call: Call): Reply {
  checkMinter(call);
  const fields = bodyOf(call);
  const [title, abstract] = [text(fields, "title"), text(fields, "abstract")];
  const { authors = [], keywords = [], dataCollectionId } = fields as { authors?: unknown; keywords?: unknown; dataCollectionId?: unknown };
  if (call.session !== undefined && (!Array.isArray(authors) || authors.length === 0))
    throw badRequest("authors must be a list that is not empty");
  if (!Array.isArray(keywords)) throw badRequest("keywords must be a list");
  const about = { title, abstract, authors, keywords, minted: true };
  for (const name of ["citationPublicationDOI", "rights"]) optionalText(fields, name);
  if (dataCollectionId === undefined || dataCollectionId === null) {
    const ids = datasetIds(call, fields);
    const kept = call.catalogue.add("collections", (id) => ({
      id,
      value: { ...about, datasetIds: ids, doi: doiOf(id), user: call.session?.user.name ?? "", createdAt: iso() } satisfies Collection,
    }));
    return jsonReply(200, { message: doiOf(kept.id) });
  }
  const reserved = call.catalogue.get("collections", Number(dataCollectionId));
  if (reserved === undefined) throw notFound(`data collection ${String(dataCollectionId)}`);
  const value = reserved.value as Collection;
  if (call.session !== undefined && call.session.user.administrator !== true && value.user !== call.session.user.name) throw forbidden();
  if (value.minted) throw new Problem(422, `${value.doi} is minted already`);
  call.catalogue.change("collections", { ...reserved, value: { ...value, ...about } });
  return jsonReply(200, { message: value.doi });
}

interface Published {
  readonly doi: string;
  readonly title: string;
  readonly date: string;
  readonly creators: readonly string[];
  readonly subjects: readonly string[];
  readonly datasets: readonly Dataset[];
}

/** What a DOI stands for: an investigation or a collection of datasets. */
function published({ catalogue, parameters }: Call): Published {
  const doi = `${parameters["prefix"] ?? ""}/${parameters["suffix"] ?? ""}`.toUpperCase();
  for (const { value } of catalogue.all("collections")) {
    const { doi: own, minted, datasetIds: ids, title, createdAt, authors, keywords } = value as Collection;
    if (own !== doi || !minted) continue;
    return {
      doi,
      title: title as string,
      date: createdAt,
      creators: (authors as readonly { name?: string; surname?: string }[]).map(({ name = "", surname = "" }) =>
        `${name} ${surname}`.trim(),
      ),
      subjects: keywords as readonly string[],
      datasets: ids.map((id) => catalogue.get("datasets", id)).filter((one): one is Dataset => one !== undefined),
    };
  }
  for (const investigation of catalogue.all("investigations")) {
    if (investigation.doi?.toUpperCase() !== doi) continue;
    return {
      doi,
      title: investigation.title ?? investigation.name,
      date: investigation.releaseDate ?? investigation.startDate,
      creators: investigation.participants.map(({ user }) => user),
      subjects: [investigation.instrument],
      // Until it is released the page of a DOI tells what there is, but not the data.
      datasets: isReleased(investigation) ? catalogue.of("datasets", investigation.id) : [],
    };
  }
  throw notFound(`DOI ${doi}`);
}

function reservedList(call: Call): Reply {
  const { query, session } = call;
  const all = isTrue(query, "all") && session?.user.administrator === true;
  const user = session?.user.administrator === true ? (query.get("username") ?? session.user.name) : session?.user.name;
  const rows = [...call.catalogue.all("collections")].filter(({ value }) => {
    const { minted, user: owner } = value as Collection;
    return !minted && (all || owner === user);
  });
  return jsonReply(
    200,
    pageOf(rows, query).rows.map((one) => collectionView(one, call)),
  );
}

export function collectionView({ id, value }: Document, { catalogue }: Call): Record<string, unknown> {
  const { datasetIds: ids, doi, title, createdAt } = value as Collection;
  return {
    id,
    ...made(createdAt),
    doi,
    ...(title === undefined ? {} : { title }),
    dataCollectionDatasets: ids
      .map((one) => catalogue.get("datasets", one))
      .filter((one): one is Dataset => one !== undefined)
      .map((one) => {
        const { id: datasetId, name, startDate, endDate, location, sampleName } = datasetView(one, catalogue);
        return { dataset: { id: datasetId, name, startDate, endDate, location, sampleName } };
      }),
  };
}

export function addDoiRoutes(add: RouteAdder): void {
  add
    .session("POST", "/doi/:sessionId/reserve", reserve)
    .session("POST", "/doi/:sessionId/mint", mint)
    .session("GET", "/doi/:sessionId/reserved-dois", reservedList)
    .key("POST", "/dataacquisition/:apiKey/mint", mint)
    .open("GET", "/doi/:prefix/:suffix/datasets", (call) => {
      const { rows, meta } = pageOf(filtered(call, published(call).datasets), call.query);
      return jsonReply(
        200,
        rows.map((one) => ({ ...datasetView(one, call.catalogue), ...meta })),
      );
    })
    .open("GET", "/doi/:prefix/:suffix/json-datacite", (call) => {
      const { doi, title, date, creators, subjects } = published(call);
      return jsonReply(200, {
        doi,
        url: `https://doi.esrf.fr/${doi}`,
        publicationYear: date.slice(0, 4),
        creators: creators.map((name) => ({ name })),
        titles: { title },
        publisher: "European Synchrotron Radiation Facility",
        subjects: subjects.map((subject) => ({ subjectScheme: subject })),
        dates: [{ date: date.slice(0, 10), dateType: "Issued" }],
      });
    })
    .open("GET", "/doi/:prefix/:suffix/reports", (call) => {
      published(call);
      return jsonReply(200, []);
    })
    .session("GET", "/catalogue/:sessionId/datacollection", (call) => {
      const wanted = call.query.get("datasetId");
      const type = call.query.get("type")?.toLowerCase();
      const rows = [...call.catalogue.all("collections")].filter(
        ({ value }) =>
          (wanted === null || wanted === "" || (value as Collection).datasetIds.includes(Number(wanted))) &&
          (type === undefined || type === "" || (type === "document") === (value as Collection).minted),
      );
      return jsonReply(
        200,
        pageOf(rows, call.query).rows.map((one) => collectionView(one, call)),
      );
    })
    .session("GET", "/catalogue/:sessionId/dataset/id/:datasetId/datacollection", (call) => {
      const { id } = datasetFor(call, call.parameters["datasetId"]);
      const rows = [...call.catalogue.all("collections")].filter(({ value }) => (value as Collection).datasetIds.includes(id));
      return jsonReply(
        200,
        rows.map((one) => collectionView(one, call)),
      );
    });
}
