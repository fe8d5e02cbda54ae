/** A person with a browser: enough of one to go through Keycloak's pages, written apart from the client that is tested. */
export class Person {
  readonly #cookies = new Map<string, string>();
  readonly #values: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = values;
  }

  /** Follows redirects, fills in forms and presses their first button, until a page has none; gives its text. */
  async visit(address: string, press: string | undefined = undefined): Promise<string> {
    let url = address;
    let form: URLSearchParams | undefined;
    for (let step = 0; step < 25; step++) {
      const response = await fetch(url, {
        redirect: "manual",
        headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
        ...(form === undefined ? {} : { method: "POST", body: form }),
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/max-age=0/i.test(line)) this.#cookies.delete(name);
        else this.#cookies.set(name, value);
      }
      form = undefined;
      const location = response.headers.get("location");
      if (location !== null) {
        url = new URL(location, url).href;
        continue;
      }
      const text = await response.text();
      const found = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/i.exec(text);
      if (found === null) return text;
      url = new URL((found[1] ?? "").replaceAll("&amp;", "&"), url).href;
      form = new URLSearchParams();
      for (const [input] of (found[2] ?? "").matchAll(/<(?:input|button)[^>]*>/gi)) {
        const of = (name: string): string => new RegExp(`\\s${name}="([^"]*)"`, "i").exec(input)?.[1] ?? "";
        const name = of("name");
        if (name === "" || of("type") === "checkbox") continue;
        if (of("type") === "submit" && name !== (press ?? name)) continue;
        if (!form.has(name)) form.set(name, this.#values[name] ?? of("value").replaceAll("&amp;", "&"));
        if (of("type") === "submit") break;
      }
    }
    throw new Error(`No end of pages, at ${url}`);
  }
}
