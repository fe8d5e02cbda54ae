// Iterates all lumisections so many times. Arguments: address, rows per page, times, attributes (all where there are none).
import { createOms } from "@sci/oms";

const [address, size, times, ...fields] = process.argv.slice(2);
const options = { pageSize: Number(size), ...(fields.length === 0 ? {} : { fields }) };
const milliseconds = [];
let count = 0;
for (let time = 0; time < Number(times); time++) {
  const started = performance.now();
  count = 0;
  const oms = createOms({ baseUrl: `${address}/agg/api`, auth: false });
  for await (const row of oms.lumisections(319579, options)) if (row.lumisection_number > 0) count++;
  milliseconds.push(performance.now() - started);
  await oms.close();
}
console.log(JSON.stringify({ count, milliseconds, peak: process.resourceUsage().maxRSS / 1024 }));
