import { emptyReply, jsonReply, type Reply } from "../../http/message.ts";
import { normalName, proposalKey } from "../catalogue/names.ts";
import { dayOf, iso, millisecondsOf } from "../catalogue/times.ts";
import type { Investigation, Participant } from "../catalogue/types.ts";
import { instruments, types } from "../world/investigations.ts";
import { bodyOf, text } from "./body.ts";
import { type Call, investigationFor, type RouteAdder } from "./context.ts";
import { badRequest, forbidden, notFound } from "./errors.ts";
import { idsOf, isTrue, listOf, matches, pageOf, parameterFilter, sorted, timeOf } from "./query.ts";
import { isReleased, isScientist, mayRead, participates } from "./sessions.ts";
import { instrumentView, investigationView, made, objectId, userView } from "./views.ts";

const starts = ({ startDate }: Investigation): number => millisecondsOf(startDate);
const ends = ({ endDate }: Investigation): number => (endDate === undefined ? Infinity : millisecondsOf(endDate));

/** What `filter` may say, and which investigations it leaves. */
const filters: Readonly<Record<string, (call: Call, investigation: Investigation) => boolean>> = {
  released: (_call, investigation) => isReleased(investigation),
  embargoed: (_call, investigation) => !isReleased(investigation),
  participant: ({ session }, investigation) => session !== undefined && participates(session.user, investigation),
  instrumentscientist: ({ session }, { instrument }) => session !== undefined && isScientist(session.user, instrument),
  industry: (_call, { name }) => /^(FX|IX|IN|IM|IH)-/.test(name) && !name.startsWith("IH-"),
};

/** Candidates for a query: as few as its ids or names allow. */
function candidates({ catalogue, query }: Call): Investigation[] {
  const ids = idsOf(query, "ids");
  if (ids !== undefined)
    return ids.map((id) => catalogue.get("investigations", id)).filter((one): one is Investigation => one !== undefined);
  const name = query.get("investigationName");
  if (name !== null && name !== "") return catalogue.investigationsOf(name);
  return [...catalogue.all("investigations")];
}

function found(call: Call): Investigation[] {
  const { query } = call;
  const filter = query.get("filter");
  const chosen = filter === null || filter === "" ? undefined : filters[filter.toLowerCase()];
  if (filter !== null && filter !== "" && chosen === undefined)
    throw badRequest(`filter is "${filter}"; known: ${Object.keys(filters).join(", ")}`);
  const named = listOf(query, "instrumentName")?.map((name) => name.toLowerCase());
  const withIds = query.has("ids");
  const [from, to, at] = [timeOf(query, "startDate"), timeOf(query, "endDate", true), timeOf(query, "time")];
  const releases = listOf(query, "releaseDates");
  const user = query.get("username");
  const fits = parameterFilter(query);
  const rows = candidates(call).filter((one) => {
    if (named !== undefined && !named.includes(one.instrument.toLowerCase())) return false;
    if (chosen?.(call, one) === false) return false;
    // Dates and ids are not combined.
    if (!withIds && from !== undefined && starts(one) < from && ends(one) < from) return false;
    if (!withIds && to !== undefined && starts(one) > to) return false;
    if (at !== undefined && (starts(one) > at || ends(one) < at)) return false;
    if (releases !== undefined && (one.doi === undefined || one.releaseDate === undefined || !releases.includes(dayOf(one.releaseDate))))
      return false;
    if (user !== null && user !== "" && !one.participants.some((participant) => participant.user.startsWith(user))) return false;
    if (!fits(Object.entries(one.parameters).map(([name, value]) => ({ name, value })))) return false;
    return matches(query, one.name, one.title, one.instrument, one.summary, one.doi);
  });
  return sorted(rows, query, {
    name: ({ name }) => name,
    startDate: starts,
    endDate: ends,
    title: ({ title = "" }) => title,
    instrument: ({ instrument }) => instrument,
    id: ({ id }) => id,
  });
}

export function listInvestigations(call: Call): Reply {
  const { rows, meta } = pageOf(found(call), call.query);
  const access = isTrue(call.query, "withHasAccess");
  return jsonReply(
    200,
    rows.map((one) => ({
      ...investigationView(one),
      ...(access ? { canAccessDatasets: call.session !== undefined && mayRead(call.session.user, one) } : {}),
      ...meta,
    })),
  );
}

/** What the e-logbook's key opens: the sessions of one beamline or of some ids. */
export function listForKey(call: Call): Reply {
  if (!["investigationName", "instrumentName", "ids", "filter"].some((name) => (call.query.get(name) ?? "") !== ""))
    throw badRequest("instrumentName, investigationName or ids is needed");
  return listInvestigations(call);
}

function participantView({ id, name }: Investigation, { user, role }: Participant, place: number): Record<string, unknown> {
  return { id: id * 100 + place, ...userView(user), role, investigationName: name, investigationId: id };
}

function changeUsers(call: Call, change: (users: readonly Participant[], name: string) => Participant[]): Investigation {
  const investigation = investigationFor(call, call.parameters["investigationId"], true);
  const participants = change(investigation.participants, text(bodyOf(call), "name"));
  return call.catalogue.change("investigations", { ...investigation, participants, modTime: iso() });
}

function users(call: Call): Reply {
  const investigation = investigationFor(call, call.parameters["investigationId"]);
  return jsonReply(
    200,
    investigation.participants.map((participant, place) => participantView(investigation, participant, place)),
  );
}

function addUser(call: Call): Reply {
  const changed = changeUsers(call, (now, user) => {
    if (now.some((one) => one.user === user)) throw badRequest(`${user} takes part already`);
    return [...now, { user, role: "Collaborator" }];
  });
  const place = changed.participants.length - 1;
  return jsonReply(200, participantView(changed, changed.participants[place] as Participant, place));
}

function removeUser(call: Call): Reply {
  const changed = changeUsers(call, (now, user) => {
    const found = now.find((one) => one.user === user);
    if (found === undefined) throw badRequest(`${user} does not take part`);
    if (found.role !== "Collaborator") throw forbidden(`${user} is ${found.role}`);
    return now.filter((one) => one !== found);
  });
  return jsonReply(
    200,
    changed.participants.map((participant, place) => participantView(changed, participant, place)),
  );
}

function setReleaseDate(call: Call): Reply {
  const investigation = investigationFor(call, call.parameters["investigationId"], true);
  if (call.session?.user.administrator !== true) throw forbidden();
  const releaseDate = text(bodyOf(call), "releaseDate");
  if (!/^\d{4}-\d{2}-\d{2}/.test(releaseDate) || Number.isNaN(millisecondsOf(releaseDate)))
    throw badRequest(`releaseDate is no date: "${releaseDate}"`);
  call.catalogue.change("investigations", { ...investigation, releaseDate, modTime: iso() });
  return emptyReply(204);
}

function timeline(call: Call): Reply {
  const instrument = call.query.get("instrument");
  if (instrument === null || instrument === "") throw badRequest("instrument is needed");
  const rows = [...call.catalogue.all("investigations")].filter((one) => one.instrument.toLowerCase() === instrument.toLowerCase());
  return jsonReply(
    200,
    rows.map(({ id, name, startDate, endDate, parameters }) => ({
      investigationId: id,
      investigationName: name,
      startDate,
      ...(endDate === undefined ? {} : { endDate }),
      ...parameters,
    })),
  );
}

/** Instruments, of all or of those that the session has to do with. */
function listInstruments(call: Call): Reply {
  const filter = call.query.get("filter");
  const user = call.session?.user;
  const own = (name: string): boolean =>
    user === undefined ||
    filter === null ||
    filter === "" ||
    (filter.toLowerCase() === "instrumentscientist" ? isScientist(user, name) : takesPartAt(call, name));
  return jsonReply(
    200,
    instruments.filter(own).map((name) => instrumentView(name)),
  );
}

function takesPartAt({ catalogue, session }: Call, instrument: string): boolean {
  const user = session?.user;
  return user !== undefined && (user.proposals ?? []).some((proposal) => catalogue.investigationsOf(proposal, instrument).length > 0);
}

export function addInvestigationRoutes(add: RouteAdder): void {
  const users_ = "/catalogue/:sessionId/investigation/id/:investigationId/investigationusers";
  add
    .open("GET", "/catalogue/investigationtypes", () =>
      jsonReply(
        200,
        types.map((type) => ({ ...made("2020-01-01T00:00:00.000Z"), ...type })),
      ),
    )
    .open("GET", "/catalogue/instruments", listInstruments)
    .open("GET", "/catalogue/investigation/name/:investigationName/normalize", ({ parameters: { investigationName = "" } }) => {
      const name = normalName(investigationName);
      if (name === undefined) throw badRequest(`"${proposalKey(investigationName)}" is no name of a proposal`);
      return jsonReply(200, name);
    })
    .bearer("POST", "/catalogue/investigations/:investigationId/release-date", setReleaseDate)
    .session("GET", "/catalogue/:sessionId/instruments", listInstruments)
    .session("GET", "/catalogue/:sessionId/investigation", listInvestigations)
    .session("GET", "/catalogue/:sessionId/investigation/timeline", timeline)
    .session("GET", users_, users)
    .session("POST", users_, addUser)
    .session("DELETE", users_, removeUser)
    .session("GET", "/catalogue/:sessionId/investigation/:investigationId/user", (call) => {
      const { participants } = investigationFor(call, call.parameters["investigationId"]);
      return jsonReply(
        200,
        participants.map(({ user }) => ({ id: Math.abs(hash(user)), affilation: "Example Institute", ...userView(user) })),
      );
    })
    .session("GET", "/catalogue/:sessionId/user", (call) => {
      if (call.session?.user.administrator !== true) throw forbidden();
      return jsonReply(
        200,
        call.sessions.users.map(({ name, fullName = name, email = "" }, place) => ({ id: place + 1, name, fullName, email })),
      );
    })
    .session("GET", "/catalogue/:sessionId/instrumentscientist", (call) => {
      const wanted = listOf(call.query, "instrumentName")?.map((name) => name.toLowerCase());
      return jsonReply(
        200,
        call.sessions.users.flatMap(({ name, fullName = name, instruments: own = [] }) =>
          own
            .filter((instrument) => wanted === undefined || wanted.includes(instrument.toLowerCase()))
            .map((instrument) => ({
              id: objectId(Math.abs(hash(name + instrument))),
              user: { name, fullName },
              instrument: { name: instrument },
            })),
        ),
      );
    })
    .session("GET", "/catalogue/:sessionId/user/name/:name/instrumentscientist", (call) => {
      const user = call.sessions.users.find(({ name }) => name === call.parameters["name"]);
      if (user === undefined) throw notFound(`user ${call.parameters["name"] ?? ""}`);
      return jsonReply(
        200,
        (user.instruments ?? []).map((name) => instrumentView(name)),
      );
    });
}

function hash(text: string): number {
  let sum = 0;
  for (const character of text) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return sum;
}
