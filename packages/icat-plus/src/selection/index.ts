export { selectInvestigation } from "./select.ts";
export type { SelectOptions, SessionDates } from "./select.ts";
export { createSessionFinder } from "./finder.ts";
export type { FetchSessions, FindOptions, SessionFinder, SessionFinderOptions } from "./finder.ts";
