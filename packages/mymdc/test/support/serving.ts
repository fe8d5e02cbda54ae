import { silent, startServer, type Routes, type TestServer } from "@sci/http-core/testing";
import { createMyMdc, type MyMdc, type MyMdcOptions } from "../../src/index.ts";
import { alone, token } from "./replayed.ts";

export interface Serving {
  readonly mdc: MyMdc;
  readonly server: TestServer;
}

/** Routes below the API: `"GET runs/{id}"`. */
export type Answers = Readonly<Record<string, Routes[string]>>;

/** A service that answers as told, and a client of it that holds a token. */
export async function serving<T>(answers: Answers, use: (serving: Serving) => Promise<T>, options: MyMdcOptions = {}): Promise<T> {
  const routes = Object.entries(answers).map(([route, answer]) => {
    const [method = "", path = ""] = route.split(" ");
    return [`${method} /metadata/${path.startsWith("oauth/") ? "" : "api/"}${path}`, answer] as const;
  });
  const server = await startServer(Object.fromEntries(routes) as Routes);
  try {
    return await alone(async () => {
      const mdc = createMyMdc({ baseUrl: `${server.url}/metadata`, token, retry: { attempts: 1 }, logger: silent, ...options });
      try {
        return await use({ mdc, server });
      } finally {
        await mdc.close();
      }
    });
  } finally {
    await server.stop();
  }
}
