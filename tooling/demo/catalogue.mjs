// A scan at the ESRF in its catalogue: a session is opened, a dataset stored, the e-logbook written, and all of it read back.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Whose session it is. */
export const visit = { beamline: "id00", proposal: "ma1234" };

/** Who reads the catalogue. */
export const visitor = { username: "sandbox-user", password: "sandbox-password" };

/** A message of the e-logbook, with a character that is more than one byte. */
export const note = { text: "sample aligned, beam of 5 µm", type: "info", tags: ["alignment"] };

/** Ingesters work on their own after the broker has confirmed: how long they may take, and how often is looked, in milliseconds. */
const patience = { total: 30_000, each: 50 };

/** Asks until there is an answer. */
async function awaited(what, ask, limit) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} is not in the catalogue after ${limit / 1000} s.`);
    await pause(patience.each);
  }
}

function same(what, found, expected) {
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  throw new Error(`The catalogue shows ${JSON.stringify(found)} of ${what}, not ${JSON.stringify(expected)}.`);
}

/** Files as a scan leaves them behind, and a picture of it. */
export async function makeScan(folder, frames = 3) {
  await mkdir(folder, { recursive: true });
  const names = Array.from({ length: frames }, (_, index) => `frame_${String(index).padStart(4, "0")}.edf`);
  for (const [index, name] of names.entries()) await writeFile(join(folder, name), `frame ${index}\n`);
  const picture = join(folder, "..", "plot.svg");
  const bars = names.map((_, index) => `<rect x="${index * 20}" width="16" height="${10 + index * 5}"/>`).join("");
  await writeFile(picture, `<svg xmlns="http://www.w3.org/2000/svg"><title>counts per µs</title>${bars}</svg>\n`);
  return { folder, files: names.map((name) => join(folder, name)), picture };
}

/** Logs in to read; gives what makes the address of a file of the e-logbook. */
export async function logInToRead(icat, url) {
  const { sessionId } = await icat.doLogIn(visitor);
  return (resource) => {
    const address = new URL(`resource/${encodeURIComponent(sessionId)}/file/download`, `${url}/`);
    address.searchParams.set("resourceId", resource);
    return address;
  };
}

/** Opens a session, and waits until the catalogue knows it. */
export async function openSession(icat, startDatetime = new Date(), limit = patience.total) {
  const start = Math.floor(startDatetime.getTime() / 1000) * 1000;
  await icat.startInvestigation({ ...visit, startDatetime: new Date(start) });
  return awaited(
    `A session of ${visit.proposal} from ${new Date(start).toISOString()} on`,
    async () => {
      const info = await icat.investigationInfo();
      return info !== undefined && Date.parse(info.startDate) === start ? info : undefined;
    },
    limit,
  );
}

/** Hands the scan to the catalogue: done when the broker has confirmed it. */
export async function storeScan(icat, { folder }, { dataset = "alignment_0001", energy = 12.5 } = {}) {
  const metadata = { Sample_name: "grain 7", scanType: "alignment", InstrumentMonochromator_energy: [energy, "keV"] };
  const stored = await icat.storeDataset({ dataset, path: folder, metadata });
  if (!stored.confirmed) throw new Error(`The broker did not confirm the dataset ${dataset}.`);
  return { ...stored, dataset, energy };
}

/** Writes a message and the picture into the e-logbook. */
export async function writeLogbook(icat, { picture }) {
  const { text, ...options } = note;
  await icat.sendMessage(text, options);
  await icat.sendBinaryFile(picture);
}

/** The dataset as the catalogue has it, once its ingester has taken it. Throws where it is not the one that was stored. */
export async function checkDataset(icat, { folder, files }, { dataset, energy }, limit = patience.total) {
  const known = await awaited(
    `The dataset ${dataset}`,
    async () => (await icat.registeredDatasets())?.find(({ datasetId }) => datasetId.path === folder),
    limit,
  );
  const [row] = (await icat.getDatasetsBy({ datasetIds: known.icatDatasetId })).items;
  const value = (name) => row?.parameters?.find((parameter) => parameter.name === name)?.value;
  const locations = [];
  for await (const file of icat.datafiles(known.icatDatasetId)) locations.push((file.Datafile ?? file).location);
  const found = {
    name: row?.name,
    sample: row?.sampleName,
    energy: Number(value("InstrumentMonochromator_energy")),
    counted: known.datasetMetadata.fileCount,
    files: locations.sort(),
  };
  same(`dataset ${known.icatDatasetId}`, found, {
    name: dataset,
    sample: "grain 7",
    energy,
    counted: files.length,
    files: [...files].sort(),
  });
  return { id: known.icatDatasetId, name: found.name, sample: found.sample, energy: found.energy, files: found.counted };
}

async function getPicture(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The picture cannot be had: ${response.status}.`);
  return response.text();
}

/**
 * The e-logbook of the session. `pictureUrl` makes the address of a file of the e-logbook, where a page takes its pictures from.
 * Throws where the message or the picture is missing, or is another one.
 */
export async function checkLogbook(icat, { id }, { picture }, pictureUrl) {
  const events = await icat.logbook.events({ investigationId: id }).collect({ limit: 100 });
  const written = await readFile(picture, "utf8");
  const message = events.find(({ content }) => content?.some(({ text }) => text === note.text));
  const image = events.find(({ type, contentType }) => type === "attachment" && contentType === "image/svg+xml");
  const shown = image?.file?.[0] === undefined ? undefined : await getPicture(pictureUrl(image.file[0]));
  const found = { category: message?.category, tags: message?.tag?.map(({ name }) => name), picture: shown };
  same(`session ${id}`, found, { category: note.type, tags: note.tags, picture: written });
  return [
    { time: message.creationDate, category: message.category, shows: note.text },
    { time: image.creationDate, category: image.category, shows: `${image.contentType}, ${Buffer.byteLength(written)} bytes` },
  ];
}
