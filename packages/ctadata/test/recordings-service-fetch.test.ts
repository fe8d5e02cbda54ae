import type { RecordedExchange } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { recordedTexts } from "./support/folder.ts";
import { playService, type PlayOptions } from "./support/replayed.ts";
import { casesOf, type RecordedCase } from "./support/recorded.ts";

const isListOfFile = ({ request, response }: RecordedExchange): boolean =>
  request.path.includes("/list/") && (response.body?.json as { type?: string }[] | undefined)?.[0]?.type === "file";

/** Files of a tree are known from the listing of their directory, and each directory is listed once. */
function asAskedHere(exchanges: readonly RecordedExchange[]): RecordedExchange[] {
  const seen = new Set<string>();
  return exchanges.filter((exchange) => {
    const key = `${exchange.request.method} ${exchange.request.path}`;
    if (isListOfFile(exchange) || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const one = (recorded: RecordedCase): PlayOptions => ({ exchanges: recorded.exchanges.slice(0, 1) });
// The engine asks for contents once more, in another way, after an answer that is no whole file.
const twice = (recorded: RecordedCase): PlayOptions => ({ exchanges: [...recorded.exchanges, ...recorded.exchanges.slice(-1)] });
const fetchOnly = (recorded: RecordedCase): PlayOptions => ({ exchanges: asAskedHere(recorded.exchanges), order: "any" });

const asked: Readonly<Record<string, (recorded: RecordedCase) => PlayOptions>> = {
  "fetch_and_save_file/cut": twice,
  "fetch_and_save_file/overwrites": twice,
  "fetch_and_save_file_or_dir/recursive": fetchOnly,
  "fetch_and_save_file_or_dir/recursive-no-final-slash": fetchOnly,
  "fetch_and_save_file_or_dir/recursive-self-entry-never-equal": one,
  "fetch_and_save_file_or_dir/traversal": one,
  "fetch_and_save_file_or_dir/absolute-href": one,
  // A directory is listed once to see what it is, and once more when it is walked.
  "fetch_and_save_file_or_dir/recursive-empty": one,
};

const fails: Readonly<Record<string, readonly [code: string, says: RegExp]>> = {
  "fetch_and_save_file/shorter-than-listed": ["TRUNCATED", /4000/],
  "fetch_and_save_file/cut": ["TRUNCATED", /100|60/],
  "fetch_and_save_file/overwrites": ["NOT_FOUND", /404/],
  "fetch_and_save_file/list-empty": ["NOT_FOUND", /lists nothing/],
  "fetch_and_save_file/directory": ["INVALID_ARGUMENT", /directory/],
  "fetch_and_save_file/storage-error-as-content": ["TRUNCATED", /1000/],
  "fetch_and_save_file/token-missing": ["MISSING_CREDENTIALS", /JUPYTERHUB_API_TOKEN/],
  "fetch_and_save_file_or_dir/traversal": ["INVALID_RESPONSE", /does not lie directly in it/],
  "fetch_and_save_file_or_dir/absolute-href": ["INVALID_RESPONSE", /does not lie directly in it/],
  "fetch_and_save_file_or_dir/recursive-list-403": ["FORBIDDEN", /storage\.read/],
};

/** Where the original gives nothing: the bytes of the whole tree. */
const bytes: Readonly<Record<string, number>> = {
  "fetch_and_save_file_or_dir/recursive": 3,
  "fetch_and_save_file_or_dir/recursive-no-final-slash": 3,
  "fetch_and_save_file_or_dir/recursive-empty": 0,
  "fetch_and_save_file_or_dir/recursive-self-entry-never-equal": 0,
};

describe("fetch_and_save_file and fetch_and_save_file_or_dir of the original", () => {
  it.each(casesOf("service", /^fetch_and_save_file/))("%s", async (id, recorded) => {
    const { method, args, kwargs } = recorded.call;
    const path = args[0] as string;
    const client = typeof kwargs["chunk_size"] === "number" ? { client: { chunkSize: kwargs["chunk_size"] } } : {};
    const played = await playService(
      recorded,
      (cta) =>
        method === "fetch_and_save_file"
          ? cta.fetchAndSaveFile(path, typeof kwargs["save_to_fn"] === "string" ? { to: kwargs["save_to_fn"] } : {})
          : cta.fetchAndSaveFileOrDir(path, { recursive: kwargs["recursive"] === true }),
      { ...client, ...asked[id]?.(recorded) },
    );
    const failure = fails[id];
    if (failure === undefined) {
      expect(played.error).toBeUndefined();
      expect(played.value).toBe(recorded.returns ?? bytes[id]);
      expect(played.wrote).toEqual(recordedTexts(recorded.wrote));
    } else {
      expect(played.error?.code).toBe(failure[0]);
      expect(played.error?.message).toMatch(failure[1]);
      // What was there stays as it was, and nothing half done has its name.
      expect(played.wrote).toEqual({});
    }
    expect(played.outside).toEqual({});
    expect(played.urls.filter((url) => /token/.test(url))).toEqual([]);
  });

  it("an entry of a listing is taken as it is", async () => {
    const recorded = casesOf("service", /^fetch_and_save_file$/).find(([id]) => id === "fetch_and_save_file/basic")?.[1] as RecordedCase;
    const entry = { href: "cta/d/f.h5", type: "file", size: "12" };
    const played = await playService(recorded, (cta) => cta.fetchAndSaveFile(entry));
    expect(played.value).toBe(12);
    expect(played.wrote).toEqual({ "f.h5": "hello world\n" });
  });
});
