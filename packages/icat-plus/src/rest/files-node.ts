// What needs Node: files and the name of this machine. Loaded when it is first needed.
import { readFile } from "node:fs/promises";
import { SciError, type ClientOptions, type ServiceDefinition } from "@sci/http-core";
import { createDoor, downloadFile } from "@sci/http-core/transfer";
import { fullHostName } from "../ingest/host.ts";

/** The full name of this machine; undefined in a browser. */
export const machineName = (): Promise<string | undefined> => fullHostName();

/** @throws FILE */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new SciError("FILE", `${path} cannot be read: ${(cause as Error).message}`, { cause, details: { path } });
  }
}

/** A text file, its line ends made one kind, as the e-logbook shows them. @throws FILE for one that cannot be read or is not UTF-8 */
export async function readUtf8(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r\n?/g, "\n");
  } catch (cause) {
    throw new SciError("FILE", `${path} is not UTF-8 text. Convert it, or send it with sendBinaryFile().`, { cause, details: { path } });
  }
}

export interface FetchToFile {
  readonly service: ServiceDefinition;
  /** Address and settings of the connection. */
  readonly options: ClientOptions;
  /** What is fetched, without the session: by it the beginning of a file is found again. */
  readonly identity: string;
  /** Escaped, below the address; holds `secret`. */
  readonly url: string;
  /** The session in the URL, masked everywhere. */
  readonly secret: string;
  readonly to: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | undefined;
}

/** Streams to a file: with resumption, and under its name only when it is whole. @throws as downloadFile of the transfer engine */
export async function fetchToFile({ service, options, identity, url, secret, to, headers, signal }: FetchToFile): Promise<void> {
  const door = createDoor(service, { ...options, secrets: [secret] });
  try {
    await downloadFile(door, { url, path: identity }, to, { conflict: "overwrite", headers, ...(signal === undefined ? {} : { signal }) });
  } finally {
    await door.close();
  }
}
