// Serves lumisections from memory, each answer after a wait: what is measured is then the clients, not how rows are made. Rows have the
// attributes of the sandbox's, which it is asked for once. Arguments: number of rows, rows per page. GET /latency?ms=20&connect=20 sets
// the wait before each answer, and how much longer the first one on a connection takes: loopback connects at once, a network needs a
// round trip for that. GET /most gives the most requests that were under way together, and begins anew.
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { startSandbox } from "@sci/sandbox";

const [rows, pageSize] = process.argv.slice(2).map(Number);
const run = 319579;

async function readSandbox() {
  const sandbox = await startSandbox({ facilities: ["oms"], oms: { login: false } });
  try {
    const get = async (path) => (await fetch(`${sandbox.urls.oms}/v1/lumisections${path}`)).json();
    const { data } = await get(`?filter[run_number][EQ]=${run}&sort=lumisection_number&page[offset]=0&page[limit]=1000`);
    return { template: data, meta: JSON.stringify(await get("/meta")) };
  } finally {
    await sandbox.stop();
  }
}

const { template, meta } = await readSandbox();

/** What is asked for where not all attributes are. */
const fields = ["run_number", "lumisection_number", "pileup", "delivered_lumi", "recorded_lumi"];
const only = (values) => Object.fromEntries(fields.filter((name) => name in values).map((name) => [name, values[name]]));

/** The sandbox's rows over and over, each with a number and an id of its own. */
function pageAt(offset, narrow) {
  const data = Array.from({ length: Math.min(pageSize, rows - offset) }, (_, index) => {
    const row = template[(offset + index) % template.length];
    const lumisection = offset + index + 1;
    const attributes = { ...row.attributes, lumisection_number: lumisection };
    const meta = { row: narrow ? only(row.meta?.row ?? {}) : row.meta?.row };
    return { ...row, id: `${run}_${lumisection}`, attributes: narrow ? only(attributes) : attributes, meta };
  });
  return Buffer.from(JSON.stringify({ data, links: {}, meta: { totalResourceCount: rows } }));
}
const count = Math.ceil(rows / pageSize);
const pages = Array.from({ length: count }, (_, page) => pageAt(page * pageSize, false));
const narrow = Array.from({ length: count }, (_, page) => pageAt(page * pageSize, true));

let now = 0;
let most = 0;
let latency = 0;
let connect = 0;
const fresh = new WeakSet();

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname === "/most") {
    response.end(String(most));
    most = 0;
    return;
  }
  if (pathname === "/latency") {
    latency = Number(searchParams.get("ms"));
    connect = Number(searchParams.get("connect"));
    response.end();
    return;
  }
  most = Math.max(most, ++now);
  const wait = latency + (fresh.delete(request.socket) ? connect : 0);
  if (wait > 0) await pause(wait);
  now--;
  const offset = Number(searchParams.get("page[offset]"));
  const right = Number(searchParams.get("page[limit]")) === pageSize && offset % pageSize === 0;
  const body = pathname.endsWith("/lumisections/meta")
    ? meta
    : right
      ? (searchParams.has("fields") ? narrow : pages)[offset / pageSize]
      : undefined;
  response.writeHead(body === undefined ? 400 : 200, {
    "content-type": "application/vnd.api+json",
    "content-length": body === undefined ? 0 : Buffer.byteLength(body),
  });
  response.end(body);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.destroy(error));
});
server.on("connection", (socket) => fresh.add(socket));
server.listen(0, "127.0.0.1", () => {
  const bytes = [pages, narrow].map((all) => all.reduce((sum, page) => sum + page.length, 0));
  process.send({ url: `http://127.0.0.1:${server.address().port}`, bytes, fields });
});
process.on("disconnect", () => process.exit());
