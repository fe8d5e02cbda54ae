import { emptyReply, jsonReply } from "../../http/message.ts";
import { bodyOf, optionalText } from "./body.ts";
import { type Call, type RouteAdder, sessionOf, type Shared } from "./context.ts";
import { badRequest, forbidden, Problem } from "./errors.ts";
import { plugins, type Session } from "./sessions.ts";

function sessionView({ id, user, plugin, ends }: Session, { sessions }: Shared): Record<string, unknown> {
  return {
    sessionId: id,
    username: user.name,
    name: user.name,
    fullName: user.fullName ?? user.name,
    lifeTimeMinutes: sessions.minutes,
    expirationTime: new Date(ends).toISOString(),
    isAdministrator: user.administrator === true,
    isInstrumentScientist: (user.instruments ?? []).length > 0,
    isMinter: user.minter === true,
    isBetaTester: false,
    usersByPrefix: [
      { name: `${plugin}/${user.name}`, fullName: user.fullName ?? user.name, ...(user.email === undefined ? {} : { email: user.email }) },
    ],
  };
}

function logIn(call: Call): ReturnType<typeof jsonReply> {
  const fields = bodyOf(call);
  const [plugin, password] = [optionalText(fields, "plugin"), optionalText(fields, "password")];
  if (plugin === undefined || !plugins.includes(plugin))
    throw badRequest(`plugin is ${plugin === undefined ? "missing" : `"${plugin}"`}; known: ${plugins.join(", ")}`);
  const session = password === undefined ? undefined : call.sessions.logIn(plugin, password, optionalText(fields, "username"));
  if (session === undefined) throw forbidden("Authentication failed");
  return jsonReply(200, sessionView(session, call));
}

/** The session of the path; what these routes say of one that is over is always 403. */
function own(call: Call): Session {
  try {
    return sessionOf(call, call.parameters["sessionId"], false);
  } catch (error) {
    if (error instanceof Problem) throw forbidden(error.message);
    throw error;
  }
}

export function addSessionRoutes(add: RouteAdder): void {
  add
    .open("POST", "/session", logIn)
    .open("GET", "/session/:sessionId", (call) => {
      const session = own(call);
      const { user, ends } = session;
      return jsonReply(200, {
        remainingMinutes: Math.max(0, (ends - Date.now()) / 60_000),
        userName: user.name,
        affiliation: "Example Institute",
        email: user.email ?? "",
        fullName: user.fullName ?? user.name,
        user: sessionView(session, call),
      });
    })
    .open("PUT", "/session/:sessionId", (call) => {
      call.sessions.refresh(own(call));
      return emptyReply(204);
    })
    .open("DELETE", "/session/:sessionId", (call) => {
      call.sessions.end(own(call).id);
      return emptyReply(204);
    });
}
