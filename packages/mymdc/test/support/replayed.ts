import { nowhere, replay, silent, withEnvironment, type RecordedExchange, type Replay, type ReplayOptions } from "@sci/http-core/testing";
import { createMyMdc, type MyMdc, type MyMdcOptions } from "../../src/index.ts";
import type { RecordedCase } from "./recorded.ts";

export interface Playing {
  readonly mdc: MyMdc;
  readonly server: Replay;
}

/** A token that is valid for long, as the recorded clients have. */
export const token = { access_token: "recorded-token", token_type: "Bearer", expires_at: 4_102_444_800 };

const variables = ["MYMDC_URL", "MYMDC_TOKEN_URL", "MYMDC_CLIENT_ID", "MYMDC_CLIENT_SECRET", "MYMDC_USER_EMAIL"];
const none = Object.fromEntries(variables.map((name) => [name, null]));

/** Runs `use` with none of the machine's own settings. */
export function alone<T>(use: () => T | Promise<T>, environment: Readonly<Record<string, string>> = {}): Promise<T> {
  return withEnvironment({ ...none, ...environment }, use);
}

/** Requests as they are made here: one slash where the original sends two, and no content type where there is no content. */
function asSentHere({ request, ...rest }: RecordedExchange): RecordedExchange {
  const { "content-type": _none, ...headers } = request.headers;
  return {
    ...rest,
    request: { ...request, path: request.path.replaceAll("//", "/"), ...(request.body === null ? { headers } : {}) },
  };
}

export interface PlayOptions extends ReplayOptions {
  /** Changes what is expected, where this client sends something else for a reason. */
  readonly change?: (exchanges: readonly RecordedExchange[]) => readonly RecordedExchange[];
  readonly client?: MyMdcOptions;
  /** Without the token that a recorded client has. */
  readonly withoutToken?: boolean;
  /** Path of the API, where it is not that of `baseUrl`. */
  readonly apiUrl?: string;
}

/** Plays a recorded case to `use`, and checks that all its exchanges were made. */
export async function playing<T>(recorded: RecordedCase, use: (playing: Playing) => Promise<T>, options: PlayOptions = {}): Promise<T> {
  const { change = (all) => all, client = {}, withoutToken = false, apiUrl, ...replayOptions } = options;
  const server = await replay(change(recorded.exchanges).map(asSentHere), replayOptions);
  try {
    return await alone(async () => {
      const mdc = createMyMdc({
        baseUrl: `${server.url || nowhere}/metadata`,
        ...(withoutToken ? {} : { token }),
        ...(apiUrl === undefined ? {} : { apiUrl: `${server.url}${apiUrl}` }),
        userEmail: String(recorded.client?.["user_email"] ?? "user@example.org"),
        retry: { attempts: 1 },
        logger: silent,
        ...client,
      });
      try {
        const result = await use({ mdc, server });
        server.done();
        return result;
      } finally {
        await mdc.close();
      }
    });
  } finally {
    await server.stop();
  }
}

/** Values in a recorded answer as this client gives them: by their names, as the documentation has them. */
export function typed(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => typed(one, name));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, typed(one, key)]));
  if (/^flg_(available|writing|public|immutable|xfel_available)$/.test(name) && typeof value === "string" && value !== "")
    return value === "true";
  const isNumber = /^id$|_id$|^(run_number|number|flg_status)$/.test(name) && name !== "proposal_system_id";
  if (isNumber && typeof value === "string" && /^-?\d+$/.test(value)) return Number(value);
  if (/^(first|last)_train$/.test(name) && typeof value === "number") return BigInt(value);
  return value;
}

const codes: Readonly<Record<number, string>> = {
  401: "NOT_AUTHENTICATED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  410: "NOT_FOUND",
  412: "CONFLICT",
  422: "VALIDATION",
  429: "RATE_LIMITED",
};

/** The code of the error for an answer that failed. */
export function codeFor({ response }: RecordedExchange): string {
  const { body } = response;
  const said = JSON.stringify((body?.json as { readonly info?: unknown } | null | undefined)?.info ?? "");
  if (said.includes("X-User-Email")) return "USER_EMAIL";
  const status = response.status ?? 0;
  return codes[status] ?? ([408, 502, 503, 504].includes(status) ? "UNAVAILABLE" : "HTTP_STATUS");
}
