import { jsonb, type JsonObject } from "./jsonb.ts";
import { lastOf, namesIn, type Segment } from "./segments.ts";

type Counts = Record<string, number | string[]>;

/** Per component: lumisections per status, and the comments and causes that occur. */
export function tripletSummary(segments: readonly Segment[]): JsonObject {
  const summary: Record<string, Counts> = {};
  const names = namesIn(segments);
  for (const name of names) summary[name] = { EMPTY: 0, comments: [], causes: [] };
  const last = lastOf(segments);
  let covered = 0;
  for (const { start, end, values } of segments) {
    const length = end - start + 1;
    covered += length;
    for (const name of names) {
      const counts = summary[name] as Counts;
      const value = values[name];
      if (typeof value !== "object" || value === null) {
        counts["EMPTY"] = (counts["EMPTY"] as number) + length;
        continue;
      }
      const { status, comment, cause } = value as { status: string; comment?: string; cause?: string };
      counts[status] = ((counts[status] as number | undefined) ?? 0) + length;
      const comments = counts["comments"] as string[];
      const causes = counts["causes"] as string[];
      if (comment !== undefined && comment !== "" && !comments.includes(comment)) comments.push(comment);
      if (cause !== undefined && cause !== "" && !causes.includes(cause)) causes.push(cause);
    }
  }
  for (const name of names) (summary[name] as Counts)["EMPTY"] = ((summary[name] as Counts)["EMPTY"] as number) + last - covered;
  return jsonb(summary) as JsonObject;
}

/** Per bit: lumisections in which it is true, false, null or not given; `ls_duration` holds the number of the last one. */
export function dcsSummary(segments: readonly Segment[]): JsonObject {
  const names = namesIn(segments);
  const summary: Record<string, Record<string, number>> = {};
  for (const name of names) summary[name] = { TRUE: 0, FALSE: 0, NULL: 0, EMPTY: 0 };
  const last = lastOf(segments);
  let covered = 0;
  for (const { start, end, values } of segments) {
    const length = end - start + 1;
    covered += length;
    for (const name of names) {
      const value = values[name];
      const kind =
        value === undefined ? "EMPTY" : value === null ? "NULL" : value === true ? "TRUE" : value === false ? "FALSE" : undefined;
      if (kind !== undefined)
        (summary[name] as Record<string, number>)[kind] = ((summary[name] as Record<string, number>)[kind] as number) + length;
    }
  }
  for (const name of names) (summary[name] as { EMPTY: number }).EMPTY += last - covered;
  if (last > 0) summary["ls_duration"] = { TRUE: last };
  return jsonb(summary) as JsonObject;
}
