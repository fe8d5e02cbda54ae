// Iterates all runs so many times. Arguments: address, rows per page (0: the default), times.
import { createRunRegistry } from "@sci/runregistry";

const [baseUrl, size, times] = process.argv.slice(2);
const pageSize = Number(size);
const milliseconds = [];
let count = 0;
for (let time = 0; time < Number(times); time++) {
  const started = performance.now();
  count = 0;
  const rr = createRunRegistry({ baseUrl, auth: false });
  for await (const run of rr.runs(pageSize === 0 ? {} : { pageSize })) if (run.run_number > 0) count++;
  milliseconds.push(performance.now() - started);
  await rr.close();
}
console.log(JSON.stringify({ count, milliseconds, peak: process.resourceUsage().maxRSS / 1024 }));
