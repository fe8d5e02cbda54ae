import { afterEach, expect, test } from "vitest";
import { browserLogin, browserToken, openBrowser, type BrowserOptions } from "../src/node/index.ts";
import { json, startServer, type TestServer } from "../src/testing/index.ts";
import { tokenSet } from "./auth-support.ts";
import { failure } from "./support.ts";

const servers: TestServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

async function serve(
  reply = json(tokenSet("one", { expires_in: 60, id_token: "not-checked" })),
): Promise<{ server: TestServer; options: BrowserOptions }> {
  const server = await startServer({ "POST /token": reply });
  servers.push(server);
  return {
    server,
    options: {
      authorizationEndpoint: "https://sso.invalid/authorize",
      tokenEndpoint: `${server.url}/token`,
      clientId: "public",
      proxy: false,
      retry: { attempts: 1 },
      onUrl: () => undefined,
    },
  };
}

/** The address that a browser is sent back to. */
function back(url: string, given: Record<string, string>): URL {
  const { searchParams } = new URL(url);
  const address = new URL(String(searchParams.get("redirect_uri")));
  for (const [name, value] of Object.entries({ state: String(searchParams.get("state")), ...given })) address.searchParams.set(name, value);
  return address;
}

test("only the answer with the right state counts; then the port is free", async () => {
  const { server, options } = await serve();
  const pages: number[] = [];
  let address: URL | undefined;
  let last: Promise<string> | undefined;
  const token = await browserToken({
    ...options,
    onUrl: async (url) => {
      expect(url).toMatch(/^https:\/\/sso.invalid\/authorize\?.*code_challenge_method=S256/);
      address = back(url, { code: "code-1", iss: "https://sso.invalid" });
      const { origin } = address;
      for (const other of [`${origin}/favicon.ico`, back(url, { code: "code-2", state: "guessed" }), `${origin}/callback?code=code-2`]) {
        pages.push((await fetch(other)).status);
      }
      last = fetch(address).then((response) => response.text());
    },
  });
  expect(pages).toEqual([404, 400, 400]);
  expect(await last).toContain("Logged in");
  expect(token.access_token).toBe("one");
  // Nobody checked it.
  expect(token.id_token).toBeUndefined();
  const form = Object.fromEntries(server.requests[0]?.form ?? []);
  expect(form).toMatchObject({
    grant_type: "authorization_code",
    code: "code-1",
    client_id: "public",
    redirect_uri: `${String(address?.origin)}/callback`,
  });
  expect(form["code_verifier"]?.length).toBeGreaterThanOrEqual(43);
  await expect(fetch(address as URL)).rejects.toThrow();
});

test("an error of the server is quoted, to the caller and in the browser, and not run there", async () => {
  const { server, options } = await serve();
  let page: Promise<Response> | undefined;
  const error = await failure(
    browserToken({
      ...options,
      onUrl: (url) => {
        page = fetch(back(url, { error: "access_denied", error_description: "<script>alert(1)</script> not a member" }));
      },
    }),
  );
  expect(error).toMatchObject({ code: "NOT_AUTHENTICATED", details: { error: "access_denied" } });
  expect(error.message).toContain("not a member");
  const response = await (page as Promise<Response>);
  const html = await response.text();
  expect(response.status).toBe(400);
  expect(html).toContain("not a member");
  expect(html).not.toContain("<script>");
  expect(response.headers.get("content-security-policy")).toBe("default-src 'none'");
  expect(server.requests).toHaveLength(0);
});

test("a code that the server refuses fails in both places", async () => {
  const { options } = await serve(json({ error: "invalid_grant", error_description: "PKCE failed" }, { status: 400 }));
  let page: Promise<string> | undefined;
  const onUrl = (url: string): void => {
    page = fetch(back(url, { code: "code-1" })).then((response) => response.text());
  };
  const error = await failure(browserToken({ ...options, onUrl }));
  expect(error.message).toContain("PKCE failed");
  expect(await page).toContain("PKCE failed");
});

test("ends at its deadline, when aborted, and when the page cannot be shown; the port is free each time", async () => {
  const { options } = await serve();
  const addresses: URL[] = [];
  const onUrl = (url: string): void => void addresses.push(back(url, { code: "late" }));
  expect(await failure(browserToken({ ...options, onUrl, deadline: 30 }))).toMatchObject({ code: "TIMEOUT" });
  const controller = new AbortController();
  const aborting = (url: string): void => {
    onUrl(url);
    controller.abort();
  };
  expect(await failure(browserToken({ ...options, onUrl: aborting }, { signal: controller.signal }))).toMatchObject({ code: "ABORTED" });
  const failing = (url: string): Promise<void> => {
    onUrl(url);
    return Promise.reject(new Error("no display"));
  };
  expect((await failure(browserToken({ ...options, onUrl: failing }))).message).toBe("no display");
  expect(addresses).toHaveLength(3);
  for (const address of addresses) await expect(fetch(address)).rejects.toThrow();
});

test("a redirect address that the client was registered with; a taken port is named", async () => {
  const { server, options } = await serve();
  const taken = await failure(browserToken({ ...options, redirectUri: `http://127.0.0.1:${server.port}/callback` }));
  expect(taken).toMatchObject({ code: "NETWORK" });
  expect(taken.message).toContain(`127.0.0.1:${server.port}`);
  for (const redirectUri of ["https://127.0.0.1/x", "http://example.org/x", "nonsense"]) {
    expect(await failure(browserToken({ ...options, redirectUri }))).toMatchObject({ code: "INVALID_ARGUMENT" });
  }
  const token = await browserToken({
    ...options,
    redirectUri: "http://localhost:0/back/here",
    onUrl: (url) => {
      const address = back(url, { code: "code-1" });
      expect(address.href).toMatch(/^http:\/\/localhost:\d+\/back\/here\?/);
      address.hostname = "127.0.0.1";
      void fetch(address, { headers: { host: address.host } });
    },
  });
  expect(token.access_token).toBe("one");
});

test("options are checked", async () => {
  const { options } = await serve();
  expect(() => browserLogin({ ...options, openBrowser: true } as unknown as BrowserOptions)).toThrowError(
    /Unknown option of browserLogin\(\)/,
  );
  expect(() => browserLogin({ ...options, onUrl: undefined } as unknown as BrowserOptions)).toThrowError(/needs onUrl/);
  await expect(openBrowser("file:///etc/passwd")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});
