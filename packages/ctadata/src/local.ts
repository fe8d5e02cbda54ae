import { statSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, sep } from "node:path";
import { SciError, shown } from "@sci/http-core";

/** Where one file comes to lie: the folder and its name there. */
export interface LocalTarget {
  readonly folder: string;
  readonly name: string;
}

/** A target that ends in a slash, or is a folder, is completed with a name. @throws INVALID_ARGUMENT */
export function targetOfFile(to: string, name: string): LocalTarget {
  checkTarget(to);
  const intoFolder = to.endsWith("/") || to.endsWith(sep) || statSync(to, { throwIfNoEntry: false })?.isDirectory() === true;
  return intoFolder ? { folder: to, name } : { folder: dirname(to), name: basename(to) };
}

export function checkTarget(to: unknown): asserts to is string {
  if (typeof to !== "string" || to === "") throw new SciError("INVALID_ARGUMENT", `The local target is a path, not ${shown(to)}.`);
}

/** Whether a local path is a folder. @throws FILE where there is nothing */
export async function isFolder(path: string): Promise<boolean> {
  if (typeof path !== "string" || path === "") throw new SciError("INVALID_ARGUMENT", `The local file is a path, not ${shown(path)}.`);
  try {
    const found = await stat(path);
    if (found.isDirectory()) return true;
    if (found.isFile()) return false;
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    throw new SciError("FILE", `${path} cannot be read: ${code === "ENOENT" ? "there is no such file or folder" : message}.`, {
      cause,
      details: { path },
    });
  }
  throw new SciError("FILE", `${path} is neither a file nor a folder.`, { details: { path } });
}

/** @throws INVALID_ARGUMENT for a folder without `recursive` */
export async function checkFolder(path: string, recursive: boolean): Promise<boolean> {
  const folder = await isFolder(path);
  if (folder && !recursive)
    throw new SciError("INVALID_ARGUMENT", `${path} is a folder; give recursive: true to upload it with all below it.`);
  return folder;
}

/** @throws FILE for what is no folder */
export async function demandFolder(path: string): Promise<void> {
  if (!(await isFolder(path)))
    throw new SciError("FILE", `${path} is no folder; a file is uploaded by uploadFile() or upload().`, { details: { path } });
}
