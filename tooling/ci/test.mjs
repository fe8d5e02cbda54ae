// Runs the tests of every package (those that nothing has touched come from the cache) and adds them up.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { turbo } from "../lib/process.mjs";
import { countMember, resultFile, sum, totalsLine } from "../lib/totals.mjs";
import { testedMembers } from "../lib/workspace.mjs";

const members = testedMembers().filter(({ manifest }) => manifest.scripts?.test !== undefined);
// A result of an earlier run must not count when a run dies before it writes its own.
for (const member of members) rmSync(join(member.directory, resultFile), { force: true });

console.log("Testing every package (what has not changed since it last passed comes from the cache) …");
const { code } = await turbo(["test", "--output-logs=new-only", "--continue", ...process.argv.slice(2)]);

const counts = members.map((member) => {
  const count = countMember(member);
  if (count === undefined) console.log(`${member.name}: no result`);
  else console.log(`${member.name}: ${totalsLine(count)}`);
  return count ?? { passed: 0, failed: 1, skipped: 0 };
});
const total = sum(counts);
// A run that ends badly without a failed test (a crash after the last test) still is a failure.
if (code !== 0 && total.failed === 0) total.failed = 1;
console.log(totalsLine(total));
process.exitCode = total.failed > 0 ? 1 : 0;
