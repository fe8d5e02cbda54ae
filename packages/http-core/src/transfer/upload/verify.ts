import { isSciError, SciError, type ErrorContext } from "../../errors.ts";
import { onAbort } from "../../transport/abort.ts";
import { abortError } from "../../transport/classify.ts";
import { announcedLength } from "../../transport/body.ts";
import { bestOf, createDigest, statedChecksums } from "../digests.ts";
import type { Door } from "../door.ts";
import type { ChecksumName, Checksums, Verification } from "../types.ts";
import { listCollection } from "../webdav/list-collection.ts";
import { propertyNames } from "../webdav/properties.ts";
import type { Content } from "./content.ts";
import { uploadsOf } from "./knowledge.ts";
import type { PutAnswer } from "./put.ts";

export interface VerifyRequest {
  readonly door: Door;
  /** Of what was uploaded, wherever it lies now. */
  readonly url: string;
  readonly content: Content;
  readonly sent: PutAnswer["sent"];
  /** What the answer to the upload said. */
  readonly stated: Checksums;
  readonly requireChecksum: boolean;
  readonly signal: AbortSignal;
  readonly context: ErrorContext;
}

/** Milliseconds between two looks at a file that the storage has not taken up completely yet. */
const pauses = [100, 400, 1500, 4000];
/** Milliseconds without an answer while a storage reads the whole file for its checksum. */
const patience = 300_000;

/** What the storage tells about a file now. */
interface Told {
  readonly checksums: Checksums;
  readonly size: number | undefined;
}

/**
 * Compares what a storage has with what was sent: by a checksum where it offers one, else by the length.
 * @throws CHECKSUM_MISMATCH (`details.again`: worth another upload), CHECKSUM_UNAVAILABLE where one is required
 */
export async function verify(request: VerifyRequest): Promise<Verification> {
  const { door, sent, stated, context } = request;
  const { knowledge } = uploadsOf(door);
  const atOnce = await compare(request, stated);
  if (atOnce !== undefined) {
    learn(door, "answer", stated);
    return atOnce;
  }
  let told: Told = { checksums: {}, size: undefined };
  for (let look = 0; ; look++) {
    told = await ask(request);
    const found = await compare(request, told.checksums);
    if (found !== undefined) return found;
    // Some register a file only a moment after their answer, or compute its checksum meanwhile.
    const computing = (knowledge.checksums === "head" || knowledge.checksums === "property") && sent.bytes > 0;
    const pause = pauses[look];
    if (pause === undefined || (told.size === sent.bytes && !computing)) break;
    await wait(pause, request.signal);
  }
  if (told.size !== sent.bytes)
    throw mismatch(context, `it has ${told.size ?? "an unknown number of"} bytes there, and ${sent.bytes} here`);
  if (request.requireChecksum) throw unavailable(request);
  return { by: "length", bytes: sent.bytes };
}

/** A checksum is required and the storage has none. */
export function unavailable({ door, content, context }: Pick<VerifyRequest, "door" | "content" | "context">): SciError<string> {
  const message = `${door.service.name} tells no checksum of ${content.label}, and one is required (requireChecksum).`;
  return new SciError("CHECKSUM_UNAVAILABLE", message, { ...context, details: { permanent: true } });
}

/** By HEAD, then by property: whichever the storage is known to answer, both where nothing is known. */
async function ask(request: VerifyRequest): Promise<Told> {
  const { door, url, signal, sent } = request;
  const { knowledge } = uploadsOf(door);
  const told: { checksums: Checksums; size: number | undefined } = { checksums: {}, size: undefined };
  if (knowledge.checksums !== "property") {
    const wanted = knowledge.checksums === "none" ? {} : { "want-digest": "adler32,sha-256;q=0.5,md5;q=0.3" };
    const head = await door.request(
      { operation: "verify", method: "HEAD", url, headers: wanted, statuses: [404] },
      { signal, timeout: { idle: patience, total: patience * 2 } },
    );
    if (head.status === 404) return told;
    told.checksums = statedChecksums((name) => head.header(name), true);
    told.size = announcedLength(head.header("content-length"));
    if (bestOf(told.checksums) !== undefined) learn(door, "head", told.checksums);
    if (bestOf(told.checksums) !== undefined || (knowledge.checksums !== undefined && told.size !== undefined)) return told;
  }
  // A plain web server has no properties; then the length of HEAD is all there is.
  try {
    const query = { door, url, depth: 0, properties: propertyNames({ checksums: true }), name: "", operation: "verify", signal } as const;
    for await (const { own } of listCollection(query)) {
      if (own === undefined) continue;
      told.checksums = own.entry.checksums;
      told.size = own.entry.size ?? told.size;
    }
  } catch (error) {
    if (!isSciError<string>(error) || told.size === undefined || error.status === undefined) throw error;
  }
  // An empty file has no checksum on some: it teaches nothing.
  if (bestOf(told.checksums) !== undefined) learn(door, "property", told.checksums);
  else if (sent.bytes > 0 && told.size === sent.bytes) knowledge.checksums ??= "none";
  return told;
}

function learn(door: Door, where: "answer" | "head" | "property", checksums: Checksums): void {
  const { knowledge } = uploadsOf(door);
  knowledge.checksums = where;
  knowledge.algorithm = checksums.adler32 !== undefined ? "adler32" : bestOf(checksums)?.[0];
}

/** Undefined where nothing can be compared. */
async function compare({ content, sent, context }: VerifyRequest, checksums: Checksums): Promise<Verification | undefined> {
  const own = sent.checksum;
  const [algorithm, there] = own !== undefined && checksums[own[0]] !== undefined ? [own[0], checksums[own[0]]] : (bestOf(checksums) ?? []);
  if (algorithm === undefined || there === undefined) return undefined;
  const here = own?.[0] === algorithm ? own[1] : content.repeatable ? await computed(content, algorithm) : undefined;
  if (here === undefined) return undefined;
  if (here !== there) throw mismatch(context, `its ${algorithm} is ${there} there and ${here} here`);
  return { by: "checksum", algorithm, value: there };
}

/** The checksum of contents that are read once more. */
export async function computed(content: Content, algorithm: ChecksumName): Promise<string> {
  const digest = createDigest(algorithm);
  const whole = content.whole();
  if (whole !== undefined) digest.update(whole);
  else for await (const piece of content.pieces(true)) digest.update(piece);
  return digest.value();
}

export function mismatch(context: ErrorContext, why: string): SciError<"CHECKSUM_MISMATCH"> {
  const message = `What the storage has is not what was sent: ${why}.`;
  return new SciError("CHECKSUM_MISMATCH", message, { ...context, details: { again: true } });
}

/** @throws the signal's reason as soon as it ends */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds);
    const release = onAbort(signal, done);
    function done(): void {
      clearTimeout(timer);
      release();
      resolve();
    }
  });
  if (signal.aborted) throw abortError(signal);
}
