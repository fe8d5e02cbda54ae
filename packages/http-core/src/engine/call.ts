import type { AuthProvider, Credentials } from "../auth/types.ts";
import { contextOf, describeCause, isSciError, SciError, type Attempt, type ErrorContext } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Answer, Operation } from "../operation.ts";
import type { CallOptions, RetryOptions, ServiceDefinition } from "../options.ts";
import { redactUrl } from "../redact.ts";
import type { Transport, TransportResponse } from "../transport/types.ts";
import { authorize, sameHeaders, secretsOf } from "./authorize.ts";
import { buildRequest, type BuiltRequest } from "./build-request.ts";
import { Deadline } from "./deadline.ts";
import { emit, type EventListener } from "./events.ts";
import { defined, mergeHeaders } from "./headers.ts";
import { readAnswer } from "./read-answer.ts";
import { backoff, isRepeatable, parseRetryAfter, retryStatuses } from "./retry.ts";
import { sendFollowing } from "./send.ts";

/** What a client has settled once and every call uses. */
export interface Settings {
  readonly service: ServiceDefinition;
  readonly baseUrl: string;
  readonly origin: string;
  readonly auth: AuthProvider | undefined;
  readonly transport: Transport;
  readonly timeout: { readonly idle: number; readonly total: number };
  readonly retry: Required<RetryOptions>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly trustedOrigins: readonly string[];
  readonly allowInsecureHttp: boolean;
  readonly logger: Logger;
  readonly onEvent: EventListener | undefined;
  readonly warnOnce: (message: string) => void;
  /** The credentials that the service accepted last. */
  accepted: Credentials | undefined;
}

let calls = 0;

/** Sends one operation with everything that belongs to a call, and gives its decoded answer. */
export async function call<Input, Output>(
  settings: Settings,
  operation: Operation<Input, Output>,
  input: Input,
  options: CallOptions,
): Promise<Answer> {
  const built = buildRequest(operation, input);
  const url = new URL(settings.baseUrl + built.target);
  const context: ErrorContext = {
    service: settings.service.name,
    operation: operation.name,
    method: operation.method,
    url: redactUrl(url.href, built.secrets, operation.secretQuery),
  };
  const total = options.timeout?.total ?? settings.timeout.total;
  const deadline = new Deadline(total, options.signal, context);
  try {
    return await new Call(settings, operation, built, url, context, options, deadline).run();
  } finally {
    deadline.dispose();
  }
}

class Call<Input, Output> {
  readonly #id = ++calls;
  readonly #attempts: Attempt[] = [];
  readonly #retry: Required<RetryOptions>;
  readonly #headers: Readonly<Record<string, string>>;
  #rejected: Credentials | undefined;
  #refusal: SciError | undefined;
  #secrets: readonly string[];

  constructor(
    private readonly settings: Settings,
    private readonly operation: Operation<Input, Output>,
    private readonly built: BuiltRequest,
    private readonly url: URL,
    private readonly context: ErrorContext,
    private readonly options: CallOptions,
    private readonly deadline: Deadline,
  ) {
    this.#retry = { ...settings.retry, ...defined(options.retry) };
    this.#headers = mergeHeaders({ accept: acceptOf(operation) }, settings.headers, built.headers, options.headers);
    this.#secrets = built.secrets;
  }

  async run(): Promise<Answer> {
    for (let number = 1; ; number++) {
      const started = performance.now();
      const answer = await this.#attempt(number).catch((error: unknown) => this.#failed(error));
      if ("done" in answer) return answer.done;
      const attempt = { attempt: number, duration: Math.round(performance.now() - started), ...answer.attempt };
      if (answer.again === "now") {
        this.#attempts.push(attempt);
        continue;
      }
      if (answer.again === "never" || number >= this.#retry.attempts) throw this.#final(answer.error, attempt);
      await this.#pause(answer.retryAfter, answer.error, attempt);
    }
  }

  async #attempt(number: number): Promise<Outcome> {
    const { settings, operation, deadline, context } = this;
    let credentials: Credentials | undefined;
    try {
      credentials = await authorize(settings, {
        url: this.url,
        method: operation.method,
        context,
        deadline,
        secretInUrl: this.built.secrets.length > 0,
        rejected: this.#rejected,
      });
      if (credentials !== undefined) this.#secrets = [...this.built.secrets, ...secretsOf(credentials)];
    } catch (error) {
      // Providers repeat what is worth repeating themselves.
      // After a refusal that is what there is to tell, unless the caller ended it.
      return { again: "never", error: deadline.reason ?? this.#refusal ?? this.#own(error), attempt: {} };
    }
    // The provider has nothing better: the same credentials would be refused again.
    if (this.#refusal !== undefined && sameHeaders(credentials, this.#rejected)) {
      return { again: "never", error: this.#refusal, attempt: {} };
    }
    const { service, transport } = settings;
    const started = performance.now();
    const seen = {
      id: this.#id,
      service: service.name,
      operation: operation.name,
      method: operation.method,
      url: context.url ?? "",
      attempt: number,
    };
    emit({ type: "request", ...seen }, settings.onEvent);
    let status: number | undefined;
    try {
      const { response, redirected } = await sendFollowing(
        {
          url: this.url,
          method: operation.method,
          headers: this.#headers,
          ...(this.built.body === undefined ? {} : { body: this.built.body }),
          credentials,
        },
        {
          send: (request) => transport.send(request),
          service,
          signal: deadline.signal,
          idleTimeout: this.options.timeout?.idle ?? settings.timeout.idle,
          trusted: (origin) => this.#trusted(origin),
          context,
        },
      );
      status = response.status;
      emit({ type: "response", ...seen, status, duration: performance.now() - started, code: undefined }, settings.onEvent);
      return await this.#judge(response, redirected, credentials);
    } catch (error) {
      if (status === undefined) {
        const code = isSciError<string>(error) ? error.code : undefined;
        emit({ type: "response", ...seen, status: undefined, duration: performance.now() - started, code }, settings.onEvent);
      }
      if (isSciError(error, "NOT_AUTHENTICATED")) return this.#refused(this.#own(error), credentials, { status: error.status ?? 0 });
      throw error;
    }
  }

  /** Decides what an answer means: a value, another attempt, or an error. */
  async #judge(response: TransportResponse, redirected: boolean, credentials: Credentials | undefined): Promise<Outcome> {
    const { settings, operation } = this;
    const { status } = response;
    const expected = operation.statuses?.includes(status) ?? false;
    const worthRepeating = !expected && (operation.retryStatuses ?? settings.service.retryStatuses ?? retryStatuses).includes(status);
    const retryAfter = parseRetryAfter(response.header("retry-after"));
    const read = (): Promise<Answer> =>
      readAnswer(response, operation, {
        service: settings.service,
        context: this.context,
        secrets: this.#secrets,
        warn: settings.warnOnce,
        redirected,
      });
    if (worthRepeating && isRepeatable(operation)) {
      const error = await this.#errorOf(read);
      return { again: "later", error, retryAfter, attempt: { status, message: error.message } };
    }
    try {
      const done = await read();
      this.settings.accepted = credentials;
      return { done };
    } catch (error) {
      // An answer that broke off: the request was served, so only what may be repeated is.
      if (isSciError(error, "NETWORK", "TRUNCATED", "TIMEOUT") && this.deadline.reason === undefined) throw error;
      return this.#refused(this.#own(error), credentials, { status });
    }
  }

  /**
   * Credentials that were refused are asked for anew, once: after a 401, and after a redirect to the log-in or its page where they were good
   * before. A service that words its 401 itself (not in the group, …) has accepted them.
   */
  #refused(error: SciError, credentials: Credentials | undefined, attempt: Partial<Attempt>): Outcome {
    const told = error.status === 401 || sameHeaders(credentials, this.settings.accepted);
    const again = error.code === "NOT_AUTHENTICATED" && credentials !== undefined && this.#rejected === undefined && told;
    if (!again || (typeof this.built.body === "function" && !isRepeatable(this.operation))) return { again: "never", error, attempt };
    this.#rejected = credentials;
    this.#refusal = error;
    return { again: "now", error, attempt: { ...attempt, code: error.code, message: "credentials refused; asking for new ones" } };
  }

  async #errorOf(read: () => Promise<Answer>): Promise<SciError> {
    try {
      await read();
    } catch (error) {
      return this.#own(error);
    }
    return new SciError("HTTP_STATUS", `${this.settings.service.name} refused the call.`, this.context);
  }

  #failed(error: unknown): Outcome {
    const { deadline } = this;
    if (deadline.reason !== undefined) return { again: "never", error: deadline.reason, attempt: {} };
    const own = this.#own(error);
    const fault = isSciError(own, "NETWORK", "TRUNCATED") || (isSciError(own, "TIMEOUT") && own.details?.["phase"] !== undefined);
    const hopeless = own.details?.["permanent"] === true;
    // What never left this machine may be sent again whatever it is.
    const may = isRepeatable(this.operation) || own.details?.["sent"] === false;
    const attempt = { code: own.code, message: own.message };
    return { again: fault && may && !hopeless ? "later" : "never", error: own, retryAfter: undefined, attempt };
  }

  async #pause(retryAfter: number | undefined, error: SciError, attempt: Attempt): Promise<void> {
    const { deadline, settings } = this;
    const delay = retryAfter ?? backoff(attempt.attempt, this.#retry);
    if (delay >= deadline.remaining) {
      const left = Math.round(deadline.remaining);
      const asked =
        retryAfter === undefined ? `The next attempt would start in ${delay} ms` : `The server asks to wait ${delay} ms (Retry-After)`;
      throw this.#final(
        new SciError(error.code, `${error.message} ${asked}, but only ${left} ms of the total limit are left.`, {
          ...contextOf(error),
          ...(retryAfter === undefined ? {} : { retryAfter }),
          cause: error,
        }),
        attempt,
      );
    }
    this.#attempts.push({ ...attempt, delay });
    const { name } = settings.service;
    emit(
      {
        type: "retry",
        id: this.#id,
        service: name,
        operation: this.operation.name,
        attempt: attempt.attempt,
        delay,
        reason: error.message,
      },
      settings.onEvent,
    );
    settings.logger.debug(`${name} ${this.operation.name}: attempt ${attempt.attempt} failed, next in ${delay} ms`, {
      reason: error.message,
    });
    try {
      await deadline.wait(delay);
    } catch (reason) {
      throw this.#final(this.#own(reason), undefined);
    }
  }

  /** The error that ends the call: with all attempts, where there were several. */
  #final(error: SciError, last: Attempt | undefined): SciError {
    const attempts = last === undefined ? this.#attempts : [...this.#attempts, last];
    if (attempts.length < 2) return error;
    // What each said in full stands in `attempts`.
    const list = attempts.map(({ status, code }) => status ?? code).join(", ");
    return new SciError(error.code, `${error.message} (${attempts.length} attempts: ${list})`, {
      ...contextOf(error),
      attempts,
      cause: error.cause ?? error,
      secrets: this.#secrets,
    });
  }

  #trusted(origin: string): boolean {
    return origin === this.settings.origin || this.settings.trustedOrigins.includes(origin);
  }

  /** Every error with the context of the call, and without its credentials. */
  #own(error: unknown): SciError {
    if (isSciError<string>(error)) {
      return error.operation === undefined || error.service === undefined
        ? new SciError(error.code, error.message, {
            ...this.context,
            ...contextOf(error),
            ...pick(this.context),
            cause: error.cause ?? error,
            secrets: this.#secrets,
          })
        : error;
    }
    return new SciError(
      "NETWORK",
      `${this.settings.service.name} ${this.operation.name} failed: ${describeCause(error) ?? String(error)}`,
      { ...this.context, cause: error, secrets: this.#secrets },
    );
  }
}

type Outcome =
  | { readonly done: Answer }
  | {
      readonly again: "now" | "later" | "never";
      readonly error: SciError;
      readonly retryAfter?: number | undefined;
      readonly attempt: Partial<Attempt>;
    };

function pick({ service, operation }: ErrorContext): ErrorContext {
  return { ...(service === undefined ? {} : { service }), ...(operation === undefined ? {} : { operation }) };
}

function acceptOf({ accept = "json" }: { readonly accept?: string }): string {
  return accept === "json" ? "application/json" : "*/*";
}
