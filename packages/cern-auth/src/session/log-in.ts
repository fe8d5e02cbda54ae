import { SciError } from "@sci/http-core";
import type { Browser, Landing } from "./browser.ts";
import { failed, pageText, place } from "./failures.ts";
import type { Field, Form, Page } from "./page.ts";

/** How a log-in proves who it is. */
export type Proof =
  | { readonly kind: "password"; readonly username: string; password(): Promise<string>; otp: (() => Promise<string>) | undefined }
  | { readonly kind: "certificate" }
  | { readonly kind: "kerberos" };

export interface LogInOptions {
  readonly browser: Browser;
  readonly url: URL;
  readonly loginOrigins: ReadonlySet<string>;
  readonly proof: Proof;
}

/** Pages of a log-in, after which it counts as one that does not end. */
const maxPages = 12;

/** What identity providers put into the form that goes to the site. */
const assertionNames = ["SAMLResponse", "SAMLRequest", "wresult", "id_token"];

/**
 * Goes to an address, through the log-in wherever it stands in the way, until the site lets us in.
 * @throws NOT_AUTHENTICATED (`details.reason`), REDIRECT for an origin that is not trusted, and what the connection throws
 */
export async function logIn(options: LogInOptions): Promise<void> {
  const walk = new Walk(options);
  let landing = await options.browser.open(options.url);
  for (let count = 0; count < maxPages; count++) {
    const next = await walk.step(landing);
    if (next === undefined) return;
    landing = next;
  }
  throw failed(
    "unknown-page",
    `The log-in did not end after ${maxPages} pages; the last was ${pageText(landing)} at ${place(landing.url)}.`,
    landing,
  );
}

class Walk {
  readonly #options: LogInOptions;
  readonly #secrets: string[] = [];
  readonly #given = new Set<"username" | "password" | "otp" | "ticket" | "certificate">();

  constructor(options: LogInOptions) {
    this.#options = options;
  }

  /** The next page; undefined when the site is reached. */
  async step(landing: Landing): Promise<Landing | undefined> {
    const { browser, url, loginOrigins, proof } = this.#options;
    const { page } = landing;
    const atLogin = loginOrigins.has(landing.url.origin);
    const assertion = page?.forms.find((form) => isAssertion(form, this.#given.has("certificate") || this.#given.has("ticket")));
    if (assertion !== undefined && landing.status < 400) {
      if (assertion.action !== undefined) browser.check(assertion.action, landing.url);
      return browser.submit(assertion);
    }
    if (atLogin && isOldLogin(landing.url)) return this.#oldLogin(landing);
    const needed = atLogin ? this.#neededElsewhere(landing) : undefined;
    if (needed !== undefined) throw needed;
    const known = page === undefined || !atLogin ? undefined : knownForm(page);
    if (page !== undefined && known !== undefined) {
      if (proof.kind === "certificate") throw this.#certificateEnded(landing);
      if (proof.kind === "kerberos") return this.#kerberosLink(landing, page);
      return this.#fill(landing, page, known, proof);
    }
    if (proof.kind === "kerberos" && page !== undefined && atLogin && !this.#given.has("ticket") && kerberosLink(page) !== undefined) {
      return this.#kerberosLink(landing, page);
    }
    if (atLogin) {
      const problem = this.#stopped(landing);
      if (problem !== undefined) throw problem;
    }
    if (landing.url.origin === url.origin && !(atLogin && isLoginPlace(landing.url))) return this.#arrived(landing);
    throw failed(
      "unknown-page",
      `The log-in ended at ${place(landing.url)} with ${pageText(landing)} (status ${landing.status}), which is no log-in page that is known here; it may have changed. Log in with a browser or with tokens, and report this page.`,
      landing,
      this.#secrets,
    );
  }

  async #fill(landing: Landing, page: Page, known: KnownForm, proof: Proof & { kind: "password" }): Promise<Landing> {
    const values: Record<string, string> = {};
    const refuse = (what: string): never => {
      throw failed(
        "refused",
        `CERN's sign-on refused the ${what} of ${proof.username}: ${page.problem ?? "it asks for it again, without a reason"}`,
        landing,
        this.#secrets,
      );
    };
    if (known.otp !== undefined) {
      if (this.#given.has("otp")) refuse("one-time password");
      if (proof.otp === undefined) {
        throw failed(
          "otp-needed",
          `CERN's sign-on asks for a one-time password of ${proof.username} (${pageText(landing)}). Give it as otp, or a function that asks for it.`,
          landing,
        );
      }
      values[known.otp.name] = await this.#secret(proof.otp);
      this.#given.add("otp");
    } else {
      if (this.#given.has("password") || (known.password === undefined && this.#given.has("username")))
        refuse(known.password === undefined ? "user name" : "user name and password");
      if (known.username !== undefined) {
        values[known.username.name] = proof.username;
        this.#given.add("username");
      }
      if (known.password !== undefined) {
        values[known.password.name] = await this.#secret(() => proof.password());
        this.#given.add("password");
      }
    }
    const { action } = known.form;
    // The form may lead elsewhere than the page it stands on; only who logs people in gets a password.
    if (action === undefined || !this.#options.loginOrigins.has(action.origin)) {
      throw new SciError(
        "REDIRECT",
        `The log-in page at ${place(landing.url)} sends passwords to ${action?.origin ?? "nowhere"}, which is not trusted. Nothing was sent.`,
        {
          details: { reason: "untrusted-host" },
        },
      );
    }
    return this.#options.browser.submit(known.form, values);
  }

  async #secret(source: () => Promise<string>): Promise<string> {
    const secret = await source();
    this.#secrets.push(secret);
    return secret;
  }

  /** CERN's sign-on until 2023: a page with several ways to log in below its own address. */
  async #oldLogin(landing: Landing): Promise<Landing> {
    const { proof, browser } = this.#options;
    const way = proof.kind === "certificate" ? "certificate" : "ticket";
    if (landing.status >= 400)
      throw failed("error-page", `The log-in at ${place(landing.url)} answered ${landing.status} with ${pageText(landing)}.`, landing);
    if (proof.kind === "password") {
      throw failed(
        "unknown-page",
        `${place(landing.url)} is CERN's sign-on of before; here it takes a certificate or Kerberos, no password.`,
        landing,
      );
    }
    if (this.#given.has(way)) {
      throw failed(
        "unknown-page",
        `The log-in at ${place(landing.url)} gave ${pageText(landing)} without the form that leads to the site; it may have changed.`,
        landing,
      );
    }
    this.#given.add(way);
    const base = landing.url.pathname.endsWith("/") ? landing.url : new URL(`${landing.url.pathname}/${landing.url.search}`, landing.url);
    const next = await browser.open(new URL(`${way === "certificate" ? "auth/sslclient/" : "auth/integrated/"}${base.search}`, base));
    if (next.status < 400) return next;
    const what = way === "certificate" ? "the certificate" : "the Kerberos ticket";
    throw failed(
      "refused",
      `The log-in at ${place(next.url)} refused ${what}: ${next.page?.problem ?? `it answered ${next.status} with ${pageText(next)}`}`,
      next,
    );
  }

  #kerberosLink(landing: Landing, page: Page): Promise<Landing> {
    const link = kerberosLink(page);
    if (link === undefined || this.#given.has("ticket")) {
      const why = this.#given.has("ticket") ? (page.problem ?? "it asks again") : "its page offers no Kerberos";
      throw failed(
        this.#given.has("ticket") ? "refused" : "no-kerberos",
        `The log-in at ${place(landing.url)} does not take Kerberos: ${why}`,
        landing,
      );
    }
    this.#given.add("ticket");
    this.#options.browser.check(link, landing.url);
    return this.#options.browser.open(link);
  }

  #certificateEnded(landing: Landing): SciError {
    return failed(
      "certificate-ended",
      `${place(landing.url)} takes no certificates: CERN ended the log-in with a certificate at web sites in 2023. Use an API token (cernApiToken), a log-in in a browser (cernBrowserLogin, cernDeviceLogin), or user name and password. Where a service itself takes certificates, give the certificate as its option tls.`,
      landing,
    );
  }

  /** What only a person can do, in a browser. */
  #neededElsewhere(landing: Landing): SciError | undefined {
    const { page, url } = landing;
    const forms = page?.forms ?? [];
    const leadsTo = (pattern: RegExp): boolean =>
      [url, ...forms.map(({ action }) => action)].some((one) => one !== undefined && pattern.test(one.pathname));
    if (leadsTo(/\/login-actions\/consent$|\/consent$/)) {
      return failed(
        "consent",
        `The site asks for consent to hand on your data ("${page?.title ?? ""}"), which only you can give: log in once with a browser and accept, then try again.`,
        landing,
      );
    }
    if (leadsTo(/\/login-actions\/required-action$/)) {
      return failed(
        "action-needed",
        `Your account asks for something to be done in a browser first: ${page?.problem ?? page?.title ?? "see the log-in page"}`,
        landing,
      );
    }
    if (forms.some(({ id, fields }) => id === "webauth" || fields.some(({ name }) => name === "authenticatorData"))) {
      return failed(
        "otp-needed",
        "CERN's sign-on asks for a security key (WebAuthn), which only a browser can use: use cernBrowserLogin, or one-time passwords as second factor.",
        landing,
      );
    }
    return undefined;
  }

  /** A page of the log-in that says that there is none. */
  #stopped(landing: Landing): SciError | undefined {
    const { page, status } = landing;
    const told = page?.problem;
    if (told === undefined && status < 400) return undefined;
    return failed("error-page", `CERN's sign-on said: ${told ?? `status ${status} with ${pageText(landing)}`}`, landing, this.#secrets);
  }

  #arrived(landing: Landing): undefined {
    const { browser, url, loginOrigins } = this.#options;
    const { status } = landing;
    if (landing.page !== undefined && landing.page.forms.some(({ fields }) => fields.some(({ type }) => type === "password"))) {
      throw failed(
        "unknown-page",
        `${place(landing.url)} shows a log-in form of its own (${pageText(landing)}), which is not CERN's; nothing was filled in.`,
        landing,
      );
    }
    const through = [...browser.visited].some((origin) => loginOrigins.has(origin));
    if (status >= 400) {
      throw new SciError(
        status === 403 ? "FORBIDDEN" : status >= 500 ? "UNAVAILABLE" : "HTTP_STATUS",
        `${url.origin} answered ${status} ${through ? "after the log-in" : "without a log-in"}, with ${landing.page?.problem ?? pageText(landing)}.`,
        { url: place(landing.url), status, secrets: this.#secrets },
      );
    }
    if (!through) {
      throw failed("no-login", `${place(url)} answered without asking for a log-in. Give an address of the site that needs one.`, landing);
    }
    return undefined;
  }
}

interface KnownForm {
  readonly form: Form;
  readonly username: Field | undefined;
  readonly password: Field | undefined;
  readonly otp: Field | undefined;
}

/** The form that asks who it is: told by its fields, since ids and looks differ between themes. */
function knownForm(page: Page): KnownForm | undefined {
  for (const form of page.forms) {
    const visible = form.fields.filter(({ type }) => ["text", "email", "password", "tel", "number"].includes(type));
    const otp = visible.find(({ name, autocomplete }) => /^t?otp$/i.test(name) || autocomplete === "one-time-code");
    const password = otp === undefined ? visible.find(({ type }) => type === "password") : undefined;
    const username = visible.find(({ name, type }) => type !== "password" && /^(username|email|login|user|j_username)$/i.test(name));
    const second = visible.filter(({ type }) => type === "password").length > 1;
    // Two password fields set a new one.
    if (!second && (otp !== undefined || password !== undefined || username !== undefined)) return { form, username, password, otp };
  }
  return undefined;
}

function isAssertion({ fields }: Form, anyHidden: boolean): boolean {
  const names = fields.map(({ name }) => name);
  if (fields.some(({ type }) => type === "password")) return false;
  if (names.some((name) => assertionNames.includes(name)) || (names.includes("code") && names.includes("state"))) return true;
  return anyHidden && fields.length > 0 && !fields.some(({ name }) => name === "username" || name === "otp");
}

function isOldLogin({ pathname }: URL): boolean {
  return /\/adfs\/ls\/?$/.test(pathname) || /\/adfs\/ls\/auth\/(sslclient|integrated)\/?$/.test(pathname);
}

/** A page of Keycloak's log-in, where the site shares its origin. */
function isLoginPlace({ pathname }: URL): boolean {
  return /\/realms\/[^/]+\/(protocol|login-actions|broker)\//.test(pathname);
}

function kerberosLink(page: Page): URL | undefined {
  return page.links.find(
    ({ id, url }) => id === "social-kerberos" || (url !== undefined && /\/broker\/kerberos\/login$/.test(url.pathname)),
  )?.url;
}
