import type { Reply, SandboxRequest } from "../../http/message.ts";
import type { Router } from "../../http/router.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Dataset, Investigation, Sample } from "../catalogue/types.ts";
import type { Files } from "../files.ts";
import type { IcatPlusSettings } from "../options.ts";
import { forbidden, notFound, Problem } from "./errors.ts";
import { mayRead, mayWrite, type Session, type Sessions } from "./sessions.ts";

/** What every route works with. */
export interface Shared {
  readonly catalogue: Catalogue;
  readonly sessions: Sessions;
  readonly settings: IcatPlusSettings;
  readonly files: Files;
  readonly origin: () => string;
}

/** What a route of somebody who is logged in works with; `session` is undefined where the e-logbook's key opened it. */
export interface Call extends Shared {
  readonly request: SandboxRequest;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly session: Session | undefined;
}

export type Act = (call: Call) => Reply | Promise<Reply>;
export type Routes = Router<{ readonly shared: Shared; readonly expireToken: boolean }>;

/** The session of an id. Throws Problem when it is unknown or over. */
export function sessionOf(shared: Shared, id: string | undefined, expire: boolean): Session {
  if (id !== undefined && expire) shared.sessions.end(id);
  const session = id === undefined ? undefined : shared.sessions.get(id);
  if (session === undefined) throw new Problem(shared.settings.endedSession, "Session not found or expired");
  return session;
}

/** Adds routes with the session in the path, as bearer token, or with a key of the e-logbook, or open to all. */
export class RouteAdder {
  readonly #router: Routes;

  constructor(router: Routes) {
    this.#router = router;
  }

  #add(
    method: string,
    path: string,
    act: Act,
    sessionFor: (
      parameters: Readonly<Record<string, string>>,
      request: SandboxRequest,
      shared: Shared,
      expire: boolean,
    ) => Session | undefined,
  ): this {
    this.#router.on(method, path, (request, parameters, { shared, expireToken }) => {
      const session = sessionFor(parameters, request, shared, expireToken);
      return act({ ...shared, request, parameters, query: request.query, session });
    });
    return this;
  }

  /** The path holds `:sessionId`. */
  session(method: string, path: string, act: Act): this {
    return this.#add(method, path, act, ({ sessionId }, _request, shared, expire) => sessionOf(shared, sessionId, expire));
  }

  bearer(method: string, path: string, act: Act): this {
    return this.#add(method, path, act, (_parameters, { headers }, shared, expire) =>
      sessionOf(shared, /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1], expire),
    );
  }

  /** The path holds `:apiKey`. */
  key(method: string, path: string, act: Act): this {
    return this.#add(method, path, act, ({ apiKey }, _request, { settings }) => {
      if (apiKey === undefined || !settings.elogbookTokens.includes(apiKey)) throw forbidden("The API key is not valid");
      return undefined;
    });
  }

  open(method: string, path: string, act: Act): this {
    return this.#add(method, path, act, () => undefined);
  }
}

/** A number from text. */
export function idOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

/** An investigation that the caller may see the data of, or change with `write`. Throws Problem. */
export function investigationFor(call: Call, id: string | undefined, write = false): Investigation {
  const found = call.catalogue.get("investigations", idOf(id));
  if (found === undefined) throw notFound(`investigation ${id ?? ""}`);
  if (call.session !== undefined && !(write ? mayWrite : mayRead)(call.session.user, found)) throw forbidden();
  return found;
}

/** A dataset that the caller may see. Throws Problem. */
export function datasetFor(call: Call, id: string | number | undefined): Dataset {
  const found = call.catalogue.get("datasets", typeof id === "number" ? id : idOf(id));
  if (found === undefined) throw notFound(`dataset ${String(id ?? "")}`);
  investigationFor(call, String(found.investigationId));
  return found;
}

/** A sample that the caller may see, or change with `write`. Throws Problem. */
export function sampleFor(call: Call, id: string | undefined, write = false): Sample {
  const found = call.catalogue.get("samples", idOf(id));
  if (found === undefined) throw notFound(`sample ${id ?? ""}`);
  investigationFor(call, String(found.investigationId), write);
  return found;
}
