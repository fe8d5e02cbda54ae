// Asks for all pages with undici, eight at a time, and parses them: what the same work costs without a client. Arguments as library.mjs.
import { Agent, request } from "undici";

const [address, size, times, ...fields] = process.argv.slice(2);
const projection = fields.length === 0 ? "" : `fields=${encodeURIComponent(fields.join(","))}&`;
const milliseconds = [];
let count = 0;
for (let time = 0; time < Number(times); time++) {
  const started = performance.now();
  count = 0;
  const dispatcher = new Agent({ connections: 8 });
  const page = async (offset) => {
    const query = `${projection}filter%5Brun_number%5D%5BEQ%5D=319579&sort=lumisection_number&page%5Boffset%5D=${offset}&page%5Blimit%5D=${size}`;
    const { body } = await request(`${address}/agg/api/v1/lumisections?${query}`, { dispatcher });
    return JSON.parse(await body.text());
  };
  const first = await page(0);
  const take = ({ data }) => {
    for (const { attributes } of data) if (attributes.lumisection_number > 0) count++;
  };
  take(first);
  let next = Number(size);
  const total = first.meta.totalResourceCount;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < total) {
        const offset = next;
        next += Number(size);
        take(await page(offset));
      }
    }),
  );
  milliseconds.push(performance.now() - started);
  await dispatcher.close();
}
console.log(JSON.stringify({ count, milliseconds, peak: process.resourceUsage().maxRSS / 1024 }));
