import { bufferReply, escapeHtml, htmlReply, jsonReply, type Reply, weakTag } from "../http/message.ts";
import type { ListedEntry } from "./query/listing.ts";
import type { Store } from "./store.ts";

/** Headers of every answer of the back end. */
const open = { "X-Powered-By": "Express", "Access-Control-Allow-Origin": "*" };
const jsonType = "application/json; charset=utf-8";

export function ok(value: unknown, status = 200): Reply {
  return buffered(Buffer.from(JSON.stringify(value ?? null)), status);
}

export function buffered(body: Buffer, status = 200): Reply {
  return bufferReply(status, jsonType, body, { ...open, ETag: weakTag(body) });
}

/** Every error of the back end looks like this, a wrong filter as much as a missing right header. */
export function failed(message: string): Reply {
  const body = Buffer.from(JSON.stringify({ err: message }));
  return bufferReply(500, jsonType, body, { ...open, ETag: weakTag(body) });
}

export function bare(status: number): Reply {
  return { status, headers: { ...open }, body: Buffer.alloc(0) };
}

export function refused(message: string): Reply {
  return jsonReply(401, { message }, open);
}

/** Express' page for a route that does not exist. */
export function noRoute(method: string, path: string): Reply {
  const line = escapeHtml(`Cannot ${method} ${path}`);
  const html = `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>${line}</pre>\n</body>\n</html>\n`;
  return htmlReply(404, html, { ...open, "Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff" });
}

/** A run with the summary of its lumisections, as every route that returns one shows it. */
export function runJson(store: Store, run: number): object | null {
  const row = store.run(run);
  return row === undefined ? null : { ...row, DatasetTripletCache: { triplet_summary: store.tripletSummary(run, "online") } };
}

function datasetJson(store: Store, run: number, name: string): object {
  return {
    ...store.dataset(run, name),
    Run: { rr_attributes: store.rrAttributes(run), oms_attributes: store.omsAttributes(run) },
    DatasetTripletCache: { triplet_summary: store.tripletSummary(run, name), dcs_summary: store.dcsSummary(run, name) },
  };
}

/** The text of a row of a listing, made once until the row changes. */
export function rowText(store: Store, { run, name }: ListedEntry): Buffer {
  return store.texts.get(name === undefined ? String(run) : `${run}${name}`, () =>
    Buffer.from(JSON.stringify(name === undefined ? runJson(store, run) : datasetJson(store, run, name))),
  );
}

const comma = Buffer.from(",");

/** A page of a listing, put together from the texts of its rows. */
export function pageReply(
  store: Store,
  field: "runs" | "datasets",
  page: { entries: readonly ListedEntry[]; pages: number | null; count: number },
): Reply {
  const parts: Buffer[] = [Buffer.from(`{"${field}":[`)];
  page.entries.forEach((entry, index) => {
    if (index > 0) parts.push(comma);
    parts.push(rowText(store, entry));
  });
  parts.push(Buffer.from(`],"pages":${String(page.pages)},"count":${page.count}}`));
  return buffered(Buffer.concat(parts));
}
