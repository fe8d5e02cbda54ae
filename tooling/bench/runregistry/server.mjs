// Serves the sandbox's runs from memory, each answer after a wait: what is measured is then the clients, not how rows are made.
// Arguments: number of runs, rows per page. GET /latency?ms=20&connect=20 sets the wait before each answer, and how much longer the
// first one on a connection takes: loopback connects at once, a network needs a round trip for that. GET /most gives the most requests that were under way together, and begins anew.
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { startSandbox } from "@sci/sandbox";

const [runs, pageSize] = process.argv.slice(2).map(Number);

async function readPages() {
  const sandbox = await startSandbox({ facilities: ["runregistry"], scale: runs });
  const url = new URL("/runs_filtered_ordered", sandbox.urls.runregistry);
  const pages = [];
  for (let page = 0; page < Math.ceil(runs / pageSize); page++) {
    const body = JSON.stringify({ filter: {}, sortings: [], page, page_size: pageSize });
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    pages.push(await answer.text());
  }
  await sandbox.stop();
  return pages;
}

const pages = await readPages();
const listing = pages.map((text) => Buffer.from(text));
// The route of the fourth version, which runreg 0.3.0 asks: the same rows under its name.
const fourth = pages.map((text) => Buffer.from(text.replace(/"runs":/, '"datasets":')));

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
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const asked = JSON.parse(text);
  const old = /^\/datasets\/\w+\/editable\/(\d+)/.exec(pathname);
  const wait = latency + (fresh.delete(request.socket) ? connect : 0);
  if (wait > 0) await pause(wait);
  now--;
  const body = asked.page_size === pageSize ? (old === null ? listing[asked.page] : fourth[Number(old[1])]) : undefined;
  response.writeHead(body === undefined ? 400 : 200, {
    "content-type": "application/json; charset=utf-8",
    "content-length": body?.length ?? 0,
  });
  response.end(body);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.destroy(error));
});
server.on("connection", (socket) => fresh.add(socket));
server.listen(0, "127.0.0.1", () => {
  const bytes = listing.reduce((sum, page) => sum + page.length, 0);
  process.send({ url: `http://127.0.0.1:${server.address().port}`, bytes });
});
process.on("disconnect", () => process.exit());
