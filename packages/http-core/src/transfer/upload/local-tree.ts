import { realpathSync, statSync, type Stats } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describeCause, SciError } from "../../errors.ts";
import type { Selection } from "../patterns.ts";

/** A file of a folder that is to be uploaded, or what is wrong with it. */
export interface LocalFile {
  /** Its last part. */
  readonly name: string;
  readonly path: string;
  readonly stats: Stats | undefined;
  readonly error: SciError<string> | undefined;
}

export interface LocalFolder {
  /** Below the root, "/" between the parts; "" for the root. */
  readonly name: string;
  readonly path: string;
  readonly files: readonly LocalFile[];
  /** It holds nothing at all. */
  readonly empty: boolean;
}

/**
 * Walks a folder of this machine, each folder before those in it. Links count as what they lead to, except where that would go round in
 * a circle; what is neither a file nor a folder is an error of its own.
 * @throws FILE for a root that cannot be read
 */
export async function* walkFolder(root: string, selection: Selection): AsyncGenerator<LocalFolder, void, undefined> {
  const pending: { readonly name: string; readonly path: string; readonly above: readonly string[] }[] = [
    { name: "", path: root, above: [] },
  ];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const files: LocalFile[] = [];
    const inner: typeof pending = [];
    let names: string[];
    let above = folder.above;
    try {
      names = await readdir(folder.path);
      above = [...above, realpathSync(folder.path)];
    } catch (cause) {
      if (folder.name === "") throw wrong(folder.path, cause);
      yield {
        name: folder.name,
        path: folder.path,
        files: [{ name: "", path: folder.path, stats: undefined, error: wrong(folder.path, cause) }],
        empty: false,
      };
      continue;
    }
    for (const name of names.sort()) {
      const path = join(folder.path, name);
      const below = folder.name === "" ? name : `${folder.name}/${name}`;
      let stats: Stats | undefined;
      let error: SciError<string> | undefined;
      try {
        stats = statSync(path);
      } catch (cause) {
        error = wrong(path, cause);
      }
      if (name.includes("\ufffd"))
        error = new SciError("UNSAFE_NAME", `The name of ${path} is no proper Unicode; it is not uploaded.`, { details: { path } });
      if (stats?.isDirectory() === true && error === undefined) {
        if (!selection.enters(below)) continue;
        if (above.length > 0 && above.includes(realpathSync(path))) {
          error = new SciError("FILE", `${path} is a link to a folder that it lies in; it is not followed.`, { details: { path } });
          files.push({ name, path, stats: undefined, error });
        } else inner.push({ name: below, path, above });
        continue;
      }
      if (!selection.takes(below)) continue;
      if (stats !== undefined && !stats.isFile() && error === undefined) {
        error = new SciError("FILE", `${path} is neither a file nor a folder (a pipe, socket or device); it is not uploaded.`, {
          details: { path },
        });
      }
      files.push({ name, path, stats: error === undefined ? stats : undefined, error });
    }
    // The last one pushed comes first.
    pending.push(...inner.reverse());
    yield { name: folder.name, path: folder.path, files, empty: names.length === 0 };
  }
}

function wrong(path: string, cause: unknown): SciError<"FILE"> {
  return new SciError("FILE", `${path} cannot be read: ${describeCause(cause) ?? String(cause)}`, {
    cause,
    details: { path, permanent: true },
  });
}
