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

/** Kinds of data below a session, in the layouts of today and of before. */
const layouts = [
  { withFiles: /^(RAW_DATA|PROCESSED_DATA|NOBACKUP)$/, metadata: "RAW_DATA", others: /^(SCRIPTS|GALLERY|NOTES)$/ },
  { withFiles: /^(raw|processed|_nobackup)$/, metadata: "raw", others: /^$/ },
] as const;

type Layout = (typeof layouts)[number];

/** How much of a layout follows the date of a session, and whether that is all of the path. */
interface Match {
  readonly at: number;
  readonly score: number;
  readonly whole: boolean;
}

function score(layout: Layout, proposal: string, beamline: string, rest: readonly string[]): Omit<Match, "at"> {
  const [type, collection, dataset, file] = rest;
  if (type === undefined) return { score: 40, whole: true };
  if (layout.others.test(type)) return { score: 50, whole: rest.length === 1 };
  if (!layout.withFiles.test(type)) return { score: 40, whole: false };
  if (rest.length === 2 && collection === `${proposal}_${beamline}.h5`) return { score: 57, whole: true };
  if (!isName(collection)) return { score: 50, whole: collection === undefined };
  if (rest.length === 3 && dataset === `${proposal}_${collection}.h5`) return { score: 68, whole: true };
  if (rest.length === 3 && type === layout.metadata && collection === "__icat__" && /^.+_.+\.xml$/.test(dataset as string))
    return { score: 77, whole: true };
  const isDataset = dataset?.startsWith(`${collection}_`) === true && isName(dataset) && dataset.length > collection.length + 1;
  if (!isDataset) return { score: 60, whole: dataset === undefined };
  return file === `${dataset}.h5` && rest.length === 4 ? { score: 80, whole: true } : { score: 78, whole: rest.length === 3 };
}

/** The date that tells most; among equals the last. */
function bestMatch(layout: Layout, parts: readonly string[]): Match | undefined {
  let best: Match | undefined;
  for (let at = parts.length - 1; at >= 3; at -= 1) {
    const [proposal, beamline] = [parts[at - 2], parts[at - 1]];
    if (!isDate(parts[at]) || !isName(proposal) || !isName(beamline)) continue;
    const found = score(layout, proposal, beamline, parts.slice(at + 1));
    if (best === undefined || found.score > best.score) best = { at, ...found };
  }
  return best;
}

/** Cuts what stands before the folder `data`, if the path follows one of the facility's layouts. */
export function stripMountPoint(path: string): string {
  // Nearly all paths name a session, or none.
  if (!path.startsWith("/") || !/\/\d{8}(\/|$)/.test(path)) return path;
  const parts = path.split("/");
  let best: Match | undefined;
  for (const layout of layouts) {
    const found = bestMatch(layout, parts);
    if (found !== undefined && (best === undefined || found.score > best.score)) best = found;
    if (best?.whole === true) break;
  }
  if (best === undefined) return path;
  const { at } = best;
  const beamline = (parts[at - 1] as string).toLowerCase();
  parts[at - 1] = beamlineFolders[beamline] ?? beamline;
  const data = parts.indexOf("data");
  return data >= 0 && data < at - 2 ? `/${parts.slice(data).join("/")}` : parts.join("/");
}

/** A folder as it is sent. */
export function datasetPath(path: string): string {
  return stripMountPoint(normalisePath(path));
}
