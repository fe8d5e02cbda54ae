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

/** Whether a text stops before it is complete, and is right so far. */
function unfinished(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    return /end of JSON|Unterminated/.test(message) || Number(position) === text.length;
  }
}

/** The words of the engine that the service runs on; those of engines since then differ. */
function messageOf(text: string, error: Error): string {
  if (unfinished(text)) return "Unexpected end of JSON input";
  const limit = Math.min(text.length, 4096);
  for (let length = 1; length <= limit; length++) {
    if (!unfinished(text.slice(0, length))) return `Unexpected token ${text[length - 1] as string} in JSON at position ${length - 1}`;
  }
  return error.message;
}
