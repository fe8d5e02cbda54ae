// Serves the runs of a proposal from memory, each answer after a wait: what is measured is then the clients, not how records are made.
// Arguments: number of runs, runs per page. GET /latency?ms=20&connect=20 sets the wait before each answer, and how much longer the first
// one on a connection takes: loopback connects at once, a network needs a round trip for that. GET /most gives the most requests that were
// under way together, and begins anew.
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { createMyMdc } from "@sci/mymdc";
import { startSandbox } from "@sci/sandbox";

const [runs, pageSize] = process.argv.slice(2).map(Number);

/** Half of the sandbox's runs are those of its first proposal. */
async function readPages() {
  const sandbox = await startSandbox({ facilities: ["mymdc"], scale: 2 * runs });
  const { MYMDC_URL: baseUrl, MYMDC_CLIENT_ID: clientId, MYMDC_CLIENT_SECRET: clientSecret, MYMDC_USER_EMAIL: userEmail } = sandbox.env;
  const mdc = createMyMdc({ baseUrl, clientId, clientSecret, userEmail });
  try {
    const answers = [];
    for (let page = 1; page <= Math.ceil(runs / pageSize); page++) {
      const { data, headers } = await mdc.raw({ path: "proposals/by_number/1234/runs", query: { page, page_size: pageSize } });
      const paging = Object.fromEntries(Object.entries(headers).filter(([name]) => /^(x-|content-type)/.test(name)));
      answers.push({ body: Buffer.from(JSON.stringify(data)), headers: paging });
    }
    return answers;
  } finally {
    await mdc.close();
    await sandbox.stop();
  }
}

const pages = await readPages();
const token = Buffer.from(JSON.stringify({ access_token: "bench", token_type: "Bearer", expires_in: 7200 }));

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
  request.resume();
  const wait = latency + (fresh.delete(request.socket) ? connect : 0);
  if (wait > 0) await pause(wait);
  now--;
  const right = pathname.endsWith("/proposals/by_number/1234/runs") && Number(searchParams.get("page_size")) === pageSize;
  const found = pathname.endsWith("/oauth/token")
    ? { body: token, headers: { "content-type": "application/json" } }
    : right
      ? pages[Number(searchParams.get("page")) - 1]
      : undefined;
  response.writeHead(found === undefined ? 400 : 200, { ...found?.headers, "content-length": found?.body.length ?? 0 });
  response.end(found?.body);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.destroy(error));
});
server.on("connection", (socket) => fresh.add(socket));
server.listen(0, "127.0.0.1", () => {
  const bytes = pages.reduce((sum, { body }) => sum + body.length, 0);
  process.send({ url: `http://127.0.0.1:${server.address().port}`, bytes });
});
process.on("disconnect", () => process.exit());
