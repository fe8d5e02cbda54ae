import { millisecondsOf } from "../../catalogue/times.ts";
import type { Investigation, LogbookEvent } from "../../catalogue/types.ts";
import { type Call, idOf } from "../context.ts";
import { badRequest, forbidden, notFound } from "../errors.ts";
import { isScientist, mayRead, mayWrite } from "../sessions.ts";

/** What an e-logbook entry or a tag belongs to: an investigation, or an instrument alone. */
export interface Scope {
  readonly investigation?: Investigation;
  readonly instrument: string;
}

/** Reads `investigationId`, `investigationName` and `instrumentName`. Throws Problem. */
export function scopeOf(call: Call, time = Date.now()): Scope {
  const { catalogue, query, parameters } = call;
  const id = query.get("investigationId");
  const name = parameters["investigationName"] ?? query.get("investigationName") ?? "";
  const instrument = parameters["instrumentName"] ?? query.get("instrumentName") ?? "";
  if (id !== null && id !== "") {
    const investigation = catalogue.get("investigations", idOf(id));
    if (investigation === undefined)
      throw call.session === undefined ? badRequest(`There is no investigation ${id}`) : notFound(`investigation ${id}`);
    return { investigation, instrument: investigation.instrument };
  }
  if (name !== "" && instrument === "") throw badRequest("instrumentName is needed beside investigationName");
  if (instrument === "") throw badRequest("investigationId or instrumentName is needed");
  if (name === "") return { instrument: instrument.toUpperCase() };
  const investigation = catalogue.investigationAt(name, instrument, time) ?? catalogue.investigationsOf(name, instrument).at(-1);
  if (investigation === undefined) throw badRequest(`There is no investigation ${name} at ${instrument}`);
  return { investigation, instrument: investigation.instrument };
}

/** Refuses what the session may not read, or write. */
export function checkScope({ session }: Call, { investigation, instrument }: Scope, write: boolean): void {
  if (session === undefined) return;
  const may =
    investigation === undefined
      ? session.user.administrator === true || isScientist(session.user, instrument)
      : (write ? mayWrite : mayRead)(session.user, investigation);
  if (!may) throw forbidden();
}

/** Entries of a scope: of the investigation, or of the instrument with all its investigations. */
export function entriesOf({ catalogue, query }: Call, { investigation, instrument }: Scope): LogbookEvent[] {
  if (investigation !== undefined) return catalogue.of("events", investigation.id);
  const alone = query.get("filterInvestigation")?.toLowerCase() === "true";
  return [...catalogue.all("events")].filter(
    (event) => event.instrumentName?.toLowerCase() === instrument.toLowerCase() && !(alone && event.investigationId !== undefined),
  );
}

export const timeOfEvent = ({ creationDate }: LogbookEvent): number => millisecondsOf(creationDate);
