import { between, mix } from "../../random.ts";
import { generated } from "./content.ts";
import type { Tree } from "./tree.ts";

const day = 86_400_000;
const start = Date.UTC(2024, 10, 1, 20);

/** So many files of level 1 there are unless told. */
export const sampleFiles = 60;
/** Files of one observed run. */
const perRun = 20;

const two = (value: number): string => String(value).padStart(2, "0");
function night(time: number): string {
  const date = new Date(time);
  return `${date.getUTCFullYear()}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}`;
}

/**
 * Fills the tree: `lst/DL1` with so many files as asked for, 20 to a run and a night, beside few of level 2, of `cta`, and what
 * tests of clients look for: an empty folder, an empty file, names that need care, files on tape, folders of users, one that is closed.
 * The bytes follow from the seed.
 */
export function fillSample(tree: Tree, seed: number, files: number): void {
  const put = (path: string, size: number, time: number): ReturnType<Tree["putFile"]> =>
    tree.putFile(
      path.split("/"),
      generated(
        mix(
          seed,
          path.length,
          [...path].reduce((sum, letter) => mix(sum, letter.charCodeAt(0)), 7),
        ),
        size,
      ),
      {
        modified: time,
      },
    );
  for (let index = 0; index < files; index++) {
    const run = Math.floor(index / perRun);
    const number = 11_111 + run;
    const time = start + (run % 400) * day;
    const name = `dl1_LST-1.Run${number}.${String(index % perRun).padStart(4, "0")}.h5`;
    put(`lst/DL1/${night(time)}/v0.10/${name}`, between(2_000, 20_000, seed, index, 1), time + (index % perRun) * 60_000);
    if (index % perRun === 0) put(`lst/DL2/${night(time)}/dl2_LST-1.Run${number}.h5`, between(1_000, 8_000, seed, index, 2), time + day);
  }
  const time = start + 14 * day;
  put("cta/DL1/v0.1/dl1_LST-1.Run11111.0100.h5", 12_345, time);
  put("cta/DL1/v0.1/sub/run 11112#1 (50%).h5", 2_048, time);
  put("cta/DL1/v0.1/sub/über.txt", 17, time);
  put("cta/DL1/v0.1/empty.txt", 0, time);
  put("cta/DL3/dl3_Crab.fits.gz", 1_500_000, time);
  tree.makeFolders(["cta", "DL1", "empty"], time);
  put("cta/private/closed.h5", 4_096, time);
  for (const name of ["on-tape-1.fits.fz", "on-tape-2.fits.fz", "on-tape-and-disk.fits.fz"]) {
    const node = put(`cta/archive/${name}`, 65_536, time);
    tree.setLocality(node, name.includes("disk") ? "ONLINE_AND_NEARLINE" : "NEARLINE");
  }
  for (const path of ["cta/users", "lst/users"]) tree.makeFolders(path.split("/"), time);
}
