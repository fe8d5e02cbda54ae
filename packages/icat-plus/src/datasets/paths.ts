// Folders of datasets as the facility's file system has them, without what a mount puts in front. The layouts are those of the
// facility's data policy: …/PROPOSAL/BEAMLINE/YYYYMMDD/…, see esrf_pathlib 1.1.0 (MIT).

/** Folders of beamlines whose name is written otherwise. */
const beamlineFolders: Readonly<Record<string, string>> = {
  "id23-1": "id23eh1",
  "id23-2": "id23eh2",
  "id30a-1": "id30a1",
  "id30a-2": "id30a2",
  "id30a-3": "id30a3",
};

const forbiddenInNames = /[{}%<>:"'\\|?*@#\u0000-\u001f]/;
const isName = (part: string | undefined): part is string =>
  part !== undefined && part !== "" && !part.endsWith(".h5") && !forbiddenInNames.test(part);

/** Without `.`, `..` and doubled slashes, and without one at the end. */
export function normalisePath(path: string): string {
  if (path === "") return ".";
  // Two slashes in front, and no more, mean something of their own in POSIX.
  const root = /^\/\/(?!\/)/.test(path) ? "//" : path.startsWith("/") ? "/" : "";
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== ".." || (root === "" && (parts.length === 0 || parts.at(-1) === ".."))) parts.push(part);
    else parts.pop();
  }
  return root + parts.join("/") || ".";
}

function isDate(part: string | undefined): boolean {
  if (part === undefined || !/^\d{8}$/.test(part)) return false;
  const [year, month, day] = [Number(part.slice(0, 4)), Number(part.slice(4, 6)), Number(part.slice(6))];
  const date = new Date(Date.UTC(2000 + (year % 400), month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** How much of a layout follows the date: where a path holds several dates, the one that tells most is the session's. */
function layoutScore(proposal: string, beamline: string, rest: readonly string[]): number {
  const [type, collection, dataset, file] = rest;
  if (type === undefined || !/^(RAW_DATA|PROCESSED_DATA|NOBACKUP|SCRIPTS|GALLERY|NOTES|raw|processed|_nobackup)$/.test(type)) return 40;
  if (/^(SCRIPTS|GALLERY|NOTES)$/.test(type)) return 50;
  if (rest.length === 2 && collection === `${proposal}_${beamline}.h5`) return 57;
  if (!isName(collection)) return 50;
  if (dataset === undefined) return 60;
  if (rest.length === 3 && dataset === `${proposal}_${collection}.h5`) return 68;
  if (rest.length === 3 && collection === "__icat__" && /^[^_].*_.+\.xml$/.test(dataset)) return 77;
  if (!dataset.startsWith(`${collection}_`) || !isName(dataset) || dataset.length === collection.length + 1) return 60;
  return rest.length === 4 && file === `${dataset}.h5` ? 80 : 78;
}

/** Cuts what stands before the folder `data`, if the path follows one of the facility's layouts. */
export function stripMountPoint(path: string): string {
  // Nearly all paths name one session below /data.
  if (!/\/\d{8}(\/|$)/.test(path)) return path;
  const parts = path.split("/");
  let best = -1;
  let bestScore = 0;
  for (let at = parts.length - 1; at >= 3; at -= 1) {
    const [proposal, beamline] = [parts[at - 2], parts[at - 1]];
    if (!isDate(parts[at]) || !isName(proposal) || !isName(beamline)) continue;
    const score = layoutScore(proposal, beamline, parts.slice(at + 1));
    if (score > bestScore) [best, bestScore] = [at, score];
  }
  if (best < 0) return path;
  const beamline = (parts[best - 1] as string).toLowerCase();
  parts[best - 1] = beamlineFolders[beamline] ?? beamline;
  const data = parts.indexOf("data");
  return data >= 0 && data < best - 2 ? `/${parts.slice(data).join("/")}` : parts.join("/");
}

/** A folder as it is sent. */
export function datasetPath(path: string): string {
  return stripMountPoint(normalisePath(path));
}
