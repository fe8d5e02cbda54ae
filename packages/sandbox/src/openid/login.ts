import { randomUUID } from "node:crypto";
import { htmlReply, redirectReply, type Reply, type SandboxRequest } from "../http/message.ts";
import { Cookies, pass, type Passage, passageOf } from "./bridge.ts";
import type { Devices } from "./devices.ts";
import { consentForm, deviceForm, errorPage, infoPage, loginForm, otpForm } from "./pages.ts";
import { grantAll, type OpenIdProvider } from "./provider.ts";
import { openIdPath, type Setting } from "./setting.ts";

/** A log-in under way, in one tab of a browser. */
interface Tab {
  readonly id: string;
  /** What it is for: a request of an application, or the code that a device shows. */
  readonly device: string | undefined;
  readonly client: string;
  step: "password" | "otp" | "consent";
  user: string | undefined;
  /** Changes with every page, so that a form can be sent once. */
  code: string;
}

const tabLimit = 1000;
const cookieName = "AUTH_SESSION_ID";

/** Keycloak's pages for people: password, one-time password, consent, and the code of a device. */
export class LoginPages {
  readonly #setting: Setting;
  readonly #provider: OpenIdProvider;
  readonly #devices: Devices;
  readonly #tabs = new Map<string, Tab>();
  /** Stands in for the log-in page when set: a page that no client knows. */
  replacement: string | undefined;

  constructor(setting: Setting, provider: OpenIdProvider, devices: Devices) {
    this.#setting = setting;
    this.#provider = provider;
    this.#devices = devices;
  }

  /** A request for a log-in: shows the log-in page or, for who is logged in, leads back to the application. */
  async authorize(request: SandboxRequest): Promise<Reply> {
    const parameters = request.method === "POST" ? new URLSearchParams(request.body.toString()) : new URLSearchParams(request.query);
    // Keycloak gives these to every log-in.
    const scope = new Set((parameters.get("scope") ?? "").split(" ").filter((word) => word !== ""));
    parameters.set("scope", [...new Set([...scope, ...this.#setting.alwaysScopes])].join(" "));
    const cookies = new Cookies(request.headers.cookie, `${this.#setting.realmPath}/`);
    const passage =
      request.method === "POST"
        ? passageOf(request, { body: parameters.toString() })
        : passageOf(request, { target: `${request.path}?${parameters.toString()}` });
    return this.#follow(passage, cookies);
  }

  /** Passes on, and follows redirects that Keycloak does not show to the browser. */
  async #follow(first: Passage, cookies: Cookies): Promise<Reply> {
    let passage = first;
    for (;;) {
      const reply = await pass(this.#provider, passage, cookies);
      const location = reply.headers["Location"];
      if (reply.status < 300 || reply.status >= 400 || typeof location !== "string") return cookies.onto(reply);
      const target = new URL(location, this.#setting.realm());
      const inside = target.origin === new URL(this.#setting.realm()).origin;
      if (inside && target.pathname.startsWith(`${this.#setting.realmPath}/login-actions/`)) {
        return cookies.onto(await this.#begin(target.searchParams.get("tab_id") ?? ""));
      }
      if (!inside || !target.pathname.startsWith(`${openIdPath(this.#setting)}/auth/`))
        return cookies.onto({ ...redirectReply(302, location) });
      passage = { method: "GET", target: target.pathname + target.search, headers: {}, body: "" };
    }
  }

  /** The first page of what the provider wants to know. */
  async #begin(uid: string): Promise<Reply> {
    const interaction = await this.#provider.Interaction.find(uid);
    if (interaction === undefined) return errorPage(400, "Page has expired.");
    const tab = this.#open(uid, interaction.params["client_id"] ?? "", undefined);
    if (interaction.prompt.name === "consent") {
      tab.step = "consent";
      tab.user = interaction.session?.accountId;
    }
    return this.#show(tab);
  }

  #open(id: string, client: string, device: string | undefined): Tab {
    const tab: Tab = { id, client, device, step: "password", user: undefined, code: randomUUID() };
    this.#tabs.set(id, tab);
    for (const old of this.#tabs.keys()) {
      if (this.#tabs.size <= tabLimit) break;
      this.#tabs.delete(old);
    }
    return tab;
  }

  #show(tab: Tab, message?: string): Reply {
    tab.code = randomUUID();
    const action = tab.step === "consent" ? "consent" : "authenticate";
    const query = new URLSearchParams({ session_code: tab.code, execution: tab.step, client_id: tab.client, tab_id: tab.id });
    const url = `${this.#setting.realm()}/login-actions/${action}?${query.toString()}`;
    if (tab.step === "otp") return otpForm(url, message);
    if (tab.step === "consent") return consentForm(url, tab.client, tab.code);
    return this.replacement === undefined ? loginForm(url, tab.user ?? "", message) : htmlReply(200, this.replacement);
  }

  /** The tab that a form was sent from, or the page that says why not. */
  #tabOf(request: SandboxRequest, cookies: Cookies): Tab | Reply {
    const tab = this.#tabs.get(request.query.get("tab_id") ?? "");
    if (tab === undefined) return errorPage(400, "Page has expired.");
    if (cookies.get(cookieName) !== tab.id)
      return errorPage(400, "Cookie not found. Please make sure cookies are enabled in your browser.");
    if (request.method === "POST" && request.query.get("session_code") !== tab.code)
      return this.#show(tab, "Action expired. Please continue with login now.");
    return tab;
  }

  /** Takes the password page and the page for the one-time password. */
  async authenticate(request: SandboxRequest): Promise<Reply> {
    const cookies = new Cookies(request.headers.cookie, `${this.#setting.realmPath}/`);
    const tab = this.#tabOf(request, cookies);
    if ("status" in tab) return tab;
    if (request.method !== "POST" || tab.step === "consent") return this.#show(tab);
    const form = new URLSearchParams(request.body.toString());
    const { users } = this.#setting;
    if (tab.step === "password") {
      tab.user = form.get("username") ?? "";
      const user = users.find(tab.user);
      if (user === undefined || user.password !== form.get("password")) return this.#show(tab, "Invalid username or password.");
      if (user.disabled === true) return this.#show(tab, "Account is disabled, contact your administrator.");
      if (user.otpKey !== undefined) {
        tab.step = "otp";
        return this.#show(tab);
      }
    } else if (!users.checkOtp(users.get(tab.user as string), form.get("otp") ?? "")) {
      return this.#show(tab, "Invalid authenticator code.");
    }
    if (tab.device !== undefined) {
      tab.step = "consent";
      return this.#show(tab);
    }
    return this.#resume(tab, cookies, { login: { accountId: tab.user } });
  }

  /** Takes the consent page. */
  async consent(request: SandboxRequest): Promise<Reply> {
    const cookies = new Cookies(request.headers.cookie, `${this.#setting.realmPath}/`);
    const tab = this.#tabOf(request, cookies);
    if ("status" in tab) return tab;
    const form = new URLSearchParams(request.body.toString());
    if (tab.step !== "consent" || tab.user === undefined) return this.#show(tab);
    if (form.get("code") !== tab.code) return errorPage(400, "Invalid code");
    const accepted = form.has("accept") && !form.has("cancel");
    if (tab.device !== undefined) {
      this.#tabs.delete(tab.id);
      if (accepted) await this.#devices.approve(tab.device, tab.user);
      else await this.#devices.deny(tab.device);
      return accepted
        ? infoPage("Device Login Successful", "You may close this browser window and go back to your device.")
        : errorPage(400, "Consent denied for connecting the device.");
    }
    if (!accepted) return this.#resume(tab, cookies, { error: "access_denied" });
    return this.#resume(tab, cookies, { consent: { grantId: await grantAll(this.#provider, this.#setting, tab.user, tab.client) } });
  }

  /** Tells the provider what came of it, and goes on where it stopped. */
  async #resume(tab: Tab, cookies: Cookies, result: Record<string, unknown>): Promise<Reply> {
    const interaction = await this.#provider.Interaction.find(tab.id);
    this.#tabs.delete(tab.id);
    if (interaction === undefined) return errorPage(400, "Page has expired.");
    interaction.result = "error" in result ? result : { ...interaction.lastSubmission, ...result };
    await interaction.save(Math.max(1, interaction.exp - Math.floor(Date.now() / 1000)));
    const { pathname, search } = new URL(interaction.returnTo);
    return this.#follow({ method: "GET", target: pathname + search, headers: {}, body: "" }, cookies);
  }

  /** The page for the code of a device; a right code leads to the log-in. */
  async device(request: SandboxRequest): Promise<Reply> {
    const form = request.method === "POST" ? new URLSearchParams(request.body.toString()) : request.query;
    const given = form.get("device_user_code") ?? form.get("user_code");
    const action = `${this.#setting.realm()}/device`;
    if (given === null || given === "") return deviceForm(action);
    const found = await this.#devices.waiting(given);
    if (found === undefined) return deviceForm(action, "Invalid code, please try again.");
    const cookies = new Cookies(request.headers.cookie, `${this.#setting.realmPath}/`);
    const tab = this.#open(randomUUID(), found.clientId, given);
    cookies.take(`${cookieName}=${tab.id}; httponly`);
    return cookies.onto(this.#show(tab));
  }
}
