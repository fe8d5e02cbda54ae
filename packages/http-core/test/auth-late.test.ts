import { bearerToken, lateAuth, type AuthRequest } from "@sci/http-core";
import { expect, test } from "vitest";

const request = {
  url: "https://example.org/",
  origin: "https://example.org",
  method: "GET",
  signal: new AbortController().signal,
} as AuthRequest;

test("a provider is loaded when it is first asked, once, and anew after a load that failed", async () => {
  let loads = 0;
  const provider = lateAuth(() => {
    loads++;
    return loads === 1 ? Promise.reject(new Error("not there")) : Promise.resolve(bearerToken("token-1"));
  });
  expect(loads).toBe(0);
  await expect(Promise.resolve(provider(request))).rejects.toThrow("not there");
  const [first] = await Promise.all([provider(request), provider(request)]);
  expect(first?.headers).toEqual({ authorization: "Bearer token-1" });
  expect(loads).toBe(2);
});
