import type { Catalogue } from "../catalogue/catalogue.ts";
import { normalName } from "../catalogue/names.ts";
import { iso, millisecondsOf } from "../catalogue/times.ts";
import type { Investigation } from "../catalogue/types.ts";
import { asTime, Refusal } from "./refusal.ts";
import { type Element, textOf } from "./xml.ts";

/** What the user portal says of investigations. */
export type Schedule = Map<number, Partial<Pick<Investigation, "startDate" | "endDate" | "title">>>;

/** Opens a session. Throws Refusal. */
export function takeInvestigation(root: Element, catalogue: Catalogue): Investigation {
  const proposal = textOf(root, "experiment");
  const instrument = textOf(root, "instrument");
  if (proposal === undefined) throw new Refusal("<experiment> is missing or empty");
  if (instrument === undefined) throw new Refusal("<instrument> is missing or empty");
  const startDate = textOf(root, "startDate");
  const start = asTime(startDate, "<startDate>", millisecondsOf);
  const endDate = textOf(root, "endDate");
  if (endDate !== undefined) asTime(endDate, "<endDate>", millisecondsOf);
  const release = new Date(start);
  release.setUTCFullYear(release.getUTCFullYear() + 3);
  const now = iso();
  return catalogue.add("investigations", (id) => ({
    id,
    name: normalName(proposal) ?? proposal.toUpperCase(),
    instrument: instrument.toUpperCase(),
    startDate: startDate as string,
    ...(endDate === undefined ? {} : { endDate }),
    releaseDate: iso(release.getTime()),
    participants: [],
    parameters: {},
    createTime: now,
    modTime: now,
  }));
}

/** Takes what the user portal says of an investigation. Throws Refusal. */
export function takeReschedule(root: Element, catalogue: Catalogue, schedule: Schedule): void {
  const given = textOf(root, "investigationId");
  const found = given === undefined || !/^\d+$/.test(given) ? undefined : catalogue.get("investigations", Number(given));
  if (found === undefined) throw new Refusal(`there is no investigation ${given ?? "without an id"}`);
  catalogue.change("investigations", { ...found, ...schedule.get(found.id), modTime: iso() });
  schedule.delete(found.id);
}
