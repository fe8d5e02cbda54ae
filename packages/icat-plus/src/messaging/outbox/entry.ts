import { createHash } from "node:crypto";
import { SciError } from "@sci/http-core";

/** A message as one file of the outbox: a line of JSON, then the body. */
export interface Entry {
  readonly id: string;
  readonly destination: string;
  readonly contentType: string | undefined;
  readonly subject: string | undefined;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly body: string;
}

const FORMAT = "sci-outbox/1";

export function encodeEntry(entry: Entry): Buffer {
  const body = Buffer.from(entry.body, "utf8");
  const { id, destination, contentType, subject, createdAt } = entry;
  const head = { format: FORMAT, id, destination, contentType, subject, createdAt, bytes: body.length, sha256: sha256(body) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`, "utf8"), body]);
}

/** @throws INVALID_RESPONSE saying what is wrong with the file */
export function decodeEntry(content: Buffer): Entry {
  const end = content.indexOf(10);
  const head = end < 0 ? undefined : parseHead(content.toString("utf8", 0, end));
  if (head === undefined) throw corrupt("its first line is not the head of a message");
  const { format, id, destination, contentType, subject, createdAt, bytes, sha256: sum } = head;
  if (format !== FORMAT) throw corrupt(`its format is ${JSON.stringify(format)} and not ${FORMAT}`);
  const body = content.subarray(end + 1);
  if (body.length !== bytes) throw corrupt(`it holds ${body.length} bytes of ${String(bytes)}`);
  if (sha256(body) !== sum) throw corrupt("its content does not fit its checksum");
  if (typeof id !== "string" || typeof destination !== "string") throw corrupt("it has no id or no destination");
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    id,
    destination,
    contentType: text(contentType),
    subject: text(subject),
    createdAt: text(createdAt) ?? "",
    body: body.toString("utf8"),
  };
}

function parseHead(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function corrupt(why: string): SciError<"INVALID_RESPONSE"> {
  return new SciError("INVALID_RESPONSE", `The file is corrupt: ${why}.`, { service: "outbox" });
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
