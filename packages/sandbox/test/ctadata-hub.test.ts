import { describe, expect, test } from "vitest";
import { responses, useStorage } from "./ctadata-support.ts";

const store = useStorage();
const download = "/services/downloadservice";
const certificates = "/services/certificateservice";

describe("the download service", () => {
  test("a listing: the entry itself first; addresses escaped, sizes as text, folders with a slash", async () => {
    const { status, json, headers } = await store.hub("GET", `${download}/list/cta/DL1/v0.1`);
    expect([status, headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(json.map(({ href }: { href: string }) => href)).toEqual([
      "cta/DL1/v0.1/",
      "cta/DL1/v0.1/dl1_LST-1.Run11111.0100.h5",
      "cta/DL1/v0.1/sub/",
      "cta/DL1/v0.1/empty.txt",
    ]);
    expect(json[1]).toEqual({
      href: "cta/DL1/v0.1/dl1_LST-1.Run11111.0100.h5",
      url: `${store.control.hubUrl}${download}/cta/DL1/v0.1/dl1_LST-1.Run11111.0100.h5`,
      mtime: "Fri, 15 Nov 2024 20:00:00 GMT",
      type: "file",
      size: "12345",
    });
    expect(json[2]).not.toHaveProperty("size");
    expect((await store.hub("GET", `${download}/list/cta/DL1/v0.1/sub`)).json[1].href).toBe(
      "cta/DL1/v0.1/sub/run%2011112%231%20(50%25).h5",
    );
    expect((await store.hub("GET", `${download}/list/cta/DL1/v0.1/empty.txt`)).json).toHaveLength(1);
    expect((await store.hub("GET", `${download}/list`)).json.map(({ href }: { href: string }) => href)).toEqual(["", "lst/", "cta/"]);
  });

  test("what is not there, is closed, or leaves the storage", async () => {
    expect(await store.hub("GET", `${download}/list/none`)).toMatchObject({ status: 404, text: "Error: 404 no such file or directory" });
    expect(await store.hub("GET", `${download}/list/cta/private`)).toMatchObject({ status: 403, text: "Error: 403 Permission denied" });
    expect((await store.hub("GET", `${download}/list/cta%2f..%2f..`)).status).toBe(400);
    expect((await store.hub("GET", `${download}/lst`)).status).toBe(404);
  });

  test("fetch: chunks without a length; what the storage refuses arrives as content", async () => {
    const path = "/cta/DL1/v0.1/dl1_LST-1.Run11111.0100.h5";
    const reply = await fetch(
      `${store.control.hubUrl}${download}/fetch${path}?token=${store.box.sandbox.env["JUPYTERHUB_API_TOKEN"] as string}&chunk_size=4`,
    );
    expect([reply.status, reply.headers.get("content-length"), reply.headers.get("transfer-encoding")]).toEqual([200, null, "chunked"]);
    expect(Buffer.from(await reply.arrayBuffer()).equals(await store.control.read(path))).toBe(true);
    expect(await store.hub("GET", `${download}/fetch/none`)).toMatchObject({ status: 200, text: "no such file or directory\n" });
  });

  test("upload: into the user's own folder, whatever the path; again and again", async () => {
    const first = await store.hub("POST", `${download}/upload/folder/b.md`, undefined, "hello");
    expect(first).toMatchObject({ status: 200, json: { path: "lst/users/cta-user/folder/b.md", status: "uploaded", total_written: 5 } });
    await store.hub("POST", `${download}/upload/folder/b.md`, undefined, "again!");
    expect((await store.control.read("/lst/users/cta-user/folder/b.md")).toString()).toBe("again!");
    expect((await store.hub("POST", `${download}/upload/a%2f..%2fb`, undefined, "x")).status).toBe(400);
    const other = { Authorization: `Bearer ${store.control.hubToken({ group: "cta" })}` };
    expect((await store.hub("POST", `${download}/upload/e`, other, "")).json).toEqual({
      path: "cta/users/cta-user/e",
      status: "uploaded",
      total_written: 0,
    });
    store.control.setQuota(1);
    expect((await store.hub("POST", `${download}/upload/full`, undefined, "xx")).status).toBe(507);
    store.control.setQuota(undefined);
  });

  test("the relay: WebDAV below its own path, without redirects", async () => {
    const listing = await store.hub("PROPFIND", `${download}/webdav/cta/DL1/v0.1`, {
      Authorization: `Bearer ${store.box.sandbox.env["JUPYTERHUB_API_TOKEN"] as string}`,
      Depth: "1",
    });
    expect([...responses(listing.text).keys()][1]).toBe(`${download}/webdav/cta/DL1/v0.1/dl1_LST-1.Run11111.0100.h5`);
    expect((await store.hub("PUT", `${download}/webdav/lst/relay.txt`, undefined, "x")).status).toBe(201);
    expect(await store.hub("GET", `${download}/webdav/lst/relay.txt`)).toMatchObject({ status: 200, text: "x" });
    expect(await store.hub("PROPFIND", `${download}/webdav/none`)).toMatchObject({ status: 404, text: "no such file or directory\n" });
  });

  test("without a valid token: to the log-in; without the scope: 403", async () => {
    const bare = await store.hub("GET", `${download}/list/cta`, {});
    expect([bare.status, bare.headers.get("location")]).toEqual([302, `/hub/login?next=${encodeURIComponent(`${download}/list/cta`)}`]);
    const followed = await fetch(`${store.control.hubUrl}${download}/list/cta`, { headers: { Authorization: "Bearer nobody" } });
    expect([followed.status, followed.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    const weak = { Authorization: `Bearer ${store.control.hubToken({ services: false })}` };
    expect((await store.hub("GET", `${download}/list/cta`, weak)).status).toBe(403);
    const good = store.control.hubToken();
    expect((await store.hub("GET", `${download}/list/cta`, { Cookie: `jupyterhub-services=${good}` })).status).toBe(200);
    await store.box.sandbox.setFaults([{ kind: "expire-token", facility: "ctadata-hub", times: 1 }]);
    expect((await store.hub("GET", `${download}/list/cta?token=${good}`, {})).status).toBe(302);
    await store.box.sandbox.setFaults([]);
    expect((await store.hub("GET", `${download}/list/cta?token=${good}`, {})).status).toBe(302);
  });
});

describe("the certificate service", () => {
  const send = (name: string, body: object, headers?: Record<string, string>): ReturnType<typeof store.hub> =>
    store.hub("POST", `${certificates}/${name}`, headers, JSON.stringify(body));

  test("one's own and the shared one", async () => {
    const { cert } = store.control.certificate("cta-user", 3);
    const { status, json } = await send("certificate", { certificate: cert, certificate_key: "cta", user: null });
    expect([status, json.message, json.validity > 250_000 && json.validity <= 259_200]).toEqual([200, "Certificate stored", true]);
    expect(store.control.certificates.get("cta-user/cta")).toBe(cert);
    expect((await send("main-certificate", { certificate: cert })).status).toBe(200);
    const other = { Authorization: `Bearer ${store.control.hubToken()}` };
    expect((await send("main-certificate", { certificate: cert }, other)).status).toBe(403);
  });

  test("refused: too long, no certificate, another key, without a token", async () => {
    const long = store.control.certificate("cta-user", 30).cert;
    expect(await send("certificate", { certificate: long, certificate_key: "cta" })).toMatchObject({
      status: 400,
      text: "certificate validity too long (max 7 day)",
    });
    const { cert } = store.control.certificate();
    expect((await send("certificate", { certificate: "none", certificate_key: "cta" })).status).toBe(400);
    expect((await send("certificate", { certificate: cert, certificate_key: "other" })).text).toContain("cta, lst, arc");
    expect((await send("certificate", { certificate: cert, certificate_key: "cta" }, {})).status).toBe(302);
  });
});
