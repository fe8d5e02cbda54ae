import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

/** A real OpenID provider on loopback: panva's oidc-provider, which shares no code with our side of the wire. */
export interface Peer {
  readonly issuer: string;
  stop(): Promise<void>;
}

export const publicClient = "public-client";
export const confidentialClient = { clientId: "machine-client", clientSecret: "machine-secret-0123456789" };

export async function startPeer(): Promise<Peer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: publicClient,
        token_endpoint_auth_method: "none",
        application_type: "native",
        grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
        redirect_uris: ["http://127.0.0.1/callback"],
        response_types: ["code"],
      },
      {
        client_id: confidentialClient.clientId,
        client_secret: confidentialClient.clientSecret,
        token_endpoint_auth_method: "client_secret_basic",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: { clientCredentials: { enabled: true }, deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
    scopes: ["openid", "offline_access", "read"],
    // Its defaults work, but each says on the console that it should be changed.
    ttl: Object.fromEntries(
      [
        "AccessToken",
        "AuthorizationCode",
        "ClientCredentials",
        "DeviceCode",
        "Grant",
        "IdToken",
        "Interaction",
        "RefreshToken",
        "Session",
      ].map((kind) => [kind, 600]),
    ),
    rotateRefreshToken: true,
    issueRefreshToken: () => Promise.resolve(true),
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ["only for this test"] },
  });
  server.on("request", provider.callback());
  return {
    issuer,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/**
 * A person with a browser, as far as the provider's pages need one: follows redirects, keeps cookies, fills in and sends every
 * form until a page has none. Gives the text of the last page.
 */
export async function browse(start: string, fields: Readonly<Record<string, string>>): Promise<string> {
  const cookies = new Map<string, string>();
  let next: { url: string; form?: URLSearchParams } | undefined = { url: start };
  for (let step = 0; step < 30; step++) {
    const { url, form }: { url: string; form?: URLSearchParams } = next;
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response: Response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: jar },
      ...(form === undefined ? {} : { method: "POST", body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined) cookies.set(name, value ?? "");
    }
    const location = response.headers.get("location");
    const page = await response.text();
    if (location !== null) {
      next = { url: new URL(location, url).href };
      continue;
    }
    const filled = fillForm(page, url, fields);
    if (filled === undefined) return page;
    next = filled;
  }
  throw new Error("The provider's pages go on for ever.");
}

function fillForm(page: string, url: string, fields: Readonly<Record<string, string>>): { url: string; form: URLSearchParams } | undefined {
  const [, attributes, content] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(page) ?? [];
  if (attributes === undefined || content === undefined) return undefined;
  const action = /action="([^"]*)"/.exec(attributes)?.[1] ?? url;
  const form = new URLSearchParams();
  for (const [input] of content.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1];
    if (name !== undefined) form.set(name, fields[name] ?? /value="([^"]*)"/.exec(input)?.[1] ?? "");
  }
  return { url: new URL(action, url).href, form };
}
