import { html, redirect, startServer, type ReceivedRequest, type Reply, type ServerOptions, type TestServer } from "@sci/http-core/testing";

/** What the log-in of {@link startSso} does differently. */
export interface SsoChanges {
  /** Asked for after the password. */
  readonly otp?: string;
  /** Shown instead of the log-in page. */
  readonly loginPage?: (action: string) => Reply;
  /** The way back to the site: a redirect with a code, or a form. */
  readonly back?: "code" | "form_post" | "saml";
  /** Where the browser is sent back to. @default the site */
  readonly backTo?: string;
  /** Answered after the password instead of the way back. */
  readonly afterPassword?: (realm: string) => Reply;
  /** How the site answers who comes back. */
  readonly landing?: Reply;
}

export interface Sso {
  readonly site: TestServer;
  readonly realm: TestServer;
  readonly authUrl: string;
  /** Whether a cookie of the site is one that it gave and still takes. */
  accepts(cookie: string | undefined): boolean;
  /** Ends all sessions of the site. */
  endSessions(): void;
  readonly logins: number;
  change(changes: SsoChanges): void;
  stop(): Promise<void>;
}

const path = "/auth/realms/cern";

/** Keycloak's log-in page, in the markup of its own theme. */
export function loginForm(action: string, problem = ""): string {
  const said = problem === "" ? "" : `<span id="input-error" class="pf-c-form__helper-text" aria-live="polite">${problem}</span>`;
  return `<!DOCTYPE html><html><head><title>Sign in to CERN</title></head><body><h1 id="kc-page-title">Sign in to your account
  </h1><form id="kc-form-login" onsubmit="login.disabled = true; return true;" action="${action.replaceAll("&", "&amp;")}" method="post">
  <label for=username>Username<input tabindex="2" id="username" name="username" value="" type="text" autofocus autocomplete="username">
  <input id="password" name="password" type="password" autocomplete="current-password">${said}
  <input id="rememberMe" name="rememberMe" type="checkbox"><input type="hidden" id="id-hidden-input" name="credentialId" />
  <input name="login" id="kc-login" type="submit" value="Sign In"/></form></body>`;
}

const otpForm = (action: string, problem = ""): string =>
  `<html><body><form id="kc-otp-login-form" action="${action}" method="post"><input id="otp" name="otp" autocomplete="one-time-code" type="text"/>
  <span id="input-error-otp-code">${problem}</span><input name="login" type="submit" value="Sign In"/></form></body></html>`;

/** A site behind sign-on, and a realm with Keycloak's routes and pages, where Ada has the password "Pass&wörd 1". */
export async function startSso(
  changes: SsoChanges = {},
  options: { readonly realm?: ServerOptions; readonly site?: ServerOptions } = {},
): Promise<Sso> {
  let current = changes;
  const sessions = new Set<string>();
  let count = 0;

  const site = await startServer((request) => {
    if (sessions.has(/app_session=([^;]+)/.exec(request.headers["cookie"] ?? "")?.[1] ?? "")) {
      return { status: 200, headers: { "content-type": "application/json" }, body: '{"data":1}' };
    }
    const given = new Map([...request.query, ...request.form]);
    if (request.path === "/callback" && (given.get("code") === "good-code" || given.get("SAMLResponse") === "PHNhbWw+")) {
      const id = `session-${++count}`;
      sessions.add(id);
      const cookies = [`app_session=${id}; Path=/; HttpOnly`, "theme=dark; Path=/; Max-Age=3600", "evil=1; Domain=example.org"];
      return {
        ...(current.landing ?? redirect("/protected")),
        headers: { ...(current.landing ?? redirect("/protected")).headers, "set-cookie": cookies },
      };
    }
    return redirect(`${realm.url}${path}/protocol/openid-connect/auth?client_id=app&state=st`, 302, {
      headers: { "set-cookie": "state=st; Path=/protected" },
    });
  }, options.site);

  const back = (): Reply => {
    const to = `${current.backTo ?? site.url}/callback`;
    if (current.back === "saml")
      return html(
        `<form method="POST" action="${to}"><input type="hidden" name="SAMLResponse" value="PHNhbWw+"/><input type="hidden" name="RelayState" value="r&amp;1"/><noscript><input type="submit" value="Continue"/></noscript></form>`,
      );
    if (current.back === "form_post")
      return html(
        `<FORM METHOD="POST" ACTION="${to}"><INPUT TYPE="HIDDEN" NAME="code" VALUE="good-code" /><INPUT TYPE="HIDDEN" NAME="state" VALUE="st" /></FORM>`,
      );
    return redirect(`${to}?code=good-code&state=st`, 302, {
      headers: { "set-cookie": `KEYCLOAK_IDENTITY=identity-1; Path=${path}/; HttpOnly` },
    });
  };
  const realmServer = await startServer((request: ReceivedRequest): Reply => {
    const action = `${path}/login-actions/authenticate?session_code=abc&execution=1`;
    if (request.path === `${path}/protocol/openid-connect/auth`) {
      if (request.headers["cookie"]?.includes("KEYCLOAK_IDENTITY") === true) return back();
      const page = current.loginPage?.(action) ?? html(loginForm(action));
      return { ...page, headers: { ...page.headers, "set-cookie": `AUTH_SESSION_ID=auth-1; Path=${path}/; HttpOnly` } };
    }
    if (request.method === "POST" && request.headers["cookie"]?.includes("AUTH_SESSION_ID=auth-1") !== true)
      return html('<div id="kc-error-message"><p>Cookie not found.</p></div>', { status: 400 });
    if (request.path === `${path}/login-actions/required-action`) return html("<title>Update password</title>");
    const form = new Map(request.form);
    if (form.has("otp")) return form.get("otp") === current.otp ? back() : html(otpForm(action, "Invalid authenticator code."));
    if (request.path === `${path}/user` && form.get("username") === "ada") return html(loginForm(action));
    if (form.get("username") !== "ada" || form.get("password") !== "Pass&wörd 1")
      return html(loginForm(action, "Invalid username or password."));
    if (current.afterPassword !== undefined) return current.afterPassword(realm.url);
    return current.otp === undefined ? back() : html(otpForm(action));
  }, options.realm);
  const realm: TestServer = realmServer;

  return {
    site,
    realm,
    authUrl: `${realm.url}${path}`,
    accepts: (cookie) => sessions.has(/app_session=([^;]+)/.exec(cookie ?? "")?.[1] ?? ""),
    endSessions: () => {
      sessions.clear();
    },
    get logins() {
      return count;
    },
    change(next) {
      current = next;
    },
    async stop() {
      await Promise.all([site.stop(), realm.stop()]);
    },
  };
}
