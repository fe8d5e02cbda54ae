import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { basename, join, sep } from "node:path";
import { SciError } from "../errors.ts";
import { fileError, fileSystemOf, filesOn, removeQuietly, type Files, type FileSystemKind } from "./files.ts";
import { foldedName, numberedName, partName, safeParts } from "./names.ts";

/** Where one file comes to lie. */
export interface Place {
  /** The name below the target, as it is written here. */
  readonly name: string;
  readonly path: string;
  readonly part: string;
  /** The folder was made by this job: nothing else is in it. */
  readonly fresh: boolean;
  /** Lets others have the name. */
  release(): void;
}

/** A folder that a job writes into, and nothing outside of it. */
export class TargetFolder {
  readonly files: Files;
  /** Folders that are known to be real ones, and whether this job made them. */
  readonly #folders = new Map<string, boolean>();
  /** Names in flight, and on file systems without case all names so far. */
  readonly #claimed = new Map<string, string>();

  private constructor(
    /** Absolute, without links. */
    readonly root: string,
    readonly kind: FileSystemKind,
    private readonly foldsCase: boolean,
    made: boolean,
  ) {
    this.files = filesOn(kind);
    this.#folders.set("", made);
  }

  /** Opens a folder, made with its parents where it is missing. @throws FILE, DISK_FULL, CONFLICT */
  static open(folder: string): TargetFolder {
    try {
      const made = fs.mkdirSync(folder, { recursive: true }) !== undefined;
      const root = fs.realpathSync(folder);
      return new TargetFolder(root, fileSystemOf(root), foldsCase(root), made);
    } catch (error) {
      throw fileError(error, folder, "made");
    }
  }

  /**
   * Takes a name for a file, and makes its folders.
   * @throws UNSAFE_NAME, CONFLICT for a name that is taken by another file of the job, FILE, DISK_FULL
   */
  claim(name: string, key: string): Place {
    const parts = safeParts(name);
    const last = parts.pop() as string;
    const folder = parts.join("/");
    const fresh = this.folder(folder);
    return this.#place(folder, last, key, fresh);
  }

  /** Makes a folder of a listing. @returns whether this job made it @throws as {@link TargetFolder.claim} */
  claimFolder(name: string): boolean {
    const parts = safeParts(name);
    const known = this.#folders.has(name);
    return this.folder(parts.join("/")) && !known;
  }

  /** The same for a name that the user chose: what leads elsewhere in it is meant. */
  claimOwn(name: string, key: string): Place {
    return this.#place("", name, key, false);
  }

  #place(folder: string, last: string, key: string, fresh: boolean): Place {
    const name = folder === "" ? last : `${folder}/${last}`;
    const claim = this.foldsCase ? foldedName(name) : name;
    const other = this.#claimed.get(claim);
    if (other !== undefined) {
      const why =
        other === name ? "the server lists it twice" : `the file system of the target does not tell it from ${JSON.stringify(other)}`;
      throw new SciError("CONFLICT", `The file ${JSON.stringify(name)} is not written: ${why}.`, { details: { name, other } });
    }
    this.#claimed.set(claim, name);
    const base = folder === "" ? this.root : `${this.root}/${folder}`;
    return {
      name,
      path: `${base}${sep}${last}`,
      part: `${base}${sep}${partName(last, key)}`,
      fresh,
      // Without case, a later name must still find out that it is the same.
      release: () => void (this.foldsCase || this.#claimed.delete(claim)),
    };
  }

  /** A place of a free name beside one that is taken: "name (1).ext". */
  async free(place: Place, key: string): Promise<Place> {
    const folder = place.name.includes("/") ? place.name.slice(0, place.name.lastIndexOf("/")) : "";
    for (let number = 1; ; number++) {
      const name = numberedName(basename(place.path), number);
      const full = folder === "" ? name : `${folder}/${name}`;
      if (this.#claimed.has(this.foldsCase ? foldedName(full) : full)) continue;
      const other = this.#place(folder, name, key, place.fresh);
      if ((await this.files.lstat(other.path)) === undefined) return other;
      other.release();
    }
  }

  /**
   * Makes a folder below the root, and makes sure that no part of its path is a link: what is written must stay inside.
   * @returns whether this job made it
   */
  folder(name: string): boolean {
    const known = this.#folders.get(name);
    if (known !== undefined) return known;
    const cut = name.lastIndexOf("/");
    this.folder(cut === -1 ? "" : name.slice(0, cut));
    const path = join(this.root, name);
    let made = false;
    try {
      fs.mkdirSync(path);
      made = true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw fileError(error, path, "made");
      const there = fs.lstatSync(path);
      if (there.isSymbolicLink()) {
        throw new SciError("UNSAFE_NAME", `${path} is a link; nothing is written through it, since it may lead out of the target folder.`, {
          details: { path },
        });
      }
      if (!there.isDirectory())
        throw new SciError("CONFLICT", `${path} is needed as a folder, but a file stands there.`, { details: { path } });
    }
    this.#folders.set(name, made);
    return made;
  }
}

/** Whether the file system takes "A" and "a" for one name: tried, as one machine may have both kinds. */
function foldsCase(root: string): boolean {
  const name = `.sci-Case-${randomBytes(6).toString("hex")}`;
  const probe = join(root, name);
  fs.closeSync(fs.openSync(probe, "wx"));
  try {
    return fs.lstatSync(join(root, name.toLowerCase()), { throwIfNoEntry: false }) !== undefined;
  } finally {
    removeQuietly(probe);
  }
}
