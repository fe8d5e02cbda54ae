import { SciError } from "../../errors.ts";
import type { Selection } from "../patterns.ts";
import { asError } from "../retries.ts";
import type { FileOutcome } from "../types.ts";
import { fileContent } from "./content.ts";
import { uploadFile } from "./file-task.ts";
import { RemoteFolder } from "./folder.ts";
import { walkFolder, type LocalFile, type LocalFolder } from "./local-tree.ts";
import type { UploadSurroundings } from "./task.ts";

/** Directories that are looked at or made ahead of the files that go into them. */
const ahead = 16;
/** Files up to here are compared by their length together, in one listing of their directory; larger ones each by itself. */
const together = 1024 * 1024;

interface Prepared {
  readonly local: LocalFolder;
  /** The directory, or why it is none. */
  readonly remote: Promise<RemoteFolder | SciError<string>>;
}

/** Uploads a folder: its directories a little ahead of their files, so that no file waits for a directory to be made. */
export async function uploadTree(around: UploadSurroundings, root: string, path: string, selection: Selection): Promise<void> {
  const { job } = around;
  const folders = new Map<string, Promise<RemoteFolder | SciError<string>>>();
  const queue: Prepared[] = [];
  for await (const local of walkFolder(root, selection)) {
    // With patterns, directories are made for the files that fit, not for their own sake.
    if (local.name !== "" && local.files.length === 0 && job.options.include !== undefined && job.options.include.length > 0) continue;
    const remote = prepare(around, local, path, folders);
    folders.set(local.name, remote);
    queue.push({ local, remote });
    if (queue.length >= ahead) await addFiles(around, queue.shift() as Prepared);
    if (job.signal.aborted) return;
  }
  for (const prepared of queue) await addFiles(around, prepared);
}

function prepare(
  around: UploadSurroundings,
  { name, files }: LocalFolder,
  root: string,
  folders: ReadonlyMap<string, Promise<RemoteFolder | SciError<string>>>,
): Promise<RemoteFolder | SciError<string>> {
  const { door, job } = around;
  const path = name === "" ? root : `${root}/${name}`;
  const above = name === "" ? undefined : folders.get(name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : "");
  const open = async (): Promise<RemoteFolder | SciError<string>> => {
    const parent = await above;
    if (parent instanceof SciError) return parent;
    const there = parent?.before.has(name.slice(name.lastIndexOf("/") + 1));
    try {
      const names = new Set(files.map((file) => file.name));
      // A free name is looked for among all.
      const all = job.options.conflict === "rename";
      return await RemoteFolder.open(door, job, path, there, (entry) => all || entry.type === "directory" || names.has(entry.name));
    } catch (error) {
      return asError(error, () => ({ service: door.service.name, operation: "upload" }));
    }
  };
  return open();
}

async function addFiles(around: UploadSurroundings, { local, remote }: Prepared): Promise<void> {
  const { job } = around;
  const folder = await remote;
  if (!(folder instanceof SciError) && folder.made && local.empty) job.directory();
  for (const file of local.files) {
    if (job.signal.aborted) return;
    const name = [local.name, file.name].filter((part) => part !== "").join("/");
    if (folder instanceof SciError || file.stats === undefined) {
      const error = folder instanceof SciError ? folder : (file.error as SciError<string>);
      await job.add(name, undefined, () => Promise.resolve(failed(around, name, error)));
    } else await addFile(around, folder, file, name);
  }
  if (!(folder instanceof SciError)) folder.close();
  else if (local.empty) {
    await job.add(local.name, undefined, () => Promise.resolve(failed(around, local.name, folder)));
  }
}

async function addFile(around: UploadSurroundings, folder: RemoteFolder, file: LocalFile, name: string): Promise<void> {
  const { job, door } = around;
  const stats = file.stats as NonNullable<LocalFile["stats"]>;
  const content = fileContent(file.path, stats);
  const small = stats.size <= together;
  if (small) folder.expect();
  await job.add(name, stats.size, async (slot) => {
    let counted = !small;
    const lengthLater = (): ReturnType<RemoteFolder["settled"]> => {
      if (counted) return Promise.resolve(undefined);
      counted = true;
      slot.release();
      return folder.settled(file.name);
    };
    const base = folder.path.length + 1;
    try {
      const task = {
        name,
        content,
        path: `${folder.path}/${file.name}`,
        stat: (path: string) => Promise.resolve(folder.before.get(path.slice(base))),
      };
      door.urlOf(task.path);
      return await uploadFile(around, small ? { ...task, lengthLater } : task, slot);
    } finally {
      if (!counted) folder.arrived();
    }
  });
}

function failed(around: UploadSurroundings, name: string, error: SciError<string>): FileOutcome {
  return { name, status: "failed", size: undefined, transferred: 0, target: around.door.baseUrl, attempts: 0, error };
}
