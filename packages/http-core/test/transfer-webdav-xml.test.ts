import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { isSciError } from "../src/errors.ts";
import { readMultistatus, type DavResponse } from "../src/transfer/webdav/multistatus.ts";
import { failure } from "./support.ts";

const length = "{DAV:}getcontentlength";

async function* pieces(bytes: Uint8Array, cuts: readonly number[] = []): AsyncGenerator<Uint8Array, void, undefined> {
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    yield await Promise.resolve(bytes.subarray(from, cut));
    from = cut;
  }
  yield bytes.subarray(from);
}

async function read(document: string | Uint8Array, cuts: readonly number[] = [], contentType?: string): Promise<DavResponse[]> {
  const bytes = typeof document === "string" ? new TextEncoder().encode(document) : document;
  const found: DavResponse[] = [];
  for await (const response of readMultistatus(pieces(bytes, cuts), { contentType })) found.push(response);
  return found;
}

function response(href: string, properties = `<d:getcontentlength>5</d:getcontentlength>`): string {
  return `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
}

function multistatus(inner: string, head = ""): string {
  return `${head}<d:multistatus xmlns:d="DAV:">${inner}</d:multistatus>`;
}

describe("a multistatus", () => {
  it("is read by its namespaces, whatever the prefixes and wherever they are declared", async () => {
    const document = `<multistatus xmlns="DAV:"><x:response xmlns:x='DAV:' xmlns:y="http://owncloud.org/ns"><x:href>/a</x:href><propstat><prop
      ><y:checksums><y:checksum>ADLER32:1</y:checksum></y:checksums><q:getcontentlength xmlns:q="DAV:">7</q:getcontentlength></prop><status>HTTP/1.1 200 OK</status
      ></propstat></x:response><response xmlns="DAV:"><href>/b</href></response></multistatus>`;
    const [first, second] = await read(document);
    expect(first?.href).toBe("/a");
    expect([...(first?.properties ?? [])]).toEqual([
      ["{http://owncloud.org/ns}checksums", "ADLER32:1"],
      [length, "7"],
    ]);
    expect(second?.href).toBe("/b");
  });

  it("does not take elements of another namespace for those of WebDAV", async () => {
    const document = `<d:multistatus xmlns:d="DAV:" xmlns:o="urn:other"><o:response><o:href>/no</o:href></o:response>${response("/yes")}</d:multistatus>`;
    expect((await read(document)).map(({ href }) => href)).toEqual(["/yes"]);
  });

  it("resolves the entities of XML, by name and by number, and takes CDATA as it is", async () => {
    const document = multistatus(response("/a&amp;b&#32;&#x20AC;&lt;&quot;&apos;&gt;<![CDATA[&amp;<c>]]>"));
    expect((await read(document))[0]?.href).toBe("/a&b €<\"'>&amp;<c>");
  });

  it("passes over comments, processing instructions and a document type without declarations", async () => {
    const document = multistatus(
      `<!-- <d:response> -->${response("/a<!-- - -->b")}<?php echo ">" ?>`,
      `<?xml version="1.0"?>\n<!DOCTYPE multistatus SYSTEM "http://127.0.0.1:1/never-asked.dtd">\n<!-- x -->`,
    );
    expect((await read(document)).map(({ href }) => href)).toEqual(["/ab"]);
  });

  it("keeps the first of doubled properties, and those refused with their status", async () => {
    const document = multistatus(
      `<d:response><d:href>/a</d:href><d:propstat><d:prop><d:iscollection>0</d:iscollection><d:iscollection>1</d:iscollection></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>` +
        `<d:propstat><d:prop><d:getetag/></d:prop><d:status>HTTP/1.1 403 Forbidden</d:status></d:propstat><d:propstat><d:prop><d:x/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>`,
    );
    const [found] = await read(document);
    expect(found?.properties.get("{DAV:}iscollection")).toBe("0");
    expect([...(found?.refused ?? [])]).toEqual([["{DAV:}getetag", 403]]);
  });

  it("gives status, description and condition of a response without properties", async () => {
    const document = multistatus(
      `<d:response><d:href>/a</d:href><d:href>/b</d:href><d:status>HTTP/1.1 423 Locked</d:status><d:error><d:lock-token-submitted/></d:error><d:responsedescription>in use</d:responsedescription></d:response>`,
    );
    const [found] = await read(document);
    expect(found).toMatchObject({ href: "/a", others: ["/b"], status: 423, description: "in use", condition: "lock-token-submitted" });
  });

  it("is the same wherever its bytes are cut", async () => {
    const document = new TextEncoder().encode(
      multistatus(
        `${response("/ü%20ß&amp;€")}<!-- c --><d:response><d:href><![CDATA[/x]]></d:href><d:status>HTTP/1.1 404 Gone away</d:status></d:response>${response("/last", `<d:resourcetype><d:collection/></d:resourcetype>`)}`,
        `<?xml version="1.0" encoding="utf-8"?>\n`,
      ),
    );
    const whole = await read(document);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: document.length }), { maxLength: 40 }), async (cuts) => {
        expect(await read(document, cuts)).toEqual(whole);
      }),
    );
    expect(await read(document, [...document.keys()])).toEqual(whole);
  });

  it.each([
    ["utf-16le with a mark", Buffer.from(`\ufeff${multistatus(response("/ü"))}`, "utf16le"), undefined],
    ["utf-16le by its shape", Buffer.from(`<?xml version="1.0"?>${multistatus(response("/ü"))}`, "utf16le"), undefined],
    ["utf-16be with a mark", Buffer.from(`\ufeff${multistatus(response("/ü"))}`, "utf16le").swap16(), undefined],
    ["utf-8 with a mark", Buffer.from(`\ufeff${multistatus(response("/ü"))}`), "text/xml; charset=iso-8859-1"],
    [
      "latin-1 by its declaration",
      Buffer.from(`<?xml version="1.0" encoding='ISO-8859-1'?>${multistatus(response("/ü"))}`, "latin1"),
      "text/xml",
    ],
    ["latin-1 by the content type", Buffer.from(multistatus(response("/ü")), "latin1"), 'text/xml; charset="iso-8859-1"'],
  ])("is read in %s", async (_name, document, contentType) => {
    expect((await read(document, [1, 2, 3, 50], contentType))[0]?.href).toBe("/ü");
  });

  it.each([
    ["a wrong end", `<d:multistatus xmlns:d="DAV:"><d:response></d:multistatus>`],
    ["a prefix nobody declared", `<d:multistatus><d:response/></d:multistatus>`],
    ["an entity nobody declared", multistatus(response("/&nbsp;"))],
    ["a bare &", multistatus(response("/a & b"))],
    ["a character that XML does not allow", multistatus(response("/&#0;"))],
    ["two roots", `${multistatus("")}${multistatus("")}`],
    ["text after its end", `${multistatus("")}rest`],
    ["text before it", `rest${multistatus("")}`],
    ["attributes without quotes", `<d:multistatus xmlns:d="DAV:" a=b></d:multistatus>`],
    ["something else than a multistatus", `<html xmlns="http://www.w3.org/1999/xhtml"></html>`],
    ["another markup", multistatus(`<!ELEMENT x ANY>`)],
    ["a response without href", multistatus(`<d:response></d:response>`)],
    ["an unknown encoding", `<?xml version="1.0" encoding="klingon"?>${multistatus("")}`],
    ["entities of its own", multistatus("", `<!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>`)],
    ["a tag without end", multistatus(`<d:response ${"x".repeat(300 * 1024)}`)],
    ["a nesting without end", multistatus("<d:x>".repeat(500))],
    ["a value without end", multistatus(response("/a", `<d:owner>${"<d:href>x</d:href>".repeat(100_000)}</d:owner>`))],
  ])("with %s is refused", async (_name, document) => {
    expect(await failure(read(document))).toMatchObject({ code: "INVALID_RESPONSE" });
  });

  it("that ends anywhere before its end is not taken for complete", async () => {
    const document = multistatus(response("/a"), `<?xml version="1.0"?>`);
    for (let end = 0; end < document.length; end++) {
      const error = await failure(read(document.slice(0, end)));
      expect(isSciError(error, "TRUNCATED"), `${end}: ${error.message}`).toBe(true);
    }
  });

  it("gives what it has while the rest is still to come", async () => {
    let more = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (more = resolve));
    const source = (async function* () {
      yield new TextEncoder().encode(`<d:multistatus xmlns:d="DAV:">${response("/a")}${response("/b")}<d:resp`);
      await waiting;
      yield new TextEncoder().encode(`onse><d:href>/c</d:href></d:response></d:multistatus>`);
    })();
    const responses = readMultistatus(source);
    expect((await responses.next()).value).toMatchObject({ href: "/a" });
    expect((await responses.next()).value).toMatchObject({ href: "/b" });
    more();
    expect((await responses.next()).value).toMatchObject({ href: "/c" });
    expect((await responses.next()).done).toBe(true);
  });
});
