/** A page as a person in front of a browser has it. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly text: string;
  readonly location: string | undefined;
}

const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
const decode = (text: string): string => text.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] as string);
const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : decode(found);
};

/** The form of a page: where it goes, and its fields with the values that they have. */
export function formOf(page: Page, id?: string): { action: string; fields: Record<string, string> } {
  const form = [...page.text.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/gi)].find(
    ([text]) => id === undefined || text.includes(`id="${id}"`),
  )?.[0];
  if (form === undefined) throw new Error(`no form ${id ?? ""} on ${page.url}: ${page.text}`);
  const fields: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(tag, "name");
    if (name !== undefined && attribute(tag, "type") !== "submit") fields[name] = attribute(tag, "value") ?? "";
  }
  return { action: new URL(attribute(form, "action") as string, page.url).href, fields };
}

/** Words with which Keycloak says that something was wrong. */
export const feedback = (page: Page): string | undefined => /kc-feedback-text">([^<]*)</.exec(page.text)?.[1];

/** Follows redirects and keeps cookies by path, as a browser does. */
export class Browser {
  readonly cookies = new Map<string, { value: string; path: string }>();

  async send(url: string, form?: Record<string, string>): Promise<Page> {
    const { pathname } = new URL(url);
    const cookie = [...this.cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
    const reply = await fetch(url, {
      redirect: "manual",
      method: form === undefined ? "GET" : "POST",
      headers: { Cookie: cookie },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [, name, value, rest] = /^([^=]+)=([^;]*)(.*)$/.exec(line) as unknown as [string, string, string, string];
      if (/expires=Thu, 01 Jan 1970/i.test(rest)) this.cookies.delete(name);
      else this.cookies.set(name, { value, path: /path=([^;]*)/i.exec(rest)?.[1] ?? "/" });
    }
    const location = reply.headers.get("location");
    return {
      status: reply.status,
      url,
      text: await reply.text(),
      location: location === null ? undefined : new URL(location, url).href,
    };
  }

  /** Follows redirects until there are none, or until one leads to a place that begins so. */
  async open(url: string, until?: string, form?: Record<string, string>): Promise<Page> {
    let page = await this.send(url, form);
    for (let hop = 0; page.location !== undefined && !(until !== undefined && page.location.startsWith(until)); hop++) {
      if (hop > 20) throw new Error("too many redirects");
      page = await this.send(page.location);
    }
    return page;
  }

  /** Fills in the form of a page and sends it. */
  submit(page: Page, values: Record<string, string>, until?: string): Promise<Page> {
    const { action, fields } = formOf(page);
    return this.open(action, until, { ...fields, ...values });
  }
}
