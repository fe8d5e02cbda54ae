import { describe, expect, it } from "vitest";
import { askedAt, playService, type PlayOptions } from "./support/replayed.ts";
import { casesOf, recordedCase, type RecordedCase } from "./support/recorded.ts";

const first = (recorded: RecordedCase) => recorded.exchanges[0] as RecordedCase["exchanges"][number];
const base = "/services/downloadservice/list";

/** Where ours asks otherwise than the original: for what was named. */
const asked: Readonly<Record<string, (recorded: RecordedCase) => PlayOptions>> = {
  "list_dir/hash": (recorded) => ({ exchanges: [askedAt(first(recorded), `${base}/cta/run%231`)] }),
  "list_dir/percent-escape": (recorded) => ({ exchanges: [askedAt(first(recorded), `${base}/cta/a%2520b`)] }),
  "list_dir/dots": () => ({ exchanges: [] }),
  // A log-in page is not asked for.
  "list_dir/login-redirect": (recorded) => ({ exchanges: [first(recorded)] }),
};

/** How ours fails, where it does. */
const fails: Readonly<Record<string, readonly [code: string, says: RegExp]>> = {
  "list_dir/dots": ["INVALID_ARGUMENT", /"\.\.", which is no name/],
  "list_dir/403": ["FORBIDDEN", /403 Permission denied/],
  "list_dir/500": ["HTTP_STATUS", /Internal Server Error/],
  "list_dir/html-200": ["NOT_AUTHENTICATED", /JUPYTERHUB_API_TOKEN/],
  "list_dir/login-redirect": ["NOT_AUTHENTICATED", /log-in/],
  "list_dir/token-missing": ["MISSING_CREDENTIALS", /JUPYTERHUB_API_TOKEN/],
};

/** The answer to a question that the original refuses to read. */
const read: Readonly<Record<string, (recorded: RecordedCase) => unknown>> = {
  "list_dir/207": (recorded) => first(recorded).response.body?.json,
};

describe("list_dir of the original", () => {
  it.each(casesOf("service", /^list_dir$/))("%s", async (id, recorded) => {
    const { kwargs, args } = recorded.call;
    const token = typeof kwargs["token"] === "string" ? { client: { token: kwargs["token"] } } : {};
    const played = await playService(recorded, (client) => client.listDir(args[0] as string), { ...token, ...asked[id]?.(recorded) });
    const failure = fails[id];
    if (failure === undefined) {
      expect(played.error).toBeUndefined();
      expect(played.value).toEqual(read[id]?.(recorded) ?? recorded.returns);
    } else {
      expect(played.error?.code).toBe(failure[0]);
      expect(played.error?.message).toMatch(failure[1]);
    }
    // The token goes in the header, and nowhere else.
    expect(played.urls.filter((url) => /token/.test(url))).toEqual([]);
  });

  it("a directory that is listed by an entry of the listing before it is the same directory", async () => {
    const recorded = recordedCase("service", "list_dir/space-and-umlaut");
    const played = await playService(recorded, (client) => client.listDir({ href: "cta/%C3%A4%20b/" }));
    expect(played.value).toEqual(recorded.returns);
  });
});
