// The same with undici alone: a pool, the first page, then eight pages under way in their order. Arguments as for library.mjs.
const [baseUrl, size, times] = process.argv.slice(2);
const pageSize = Number(size);

async function iterate() {
  // Loaded with the first call, as the library does.
  const { Pool } = await import("undici");
  const pool = new Pool(baseUrl, { connections: 8 });
  const ask = async (page) => {
    const body = JSON.stringify({ page, filter: {}, page_size: pageSize, sortings: [] });
    const headers = { "content-type": "application/json", accept: "application/json" };
    const answer = await pool.request({ method: "POST", path: "/runs_filtered_ordered", headers, body });
    return JSON.parse(await answer.body.text());
  };
  let count = 0;
  const take = ({ runs }) => {
    for (const run of runs) if (run.run_number > 0) count++;
  };
  const first = await ask(0);
  const pending = [];
  let asked = 1;
  const fill = () => {
    while (pending.length < 8 && asked < first.pages) pending.push(ask(asked++));
  };
  fill();
  take(first);
  while (pending.length > 0) {
    const page = await pending.shift();
    fill();
    take(page);
  }
  await pool.close();
  return count;
}

const milliseconds = [];
let count = 0;
for (let time = 0; time < Number(times); time++) {
  const started = performance.now();
  count = await iterate();
  milliseconds.push(performance.now() - started);
}
console.log(JSON.stringify({ count, milliseconds, peak: process.resourceUsage().maxRSS / 1024 }));
