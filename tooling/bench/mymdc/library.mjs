// Iterates all runs of a proposal so many times, each time with a client and a token of its own. Arguments: address, runs per page, times.
import { createMyMdc } from "@sci/mymdc";

const [address, size, times] = process.argv.slice(2);
const milliseconds = [];
let count = 0;
for (let time = 0; time < Number(times); time++) {
  const started = performance.now();
  count = 0;
  const mdc = createMyMdc({ baseUrl: `${address}/metadata`, clientId: "bench", clientSecret: "bench", userEmail: "bench@example.org" });
  for await (const run of mdc.proposals.runs(1234, { pageSize: Number(size) })) if (run.run_number > 0) count++;
  milliseconds.push(performance.now() - started);
  await mdc.close();
}
console.log(JSON.stringify({ count, milliseconds, peak: process.resourceUsage().maxRSS / 1024 }));
