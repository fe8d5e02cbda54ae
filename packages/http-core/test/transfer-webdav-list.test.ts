import { afterEach, describe, expect, it } from "vitest";
import { bearerToken } from "@sci/http-core";
import { createWebDav, listBatches, type RemoteEntry } from "@sci/http-core/transfer";
import { startServer, type Reply, type ReceivedRequest } from "@sci/http-core/testing";
import { createDoor } from "@sci/http-core/transfer";
import { startDavStorage, type DavStorage, type Manners } from "./transfer-dav-storage.ts";
import { failure } from "./support.ts";

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function storage(manners: Partial<Manners> = {}): Promise<DavStorage> {
  const one = await startDavStorage(manners);
  stops.push(() => one.stop());
  return one;
}

/** A server whose answers to PROPFIND are written by the test. */
async function answering(answer: (request: ReceivedRequest) => Reply, base = "") {
  const server = await startServer(answer);
  const door = createDoor(
    { name: "storage", userAgent: "sci-storage/1.0.0", baseUrl: server.url + base },
    { proxy: false, retry: { attempts: 3, baseDelay: 1, maxDelay: 2 } },
  );
  stops.push(async () => {
    await door.close();
    await server.stop();
  });
  return { server, door, dav: createWebDav(door) };
}

function listing(hrefs: readonly string[], directories: readonly string[] = []): string {
  const one = (href: string): string =>
    `<d:response><d:href>${href}</d:href><d:propstat><d:prop><d:resourcetype>${directories.includes(href) ? "<d:collection/>" : ""}</d:resourcetype><d:getcontentlength>1</d:getcontentlength></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
  return `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">${hrefs.map(one).join("")}</d:multistatus>`;
}

const multi = (body: string, more: Partial<Reply> = {}): Reply => ({ status: 207, headers: { "content-type": "text/xml" }, body, ...more });

async function collect(entries: AsyncIterable<RemoteEntry>): Promise<RemoteEntry[]> {
  const found: RemoteEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

const namesOf = async (entries: AsyncIterable<RemoteEntry>): Promise<string[]> => (await collect(entries)).map(({ name }) => name).sort();

describe("a tree", () => {
  it("is listed with one question per directory, each entry once, by its name below the root", async () => {
    const one = await storage();
    const expected: string[] = [];
    for (const name of ["a/x", "a/b/y #1", "a/b/c/z%", "ü/w", "top"]) one.put(`/base/${name}`, "x");
    for (const path of one.files.keys()) if (path.startsWith("/base/")) expected.push(path.slice(6));
    const dav = createWebDav(one.door());
    expect(await namesOf(dav.list("/base", { recursive: true }))).toEqual(expected.sort());
    expect(one.seen.every(({ method, headers }) => method === "PROPFIND" && headers["depth"] === "1")).toBe(true);
    expect(one.seen).toHaveLength(5);
    expect(await namesOf(dav.list("/base"))).toEqual(["a", "top", "ü"]);
  });

  it("is listed the same where nothing is escaped, whatever the names look like", async () => {
    const one = await storage({ literal: true });
    for (const name of ["100%", "a#b", "a?b", "a b", "%41"]) one.put(`/r %/${name}`, "x");
    const dav = createWebDav(one.door());
    expect(await namesOf(dav.list("/r %"))).toEqual(["%41", "100%", "a b", "a#b", "a?b"]);
  });

  it("is not entered where the reader does not want it", async () => {
    const one = await storage();
    for (const name of ["keep/x", "skip/y/z"]) one.put(`/${name}`, "x");
    const dav = createWebDav(one.door());
    const found = namesOf(dav.list("/", { recursive: true, enter: ({ name }) => name !== "skip" }));
    expect(await found).toEqual(["keep", "keep/x", "skip"]);
  });

  it("goes on past directories that cannot be listed, if they are wanted to be told", async () => {
    const one = await storage();
    for (const name of ["open/x", "closed/y"]) one.put(`/${name}`, "x");
    one.manners.early = ({ target }) => (target.startsWith("/closed") ? { status: 403 } : undefined);
    const dav = createWebDav(one.door());
    const told: string[] = [];
    expect(await namesOf(dav.list("/", { recursive: true, onError: ({ code }, path) => told.push(`${code} ${path}`) }))).toEqual([
      "closed",
      "open",
      "open/x",
    ]);
    expect(told).toEqual(["FORBIDDEN /closed"]);
    expect(await failure(collect(dav.list("/", { recursive: true })))).toMatchObject({ code: "FORBIDDEN" });
  });

  it("is read no faster than it is taken, and not further than its reader goes", async () => {
    const { server, dav } = await answering(({ path }) =>
      multi(
        path === "/"
          ? listing(
              ["/", ...Array.from({ length: 100 }, (_, index) => `/d${index}/`)],
              Array.from({ length: 100 }, (_, index) => `/d${index}/`).concat("/"),
            )
          : listing([path, ...Array.from({ length: 1000 }, (_, index) => `${path}f${index}`)], [path]),
      ),
    );
    let taken = 0;
    for await (const entry of dav.list("/", { recursive: true, concurrency: 4 })) if (entry.type === "file" && ++taken === 10) break;
    expect(server.requests.length).toBeLessThan(30);
  });

  it("that leads back into itself ends with an error", async () => {
    const { dav } = await answering(({ path }) => multi(listing([path, `${path}again/`], [path, `${path}again/`])));
    expect((await failure(collect(dav.list("/", { recursive: true })))).message).toMatch(/nested more than 200 deep/);
  });

  it("ends with the caller's abort", async () => {
    const { dav, server } = await answering(() => ({ hold: "all" }));
    const controller = new AbortController();
    const reading = failure(collect(dav.list("/", { recursive: true, signal: controller.signal })));
    await Promise.race([server.received(1), new Promise((resolve) => setTimeout(resolve, 50))]);
    controller.abort();
    expect(await reading).toMatchObject({ code: "ABORTED" });
  });
});

describe("an answer that breaks off", () => {
  const hrefs = ["/d/", ...Array.from({ length: 3000 }, (_, index) => `/d/file-${index}`)];

  it("is asked for again, and each entry given once", async () => {
    const body = listing(hrefs, ["/d/"]);
    let asked = 0;
    const { dav } = await answering(() => multi(body, asked++ < 2 ? { truncate: Math.floor((body.length * asked) / 3) } : {}));
    const found = (await collect(dav.list("/d"))).map(({ name }) => name);
    expect(found).toEqual(hrefs.slice(1).map((href) => href.slice(3)));
    expect(asked).toBe(3);
  });

  it("is an error where the directory has changed meanwhile", async () => {
    const body = listing(hrefs, ["/d/"]);
    const other = listing([hrefs[0] as string, "/d/new", ...hrefs.slice(1)], ["/d/"]);
    let asked = 0;
    const { dav } = await answering(() => (asked++ === 0 ? multi(body, { truncate: body.length >> 1 }) : multi(other)));
    expect(await failure(collect(dav.list("/d")))).toMatchObject({ code: "LISTING_CHANGED" });
  });

  it("is an error when it always does, also where the XML alone is not complete", async () => {
    const body = listing(hrefs, ["/d/"]);
    const { dav, server } = await answering(() => multi(body.slice(0, 100)));
    expect(await failure(collect(dav.list("/d")))).toMatchObject({ code: "TRUNCATED" });
    expect(server.requests).toHaveLength(3);
  });
});

describe("a href", () => {
  const readHref = async (href: string, base = ""): Promise<RemoteEntry[]> => {
    const { dav } = await answering(() => multi(listing([`${base}/d/`, href], [`${base}/d/`])), base);
    return collect(dav.list("/d"));
  };

  it.each([
    ["/d/a%20b", "a b"],
    ["/d/a%2bb+c", "a+b+c"],
    ["/d//x", "x"],
    ["http://other.example:81/d/x", "x"],
    ["x", "x"],
    ["/d/%E9", "%E9"],
    ["/d/%c3%a9%E9", "é%E9"],
    ["/d/%25", "%"],
    ["/d/100%", "100%"],
    ["/d/a b%20c", "a b%20c"],
  ])("%s is %s", async (href, name) => {
    expect((await readHref(href)).map((entry) => entry.name)).toEqual([name]);
  });

  it.each(["/e/x", "/", "/d/../e", "/d/%2e%2e/e", "/d/..", "/d/a%2Fb", "/d/a%00b", "/dx", "https://other.example/e"])(
    "%s is refused",
    async (href) => {
      const error = await failure(readHref(href));
      expect(error).toMatchObject({ code: "INVALID_RESPONSE" });
      expect(error.message).toMatch(/does not lie in it/);
    },
  );

  it("that is no UTF-8 is asked for as it was sent", async () => {
    expect((await readHref("/d/%c3%a9%E9"))[0]?.url).toMatch(/\/d\/%c3%a9%E9$/);
    expect((await readHref("/d/%25E9"))[0]?.url).toMatch(/\/d\/%25E9$/);
  });

  it("is placed below the path of the base URL", async () => {
    const [entry] = await readHref("/dav/base/d/x%20y", "/dav/base");
    expect(entry).toMatchObject({ name: "x y", path: "/d/x y" });
    expect(entry?.url).toMatch(/\/dav\/base\/d\/x%20y$/);
  });
});

describe("what is no listing", () => {
  it("is told: a web page is a log-in, another status no WebDAV", async () => {
    const { dav } = await answering(() => ({ status: 200, headers: { "content-type": "text/html" }, body: "<html>log in</html>" }));
    expect(await failure(collect(dav.list("/")))).toMatchObject({ code: "NOT_AUTHENTICATED" });
    const { dav: other } = await answering(() => ({ status: 200, body: "x" }));
    expect(await failure(collect(other.list("/")))).toMatchObject({ code: "INVALID_RESPONSE" });
  });

  it("does not get the credentials anywhere else", async () => {
    const other = await startServer(() => multi(listing(["/d/"], ["/d/"])));
    stops.push(() => other.stop());
    const server = await startServer(() => ({ status: 302, headers: { location: `${other.url}/d/` } }));
    const door = createDoor({ name: "storage", userAgent: "x/1", baseUrl: server.url }, { proxy: false, auth: bearerToken("the-token") });
    stops.push(async () => {
      await door.close();
      await server.stop();
    });
    await failure(collect(createWebDav(door).list("/d")));
    expect(JSON.stringify(other.requests.map(({ headers }) => headers))).not.toContain("the-token");
  });

  it("of options is refused by name", async () => {
    const one = await storage();
    const error = await failure((async () => listBatches(one.door(), "/", { recurse: true } as object).next())());
    expect(error.message).toMatch(/recursive/);
  });
});
