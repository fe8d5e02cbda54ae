import { useSandbox, answer, type Answer } from "./support.ts";
import type { SandboxOptions } from "@sci/sandbox";

export interface Catalogue {
  /** Sends to the API with a good token and address. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  token(): Promise<string>;
  /** Lets the next call get a token of its own. */
  forgetToken(): void;
  readonly sandbox: ReturnType<typeof useSandbox>["sandbox"];
}

/** A catalogue for the tests of a file, and calls to it. */
export function useCatalogue(options: SandboxOptions = {}): Catalogue {
  const box = useSandbox({ facilities: ["mymdc"], ...options });
  const env = (name: string): string => box.sandbox.env[name] as string;
  let known: Promise<string> | undefined;
  const token = async (): Promise<string> => {
    const basic = Buffer.from(`${env("MYMDC_CLIENT_ID")}:${env("MYMDC_CLIENT_SECRET")}`).toString("base64");
    const reply = await fetch(`${env("MYMDC_URL")}/oauth/token`, {
      method: "POST",
      headers: { Authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    return ((await reply.json()) as { access_token: string }).access_token;
  };
  return {
    get sandbox() {
      return box.sandbox;
    },
    token,
    forgetToken: () => (known = undefined),
    async call(method, path, body, headers = {}) {
      const good = { Authorization: `Bearer ${await (known ??= token())}`, "X-User-Email": env("MYMDC_USER_EMAIL") };
      const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
      return answer(
        await fetch(`${env("MYMDC_URL")}/api/${path}`, {
          method,
          headers: { Accept: "application/json; version=1", "Content-Type": "application/json", ...good, ...headers },
          ...(text === undefined ? {} : { body: text }),
        }),
      );
    },
  };
}
