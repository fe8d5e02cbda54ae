import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cookieFile, readCookieFile, writeCookieFile, type StoredCookie } from "../src/index.ts";
import { authRequest, failure } from "./support/auth.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cookies-"));
  path = join(folder, "cookies.txt");
});
afterEach(() => rm(folder, { recursive: true }));

const year = new Date("2040-01-01T00:00:00Z");
const cookie = (given: Partial<StoredCookie> = {}): StoredCookie => ({
  name: "s",
  value: "value-1",
  domain: "oms.cern.ch",
  hostOnly: true,
  path: "/",
  secure: true,
  httpOnly: true,
  expires: undefined,
  ...given,
});
const kinds: StoredCookie[] = [
  cookie(),
  cookie({ name: "wide", domain: "cern.ch", hostOnly: false, httpOnly: false, expires: year }),
  cookie({ name: "plain", value: "a=b; c", path: "/dash", secure: false }),
  cookie({ name: "empty", value: "" }),
  cookie({ name: "#mark", value: '"quoted"', httpOnly: false }),
];

async function put(text: string, mode = 0o600): Promise<void> {
  await writeFile(path, text);
  await chmod(path, mode);
}

test("what is written is read again, HttpOnly and session cookies included", async () => {
  await writeCookieFile(path, kinds);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readCookieFile(path)).toEqual(kinds);
  const lines = (await readFile(path, "utf8")).split("\n");
  expect(lines[0]).toBe("# Netscape HTTP Cookie File");
  expect(lines).toContain("#HttpOnly_oms.cern.ch\tFALSE\t/\tTRUE\t0\ts\tvalue-1");
  expect(lines).toContain(".cern.ch\tTRUE\t/\tTRUE\t2208988800\twide\tvalue-1");
});

test("cookies that have ended are neither written nor read", async () => {
  const old = cookie({ name: "old", expires: new Date("2020-01-01") });
  await writeCookieFile(path, [old, cookie()]);
  expect(await readFile(path, "utf8")).not.toContain("old");
  await put(".cern.ch\tTRUE\t/\tFALSE\t1577836800\told\tv\n");
  expect(await readCookieFile(path)).toEqual([]);
  expect(await readCookieFile(path, { now: 0 })).toHaveLength(1);
});

test("cookies of a session can be given an end, for programs that pass them over", async () => {
  await writeCookieFile(path, [cookie()], { now: 1_000_000_000_000, sessionLifetime: 86_400_000 });
  expect((await readCookieFile(path, { now: 1_000_000_000_000 }))[0]?.expires).toEqual(new Date(1_000_086_400_000));
});

test("files of curl and of Python are read", async () => {
  await put(
    "# Netscape HTTP Cookie File\r\n# https://curl.se/docs/http-cookies.html\r\n\r\n#HttpOnly_localhost\tFALSE\t/\tFALSE\t0\ta\t1\r\nx.cern.ch\tFALSE\t/\tFALSE\t\t\tonly\nx.cern.ch\tFALSE\t/\tTRUE\t2208988800.5\tb\n",
  );
  expect(await readCookieFile(path)).toMatchObject([
    { name: "a", httpOnly: true, domain: "localhost" },
    { name: "only", value: "" },
    { name: "b", value: "", secure: true },
  ]);
});

describe("refuses", () => {
  test("a line that is none, without showing it", async () => {
    await put("# ok\nsecret-value and more\n");
    const error = await failure(readCookieFile(path));
    expect(error).toMatchObject({ code: "FILE", details: { line: 2 } });
    expect(JSON.stringify(error)).not.toContain("secret-value");
  });
  test.each([
    "a\tb\t/\tTRUE\t0\tn\tv",
    "a\tTRUE\tx\tTRUE\t0\tn\tv",
    "a\tTRUE\t/\tTRUE\tsoon\tn\tv",
    "\tTRUE\t/\tTRUE\t0\tn\tv",
    "a\tTRUE\t/",
  ])("%j", async (line) => {
    await put(line);
    expect(await failure(readCookieFile(path))).toMatchObject({ code: "FILE" });
  });
  test("a file that others can read, and one that is missing", async () => {
    await put("", 0o644);
    expect((await failure(readCookieFile(path))).message).toContain("read or written by others");
    expect((await failure(readCookieFile(join(folder, "none")))).message).toContain("does not exist");
  });
  test("a cookie that would break the lines of the file, leaving the old one as it was", async () => {
    await writeCookieFile(path, [cookie()]);
    const error = await failure(writeCookieFile(path, [cookie({ value: "a\nevil.org\tTRUE" })]));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(await readCookieFile(path)).toHaveLength(1);
  });
});

describe("as credentials", () => {
  test("cookies go where a browser would send them", async () => {
    await writeCookieFile(path, kinds);
    const auth = cookieFile(path);
    const at = async (url: string) => (await auth(authRequest({ url, origin: new URL(url).origin })))?.headers?.["cookie"];
    expect(await at("https://oms.cern.ch/x")).toBe('s=value-1; wide=value-1; empty=; #mark="quoted"');
    expect(await at("http://oms.cern.ch/dash/1")).toBe("plain=a=b; c");
    expect(await at("https://other.cern.ch/")).toBe("wide=value-1");
    expect(await at("https://sub.oms.cern.ch/")).toBe("wide=value-1");
    const error = await failure(Promise.resolve(auth(authRequest())));
    expect(error).toMatchObject({ code: "MISSING_CREDENTIALS" });
    expect(error.message).toContain("cern-auth cookie https://thing.invalid");
  });

  test("the file is read at each use", async () => {
    const auth = cookieFile(path);
    const request = authRequest({ url: "https://oms.cern.ch/", origin: "https://oms.cern.ch" });
    expect(await failure(Promise.resolve(auth(request)))).toMatchObject({ code: "FILE" });
    await writeCookieFile(path, [cookie()]);
    expect(await auth(request)).toEqual({ headers: { cookie: "s=value-1" }, secrets: ["s=value-1", "value-1"] });
    await writeCookieFile(path, [cookie({ value: "value-2" })]);
    expect((await auth(request))?.headers).toEqual({ cookie: "s=value-2" });
  });
});
