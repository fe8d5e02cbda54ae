import { createCore, operation, type ClientOptions, type Core, type Logger, type ServiceDefinition } from "@sci/http-core";

/** A client of a made-up service for the tests of the engine: quick retries, no proxy from the environment. */
export function testCore(baseUrl: string, options: ClientOptions = {}, service: Partial<ServiceDefinition> = {}): Core {
  return createCore(
    { name: "thing", userAgent: "sci-thing/1.0.0", baseUrl: "https://thing.invalid/api", ...service },
    { baseUrl, proxy: false, ...options, retry: { baseDelay: 1, maxDelay: 5, ...options.retry } },
  );
}

export const getThing = operation<{ id: string | number }, unknown>({ name: "things.get", method: "GET", path: "/things/{id}" });
export const createThing = operation<{ name: string }, unknown>({
  name: "things.create",
  method: "POST",
  path: "/things",
  body: (input) => ({ json: input }),
});

/** A logger that keeps what it is told. */
export function recordingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const log =
    (level: string) =>
    (message: string): void => {
      lines.push(`${level}: ${message}`);
    };
  return { lines, debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}

/** The error a promise rejects with; a value is a failure of the test. */
export async function failure(work: PromiseLike<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await work;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("expected a rejection");
}
