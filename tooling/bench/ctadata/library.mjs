// One job with the library. Arguments: what (down, up, file-down, file-up, list), address, token, path on the storage, local path.
import { createCtaData } from "@sci/ctadata";

const [what, baseUrl, token, remote, local] = process.argv.slice(2);
const cta = createCtaData({ baseUrl, token, mode: "direct" });
const started = performance.now();
let count = 0;
let bytes = 0;
if (what === "list") {
  for await (const entry of cta.list(remote, { recursive: true })) {
    count++;
    bytes += entry.size ?? 0;
  }
} else {
  const recursive = !what.startsWith("file-");
  const options = { recursive, conflict: "overwrite" };
  const report = await (what.endsWith("down") ? cta.download(remote, local, options) : cta.upload(local, remote, options));
  if (report.error !== undefined) throw report.error;
  if (report.failed > 0) throw new Error(`${report.failed} files failed: ${report.failures[0]?.error?.message}`);
  count = report.verifiedByChecksum + report.verifiedByLength;
  bytes = report.bytes;
}
const milliseconds = performance.now() - started;
await cta.close();
console.log(JSON.stringify({ count, bytes, milliseconds, peak: process.resourceUsage().maxRSS / 1024 }));
