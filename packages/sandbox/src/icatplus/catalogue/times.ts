/** Milliseconds since the Unix epoch of a date as messages and queries write it; without a zone it is local time. NaN when it is none. */
export function millisecondsOf(text: string): number {
  // Microseconds are beyond what Date reads everywhere.
  return Date.parse(text.trim().replace(/(\.\d{3})\d+/, "$1"));
}

/** A time as the catalogue writes it: `2024-03-01T09:00:00.000Z`. */
export function iso(milliseconds: number = Date.now()): string {
  return new Date(milliseconds).toISOString();
}

/** The day of a time, in the zone that it is written in. */
export function dayOf(text: string): string {
  return text.slice(0, 10);
}
