import {
  checkNames,
  createCore,
  isSciError,
  operation,
  SciError,
  type CallOptions,
  type ClientOptions,
  type Core,
  type Operation,
  type ServiceDefinition,
} from "@sci/http-core";
import { service } from "../service.ts";
import type { CatalogueSession, LogInOptions, RestSettings } from "./types.ts";

/** Input of an operation with the session put in. */
export type InSession<Input> = Input & { readonly sessionId: string };

interface LogIn {
  readonly username?: string | undefined;
  readonly password: string;
  readonly plugin: string;
}

const logIn = operation<LogIn, CatalogueSession>({
  name: "session.logIn",
  method: "POST",
  path: "/session",
  // A log-in changes nothing but who may ask.
  repeatable: true,
  body: ({ username, password, plugin }) => ({ json: { ...(username === undefined ? {} : { username }), password, plugin } }),
});

const logOut = operation<{ readonly sessionId: string }, unknown>({
  name: "session.logOut",
  method: "DELETE",
  path: "/session/{sessionId}",
  secretParams: ["sessionId"],
  accept: "text",
});

/** Who is logged in at the catalogue: gives every call its session, and a new one when the old one has ended. */
export interface Sessions {
  /** Where the catalogue is asked; its bearer token is the session. */
  readonly core: Core;
  /** The session, after logging in where a password is known. @throws MISSING_CREDENTIALS, and what logging in throws */
  id(options?: CallOptions): Promise<string>;
  /** Makes a call in the session; once more in a new one after 401, where a password is known. */
  request<Input, Output>(operation: Operation<InSession<Input>, Output>, input: Input, options?: CallOptions): Promise<Output>;
  /** Another session than the one that was refused; undefined where no password is known. */
  renewed(refused: string): Promise<string | undefined>;
  /** For transfers of files: address and settings of the connection. */
  readonly doorOptions: ClientOptions;
  doLogIn(options: LogInOptions): Promise<CatalogueSession>;
  logOut(options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}

const help = "Log in with doLogIn(), or give icatplusPassword or icatSessionId (ICATPLUS_SESSION_ID).";

/** @throws INVALID_ARGUMENT without an address */
export function createSessions(settings: RestSettings): Sessions {
  const { icatplusRestrictedUrl: baseUrl, icatplusPassword } = settings;
  if (baseUrl === undefined) {
    throw new SciError("INVALID_ARGUMENT", "The catalogue needs icatplusRestrictedUrl (ICATPLUS_URL).", { service: service.name });
  }
  let session: string | undefined = settings.icatSessionId;
  /** How the last log-in went, for the next one. */
  let credentials: LogIn | undefined =
    icatplusPassword === undefined ? undefined : { username: undefined, password: icatplusPassword, plugin: "esrf" };
  let renewal: Promise<string> | undefined;
  const core = createCore({ ...service, signInHelp: help, failure: endedSession }, {
    ...settings.core,
    baseUrl,
    // Only one kind of call takes the session as a header; all others have it in the path.
    auth: false,
  } satisfies ClientOptions);

  async function enter(input: LogIn, options: CallOptions = {}): Promise<CatalogueSession> {
    let answer: CatalogueSession;
    try {
      answer = await core.request(logIn, input, options);
    } catch (error) {
      throw refusal(error, input.password);
    }
    if (typeof (answer as unknown as { sessionId?: unknown } | null)?.sessionId !== "string" || answer.sessionId === "") {
      throw new SciError("INVALID_RESPONSE", "ICAT+ answered the log-in without a session.", {
        service: service.name,
        operation: logIn.name,
      });
    }
    session = answer.sessionId;
    credentials = input;
    return answer;
  }

  /** One log-in, however many calls wait for it. */
  function renew(): Promise<string> {
    if (credentials === undefined) throw new SciError("MISSING_CREDENTIALS", `Not logged in at ICAT+. ${help}`, { service: service.name });
    renewal ??= enter(credentials)
      .then(({ sessionId }) => sessionId)
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  }

  const sessions: Sessions = {
    core,
    doorOptions: { ...settings.core, baseUrl, auth: false },
    id: async () => session ?? (await renew()),
    renewed: async (refused) => {
      if (credentials === undefined) return undefined;
      // Another call may have renewed it meanwhile.
      return session !== undefined && session !== refused ? session : await renew();
    },

    async request(operation, input, options = {}) {
      const first = session ?? (await renew());
      try {
        return await core.request(operation, { ...input, sessionId: first }, options);
      } catch (error) {
        if (!isSciError<string>(error, "NOT_AUTHENTICATED")) throw error;
        const next = await sessions.renewed(first);
        if (next === undefined) throw error;
        return await core.request(operation, { ...input, sessionId: next }, options);
      }
    },

    async doLogIn({ password, username, plugin = "esrf", ...options }) {
      checkNames(options, ["signal", "timeout", "retry", "headers", "validate"], "option of doLogIn()");
      if (typeof password !== "string" || password === "") throw new SciError("MISSING_CREDENTIALS", "doLogIn() needs a password.");
      return await enter({ username, password, plugin }, options);
    },

    async logOut(options = {}) {
      if (session === undefined) return;
      const sessionId = session;
      session = undefined;
      credentials = undefined;
      await core.request(logOut, { sessionId }, options);
    },

    close: () => core.close(),
  };
  return sessions;
}

/** ICAT+ answers 403 for a session that has ended, as for one without a right: its words tell the difference. */
const endedSession: NonNullable<ServiceDefinition["failure"]> = ({ status, data }) => {
  const text = typeof data === "string" ? data : ((data as { message?: unknown } | null | undefined)?.message ?? "");
  if (status !== 403 || typeof text !== "string" || !/session (?:not found|expired|is over|invalid)|expired/i.test(text)) return undefined;
  return { code: "NOT_AUTHENTICATED", message: `The session at ICAT+ has ended (${text.slice(0, 100)}). ${help}` };
};

/** Servers repeat what they were sent: the password is masked wherever it stands. */
function refusal(error: unknown, password: string): unknown {
  if (!isSciError<string>(error)) return error;
  const { name: _name, code, ...context } = { ...error };
  const isRefused = code === "FORBIDDEN" || code === "NOT_AUTHENTICATED";
  const message = isRefused ? `ICAT+ refused the log-in (${String(error.status)}). Check user name, password and plugin.` : error.message;
  return new SciError(isRefused ? "NOT_AUTHENTICATED" : code, message, { ...context, secrets: [password], cause: error.cause ?? error });
}
