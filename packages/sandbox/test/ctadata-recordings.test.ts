import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { putWaiting, responses, useStorage } from "./ctadata-support.ts";
import { answer, type Loose } from "./support.ts";

const recorded = (name: string): Loose =>
  JSON.parse(readFileSync(new URL(`../../../tooling/recordings/ctadata/${name}.json`, import.meta.url), "utf8"));
const { dcache } = recorded("propfind-samples");
const service = recorded("service");
const direct = recorded("direct");
const agent = recorded("oidc-agent");
const store = useStorage({ files: 0 });
const bearer = (): Record<string, string> => ({ Authorization: `Bearer ${store.control.token()}` });
const hubToken = (): string => store.box.sandbox.env["JUPYTERHUB_API_TOKEN"] as string;

interface Exchange {
  request: {
    method: string;
    path: string;
    query?: [string, string][];
    headers: Record<string, string>;
    body: { text?: string; json?: unknown; form?: [string, string][] } | null;
  };
  response: { status: number; headers?: Record<string, string>; body: { json?: Loose; text?: string } | null };
}
interface Case {
  id: string;
  exchanges: Exchange[];
}

describe("what is written of dCache's answers", () => {
  const names = (text: string): Loose =>
    Object.fromEntries(
      [...responses(text)].map(([href, { found, missing }]) => [href, { found: Object.keys(found).sort(), missing: missing.sort() }]),
    );

  test("PROPFIND: the same entries have the same properties, with the same values where they are no times", async () => {
    await store.control.put("/cta/run 11111.h5", "0123456789");
    await store.control.put("/cta/on-tape.fits.fz", { size: 60 }, { locality: "NEARLINE" });
    store.control.makeFolder("/cta/über");
    for (const path of ["/cta/DL1", "/cta/DL3", "/cta/private", "/cta/archive", "/cta/users"]) store.control.remove(path);
    await putWaiting(`${store.door}/cta/being-written.h5`, Buffer.from("x"), bearer());
    for (const sample of ["collection-depth-1", "file-depth-0"]) {
      const { request, response } = dcache[sample] as Exchange;
      const path = request.path;
      const asked =
        request.body?.text ??
        '<propfind xmlns="DAV:" xmlns:c="http://www.dcache.org/2013/webdav" xmlns:s="http://srm.lbl.gov/StorageResourceManager"><prop><s:FileLocality/><s:RetentionPolicy/><c:Checksums/><s:AccessLatency/></prop></propfind>';
      const got = await store.ask("PROPFIND", path, request.headers, asked);
      expect(got.status).toBe(response.status);
      expect(got.headers.get("content-type")).toBe(response.headers?.["content-type"]);
      expect(names(got.text)).toEqual(names(response.body?.text as string));
      const run = (text: string): object => {
        const { getlastmodified: _time, ...kept } = responses(text).get("/cta/run%2011111.h5")?.found ?? {};
        return kept;
      };
      expect(run(got.text)).toEqual(run(response.body?.text as string));
    }
  });

  test("Digest, redirects, the pool's answer, third-party copy", async () => {
    await store.control.put("/cta/run 11111.h5", "0123456789");
    const ask = (sample: string): ReturnType<typeof store.ask> =>
      store.ask(dcache[sample].request.method, dcache[sample].request.path, dcache[sample].request.headers);
    const head = await ask("head-want-digest");
    for (const name of ["digest", "content-length", "accept-ranges"])
      expect(head.headers.get(name)).toBe(dcache["head-want-digest"].response.headers[name]);
    const shape = (location: string): string => location.replace(/^https?:\/\/[^/]+/, "").replace(/=[0-9a-f-]{36}$/, "=<id>");
    const get = await ask("get-redirect");
    expect([get.status, shape(get.headers.get("location") as string)]).toEqual([
      307,
      shape(dcache["get-redirect"].response.headers.location as string),
    ]);
    const put = await putWaiting(`${store.door}/cta/new.h5`, Buffer.from("0123456789"), { ...bearer(), "Want-Digest": "adler32" });
    expect([put.status, put.continued, shape(put.headers["location"] as string)]).toEqual([
      307,
      false,
      shape(dcache["put-redirect"].response.headers.location as string),
    ]);
    const pool = await putWaiting(put.headers["location"] as string, Buffer.from("0123456789"), { "Want-Digest": "adler32" });
    expect([pool.status, pool.headers["digest"]]).toEqual([201, dcache["put-at-pool"].response.headers.digest]);
    expect(pool.headers["etag"]).toMatch(/^"[0-9A-F]+_1"$/);
    const copied = await store.ask("COPY", "/cta/copy.h5", {
      Source: `${store.door}/cta/new.h5`,
      Credential: "none",
      Overwrite: "F",
      TransferHeaderAuthorization: bearer()["Authorization"] as string,
    });
    const last = (text: string): string => text.trim().split("\n").at(-1) as string;
    expect([copied.status, copied.headers.get("content-type"), last(copied.text)]).toEqual([
      dcache["tpc-answer"].response.status,
      dcache["tpc-answer"].response.headers["content-type"],
      last(dcache["tpc-answer"].response.body.text as string),
    ]);
  });
});

/** Every request of the recordings of one kind, with the answer that the original took for a success. */
function exchanges(from: Loose, method: string, path: RegExp): [id: string, exchange: Exchange][] {
  return (from.cases as Case[]).flatMap(({ id, exchanges: all }) =>
    all.filter(({ request }) => request.method === method && path.test(request.path)).map((exchange): [string, Exchange] => [id, exchange]),
  );
}
const urlOf = ({ request }: Exchange, origin: string): string => {
  const query = new URLSearchParams(
    (request.query ?? []).map(([name, value]): [string, string] => [name, value === "<token>" ? hubToken() : value]),
  );
  return `${origin}${request.path}${query.size === 0 ? "" : `?${query.toString()}`}`;
};

describe("requests of ctadata 0.6.0 to the services", () => {
  const at = /^\/services\/downloadservice\//;
  const pathOf = ({ request }: Exchange, name: string): string => decodeURIComponent(request.path.split(`/${name}`)[1] ?? "");

  test("list: entries have the same fields, addresses the same form", async () => {
    const cases = exchanges(service, "GET", /\/downloadservice\/list/).filter(
      ([, { request, response }]) =>
        at.test(request.path) && response.status === 200 && Array.isArray(response.body?.json) && response.body.json.length > 0,
    );
    let checked = 0;
    for (const [id, exchange] of cases) {
      const listed = exchange.response.body?.json as Loose[];
      const path = pathOf(exchange, "list");
      // Some answers were scripted to be hostile: an address that is another one, or leaves the storage.
      if (path === "" || (listed[0].href as string).replace(/\/$/, "") !== exchange.request.path.split("/list/")[1]) continue;
      checked++;
      if (store.control.paths().some((known) => known.replace(/\/$/, "") === path)) store.control.remove(path);
      if (listed[0].type === "directory") store.control.makeFolder(path);
      else await store.control.put(path, { size: Number(listed[0].size ?? 0) });
      const url = urlOf(exchange, store.control.hubUrl);
      const token = exchange.request.headers["authorization"]?.includes("other") === true ? url.replace("other-token", hubToken()) : url;
      const got = await answer(await fetch(token, { headers: { Authorization: `Bearer ${hubToken()}` } }));
      expect([id, got.status]).toEqual([id, 200]);
      const { mtime: _a, url: ours, ...entry } = got.json[0];
      const { mtime: _b, url: theirs, ...expected } = listed[0];
      expect(entry).toEqual(expected);
      expect(new URL(ours as string).pathname).toBe(new URL(theirs as string).pathname);
    }
    expect(checked).toBeGreaterThan(20);
  });

  test("upload: the answer has the same fields, the file the same bytes", async () => {
    const cases = exchanges(service, "POST", /\/upload\//).filter(([, { response }]) => response.status === 200);
    expect(cases.length).toBeGreaterThan(8);
    for (const [id, exchange] of cases) {
      const { body } = exchange.request;
      const text = body?.text ?? "";
      const got = await answer(await fetch(urlOf(exchange, store.control.hubUrl), { method: "POST", body: text }));
      const expected = exchange.response.body?.json;
      expect([id, Object.keys(got.json).sort(), got.json.status]).toEqual([id, Object.keys(expected).sort(), expected.status]);
      expect(got.json.path).toBe((expected.path as string).replace("/someone/", "/cta-user/"));
      expect((await store.control.read(`/${got.json.path as string}`)).toString()).toBe(text);
    }
  });

  test("certificates: the same fields; 400 and its text for one that is good too long", async () => {
    for (const [, exchange] of exchanges(service, "POST", /\/certificateservice\//)) {
      const { certificate: _none, ...fields } = exchange.request.body?.json as Record<string, unknown>;
      const long = exchange.response.status === 400;
      const body = JSON.stringify({ certificate: store.control.certificate("cta-user", long ? 30 : 3).cert, ...fields });
      const got = await answer(
        await fetch(`${store.control.hubUrl}${exchange.request.path}`, {
          method: "POST",
          headers: { Authorization: `Bearer ${hubToken()}` },
          body,
        }),
      );
      expect(got.status).toBe(exchange.response.status);
      if (long) expect(got.text).toBe(exchange.response.body?.text);
      else expect(got.json).toHaveProperty("message");
    }
  });

  test("the relay: properties that webdav4 reads", async () => {
    for (const [, exchange] of exchanges(service, "PROPFIND", /\/webdav\//)) {
      const path = pathOf(exchange, "webdav");
      if (exchange.response.status === 207 && (await store.control.stat(path)) === undefined) {
        if (/\/[^/]+\.\w+$/.test(path)) await store.control.put(path, "hello");
        else store.control.makeFolder(path);
      } else if (exchange.response.status === 404 && (await store.control.stat(path)) !== undefined) store.control.remove(path);
      const { authorization: _token, ...headers } = exchange.request.headers;
      const got = await answer(
        await fetch(`${store.control.hubUrl}${exchange.request.path}`, {
          method: "PROPFIND",
          headers: { ...headers, Authorization: `Bearer ${hubToken()}` },
        }),
      );
      expect(got.status).toBe(exchange.response.status);
      if (got.status !== 207) continue;
      const [href, first] = [...responses(got.text)][0] as [string, { found: object }];
      const [theirHref, theirs] = [...responses(exchange.response.body?.text as string)][0] as [string, { found: object }];
      expect(href).toBe(theirHref);
      expect(Object.keys(first.found)).toEqual(
        expect.arrayContaining(Object.keys(theirs.found).filter((name) => name !== "getcontenttype")),
      );
    }
  });
});

describe("requests of ctadata 0.7.0 (davix) to the door", () => {
  test("PROPFIND: entries are found by the properties that davix asks for", async () => {
    const [, { request, response }] = exchanges(direct, "PROPFIND", /^\/cta$/)[0] as [string, Exchange];
    await store.control.put("/cta/a.txt", "hello\n");
    const ours = responses((await store.ask("PROPFIND", "/cta", { Depth: "1" }, request.body?.text)).text);
    const theirs = responses(response.body?.text as string);
    const of = (all: typeof ours, href: string): string[] =>
      Object.keys(all.get(href)?.found ?? {})
        .filter((name) => !["quota-used-bytes", "owner", "group", "mode"].includes(name))
        .sort();
    for (const href of ["/cta/", "/cta/a.txt"])
      expect(of(ours, href)).toEqual(
        expect.arrayContaining(of(theirs, href).filter((name) => request.body?.text?.includes(name) === true)),
      );
  });

  test("PUT with Expect and GET end at a pool", async () => {
    const puts = exchanges(direct, "PUT", /^\/(cta|dst|s)\//).filter(([, { response }]) => response.status === 201);
    expect(puts.length).toBeGreaterThan(4);
    for (const [id, { request }] of puts) {
      if (request.path.endsWith("/")) continue;
      if ((await store.control.stat(request.path)) !== undefined) store.control.remove(request.path);
      const body = Buffer.from(request.body?.text ?? "");
      const door = await putWaiting(`${store.door}${request.path}`, body, bearer());
      expect([id, door.status]).toEqual([id, 307]);
      expect((await putWaiting(door.headers["location"] as string, body)).status).toBe(201);
      const get = await fetch(`${store.door}${request.path}`, { headers: bearer() });
      expect(await get.text()).toBe(body.toString());
    }
  });
});

test("requests of oidc-agent to the issuer: every form is taken, with HTTP Basic", async () => {
  const [flow] = agent.cases as Case[];
  const sent = (flow as Case).exchanges.map(({ request }) => request).filter(({ method }) => method === "POST");
  const issuer = store.control.issuerUrl;
  const found = (await answer(await fetch(`${issuer}.well-known/openid-configuration`))).json;
  const wanted = (flow as Case).exchanges[0]?.response.body?.json as object;
  expect(Object.keys(found)).toEqual(expect.arrayContaining(Object.keys(wanted)));
  const basic = `Basic ${Buffer.from(`${store.box.sandbox.env["CTADATA_CLIENT_ID"] as string}:${store.box.sandbox.env["CTADATA_CLIENT_SECRET"] as string}`).toString("base64")}`;
  let code = "";
  const statuses: number[] = [];
  for (const [index, { path, body }] of sent.entries()) {
    const form = new URLSearchParams(body?.form);
    if (form.has("device_code")) form.set("device_code", code);
    if (index === sent.length - 1) await store.control.approveDevice((await store.control.deviceCodes()).at(-1) as string);
    const url = found[path.endsWith("/device") ? "device_authorization_endpoint" : "token_endpoint"] as string;
    const got = await answer(await fetch(url, { method: "POST", headers: { Authorization: basic }, body: form }));
    code = got.json.device_code ?? code;
    statuses.push(got.status);
  }
  expect(statuses).toEqual(
    (flow as Case).exchanges.filter(({ request }) => request.method === "POST").map(({ response }) => response.status),
  );
});
