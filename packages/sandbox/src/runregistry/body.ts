import type { SandboxRequest } from "../http/message.ts";
import { SqlError } from "./query/sql.ts";

/** The body, where its type is one that the back end reads; otherwise an empty object, as if nothing had been sent. */
export function readBody(request: SandboxRequest): Readonly<Record<string, unknown>> {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (request.body.length === 0) return {};
  const text = request.body.toString();
  if (type === "application/x-www-form-urlencoded") return Object.fromEntries(new URLSearchParams(text));
  if (type !== "application/json") return {};
  const start = text.trimStart()[0];
  if (start !== "{" && start !== "[") throw new SqlError(`Unexpected token ${start ?? ""} in JSON at position 0`);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new SqlError(messageOf(text, error as Error));
  }
}

/** The words of the engine that the service runs on. */
function messageOf(text: string, error: Error): string {
  if (/Unexpected end/.test(error.message)) return "Unexpected end of JSON input";
  const position = /position (\d+)/.exec(error.message);
  if (position === null) return error.message;
  const at = Number(position[1]);
  return at >= text.length ? "Unexpected end of JSON input" : `Unexpected token ${text[at] as string} in JSON at position ${at}`;
}
