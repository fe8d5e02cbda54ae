import { randomBytes } from "node:crypto";
import { htmlReply } from "../../http/message.ts";
import { type StreamReply, type StreamRequest, streamed } from "../../http/stream.ts";
import { say } from "../door.ts";

/** Who a token of the hub stands for. */
export interface HubUser {
  readonly name: string;
  /** The experiment whose users' folders take the uploads. */
  readonly group: "lst" | "cta";
  /** Whether the token may use services, and whether the user looks after the shared certificate. */
  readonly services: boolean;
  readonly admin: boolean;
}

/** Tokens of the hub. */
export class HubTokens {
  readonly #users = new Map<string, HubUser>();

  add(user: HubUser): string {
    const token = randomBytes(16).toString("hex");
    this.#users.set(token, user);
    return token;
  }

  end(token: string): void {
    this.#users.delete(token);
  }

  endAll(): void {
    this.#users.clear();
  }

  /** Who asks: a session cookie first, then the query, then the header. */
  of(request: StreamRequest): { readonly token: string; readonly user: HubUser } | undefined {
    const cookie = /(?:^|;\s*)jupyterhub-services=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
    const header = /^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    for (const token of [cookie, request.query.get("token") ?? undefined, header]) {
      const user = token === undefined ? undefined : this.#users.get(token);
      if (token !== undefined && user !== undefined) return { token, user };
    }
    return undefined;
  }
}

/** Leads to the hub's log-in, as who has no valid token is. */
export function toLogin(request: StreamRequest): StreamReply {
  return say(302, "", { Location: `/hub/login?next=${encodeURIComponent(request.path)}` });
}

export function loginPage(): StreamReply {
  return streamed(
    htmlReply(
      200,
      '<!DOCTYPE html>\n<html><head><title>JupyterHub</title></head><body><div id="login-main"><form action="/hub/login" method="post">sign in</form></div></body></html>\n',
    ),
  );
}

/** A refusal in the words of the services, which write HTML type and plain text. */
export function serviceError(status: number, text: string): StreamReply {
  return { status, headers: { "Content-Type": "text/html; charset=utf-8" }, body: Buffer.from(text) };
}
