import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileTokenStore, withFileLock } from "../src/node/index.ts";
import { takeLock } from "../src/node/lock-file.ts";
import { clientCredentials } from "../src/oauth/index.ts";
import { json, startServer } from "../src/testing/index.ts";
import { authRequest, refused, settled, tokenSet } from "./auth-support.ts";
import { failure } from "./support.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "store-"));
  path = join(folder, "sub", "tokens.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const modeOf = async (name: string): Promise<number> => (await stat(name)).mode & 0o777;
const put = (value = tokenSet("one")) => fileTokenStore({ path }).update("a", () => Promise.resolve(value));

/** Holds the lock "x"; resolves when it is held. */
async function held({
  until,
  staleAfter,
}: {
  readonly until: Promise<void>;
  readonly staleAfter?: number;
}): Promise<{ readonly done: Promise<void> }> {
  const inside = settled<void>();
  const work = (): Promise<void> => {
    inside.resolve();
    return until;
  };
  const done = withFileLock(join(folder, "x"), work, staleAfter === undefined ? {} : { staleAfter });
  await inside.promise;
  return { done };
}

describe("the file", () => {
  test("keeps tokens by name, forgets them, writes nothing without a change", async () => {
    const store = fileTokenStore({ path });
    expect(await store.get("a")).toBeUndefined();
    const one = tokenSet("one", { refresh_token: "r", expires_at: 5 });
    expect(await store.update("a", () => Promise.resolve(one))).toEqual(one);
    await store.update("b", () => Promise.resolve(tokenSet("two")));
    expect(await fileTokenStore({ path }).get("a")).toEqual(one);
    const before = await stat(path);
    expect(await store.update("a", (current) => Promise.resolve(current))).toEqual(one);
    expect((await stat(path)).ino).toBe(before.ino);
    expect(await store.update("a", () => Promise.resolve(undefined))).toBeUndefined();
    expect(await store.get("a")).toBeUndefined();
    expect(await store.get("b")).toEqual(tokenSet("two"));
    // Names of Object's own properties are names like any other.
    expect(await store.get("constructor")).toBeUndefined();
    expect(await readdir(join(folder, "sub"))).toEqual(["tokens.json"]);
  });

  test("is private from the start, whatever the umask, and so is its folder", async () => {
    const umask = process.umask(0);
    try {
      await put();
    } finally {
      process.umask(umask);
    }
    expect(await modeOf(path)).toBe(0o600);
    expect(await modeOf(join(folder, "sub"))).toBe(0o700);
  });

  test("that others can read is refused, with what to do", async () => {
    await put();
    await chmod(path, 0o640);
    const error = await failure(fileTokenStore({ path }).get("a"));
    expect(error).toMatchObject({ code: "FILE" });
    expect(error.message).toContain("mode 0640");
    expect(error.message).toContain(`chmod 600 ${path}`);
    expect(error.message).toContain("log in again");
    expect(await failure(put())).toMatchObject({ code: "FILE" });
  });

  test("in a folder that others can write is refused", async () => {
    await mkdir(join(folder, "sub"));
    await chmod(join(folder, "sub"), 0o777);
    const error = await failure(put());
    expect(error.message).toContain("Others may write into the folder");
    expect(await readdir(join(folder, "sub"))).toEqual([]);
  });

  test("that is a link is not followed, neither to read nor to write", async () => {
    await mkdir(join(folder, "sub"), { mode: 0o700 });
    const target = join(folder, "target.json");
    await writeFile(target, JSON.stringify({ version: 1, tokens: {} }), { mode: 0o600 });
    await symlink(target, path);
    for (const work of [fileTokenStore({ path }).get("a"), put()]) {
      const error = await failure(work);
      expect(error).toMatchObject({ code: "FILE" });
      expect(error.message).toContain("symbolic link");
    }
    expect(await readFile(target, "utf8")).toBe('{"version":1,"tokens":{}}');
  });

  test("a link planted under the temporary name is not written through", async () => {
    await put();
    const target = join(folder, "victim");
    await writeFile(target, "untouched");
    await symlink(target, `${path}.new`);
    await put(tokenSet("two"));
    expect(await readFile(target, "utf8")).toBe("untouched");
    expect(await fileTokenStore({ path }).get("a")).toEqual(tokenSet("two"));
  });

  test.each([
    ["", "it is empty"],
    ['{"version":1,"tokens":{"a":{"access_token":"secret-token-value"', "it is not JSON"],
    ["[]", "not a token store"],
    ['{"version":2,"tokens":{}}', "another version (2)"],
    ['{"version":1,"tokens":{"a":{}}}', "incomplete"],
  ])("that is damaged (%j) is named, not taken for empty, and left alone", async (text, why) => {
    await mkdir(join(folder, "sub"), { mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
    for (const work of [fileTokenStore({ path }).get("a"), put()]) {
      const error = await failure(work);
      expect(error).toMatchObject({ code: "FILE" });
      expect(error.message).toContain(path);
      expect(error.message).toContain(why);
      expect(String(error.cause ?? "") + error.message).not.toContain("secret-token-value");
    }
    expect(await readFile(path, "utf8")).toBe(text);
  });

  test("is whole or as before when the work fails", async () => {
    await put();
    const error = await failure(fileTokenStore({ path }).update("a", () => Promise.reject(new Error("endpoint is down"))));
    expect(error.message).toBe("endpoint is down");
    expect(await fileTokenStore({ path }).get("a")).toEqual(tokenSet("one"));
    expect(await readdir(join(folder, "sub"))).toEqual(["tokens.json"]);
  });

  test("options are checked", () => {
    expect(() => fileTokenStore({ path: "" })).toThrowError(/needs the path/);
    expect(() => fileTokenStore({ path, stale: 1 } as never)).toThrowError(/Unknown option/);
  });
});

describe("the lock", () => {
  test("lets one in at a time", async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all(Array.from({ length: 10 }, () => withFileLock(join(folder, "x"), work)));
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test("can be waited for with a signal, and names its owner when the wait is over", async () => {
    const gate = settled<void>();
    const holder = await held({ until: gate.promise });
    const error = await failure(withFileLock(join(folder, "x"), () => Promise.resolve(), { wait: 60 }));
    expect(error).toMatchObject({ code: "TIMEOUT" });
    expect(error.message).toContain(`process ${process.pid} on`);
    expect(error.message).toContain("delete the file");
    const signal = AbortSignal.timeout(30);
    expect(await failure(withFileLock(join(folder, "x"), () => Promise.resolve(), { signal }))).toMatchObject({ code: "ABORTED" });
    gate.resolve();
    await holder.done;
  });

  test("of another host is kept while its owner shows signs of life, and broken when it shows none", async () => {
    const file = join(folder, "x.lock");
    const foreign = { id: "other", host: "node17 pid:[1]", pid: process.pid, since: "2026-01-01T00:00:00Z" };
    await writeFile(file, JSON.stringify(foreign));
    let beats = 0;
    const beat = setInterval(() => void utimes(file, new Date(), new Date(++beats * 1000)), 20);
    try {
      expect(await failure(withFileLock(join(folder, "x"), () => Promise.resolve(), { wait: 600, staleAfter: 400 }))).toMatchObject({
        code: "TIMEOUT",
      });
    } finally {
      clearInterval(beat);
    }
    expect(await withFileLock(join(folder, "x"), () => Promise.resolve("taken"), { staleAfter: 50 })).toBe("taken");
    expect(await readdir(folder)).toEqual([]);
  });

  test("a live owner keeps its lock for longer than staleAfter", async () => {
    const gate = settled<void>();
    const holder = await held({ until: gate.promise, staleAfter: 120 });
    const error = await failure(withFileLock(join(folder, "x"), () => Promise.resolve(), { wait: 600, staleAfter: 300 }));
    expect(error).toMatchObject({ code: "TIMEOUT" });
    gate.resolve();
    await holder.done;
  });

  test("left in the middle of being broken is got over", async () => {
    const dead = { id: "dead", host: "elsewhere", pid: 1, since: "2026-01-01T00:00:00Z" };
    await writeFile(join(folder, "x.lock"), JSON.stringify(dead));
    await writeFile(join(folder, "x.lock.break"), JSON.stringify(dead));
    await utimes(join(folder, "x.lock.break"), new Date(0), new Date(0));
    expect(await withFileLock(join(folder, "x"), () => Promise.resolve("taken"), { staleAfter: 30 })).toBe("taken");
  });

  test("that was lost during the work keeps the token, unless somebody else has kept another", async () => {
    const store = fileTokenStore({ path });
    await put();
    const steal = async (): Promise<void> => rm(`${path}.lock`);
    expect(await store.update("a", async () => (await steal(), tokenSet("two")))).toEqual(tokenSet("two"));
    expect(await store.get("a")).toEqual(tokenSet("two"));
    const overtaken = await store.update("a", async () => {
      await steal();
      await store.update("a", () => Promise.resolve(tokenSet("three")));
      return tokenSet("four");
    });
    expect(overtaken).toEqual(tokenSet("three"));
    expect(await store.get("a")).toEqual(tokenSet("three"));
  });

  test("leaves nothing but the lock behind when it is taken", async () => {
    const lock = await takeLock(join(folder, "x.lock"));
    expect(await takeLock(join(folder, "x.lock"))).toBeUndefined();
    expect(await readdir(folder)).toEqual(["x.lock"]);
    expect(await modeOf(join(folder, "x.lock"))).toBe(0o600);
    await lock?.handle.close();
  });

  test("in a folder that does not exist is an error, not a wait", async () => {
    expect(await failure(withFileLock(join(folder, "none", "x"), () => Promise.resolve()))).toMatchObject({ code: "FILE" });
  });
});

describe("a provider with a store", () => {
  test("takes a token that another process left, renews it once it is refused, and keeps the new one", async () => {
    let number = 0;
    const server = await startServer(() => json({ access_token: `new-${++number}`, token_type: "Bearer", expires_in: 3600 }));
    try {
      const store = fileTokenStore({ path });
      const options = {
        tokenEndpoint: `${server.url}/token`,
        clientId: "a",
        clientSecret: "b",
        audience: "x",
        proxy: false as const,
        store,
      };
      const key = `client_credentials|${server.url}/token|a|x|-`;
      await store.update(key, () => Promise.resolve(tokenSet("left-behind", { obtained_at: Date.now(), expires_at: Date.now() + 1e6 })));
      const auth = clientCredentials(options);
      expect(await auth(authRequest())).toMatchObject({ headers: { authorization: "Bearer left-behind" } });
      expect(server.requests).toHaveLength(0);
      expect(await auth(refused("left-behind"))).toMatchObject({ headers: { authorization: "Bearer new-1" } });
      expect(await store.get(key)).toMatchObject({ access_token: "new-1" });
      // Another provider, with the old one still in memory, finds the new one in the store.
      expect(await clientCredentials(options)(authRequest())).toMatchObject({ headers: { authorization: "Bearer new-1" } });
      expect(server.requests).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });

  test("a server that is down does not cost the refresh token; one that has ended it brings a new log-in", async () => {
    const replies = [
      json({}, { status: 503 }),
      json({ error: "invalid_grant" }, { status: 400 }),
      json({ access_token: "again", token_type: "Bearer" }),
    ];
    const server = await startServer(() => replies.shift() ?? json({}, { status: 500 }));
    try {
      const store = fileTokenStore({ path });
      const old = tokenSet("old", { refresh_token: "r-1", expires_at: 1, obtained_at: 0 });
      await store.update("k", () => Promise.resolve(old));
      const options = {
        tokenEndpoint: server.url,
        clientId: "a",
        clientSecret: "b",
        proxy: false as const,
        store,
        storeKey: "k",
        retry: { attempts: 1 },
      };
      const auth = clientCredentials(options);
      expect(await failure(auth.token())).toMatchObject({ code: "UNAVAILABLE" });
      expect(await store.get("k")).toEqual(old);
      expect(await auth.token()).toMatchObject({ access_token: "again" });
      expect(server.requests.map(({ form }) => Object.fromEntries(form)["grant_type"])).toEqual([
        "refresh_token",
        "refresh_token",
        "client_credentials",
      ]);
    } finally {
      await server.stop();
    }
  });
});
