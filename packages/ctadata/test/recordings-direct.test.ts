import { nowhere, type RecordedExchange } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import type { CtaData } from "../src/index.ts";
import { recordedTexts } from "./support/folder.ts";
import { casesOf, recordedCase, type RecordedCase } from "./support/recorded.ts";
import { type DirectOptions, inAnHour, jwt, type Known, playDirect } from "./support/storage.ts";

async function namesOf(cta: CtaData, path: string, recursive: boolean): Promise<string[]> {
  const names: string[] = [];
  const root = path.replace(/^\/|\/$/g, "");
  // The original gives bare names of a directory, and whole paths of a tree.
  for await (const { name } of cta.list(path, { recursive })) names.push(recursive && root !== "" ? `${root}/${name}` : name);
  return names.sort();
}

/** Files and directories that recorded listings tell of. */
function toldBy(exchanges: readonly RecordedExchange[]): Known {
  const known: Known = {};
  for (const { response } of exchanges) {
    for (const [, href = "", rest = ""] of (response.body?.text ?? "").matchAll(/<d:href>([^<]*)<\/d:href>(.*?)<\/d:response>/g)) {
      const size = /<d:getcontentlength>(\d+)</.exec(rest)?.[1];
      known[href.replace(/\/+$/, "") || "/"] = size === undefined ? "directory" : Number(size);
    }
  }
  return known;
}

const bases = (recorded: RecordedCase): readonly RecordedExchange[] => recorded.exchanges;

/** A payload of JSON whose base64 needs padding of a length, or has signs of the URL alphabet. */
function tokenWith(fits: (payload: string) => boolean): string {
  for (let filler = ""; filler.length < 4000; filler += ">?~ü"[filler.length % 4]) {
    const token = jwt({ exp: inAnHour(), filler });
    if (fits(token.split(".")[1] ?? "")) return token;
  }
  throw new Error("no such payload");
}

const tokens: Readonly<Record<string, () => string | null>> = {
  "list_dir/token-missing": () => null,
  "list_dir/token-expired": () => jwt({ exp: inAnHour() - 7200 }),
  "list_dir/token-malformed": () => "no-token",
  "list_dir/token-empty-file": () => "",
  "list_dir/token-payload-mod-1": () => tokenWith((payload) => payload.length % 4 === 2),
  "list_dir/token-payload-mod-2": () => tokenWith((payload) => payload.length % 4 === 3),
  "list_dir/token-base64url-2": () => tokenWith((payload) => /[-_]/.test(payload)),
};

const basic = (): readonly RecordedExchange[] => recordedCase("direct", "list_dir/basic").exchanges;
const nothing: RecordedExchange["response"] = { status: 404, headers: {}, body: { text: "no such file or directory" } };

const listing: Readonly<Record<string, () => DirectOptions & { readonly path?: string; readonly returns?: readonly string[] }>> = {
  "list_dir/space": () => ({ exchanges: recordedCase("direct", "list_dir/escaped-space").exchanges, returns: ["f g"] }),
  // A name is what it says: escapes in it are part of it.
  "list_dir/escaped-space": () => ({ path: "my dir", returns: ["f g"] }),
  "list_dir/shell-injection": () => ({
    exchanges: basic().map((one) => ({
      request: { ...one.request, path: "/cta%3B%20echo%20injected%20%3E%20proof.txt" },
      response: nothing,
    })),
  }),
  // A storage on this machine would be tried without.
  "list_dir/token-missing": () => ({ client: { baseUrl: nowhere } }),
  "list_dir/token-payload-mod-1": () => ({ exchanges: basic(), returns: recordedCase("direct", "list_dir/basic").returns as string[] }),
  "list_dir/token-base64url-2": () => ({ exchanges: basic(), returns: recordedCase("direct", "list_dir/basic").returns as string[] }),
};

const listFails: Readonly<Record<string, readonly [code: string, says: RegExp]>> = {
  "list_dir/404": ["NOT_FOUND", /There is no/],
  "list_dir/401": ["NOT_AUTHENTICATED", /cta-data login/],
  "list_dir/500": ["HTTP_STATUS", /500/],
  "list_dir/shell-injection": ["NOT_FOUND", /There is no/],
  "list_dir/token-missing": ["MISSING_CREDENTIALS", /There is no token/],
  "list_dir/token-expired": ["NOT_AUTHENTICATED", /ended at .*start-agent/],
  "list_dir/token-malformed": ["NOT_AUTHENTICATED", /no JSON Web Token/],
  "list_dir/token-empty-file": ["NOT_AUTHENTICATED", /it is empty/],
};

describe("list_dir of the original", () => {
  it.each(casesOf("direct", /^list_dir$/))("%s", async (id, recorded) => {
    const { path, returns, ...options } = { ...listing[id]?.() };
    const token = tokens[id]?.();
    const played = await playDirect(
      recorded,
      (cta) => namesOf(cta, path ?? (recorded.call.args[0] as string), recorded.call.kwargs["recursive"] === true),
      { ...(token === undefined ? {} : { token }), ...options },
    );
    const failure = listFails[id];
    if (failure === undefined) {
      expect(played.error).toBeUndefined();
      expect(played.value).toEqual([...(returns ?? (recorded.returns as string[]))].sort());
    } else {
      expect(played.error?.code).toBe(failure[0]);
      expect(played.error?.message).toMatch(failure[1]);
    }
    expect(played.wrote).toEqual({});
  });
});

const get = (path: string, text: string): RecordedExchange => ({
  request: { method: "GET", path, query: [], headers: {}, body: null },
  response: { status: 200, headers: { "content-type": "application/octet-stream" }, body: { text } },
});

/** A tree whose listings are recorded, with contents of the lengths they tell. */
function treeOf(recorded: RecordedCase): { readonly options: DirectOptions; readonly files: Record<string, string> } {
  const listings = recorded.exchanges.filter(({ request }) => request.method === "PROPFIND");
  const known = toldBy(listings);
  const files = Object.fromEntries(
    Object.entries(known).flatMap(([path, size]) => (typeof size === "number" ? [[path.slice(1), "x".repeat(size)]] : [])),
  );
  return { options: { exchanges: [...listings, ...Object.entries(files).map(([path, text]) => get(`/${path}`, text))], known }, files };
}

const sizes: Readonly<Record<string, Known>> = {
  "fetch_and_save_file/basic": { "/cta/a.txt": 6 },
  "fetch_and_save_file/empty": { "/cta/zero": 0 },
  "fetch_and_save_file/directory": { "/flat": "directory" },
  "fetch_and_save_file/redirect-to-pool": { "/cta/a.txt": 13 },
  "fetch_and_save_file/final-slash": { "/flat": "directory" },
  "fetch_and_save_file_or_dir/file": { "/cta/a.txt": 6 },
};

describe("fetch_and_save_file and fetch_and_save_file_or_dir of the original", () => {
  it.each(casesOf("direct", /^fetch_and_save_file/))("%s", async (id, recorded) => {
    const { args, kwargs } = recorded.call;
    const recursive = kwargs["recursive"] === true;
    const tree = recursive ? treeOf(recorded) : undefined;
    const missing = id.endsWith("/404") || id.endsWith("/directory");
    const options: DirectOptions = tree?.options ?? { known: sizes[id] ?? {}, exchanges: missing ? [] : bases(recorded) };
    const played = await playDirect(
      recorded,
      (cta) =>
        recorded.call.method === "fetch_and_save_file"
          ? cta.fetchAndSaveFile(args[0] as string)
          : cta.fetchAndSaveFileOrDir(args[0] as string, { recursive }),
      options,
    );
    if (id.endsWith("/404")) {
      expect(played.error?.code).toBe("NOT_FOUND");
      expect(played.wrote).toEqual({});
    } else if (id.endsWith("/directory") || id.endsWith("/final-slash")) {
      expect(played.error?.message).toMatch(/is a directory; give recursive/);
      expect(played.wrote).toEqual({});
    } else {
      expect(played.error).toBeUndefined();
      const texts = tree?.files ?? recordedTexts(recorded.wrote);
      expect(played.wrote).toEqual(texts);
      expect(played.value).toBe(Object.values(texts).join("").length);
    }
  });
});

const atTarget =
  (path: string) =>
  (one: RecordedExchange): RecordedExchange => ({ ...one, request: { ...one.request, path } });

const uploads: Readonly<Record<string, (recorded: RecordedCase) => DirectOptions>> = {
  // The manual says that the name is completed.
  "upload_file/final-slash": (recorded) => ({ exchanges: recorded.exchanges.map(atTarget("/cta/a.txt")) }),
  // The directory that is missing is made, and the file sent again.
  "upload_file/409": (recorded) => ({
    exchanges: recorded.exchanges.flatMap((one) => [one, { request: { ...one.request, body: { text: "hello" } }, response: written }]),
  }),
  "upload_dir/no-final-slash": (recorded) => ({
    exchanges: recorded.exchanges.map((one) => (one.request.path === "/s/b.txt" ? atTarget("/dst/s/b.txt")(one) : one)),
  }),
};

const written: RecordedExchange["response"] = { status: 201, headers: {}, body: null };
const uploadFails: Readonly<Record<string, readonly [code: string, says: RegExp]>> = {
  "upload_file/403": ["FORBIDDEN", /needs storage\.create/],
  "upload_dir/missing": ["FILE", /no such file or folder/],
};

describe("upload_file and upload_dir of the original", () => {
  it.each(casesOf("direct", /^upload_/))("%s", async (id, recorded) => {
    const [local, path] = recorded.call.args as [string, string];
    const played = await playDirect(
      recorded,
      (cta) => (recorded.call.method === "upload_file" ? cta.uploadFile(local, path).then((one) => [one]) : cta.uploadDir(local, path)),
      { known: { "/cta": "directory" }, ...uploads[id]?.(recorded) },
    );
    const failure = uploadFails[id];
    if (failure !== undefined) {
      expect(played.error?.code).toBe(failure[0]);
      expect(played.error?.message).toMatch(failure[1]);
      return;
    }
    expect(played.error).toBeUndefined();
    for (const request of played.received.filter(({ method }) => method === "PUT"))
      expect(request.headers["content-length"]).toMatch(/^\d+$/);
    expect(played.value?.every(({ status }) => status === "uploaded")).toBe(true);
  });
});
