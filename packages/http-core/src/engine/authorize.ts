import type { AuthRequest, Credentials } from "../auth/types.ts";
import { contextOf, describeCause, isSciError, SciError, type ErrorContext } from "../errors.ts";
import type { Settings } from "./call.ts";
import type { Deadline } from "./deadline.ts";
import { withHelp } from "./read-answer.ts";
import { isLoopback } from "./redirect.ts";

export interface AuthorizeOptions {
  readonly url: URL;
  readonly method: string;
  readonly context: ErrorContext;
  readonly deadline: Deadline;
  /** The URL holds a credential. */
  readonly secretInUrl: boolean;
  readonly rejected: Credentials | undefined;
}

/**
 * Asks the provider for the credentials of one attempt.
 * @throws INSECURE where they would go over plain http to another machine; what the provider throws, with the service's help
 */
export async function authorize(settings: Settings, options: AuthorizeOptions): Promise<Credentials | undefined> {
  const { auth, service } = settings;
  const { url, context, deadline, rejected } = options;
  if (options.secretInUrl) refuseInsecure(url, settings, context);
  if (auth === undefined) return undefined;
  const request: AuthRequest = {
    url: context.url ?? url.origin,
    origin: url.origin,
    method: options.method,
    signal: deadline.signal,
    ...(rejected === undefined ? {} : { rejected }),
    send: (inner) => settings.transport.send({ idleTimeout: settings.timeout.idle, ...inner }),
  };
  let credentials: Credentials | undefined;
  try {
    credentials = await deadline.race(Promise.resolve(auth(request)));
  } catch (error) {
    if (isSciError<string>(error))
      throw new SciError(error.code, withHelp(error.code, error.message, service), { ...contextOf(error), cause: error });
    throw new SciError("NOT_AUTHENTICATED", `Could not get credentials for ${service.name}: ${describeCause(error) ?? String(error)}`, {
      ...context,
      cause: error,
    });
  }
  if (credentials !== undefined) refuseInsecure(url, settings, context);
  return credentials;
}

function refuseInsecure(url: URL, { allowInsecureHttp }: Settings, context: ErrorContext): void {
  if (url.protocol === "http:" && !isLoopback(url) && !allowInsecureHttp) {
    throw new SciError(
      "INSECURE",
      `Credentials are not sent over plain http to ${url.host}. Use https, or allowInsecureHttp if the network is safe.`,
      context,
    );
  }
}

export function sameHeaders(a: Credentials | undefined, b: Credentials | undefined): boolean {
  return JSON.stringify(a?.headers) === JSON.stringify(b?.headers);
}

/** Every value to mask: the headers, whole and in parts. */
export function secretsOf({ headers, secrets = [] }: Credentials): string[] {
  const values = Object.values(headers ?? {});
  // The token without its scheme, too: a server may quote it alone.
  return [
    ...secrets,
    ...values,
    ...values.map((value) => value.replace(/^\S+\s+/, "")),
    ...values.flatMap((value) => (value.includes("=") ? value.split(/[;=]\s*/) : [])).filter((part) => part.length >= 8),
  ];
}
