// A log-in of a person at CERN, and the luminosity of certified lumisections from OMS.
import { cernDeviceLogin, explainToken } from "@sci/cern-auth";
import { convertLuminosity } from "@sci/oms";

/** OMS, and the public client that people log in to it with. */
export const service = { audience: "cmsoms-prod", clientId: "cmsoms-prod-public" };

/** Logs a person in, who confirms by `onPrompt`. Tokens stay in memory: without a store nothing is written. */
export async function logIn({ onPrompt, environment = process.env }) {
  const auth = cernDeviceLogin({ ...service, environment, store: false, deadline: 60_000, onPrompt });
  const { access_token: token } = await auth.token();
  const { username, expiresAt, problems } = explainToken(token, { audience: service.audience });
  if (problems.length > 0) throw new Error(`The token is not good for ${service.audience}: ${problems.join("; ")}`);
  return { auth, username, expiresAt };
}

/** Luminosity of the certified lumisections: totals, and a row per run. Throws when OMS does not know that of all of them. */
export async function luminosityOf(oms, { rows, golden }) {
  const { delivered, recorded, units, lumisections, parts, missing } = await oms.luminosity.integrated({ selection: golden });
  if (missing.length > 0 || lumisections !== golden.lumisectionCount)
    throw new Error(`OMS tells the luminosity of ${lumisections} of ${golden.lumisectionCount} lumisections; missing: ${words(missing)}`);
  const runs = new Map(rows.map((row) => [row.run_number, row]));
  return {
    delivered,
    recorded,
    units,
    runs: parts.map((part) => ({
      run_number: part.run_number,
      fill_number: runs.get(part.run_number)?.fill_number,
      lumisections: part.lumisections,
      delivered: rounded(part.delivered),
      recorded: rounded(part.recorded),
      units,
    })),
  };
}

/** As many decimals as OMS's own values have. */
const rounded = (value) => Number(value.toFixed(6));

function words(missing) {
  const named = missing.map(({ run_number, lumisection_number, reason }) => `${run_number}:${lumisection_number} (${reason})`);
  return named.slice(0, 3).join(", ");
}

const names = ["delivered", "recorded"];

/**
 * The luminosity of one run's ranges straight from OMS's rows, by another way than that of the client: a row has the sum of the run up
 * to its lumisection, so a range has the sum behind it less the sum before it; behind the last row stands the run's own value.
 */
export async function directSum(oms, run, ranges) {
  const fields = ["delivered_lumi", "recorded_lumi"];
  const total = sums(await oms.run(run, { fields, withUnits: true }));
  const rows = await oms.lumisections(run, { fields: ["lumisection_number", ...fields], withUnits: true }).collect({ limit: 5000 });
  const before = new Map(rows.map((row) => [row.lumisection_number.value, sums(row)]));
  const result = { run_number: run, lumisections: 0, delivered: 0, recorded: 0 };
  for (const [first, last] of ranges) {
    const [start, end] = [before.get(first), before.get(last + 1) ?? total];
    result.lumisections += last - first + 1;
    for (const name of names) result[name] += end[name] - start[name];
  }
  return result;
}

/** The sums of a row, in the unit that results are given in: OMS's own may change from row to row. */
function sums(row) {
  const value = (name) => convertLuminosity(row[`${name}_lumi`].value, row[`${name}_lumi`].units);
  return Object.fromEntries(names.map((name) => [name, value(name)]));
}

/** Runs from the first to the last, evenly. */
export function spread(runs, count) {
  if (runs.length <= count) return runs;
  return Array.from({ length: count }, (_, index) => runs[Math.round((index * (runs.length - 1)) / (count - 1))]);
}

/** Whether two sums are equal but for the rounding of OMS's values, which have six decimals. */
export function agree(a, b) {
  const rounding = 1e-6 * Math.max(a.lumisections, 1);
  return a.lumisections === b.lumisections && names.every((name) => Math.abs(a[name] - b[name]) <= rounding);
}
