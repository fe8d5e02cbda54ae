import { checkNames, listOptionNames, type QueryValue } from "@sci/http-core";
import { rowList, rowsOf } from "./pages.ts";
import type { Ask, Walk } from "./portal.ts";
import type { EventFilter, LogbookApi } from "./portal-types.ts";
import type { Sessions } from "./session.ts";
import type { CatalogueRow } from "./types.ts";
import { day, invalid, joined } from "./values.ts";

const events = rowList<{ readonly params: Readonly<Record<string, string>>; readonly values: Readonly<Record<string, QueryValue>> }>({
  name: "logbook.events",
  path: "/logbook/{sessionId}/event",
  query: ({ values }) => Object.entries(values),
});

const filterNames = [
  ...["investigationId", "instrumentName", "types", "search", "date", "tags", "orTags", "notTags"],
  ...["startTime", "endTime", "filterInvestigation"],
];
const callNames = ["signal", "timeout", "retry", "headers", "validate"];

export function createLogbook(ask: Ask, walk: Walk, sessions: () => Sessions): LogbookApi {
  return {
    events(filter) {
      checkNames(filter, [...filterNames, "sortBy", "sortOrder", ...listOptionNames], "option of logbook.events()");
      const values = { ...valuesOf(filter), sortBy: filter.sortBy, sortOrder: filter.sortOrder };
      return walk(events, { params: {}, values }, filter);
    },
    async count(filter) {
      const answer = await ask("GET /logbook/{sessionId}/event/count", { ...callOf(filter, "count"), query: valuesOf(filter) });
      // Alone, or in a row of statistics, as the service sends it.
      const first: unknown = Array.isArray(answer) ? answer[0] : answer;
      const found =
        typeof first === "object" && first !== null ? ((first as CatalogueRow)["totalNumber"] ?? (first as CatalogueRow)["count"]) : first;
      return Number(found ?? 0);
    },
    async dates(filter) {
      const { startTime: _start, endTime: _end, date: _date, ...values } = valuesOf(filter);
      const answer = await ask("GET /logbook/{sessionId}/event/dates", { ...callOf(filter, "dates"), query: values });
      return Array.isArray(answer) ? answer : [];
    },
    async tags({ investigationId, instrumentName, ...options }) {
      return rowsOf(await ask("GET /logbook/{sessionId}/tag", { ...options, query: { investigationId, instrumentName } }));
    },
    async download({ resourceId, to, ...options }) {
      checkNames(options, callNames, "option of logbook.download()");
      const values = { resourceId: joined(resourceId, "resourceId") };
      if (values.resourceId === undefined) throw invalid("logbook.download() needs the resourceId of a file.");
      const { downloadFile } = await import("./download.ts");
      const file = { name: "logbook.download", path: "/resource/{sessionId}/file/download", values };
      return await downloadFile(sessions(), file, to, options);
    },
    create: async ({ investigationId, event, ...options }) =>
      (await ask("POST /logbook/{sessionId}/event", { ...options, query: { investigationId }, body: event })) as CatalogueRow,
    update: async ({ investigationId, event, ...options }) =>
      (await ask("PUT /logbook/{sessionId}/event", { ...options, query: { investigationId }, body: { event } })) as CatalogueRow,
  };
}

function valuesOf(filter: EventFilter): Record<string, QueryValue> {
  if (filter.investigationId === undefined && filter.instrumentName === undefined) {
    throw invalid("The e-logbook is read by investigationId or instrumentName: one of them is needed.");
  }
  return {
    investigationId: filter.investigationId,
    instrumentName: filter.instrumentName,
    types: joined(filter.types, "types"),
    filterInvestigation: filter.filterInvestigation,
    search: filter.search,
    date: day(filter.date, "date"),
    tags: joined(filter.tags, "tags"),
    orTags: joined(filter.orTags, "orTags"),
    notTags: joined(filter.notTags, "notTags"),
    startTime: filter.startTime,
    endTime: filter.endTime,
  };
}

function callOf(filter: object, method: string): Readonly<Record<string, unknown>> {
  checkNames(filter, [...filterNames, ...callNames], `option of logbook.${method}()`);
  return Object.fromEntries(Object.entries(filter).filter(([name, value]) => callNames.includes(name) && value !== undefined));
}
