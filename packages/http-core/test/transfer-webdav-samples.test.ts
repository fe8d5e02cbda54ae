import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createDoor, createWebDav, type Door, type RemoteEntry, type WebDav } from "@sci/http-core/transfer";
import { startServer, type Reply, type TestServer } from "@sci/http-core/testing";
import { failure } from "./support.ts";

const folder = process.env["RECORDINGS"] ?? join(import.meta.dirname, "../../../tooling/recordings");

interface Sample {
  readonly request: { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>> };
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: { readonly text: string } | null;
  };
}

const { recorded } = JSON.parse(readFileSync(join(folder, "ctadata/propfind-samples.json"), "utf8")) as {
  readonly recorded: Readonly<Record<string, Readonly<Record<string, Sample>>>>;
};
const servers = Object.keys(recorded);
const sample = (server: string, name: string): Sample => recorded[server]?.[name] as Sample;

/** What was replaced in the recordings stands for something again. */
const modified = "Sat, 21 Nov 2026 10:00:00 GMT";

function replyOf({ response }: Sample, origin: string): Reply {
  if (response === undefined) return { reset: "before" };
  const { "content-length": _length, "transfer-encoding": _encoding, connection: _connection, ...headers } = response.headers;
  const fill = (text: string): string => text.replaceAll("http://<host>", origin).replaceAll("<date>", modified).replaceAll("<n>", "123");
  return {
    status: response.status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)])),
    body: fill(response.body?.text ?? ""),
  };
}

const started: { readonly server: TestServer; readonly door: Door }[] = [];

afterEach(async () => {
  for (const { server, door } of started.splice(0)) {
    await door.close();
    await server.stop();
  }
});

/** A server that gives recorded answers, in this order for each method and path with and without the slash. */
async function playing(...samples: Sample[]): Promise<{ readonly dav: WebDav; readonly server: TestServer }> {
  const left = [...samples];
  const server = await startServer((request): Reply => {
    const index = left.findIndex(({ request: { method, path } }) => method === request.method && path === request.path);
    const [found] = index === -1 ? [] : left.splice(index, 1);
    return found === undefined ? { status: 418, body: `${request.method} ${request.path}` } : replyOf(found, server.origin);
  });
  const door = createDoor(
    { name: "storage", userAgent: "sci-storage/1.0.0", baseUrl: server.url },
    { proxy: false, retry: { attempts: 1 } },
  );
  started.push({ server, door });
  return { dav: createWebDav(door), server };
}

async function collect(entries: AsyncIterable<RemoteEntry>): Promise<RemoteEntry[]> {
  const found: RemoteEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

const names = ["100%.txt", "a b.txt", "a#b.txt", "a&b<c>.txt", "a'b.txt", "a+b.txt", "digest.txt", "plain.txt", "q?.txt", "ü.txt"];

describe.each(servers)("answers of %s", (server) => {
  const of = (name: string): Sample => sample(server, name);
  const escapes = server !== "xrootd-http";

  it("list a directory by the names that its files have", async () => {
    const { dav } = await playing(of("propfind-1-named"));
    const entries = await collect(dav.list("/smp"));
    const files = entries.filter(({ type }) => type === "file");
    // XRootD cut the name at the question mark when it was made.
    expect(files.map(({ name }) => name).sort()).toEqual(escapes ? names : names.map((name) => (name === "q?.txt" ? "q" : name)).sort());
    expect(entries.flatMap(({ type, name }) => (type === "directory" ? [name] : [])).sort()).toEqual(["dir with space", "sub"]);
    for (const { name, size, mtime, url, path, type } of entries) {
      expect(size).toBe(type === "directory" ? undefined : name === "plain.txt" || name === "digest.txt" ? 10 : 1);
      expect(mtime).toBe(Date.parse(modified));
      expect(path).toBe(`/smp/${name}`);
      expect(decodeURIComponent(new URL(url).pathname)).toBe(`/smp/${name}${type === "directory" ? "/" : ""}`);
    }
  });

  it.each(["propfind-1-allprop", "propfind-1-collection-no-slash"])("list the same from %s where it is complete", async (name) => {
    const { response, request } = of(name);
    const whole = response?.status === 207 && response.body?.text.endsWith("…") === false;
    const { dav } = await playing({ request: { ...request, path: "/smp/" }, ...(response === undefined ? {} : { response }) });
    if (whole) expect((await collect(dav.list("/smp"))).length).toBe(12);
    // The recording ends in the middle, or sends on to where nothing more is recorded.
    else
      expect(await failure(collect(dav.list("/smp")))).toMatchObject({
        code: expect.stringMatching(/TRUNCATED|HTTP_STATUS/) as string,
      });
  });

  it("describe a directory asked for with its slash and without", async () => {
    const { dav } = await playing(of("propfind-0-collection-no-slash"), of("propfind-0-collection"), of("propfind-0-collection"));
    expect(await dav.stat("/smp")).toMatchObject({ type: "directory", name: "", path: "/smp", size: undefined });
    expect((await dav.stat("/smp/")).url.endsWith("/smp/")).toBe(true);
  });

  it("describe a file with properties that the server does not have", async () => {
    const { dav } = await playing(of("propfind-0-file-unknown-properties"));
    const entry = await dav.stat("/smp/plain.txt", { checksums: true, locality: true });
    expect(entry).toMatchObject({ type: "file", path: "/smp/plain.txt", checksums: {} });
    expect("locality" in entry).toBe(false);
  });

  it("give a file that is listed", async () => {
    const asked = { ...of("propfind-1-file"), request: { method: "PROPFIND", path: "/smp/plain.txt", headers: {} } };
    const { dav } = await playing(of("propfind-file-final-slash"), asked);
    expect(await collect(dav.list("/smp/plain.txt"))).toMatchObject([{ type: "file", path: "/smp/plain.txt" }]);
  });

  it("give nothing of an empty directory, and tell one that is not there", async () => {
    const { dav } = await playing(of("propfind-empty-collection"));
    expect(await collect(dav.list("/smp/sub"))).toEqual([]);
    const missing = { ...of("propfind-404"), request: { method: "PROPFIND", path: "/smp/none/", headers: {} } };
    const { dav: other } = await playing(missing, of("propfind-404"));
    expect(await failure(collect(other.list("/smp/none")))).toMatchObject({ code: "NOT_FOUND" });
  });

  it("make directories: new, there, and below a missing one", async () => {
    const at = (name: string, path: string): Sample => ({ ...of(name), request: { method: "MKCOL", path, headers: {} } });
    const { dav } = await playing(at("mkcol", "/smp/"));
    expect(await dav.mkdir("/smp")).toBe(true);
    const { dav: again } = await playing(at("mkcol-again", "/smp/"), of("propfind-0-collection-no-slash"), of("propfind-0-collection"));
    // XRootD says of a directory that is there that it made it.
    expect(await again.mkdir("/smp")).toBe(!escapes);
    const { dav: below, server: asked } = await playing(at("mkcol-no-parent", "/none/x/"), at("mkcol", "/none/"), at("mkcol", "/none/x/"));
    expect(await below.mkdir("/none/x")).toBe(true);
    expect(asked.requests.length).toBe(escapes ? 3 : 1);
  });

  it("move a file, and do not replace another", async () => {
    const there = { ...of("propfind-1-file"), request: { method: "PROPFIND", path: "/smp/plain.txt", headers: {} } };
    const missing = { ...of("propfind-404"), request: { method: "PROPFIND", path: "/smp/new.txt", headers: {} } };
    const move = { ...of("move"), request: { method: "MOVE", path: "/smp/plain.txt", headers: {} } };
    const { dav, server: asked } = await playing(there, missing, move);
    await dav.move("/smp/plain.txt", "/smp/new.txt");
    expect(asked.requests.at(-1)?.headers).toMatchObject({ destination: `${asked.origin}/smp/new.txt`, overwrite: "F" });
    const { dav: other, server } = await playing(there, there);
    expect(await failure(other.move("/smp/plain.txt", "/smp/plain.txt"))).toMatchObject({ code: "CONFLICT" });
    expect(server.requests.some(({ method }) => method === "MOVE")).toBe(false);
  });

  it("remove files, and directories with what is in them", async () => {
    const file = { ...of("propfind-1-file"), request: { method: "PROPFIND", path: "/smp/digest.txt", headers: {} } };
    const body = file.response?.body?.text.replace("/smp/plain.txt", "/smp/digest.txt") ?? "";
    const { dav } = await playing(
      { ...file, response: { ...(file.response as NonNullable<Sample["response"]>), body: { text: body } } },
      of("delete-file"),
    );
    await dav.remove("/smp/digest.txt");
    const { dav: missing } = await playing({ ...of("propfind-404"), request: { method: "PROPFIND", path: "/smp/none", headers: {} } });
    await missing.remove("/smp/none", { missing: true });
  });

  it("tell a checksum, or that they have none", async () => {
    const { dav } = await playing(of("head-file-want-digest"), of("propfind-0-file-unknown-properties"));
    const asked = dav.checksums("/smp/plain.txt", { algorithms: ["adler32"] });
    if (escapes) expect(await failure(asked)).toMatchObject({ code: "CHECKSUM_UNAVAILABLE" });
    else expect(await asked).toEqual({ adler32: "0aff020e" });
  });
});
