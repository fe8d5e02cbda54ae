import type { Call } from "./context.ts";
import { badRequest } from "./errors.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** The JSON object that a request carries. Throws Problem. */
export function bodyOf({ request }: Pick<Call, "request">): Fields {
  if (request.body.length === 0) return {};
  const type = request.headers["content-type"];
  if (type !== undefined && !/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) throw badRequest(`The body must be JSON, not ${type}`);
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString());
  } catch (error) {
    throw badRequest(`The body is no JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badRequest("The body must be a JSON object");
  return value as Fields;
}

/** Text of a field; undefined when it is absent. Throws Problem. */
export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw badRequest(`${name} must be text`);
  return value;
}

export function text(fields: Fields, name: string): string {
  const value = optionalText(fields, name);
  if (value === undefined || value === "") throw badRequest(`${name} is missing`);
  return value;
}

export interface Upload {
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The other fields of the form. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The file of a form (`multipart/form-data`). Throws Problem. */
export async function uploadOf({ request }: Call): Promise<Upload> {
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) throw badRequest("The body must be a form with a file (multipart/form-data)");
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(request.body), { headers: { "Content-Type": type } }).formData();
  } catch (error) {
    throw badRequest(`The form cannot be read: ${(error as Error).message}`);
  }
  const fields: Record<string, string> = {};
  let file: File | undefined;
  for (const [name, value] of form) {
    if (typeof value === "string") fields[name] = value;
    else file ??= value;
  }
  if (file === undefined) throw badRequest("The form holds no file");
  const contentType = file.type === "" ? "application/octet-stream" : file.type;
  return { filename: file.name, contentType, bytes: Buffer.from(await file.arrayBuffer()), fields };
}

/** Reads `data:TYPE;base64,…`. Throws Problem. */
export function dataUrl(given: string): { contentType: string; bytes: Buffer } {
  const comma = given.indexOf(",");
  const head = /^data:([^,;]*)((?:;[^,;]+)*);base64$/.exec(given.slice(0, Math.max(0, comma)));
  if (head === null) throw badRequest("base64 must be data:TYPE;base64,…");
  const data = given.slice(comma + 1).trim();
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.replace(/=+$/, "").length % 4 === 1) throw badRequest("base64 does not hold base64");
  return { contentType: head[1] === "" ? "text/plain" : (head[1] as string), bytes: Buffer.from(data, "base64") };
}
