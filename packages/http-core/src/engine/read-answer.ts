import { SciError, type CoreErrorCode, type ErrorContext } from "../errors.ts";
import { parseJson } from "../json.ts";
import type { Answer, Operation } from "../operation.ts";
import type { ServiceDefinition } from "../options.ts";
import type { TransportResponse } from "../transport/types.ts";

const excerptLength = 2048;

/** How much of a failed answer is read to find out why. */
const failureBytes = 1024 * 1024;

export interface ReadOptions {
  readonly service: ServiceDefinition;
  readonly context: ErrorContext;
  readonly secrets: readonly string[];
  readonly warn: (message: string) => void;
  /** Whether the answer came after a redirect: then a web page is a log-in page. */
  readonly redirected: boolean;
}

/** Decodes an answer that is not to be repeated. @throws what the status, the service's words or the body amount to */
export async function readAnswer<Input, Output>(
  response: TransportResponse,
  operation: Operation<Input, Output>,
  options: ReadOptions,
): Promise<Answer> {
  const { status, headers } = response;
  const ok = (status >= 200 && status < 300) || (operation.statuses?.includes(status) ?? false);
  if (!ok) throw await failedAnswer(response, operation, options);
  const accept = operation.accept ?? "json";
  if (accept === "none" || operation.method === "HEAD") {
    await response.discard();
    return { status, headers, data: undefined };
  }
  const maxBytes = operation.maxBytes ?? (accept === "bytes" ? 64 * 1024 * 1024 : (options.service.maxBytes ?? 256 * 1024 * 1024));
  if (accept === "bytes") return { status, headers, data: await response.bytes(maxBytes) };
  const text = await response.text(maxBytes);
  if (accept === "text") return { status, headers, data: text };
  const data = text === "" ? undefined : decodeJson(text, response, operation, options);
  const failure = (operation.failure ?? options.service.failure)?.({ status, headers, data, ok: true });
  if (failure !== undefined) {
    throw new SciError(failure.code, failure.message, {
      ...options.context,
      status,
      body: text.slice(0, excerptLength),
      ...details(failure.details),
      secrets: options.secrets,
    });
  }
  return { status, headers, data };
}

function decodeJson<Input, Output>(
  text: string,
  response: TransportResponse,
  operation: Operation<Input, Output>,
  options: ReadOptions,
): unknown {
  if (isHtml(text, response)) throw webPage(text, response.status, options);
  try {
    return parseJson(text, {
      ...(operation.bigints === undefined ? {} : { bigints: operation.bigints }),
      onUnsafe: (path) => {
        options.warn(`${options.service.name} ${operation.name}: "${path}" holds an integer beyond 2^53; it is given as text.`);
      },
    });
  } catch (cause) {
    const type = response.header("content-type") ?? "no content type";
    throw new SciError(
      "NOT_JSON",
      `${who(options)} answered ${response.status} with something that is not JSON (${type}): ${excerpt(text, 200)}`,
      {
        ...options.context,
        status: response.status,
        body: text.slice(0, excerptLength),
        cause,
        secrets: options.secrets,
      },
    );
  }
}

async function failedAnswer<Input, Output>(
  response: TransportResponse,
  operation: Operation<Input, Output>,
  options: ReadOptions,
): Promise<SciError> {
  const { status, headers } = response;
  const { service, context, secrets } = options;
  let text = "";
  try {
    text = await response.text(failureBytes);
  } catch {
    // The status alone is the failure; a body that cannot be read adds nothing and must not hide it.
    await response.discard();
  }
  const html = isHtml(text, response);
  const data = html || text === "" ? undefined : tryJson(text);
  const requestId = headers["x-request-id"] ?? headers["x-correlation-id"];
  const shared = {
    ...context,
    status,
    secrets,
    ...(text === "" ? {} : { body: text.slice(0, excerptLength) }),
    ...(requestId === undefined ? {} : { requestId }),
  };
  const told = (operation.failure ?? service.failure)?.({ status, headers, data: data ?? text, ok: false });
  if (told !== undefined)
    return new SciError(told.code, withHelp(told.code, told.message, service), { ...shared, ...details(told.details) });
  const code = codeOf(status);
  const said = html ? pageTitle(text) : (messageIn(data) ?? excerpt(text, 200));
  const message = `${who(options)} answered ${status}${reason(status)}${said === "" ? "" : `: ${said}`}`;
  return new SciError(code, withHelp(code, message, service), shared);
}

/** The error for a web page where data are due: in practice the page to log in. */
export function webPage(text: string, status: number, options: ReadOptions): SciError {
  const title = pageTitle(text);
  const message = `Not authenticated: ${who(options)} answered with a web page${title === "" ? "" : ` ("${title}")`} instead of data${options.redirected ? ", after a redirect" : ""}.`;
  return new SciError("NOT_AUTHENTICATED", withHelp("NOT_AUTHENTICATED", message, options.service), {
    ...options.context,
    status,
    body: text.slice(0, excerptLength),
    secrets: options.secrets,
  });
}

export function withHelp(code: string, message: string, service: ServiceDefinition): string {
  const needed = code === "NOT_AUTHENTICATED" || code === "MISSING_CREDENTIALS";
  return needed && service.signInHelp !== undefined ? `${message.replace(/\.?$/, ".")} ${service.signInHelp}` : message;
}

const names: Readonly<Record<number, [CoreErrorCode, string]>> = {
  400: ["HTTP_STATUS", "Bad Request"],
  401: ["NOT_AUTHENTICATED", "Unauthorized"],
  403: ["FORBIDDEN", "Forbidden"],
  404: ["NOT_FOUND", "Not Found"],
  405: ["HTTP_STATUS", "Method Not Allowed"],
  408: ["UNAVAILABLE", "Request Timeout"],
  409: ["CONFLICT", "Conflict"],
  410: ["NOT_FOUND", "Gone"],
  412: ["CONFLICT", "Precondition Failed"],
  413: ["HTTP_STATUS", "Content Too Large"],
  422: ["HTTP_STATUS", "Unprocessable Content"],
  429: ["RATE_LIMITED", "Too Many Requests"],
  500: ["HTTP_STATUS", "Internal Server Error"],
  502: ["UNAVAILABLE", "Bad Gateway"],
  503: ["UNAVAILABLE", "Service Unavailable"],
  504: ["UNAVAILABLE", "Gateway Timeout"],
  507: ["HTTP_STATUS", "Insufficient Storage"],
};

function codeOf(status: number): CoreErrorCode {
  return names[status]?.[0] ?? "HTTP_STATUS";
}

function reason(status: number): string {
  const name = names[status]?.[1];
  return name === undefined ? "" : ` ${name}`;
}

function who({ service, context }: ReadOptions): string {
  return `${service.name} ${context.method ?? ""} ${context.url ?? ""}`.trimEnd();
}

export function isHtml(text: string, response: Pick<TransportResponse, "header">): boolean {
  return /\bhtml\b/i.test(response.header("content-type") ?? "")
    ? !/^\s*[[{"]/.test(text)
    : /^\s*<(!doctype\s+html|html|head|body)\b/i.test(text);
}

export function pageTitle(text: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? /<h1[^>]*>([^<]*)/i.exec(text)?.[1] ?? text.replace(/<[^>]*>/g, " ");
  return excerpt(title, 120);
}

export function excerpt(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}

export function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** The text that most services put their message into. */
function messageIn(data: unknown): string | undefined {
  if (typeof data === "string") return excerpt(data, 500);
  if (typeof data !== "object" || data === null) return undefined;
  for (const key of ["error_description", "message", "detail", "err", "error", "info", "title"]) {
    const value = (data as Record<string, unknown>)[key];
    if (typeof value === "string" && value !== "") return excerpt(value, 500);
  }
  return undefined;
}

function details(value: ErrorContext["details"]): { details?: NonNullable<ErrorContext["details"]> } {
  return value === undefined ? {} : { details: value };
}
